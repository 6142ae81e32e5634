"""The pace of the schedule, and which assets a started run makes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.countdown import clock
from orchestration.readiness.due import landing_part, whole_run
from orchestration.readiness.plan import Node, PlannedStep
from orchestration.readiness.schedules import cron, pace_hours
from orchestration.settings import load_settings

NODES = [
    Node("source/party", "sources", (), "1"),
    Node("landing/voter", "landing", ("source/party",), "1"),
    Node("landing/contact", "landing", (), "1"),
    Node("marts/voters", "marts", ("landing/voter",), "1"),
]


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (168, "0 6 * * *"),
        (72, "0 6,18 * * *"),
        (24, "0 0,6,12,18 * * *"),
        (4, "0 * * * *"),
        (1, "0 * * * *"),
    ],
)
def test_the_closer_the_denser(hours: int, line: str) -> None:
    assert cron(timedelta(hours=hours)) == line


def test_a_pace_divides_the_day() -> None:
    assert {24 % pace_hours(timedelta(hours=h)) for h in range(1, 500)} == {0}


def test_news_at_the_inbox_takes_the_whole_landing_along() -> None:
    planned = [
        PlannedStep("source/party", "sources", "1 new file in the inbox", None),
        PlannedStep("marts/voters", "marts", "landing/voter will be remade", None),
    ]
    assert whole_run(planned, NODES) == [
        "source/party",
        "landing/voter",
        "landing/contact",
        "marts/voters",
    ]
    assert landing_part(planned[1:], NODES) == []


def test_the_tier_sensor_asks_for_a_reload_only_after_a_change(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.readiness import sensors

    asked: list[str] = []
    monkeypatch.setattr(sensors, "reload_location", asked.append)
    clock.set_home_clock(home, datetime.fromisoformat("2016-01-24T20:00:00-06:00"))
    tier = next(s for s in sensors.build_sensors(load_settings(home)) if s.name == "tier")
    tier()
    assert asked == []
    clock.set_home_clock(home, datetime.fromisoformat("2016-01-25T00:00:00-06:00"))
    monkeypatch.delenv(sensors.WEBSERVER, raising=False)
    assert "reload the code location" in str(tier().skip_message)
    monkeypatch.setenv(sensors.WEBSERVER, "http://127.0.0.1:1")
    tier()
    assert asked == ["http://127.0.0.1:1"]
