"""Audiences of a release: sizes, expected votes at every turnout, the universe and its curve."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from orchestration.lake import Lake, connect, sql_path, write_parquet
from orchestration.release.audience_display import show
from orchestration.release.audiences import audiences
from orchestration.release.publish import publish
from orchestration.release.read import current_release
from orchestration.settings import UserError, load_settings

NOW = datetime.fromisoformat("2016-01-21T06:00:00-06:00")
PEOPLE = "from range(40) r(i)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Forty people, each with an even chance to come and to support, twenty to be contacted."""
    lake, con = Lake(tmp_path), connect(tmp_path)
    person = "select 'p' || i as person_id"
    tables = {
        lake.marts / "persons.parquet": f"{person}, true as is_eligible {PEOPLE}",
        lake.marts / "contacts.parquet": f"{person}, 'v' || i as voter_key {PEOPLE}",
        lake.identity / "links.parquet": "select 'r' as record_key, 'website' as source, "
        "'contact' as entity, 'v1' as voter_key, false as needs_review, 'splink' as method",
        lake.scores("attendance"): f"{person}, 0.5::double as probability {PEOPLE}",
        lake.scores("support"): f"{person}, 0.5::double as probability {PEOPLE}",
        lake.segment("seg_base"): f"{person}, 'pledged' as kind, 'Has pledged' as reason, "
        "0.25::double as value, ['door'] as channels, null::varchar as best_time_seen, "
        f"'19153' as county_fips, '19153-001' as precinct_id {PEOPLE}",
        lake.segment("universe"): f"{person}, 'phone' as channel, i = 0 as is_held_out, "
        "0.5::double as p_attends, 0.5::double as p_supports, 0.1::double as contact_rate, "
        "3.0::double as odds_ratio, 3.0::decimal(8, 2) as minutes, "
        "0.0125::decimal(12, 8) as votes_gained, "
        "case when i < 5 then '19001' when i < 20 then '19113' else '19153' end as county_fips "
        f"{PEOPLE}",
        lake.segment("universe_curve"): "select n_people, n_people = 40 as is_capacity, "
        "2.0::double as hours, 0.5::double as votes_gained, 10.0::double as expected_votes, "
        "2.0::double as plain_hours, 0.25::double as plain_votes_gained, "
        "8.0::double as plain_expected_votes from (values (4), (40)) as s (n_people)",
    }
    for file, query in tables.items():
        write_parquet(con, query, file)
    card = {
        "turnout": {
            "scenario": "middle",
            "logit_shift": {"low": -1.0986122887, "middle": 0.0, "high": 1.0986122887},
        }
    }
    lake.scores("attendance").with_suffix(".card.json").write_text(json.dumps(card))
    summary: dict[str, Any] = {"segments": {}, "sources": []}
    publish(load_settings(tmp_path), "2016-01-21", NOW, summary)
    return tmp_path


def test_votes_are_told_at_every_turnout(home: Path) -> None:
    base = audiences(home)["segments"]["seg_base"]
    # Odds of one to one become one to three and three to one.
    assert base["expected_votes"] == {"low": 5.0, "middle": 10.0, "high": 15.0}
    assert base["people"] == 40
    assert base["kinds"] == {"pledged": 40}


def test_the_holdout_gains_nothing_and_costs_nothing(home: Path) -> None:
    universe = audiences(home)["universe"]
    assert (universe["people"], universe["held_out"], universe["hours"]) == (39, 1, 2.0)
    assert universe["votes_gained"]["middle"] == pytest.approx(39 * 0.1 * 0.5 * 0.25, abs=0.01)


def test_a_score_without_scenarios_has_one_level(home: Path) -> None:
    release = current_release(home)
    assert release is not None
    from orchestration.release.audiences import turnout_odds

    (release.path / "scores" / "attendance.card.json").unlink()
    assert turnout_odds(release) == {"middle": 1.0}


def test_aggregates_of_the_universe_hide_small_cells(home: Path) -> None:
    release = current_release(home)
    assert release is not None
    cells = duckdb.execute(
        "select county_fips, people from read_parquet("
        f"{sql_path(release.table('aggregates/universe_by_county'))}) order by county_fips"
    ).fetchall()
    assert cells == [("19001", None), ("19113", None), ("19153", 20)]
    curve = duckdb.execute(
        f"select n_people from read_parquet({sql_path(release.table('aggregates/universe_curve'))})"
    ).fetchall()
    assert curve == [(40,)]


def test_the_tables_say_what_is_an_estimate(home: Path) -> None:
    console = Console(file=io.StringIO(), width=120)
    show(audiences(home), console)
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "All votes are estimates" in told
    assert "At 40 people our choice gains 0.5 votes" in told


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="tminus run"):
        audiences(tmp_path)
