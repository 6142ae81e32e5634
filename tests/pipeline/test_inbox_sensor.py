"""The inbox sensor on a real home: silent, then one run for what came, then silent again."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from orchestration.countdown import clock
from orchestration.landing.land import land
from orchestration.landing.sensors import build_sensors
from orchestration.settings import load_settings
from orchestration.sources.registry import samples


def test_one_run_for_a_burst(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2016-01-21T06:00")
    settings = load_settings(home)
    (sensor,) = build_sensors(settings)
    cursor = None

    def tick() -> list[str | None]:
        nonlocal cursor
        result = sensor(dg.build_sensor_context(cursor=cursor))
        assert isinstance(result, dg.SensorResult)
        cursor = result.cursor
        return [request.run_key for request in result.run_requests or []]

    assert tick() == []
    for sample in samples("suppressions"):
        target = home / "inbox" / "suppressions" / str(sample.day) / sample.path.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(sample.path, target)
    assert tick() == []
    assert len(tick()) == 1
    assert tick() == []
    land(settings, clock.now(home, settings.campaign.contest.zone))
    assert tick() == []
