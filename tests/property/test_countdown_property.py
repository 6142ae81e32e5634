"""Calendars and tiers hold for any contest, zone and moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import build_tiers, next_change, tier_in_force
from orchestration.countdown.tminus import day_label, deadline, parse_offset

ZONES = st.sampled_from(
    ["America/Chicago", "America/New_York", "Pacific/Honolulu", "Europe/Berlin", "Asia/Kolkata"]
)
STARTS = st.datetimes(datetime(2012, 1, 1), datetime(2032, 12, 31))
TIERS = build_tiers({"T-42d": "7d", "T-21d": "3d", "T-7d": "24h", "T-6h": "4h"})


@st.composite
def contests(draw: st.DrawFn) -> Contest:
    start = draw(STARTS).replace(microsecond=0)
    return Contest("any", start, draw(ZONES), "XX", "REP")


@given(contests(), st.integers(0, 400))
def test_a_day_deadline_lies_on_its_day(contest: Contest, days: int) -> None:
    due = deadline(contest, f"T-{days}d")
    assert contest.local_day(due) == contest.day - timedelta(days=days)
    assert day_label(contest, contest.local_day(due)) == f"T-{days}d"


@given(contests(), st.integers(0, 2000))
def test_an_hour_deadline_is_exactly_so_much_earlier(contest: Contest, hours: int) -> None:
    due = deadline(contest, f"T-{hours}h")
    utc = ZoneInfo("UTC")
    assert contest.start.astimezone(utc) - due.astimezone(utc) == timedelta(hours=hours)
    assert parse_offset(f"T-{hours}h") == -timedelta(hours=hours)


@given(contests(), st.integers(-100, 100 * 24 * 60))
def test_tiers_only_tighten_as_time_passes(contest: Contest, minutes_before: int) -> None:
    moment = contest.start - timedelta(minutes=minutes_before)
    now = tier_in_force(contest, TIERS, moment)
    change = next_change(contest, TIERS, moment)
    if change is None:
        assert now == TIERS[-1] or moment >= TIERS[-1].begins(contest)
    else:
        assert moment < change
        assert tier_in_force(contest, TIERS, change).max_age <= now.max_age
