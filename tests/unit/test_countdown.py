"""The countdown: dates, tiers and clocks to the second."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.countdown import clock
from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import build_tiers, demand_order, next_change, tier_in_force
from orchestration.countdown.tminus import day_label, deadline, parse_age, parse_offset

CHICAGO = ZoneInfo("America/Chicago")
IOWA = Contest("Iowa", datetime(2016, 2, 1, 19), "America/Chicago", "US-IA", "REP")
TIERS = build_tiers({"T-42d": "7d", "T-21d": "3d", "T-7d": "24h", "T-3d": "4h"})


def test_days_are_counted_where_the_contest_is_held() -> None:
    # 04:30 UTC on the 25th is still the evening of the 24th in Iowa.
    late_evening = datetime(2016, 1, 25, 4, 30, tzinfo=timezone.utc)
    assert IOWA.local_day(late_evening) == date(2016, 1, 24)
    assert IOWA.days_left(late_evening) == 8


def test_time_left_is_negative_after_the_start() -> None:
    assert IOWA.time_left(IOWA.start + timedelta(minutes=1)) == -timedelta(minutes=1)


def test_a_day_deadline_is_the_end_of_that_local_day() -> None:
    assert deadline(IOWA, "T-7d") == datetime(2016, 1, 25, 23, 59, 59, tzinfo=CHICAGO)


def test_an_hour_deadline_is_elapsed_time() -> None:
    assert deadline(IOWA, "T-4h") == datetime(2016, 2, 1, 15, tzinfo=CHICAGO)


def test_days_keep_their_hour_across_daylight_saving() -> None:
    spring = Contest("Spring", datetime(2016, 3, 15, 7), "America/Chicago", "US-IL", "REP")
    before = deadline(spring, "T-7d")
    assert (before.hour, before.utcoffset()) == (23, timedelta(hours=-6))
    assert deadline(spring, "T-1d").utcoffset() == timedelta(hours=-5)


@pytest.mark.parametrize("text", ["7d", "T7d", "T-7", "T-7w", "", "T--7d", "t-7d"])
def test_what_is_no_t_minus_notation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="T-minus"):
        parse_offset(text)


def test_ages_have_units() -> None:
    assert parse_age("24h") == timedelta(days=1)
    with pytest.raises(ValueError, match="duration"):
        parse_age("a while")


def test_labels_count_down_and_then_up() -> None:
    labels = [day_label(IOWA, date(2016, 1, 25)), day_label(IOWA, IOWA.day)]
    assert [*labels, day_label(IOWA, date(2016, 2, 2))] == ["T-7d", "T-0d", "T+1d"]


def test_a_tier_begins_at_local_midnight_to_the_second() -> None:
    midnight = datetime(2016, 1, 25, tzinfo=CHICAGO)
    assert tier_in_force(IOWA, TIERS, midnight - timedelta(seconds=1)).name == "T-21d"
    assert tier_in_force(IOWA, TIERS, midnight).name == "T-7d"


def test_before_the_first_tier_the_first_holds_and_after_the_last_nothing_changes() -> None:
    assert tier_in_force(IOWA, TIERS, datetime(2015, 6, 1, tzinfo=CHICAGO)).name == "T-42d"
    assert next_change(IOWA, TIERS, IOWA.start) is None


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({}, "no tier"),
        ({"T-7d": "1d", "T-21d": "1d"}, "reorder"),
        ({"T-21d": "1d", "T-7d": "3d"}, "older data"),
        ({"T+1d": "1d"}, "after the contest"),
    ],
)
def test_tiers_out_of_order_are_refused(rules: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        build_tiers(rules)


def test_tiers_that_overlap_on_the_contests_own_clock_are_refused() -> None:
    # T-2d begins at midnight, 67 hours before seven in the evening: T-50h would never be seen.
    with pytest.raises(ValueError, match="T-2d would begin 2016-01-30 00:00, no later than T-50h"):
        demand_order(IOWA, build_tiers({"T-50h": "2d", "T-2d": "1d"}))
    demand_order(IOWA, build_tiers({"T-2d": "1d", "T-40h": "4h"}))


def test_a_home_carries_its_clock_and_it_only_moves_forward(tmp_path: Path) -> None:
    early, late = (datetime(2016, 1, day, 6, tzinfo=CHICAGO) for day in (20, 21))
    clock.set_home_clock(tmp_path, late)
    assert clock.set_home_clock(tmp_path, early) == late
    assert clock.now(tmp_path, "America/Chicago", {}) == late


def test_the_stated_time_wins_over_the_home(tmp_path: Path) -> None:
    clock.set_home_clock(tmp_path, datetime(2016, 1, 21, 6, tzinfo=CHICAGO))
    stated = clock.now(tmp_path, "America/Chicago", {"TMINUS_NOW": "2016-01-30T12:00"})
    assert stated == datetime(2016, 1, 30, 12, tzinfo=CHICAGO)


def test_a_stated_time_that_is_no_date_names_itself(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="TMINUS_NOW: 'soon' is no date"):
        clock.now(tmp_path, "America/Chicago", {"TMINUS_NOW": "soon"})


def test_without_any_clock_the_time_is_real(tmp_path: Path) -> None:
    real = clock.now(tmp_path, "America/Chicago", {})
    assert abs(real - datetime.now(timezone.utc)) < timedelta(minutes=1)
