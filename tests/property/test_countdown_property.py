"""Calendars and tiers hold for any contest, zone and moment."""

from __future__ import annotations

from dataclasses import replace
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


@given(contests(), st.integers(0, 400), st.sampled_from([-1, 1]))
def test_moving_the_contest_by_a_day_moves_every_day_with_it(
    contest: Contest, days: int, moved: int
) -> None:
    one = timedelta(days=moved)
    other = replace(contest, starts_at=contest.starts_at + one)
    before, after = (deadline(c, f"T-{days}d") for c in (contest, other))
    # The local day moves by a day and the hour on the wall stays, leap days and clock changes
    # or not; the time that passes between may be 23 or 25 hours.
    assert contest.local_day(after) - contest.local_day(before) == one
    assert after.timetz().replace(tzinfo=None) == before.timetz().replace(tzinfo=None)
    for tier in TIERS[:3]:
        assert other.local_day(tier.begins(other)) - contest.local_day(tier.begins(contest)) == one


@given(st.sampled_from(["America/Chicago", "Europe/Berlin"]), st.integers(2012, 2032))
def test_across_a_change_of_the_clock_days_keep_their_hour_and_hours_their_length(
    zone: str, year: int
) -> None:
    # Both zones change in March and in autumn; one of these contests lies just after each.
    for month in (4, 11):
        contest = Contest("any", datetime(year, month, 10, 19), zone, "XX", "REP")
        due = deadline(contest, "T-20d")
        assert (due.hour, due.minute, due.second) == (23, 59, 59)
        elapsed = contest.start.astimezone(ZoneInfo("UTC")) - deadline(contest, "T-480h")
        assert elapsed == timedelta(days=20)


@given(st.sampled_from([2012, 2016, 2020, 2024]), ZONES)
def test_a_leap_day_is_a_day_like_others(year: int, zone: str) -> None:
    contest = Contest("any", datetime(year, 3, 1, 19), zone, "XX", "REP")
    assert contest.local_day(deadline(contest, "T-1d")).isoformat() == f"{year}-02-29"
    assert contest.local_day(deadline(contest, "T-366d")).isoformat() == f"{year - 1}-03-01"
