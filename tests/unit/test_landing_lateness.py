"""Lateness: the age of the data against the tier in force, and against the day it is needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.landing.lateness import Lateness, judge
from orchestration.settings import load_campaign

CAMPAIGN = load_campaign(Path(__file__).resolve().parents[2] / "campaign.yaml")


def judged(
    moment: datetime, age: timedelta | None, cadence: str | None, needed_by: str | None = "T-2d"
) -> Lateness:
    newest = None if age is None else moment - age
    contest, tiers = CAMPAIGN.contest_plan(), CAMPAIGN.tiers()
    return judge(contest, tiers, moment, newest, cadence, needed_by)


@pytest.mark.parametrize(
    ("age", "cadence", "state"),
    [
        (timedelta(days=2, hours=23), "1d", "on_time"),
        (timedelta(days=3, minutes=1), "1d", "late"),
        (timedelta(days=6), "7d", "on_time"),
        (timedelta(days=400), None, "on_time"),
    ],
)
def test_the_tier_or_a_slower_cadence_sets_the_limit(
    moment: datetime, age: timedelta, cadence: str | None, state: str
) -> None:
    assert judged(moment, age, cadence).state == state


def test_the_same_data_becomes_late_as_the_contest_nears(moment: datetime) -> None:
    age = timedelta(hours=30)
    assert judged(moment, age, "4h").passed
    assert not judged(moment + timedelta(days=5), age, "4h").passed


def test_data_from_the_future_is_not_negative_in_age(moment: datetime) -> None:
    assert judged(moment, -timedelta(days=1), "1d").age == timedelta(0)


def test_nothing_yet_fails_only_after_its_day(moment: datetime) -> None:
    before = judged(moment, None, "1d")
    after = judged(moment + timedelta(days=10), None, "1d")
    assert (before.state, before.passed) == ("missing", True)
    assert (after.state, after.passed) == ("missing", False)
    assert judged(moment, None, "1d", None).passed
