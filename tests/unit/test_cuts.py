"""Going without a source: by its contract when it is late, by people's decision, and back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.lake import Lake
from orchestration.landing.absent import left_out
from orchestration.landing.assets import landing_version
from orchestration.landing.effective import in_force
from orchestration.landing.land import compute_in_force, known_deliveries, land
from orchestration.landing.verdicts import judge_sources
from orchestration.ledger import audit, cuts
from orchestration.readiness.cutting import cut_list, decide
from orchestration.readiness.forecast_home import forecast_home
from orchestration.readiness.status import status
from orchestration.settings import Settings, UserError, load_settings
from orchestration.sources.registry import load_contracts

CONTRACT = """
source: NAME
title: The NAME
owner: data director
licence: first_party
delivery: {mode: append, cadence: 1d, needed_by: T-2d, if_late: IF_LATE}
feeds:
  - name: cards
    files: "cards_*.csv"
    format: csv
    entity: ENTITY
    columns:
      record_id: {from: id, required: true, unique: true}
      first_name: {from: first}
"""


def add(settings: Settings, name: str, if_late: str, day: str, entity: str = "contact") -> None:
    """A source with one delivery of two rows."""
    text = CONTRACT.replace("NAME", name).replace("IF_LATE", if_late).replace("ENTITY", entity)
    contract = settings.sources / name / "source.yaml"
    contract.parent.mkdir(parents=True)
    contract.write_text(text)
    file = settings.home / "inbox" / name / day / "cards_1.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f"id,first\n{name}1,Ann\n{name}2,Bob\n")


@pytest.fixture
def settings(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TMINUS_SOURCES", str(tmp_path / "sources"))
    monkeypatch.setenv("TMINUS_HOME", str(home))
    return load_settings(home)


def present(settings: Settings, moment: datetime) -> set[str]:
    """The sources of which something is in force."""
    contracts = load_contracts(settings.sources)
    return {d.source for d in compute_in_force(settings, contracts, moment).counting}


def row_of(settings: Settings, moment: datetime, name: str) -> dict[str, object]:
    return next(s for s in status(settings, moment)["sources"] if s["name"] == name)


def on_time(settings: Settings, moment: datetime, name: str) -> tuple[bool, bool]:
    """Whether its on-time check holds, and whether its failing would hold the release."""
    findings = judge_sources(settings, load_contracts(settings.sources), moment)[name]
    finding = next(f for f in findings if f.check == "on_time")
    return finding.passed, finding.blocking


@pytest.mark.parametrize(
    ("if_late", "counts", "blocks"),
    [("drop", False, False), ("carry_forward", True, False), ("block", True, True)],
)
def test_a_late_source_does_as_its_contract_says(
    settings: Settings, moment: datetime, if_late: str, counts: bool, blocks: bool
) -> None:
    add(settings, "late", if_late, "2016-01-10")
    add(settings, "fresh", if_late, "2016-01-21")
    land(settings, moment)
    assert present(settings, moment) == ({"late", "fresh"} if counts else {"fresh"})
    assert on_time(settings, moment, "late") == (False, blocks)
    row = row_of(settings, moment, "late")
    assert row["state"] == "late"
    assert row["rows"] == (2 if counts else 0)
    assert bool(row["left_out"]) is not counts
    assert bool(row["carried"]) is (if_late == "carry_forward")
    fresh = row_of(settings, moment, "fresh")
    assert (fresh["left_out"], fresh["carried"], fresh["rows"]) == (None, None, 2)


def test_a_dropped_source_that_is_young_again_counts_again(
    settings: Settings, moment: datetime
) -> None:
    add(settings, "late", "drop", "2016-01-10")
    land(settings, moment)
    before = compute_in_force(settings, load_contracts(settings.sources), moment).versions
    file = settings.home / "inbox" / "late" / "2016-01-21" / "cards_2.csv"
    file.parent.mkdir()
    file.write_text("id,first\nlate3,Cy\n")
    land(settings, moment)
    after = compute_in_force(settings, load_contracts(settings.sources), moment)
    assert {d.file for d in after.counting} == {"cards_1.csv", "cards_2.csv"}
    assert after.versions.entities["contact"] != before.entities["contact"]


def test_a_cut_acts_from_its_moment_until_it_is_taken_back(
    settings: Settings, moment: datetime
) -> None:
    add(settings, "desk", "carry_forward", "2016-01-20")
    add(settings, "shop", "carry_forward", "2016-01-20")
    land(settings, moment)
    version = landing_version(settings)
    later = moment + timedelta(hours=1)
    record = decide(settings, moment, "desk", "drop", "director", "too dear")
    assert record.cost["rows"] == 2
    assert record.cost["points"] == settings.campaign.forecast.costs.drop
    assert landing_version(settings) != version
    assert present(settings, moment) == {"shop"}
    assert "left out by director since 2016-01-21: too dear" in str(
        row_of(settings, moment, "desk")["left_out"]
    )
    assert present(settings, moment - timedelta(hours=1)) == {"desk", "shop"}
    decide(settings, later, "desk", "undo", "director", "it was paid")
    assert present(settings, later) == {"desk", "shop"}
    told = [(c["action"], c["stands"]) for c in cut_list(settings, later)]
    assert told == [("drop", False), ("undo", False)]
    assert [c["stands"] for c in cut_list(settings, moment)] == [True]
    assert audit.verify(Lake(settings.home)).holds


def test_carrying_forward_lifts_the_hold_and_says_so(settings: Settings, moment: datetime) -> None:
    add(settings, "desk", "block", "2016-01-10")
    land(settings, moment)
    assert on_time(settings, moment, "desk") == (False, True)
    decide(settings, moment, "desk", "carry_forward", "director", "nothing new to come")
    assert on_time(settings, moment, "desk") == (False, False)
    assert present(settings, moment) == {"desk"}
    row = row_of(settings, moment, "desk")
    assert "decided by director: nothing new to come" in str(row["carried"])
    assert [c["source"] for c in status(settings, moment)["cuts"]] == ["desk"]


def test_the_forecast_no_longer_waits_for_what_was_cut(
    settings: Settings, moment: datetime
) -> None:
    add(settings, "desk", "block", "2016-01-10")
    add(settings, "shop", "block", "2016-01-10")
    land(settings, moment)
    decide(settings, moment, "desk", "drop", "director", "never came")
    said = {s.name: s for s in forecast_home(settings, moment, futures=200).sources}
    assert said["desk"].criticality == 0


def test_opt_outs_are_never_left_out(settings: Settings, moment: datetime) -> None:
    add(settings, "opt_outs", "drop", "2016-01-10", entity="suppression")
    land(settings, moment)
    contracts = load_contracts(settings.sources)
    known = known_deliveries(Lake(settings.home), contracts, moment.date())
    assert left_out(settings, contracts, in_force(known), moment) == {}
    with pytest.raises(UserError, match="cannot be left out"):
        decide(settings, moment, "opt_outs", "drop", "director", "too slow")


@pytest.mark.parametrize(
    ("source", "action", "why", "told"),
    [
        ("desc", "drop", "x", "there is no source 'desc'"),
        ("desk", "drop", "  ", "--why is empty"),
        ("desk", "undo", "x", "is not cut"),
        ("desk", "carry_forward", "x", "delivered nothing that could be carried"),
    ],
)
def test_mistakes_are_told(
    settings: Settings, moment: datetime, source: str, action: cuts.Action, why: str, told: str
) -> None:
    add(settings, "desk", "block", "2016-01-10")
    with pytest.raises(UserError, match=told):
        decide(settings, moment, source, action, "director", why)
    assert cuts.read(Lake(settings.home)) == []


def test_the_verb_says_what_it_cost(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2016-01-21T12:00")
    add(settings, "desk", "carry_forward", "2016-01-20")
    done = CliRunner().invoke(app, ["cut", "desk", "--why", "too dear", "--who", "me", "--json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert (record["action"], record["by"], record["cost"]["points"]) == ("drop", "me", 3.0)
    told = CliRunner().invoke(app, ["cut", "desk", "--why", "it came", "--undo", "--who", "me"])
    assert "desk is waited for again, by me: it came" in told.stdout
    both = CliRunner().invoke(app, ["cut", "desk", "--why", "x", "--undo", "--carry-forward"])
    assert isinstance(both.exception, UserError)
