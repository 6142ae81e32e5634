"""Past days lived again on the samples: the home stays as it was, each day leaves its own."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from orchestration.countdown.clock import read_home_clock
from orchestration.lake import Lake
from orchestration.readiness.forecast_home import goals
from orchestration.replay.days import replay
from orchestration.replay.picture import draw
from orchestration.settings import UserError, load_settings
from tests.pipeline.conftest import MORNING, Road

FIRST, LAST = date(2016, 1, 20), date(2016, 1, 21)


def names(folder: Path) -> dict[str, int]:
    return {str(f.relative_to(folder)): f.stat().st_size for f in folder.rglob("*") if f.is_file()}


def test_two_days_again(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2016-01-30T12:00")
    before = names(road.lake.root)
    live = (road.lake.releases / "current").resolve()
    lived = replay(road.settings, FIRST, LAST)
    scratch = Path(lived.home)
    assert names(road.lake.root) == before
    assert (road.lake.releases / "current").resolve() == live
    assert read_home_clock(road.settings.home) == MORNING
    assert [d["day"] for d in lived.days] == ["2016-01-20", "2016-01-21"]
    assert [d["release"][:10] for d in lived.days] == ["2016-01-20", "2016-01-21"]
    for entry in lived.days:
        kept = scratch / "days" / entry["day"]
        assert json.loads((kept / "readiness.json").read_text())["as_of"] == entry["day"]
        assert json.loads((kept / "forecast.json").read_text())["p_ready"] == entry["p_ready"]
        assert (scratch / "releases" / entry["release"] / "manifest.json").exists()
    shared = next(f for f in (scratch / "lake" / "landing").glob("voter/source=party/*/*.parquet"))
    assert shared.samefile(road.lake.root / shared.relative_to(Lake(scratch).root))
    words = " ".join(ElementTree.parse(draw(lived)).getroot().itertext())
    assert all(wanted in words for wanted in ("P(on time)", "new release", "vendor a"))
    assert (scratch / "replay.png").read_bytes().startswith(b"\x89PNG")
    assert set(lived.forecast_scores) == {"sources", "deliverables", "note"}


def test_a_day_on_which_nothing_runs_is_judged_all_the_same(road: Road) -> None:
    down = date(2016, 1, 23)
    lived = replay(road.settings, down, down, under="daemon_down")
    (entry,) = lived.days
    assert (entry["release"], entry["made"]) == (None, 0)
    assert entry["failed"] == {"run": "nothing ran on this day"}
    assert entry["p_ready"] is not None
    assert not (Path(lived.home) / "days" / "2016-01-23" / "run.json").exists()
    assert lived.home.endswith("_daemon_down")


def test_days_the_wrong_way_round(home: Path) -> None:
    with pytest.raises(UserError, match="turn them round"):
        replay(load_settings(home), LAST, FIRST)
    with pytest.raises(UserError, match="no scenario 'meteor'"):
        replay(load_settings(home), FIRST, LAST, under="meteor")
    with pytest.raises(UserError, match="at least a day"):
        replay(load_settings(home), FIRST, LAST, timedelta(hours=4))


def test_what_was_handed_over_later_is_not_done_yet(home: Path) -> None:
    campaign = load_settings(home).campaign
    contest = campaign.contest_plan()
    name, wanted = next(iter(campaign.deliverables.items()))
    done = {name: wanted.model_copy(update={"done": LAST})}
    campaign = campaign.model_copy(update={"deliverables": done})
    assert [g.done for g in goals(campaign, contest, contest.end_of_day(FIRST))] == [None]
    (goal,) = goals(campaign, contest, contest.end_of_day(LAST))
    assert goal.done is not None
