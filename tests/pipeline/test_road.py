"""From eight suppliers' samples to a release, through Dagster."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import duckdb
import pytest

from orchestration.ledger import deliveries, steps
from orchestration.readiness.status import status
from orchestration.release.read import current_release, damage
from orchestration.runner import RunReport
from orchestration.settings import PROJECT_ROOT
from tests.pipeline.conftest import MORNING, Road

STAGES = {
    "sources", "landing", "staging", "identity", "marts", "scores", "segments", "readiness",
    "release",
}  # fmt: skip


def _report(report: object) -> RunReport:
    assert isinstance(report, RunReport)
    return report


def test_every_stage_was_made_and_a_release_is_live(road: Road) -> None:
    first = _report(road.first)
    assert first.reasons == {}
    assert set(first.states) == STAGES
    assert set(first.states.values()) == {"made"}
    release = current_release(road.settings.home)
    assert release is not None
    assert release.id == first.release
    assert damage(release.path) is None


def test_a_second_run_makes_nothing(road: Road) -> None:
    second = _report(road.second)
    assert second.made == 0
    assert set(second.states.values()) == {"skipped"}
    assert second.release == _report(road.first).release


def test_every_row_is_landed_or_quarantined(road: Road) -> None:
    records = deliveries.read(road.lake)
    assert {r.source for r in records} == {
        p.parent.name for p in road.settings.sources.glob("*/source.yaml")
    }
    for record in records:
        for feed in record.feeds:
            assert feed.read == feed.landed + feed.quarantined


def test_a_file_that_breaks_its_contract_leaves_the_rest_going(road: Road) -> None:
    refused = [r for r in deliveries.read(road.lake) if r.state == "refused"]
    assert [r.file.rsplit("/", 1)[-1] for r in refused] == ["signups_20160120_broken.csv"]
    row = next(s for s in status(road.settings, MORNING)["sources"] if s["name"] == "website")
    assert row["state"] != "on_time"
    assert "signups_20160120_broken.csv" in row["reason"]


def test_every_record_has_a_person(road: Road) -> None:
    links = road.lake.identity / "links.parquet"
    persons = road.lake.identity / "persons.parquet"
    con = duckdb.connect()
    orphans = con.execute(
        f"select count(*) from read_parquet('{links}') anti join read_parquet('{persons}') "
        "using (person_id)"
    ).fetchone()
    assert orphans == (0,)


def test_every_asset_left_an_outcome_record(road: Road) -> None:
    from orchestration.definitions import build_definitions
    from orchestration.runner import asset_nodes

    known = {n.key: n for n in asset_nodes(build_definitions(road.settings))}
    latest = steps.latest(road.lake)
    assert set(known) == set(latest)
    for key, node in known.items():
        assert latest[key].code_version == node.code_version, key


@pytest.mark.parametrize("verb", ["status", "plan"])
def test_the_command_line_reports_json_alone(road: Road, verb: str) -> None:
    command = [sys.executable, "-m", "orchestration.cli", verb, "--json"]
    env = os.environ | {"TMINUS_HOME": str(road.settings.home)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=env, cwd=PROJECT_ROOT
    )
    report = json.loads(done.stdout)
    if verb == "plan":
        assert report["steps"] == []
    else:
        assert report["days_left"] == 11
