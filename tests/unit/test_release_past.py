"""What a release tells of the days before it: chances, changes, cuts and the forecast's record."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

from orchestration.lake import Lake
from orchestration.ledger import cuts, deliveries
from orchestration.ledger.cuts import CutRecord
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.readiness.kept import keep
from orchestration.readiness.record import record
from orchestration.release.past import FILE, write_past
from orchestration.settings import load_settings
from tests.apps.invented import NOW, forecast, summary


def report(days_ago: int = 0, **other: Any) -> dict[str, Any]:
    moment = NOW - timedelta(days=days_ago)
    said = {**deepcopy(forecast()), "now": moment.isoformat(), **other}
    return summary(moment, forecast=said)


def past(home: Path, now: dict[str, Any]) -> dict[str, Any]:
    write_past(load_settings(home), home / "release", NOW, now)
    content: dict[str, Any] = json.loads((home / "release" / FILE).read_text())
    return content


def test_the_past_has_every_day_what_changed_and_who_cut_what(home: Path) -> None:
    lake = Lake(home)
    for ago, chance in ((2, 0.9), (1, 0.7)):
        keep(lake, report(ago, p_ready=chance))
    keep(lake, report(-1, p_ready=0.1))  # a later day is not of the past
    cuts.append(lake, CutRecord("social", "drop", NOW.isoformat(), "director", "it is late"))
    told = past(home, report())
    assert [(day["day"], day["p_ready"]) for day in told["days"]] == [
        ("2016-01-19", 0.9), ("2016-01-20", 0.7), ("2016-01-21", 0.4847),
    ]  # fmt: skip
    assert told["since"] == "2016-01-20"
    assert told["changes"][0]["what"] == "Ready in time fell from 70% to 48%"
    assert [(cut["source"], cut["stands"]) for cut in told["cuts"]] == [("social", True)]
    assert told["record"]["days"] == 2


def test_a_first_day_has_no_past_and_a_release_without_a_forecast_none_at_all(home: Path) -> None:
    told = past(home, report())
    assert (told["since"], told["changes"], told["record"]) == (None, [], None)
    write_past(load_settings(home), home / "other", NOW, {"segments": {}, "sources": []})
    assert not (home / "other").exists()


def test_the_record_holds_what_was_said_against_what_came(home: Path) -> None:
    lake = Lake(home)
    before = report(3)
    source = next(s for s in before["forecast"]["sources"] if s["name"] == "events")
    source.update(needed_by=(NOW - timedelta(days=1)).isoformat(), p_on_time=0.75)
    came = (NOW - timedelta(days=2)).date().isoformat()
    deliveries.append(lake, DeliveryRecord("events", "d1", "e.csv", came, "landed", came))
    now = report()
    now["forecast"]["deliverables"][0].update(
        state="done", p50=(NOW - timedelta(hours=2)).isoformat()
    )
    found = record(lake, [before], now)
    assert found is not None
    assert found["sources"]["sayings"] == 1
    assert found["sources"]["brier"] == 0.0625  # (0.75 - 1) squared
    assert found["sources"]["brier_plain"] == {"status": 1.0}  # at risk was said, and it came
    assert found["deliverables"]["sayings"] == 1
    assert found["deliverables"]["brier"] == round((0.8667 - 1) ** 2, 4)
