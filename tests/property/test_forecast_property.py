"""Calendars, laws and the forecast as a whole, whatever the zone, the year and the numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.readiness.forecast import forecast
from orchestration.readiness.forecast_calendar import WorkCalendar, work_calendar
from orchestration.readiness.forecast_laws import (
    above,
    duration_law,
    lateness_law,
    position_above,
)
from orchestration.readiness.forecast_model import AssetOutlook, Usual, WorkTime
from tests.forecast_world import LISTS, PRINT, REVIEW, VENDOR, WEEKLY, at, world

ZONES = st.sampled_from(
    ["America/Chicago", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "UTC"]
)
DAYS = st.dates(date(2015, 1, 1), date(2032, 12, 31))
WORKS = st.builds(
    WorkTime,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=st.integers(0, 11).map(time),
    closes=st.integers(12, 23).map(time),
    holidays=st.frozensets(DAYS, max_size=4),
)
HOURS = st.lists(st.floats(0, 60), min_size=1, max_size=8).map(np.array)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkCalendar, WorkTime, datetime]:
    zone, day, work = draw(ZONES), draw(DAYS), draw(WORKS)
    now = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=ZoneInfo(zone))
    return work_calendar(work, now, zone, day + timedelta(days=300)), work, now


@given(calendars(), st.floats(0, 500), HOURS)
def test_work_ends_within_working_hours_and_takes_what_it_takes(
    made: tuple[WorkCalendar, WorkTime, datetime], begin: float, hours: np.ndarray
) -> None:
    calendar, work, now = made
    start = np.full(len(hours), begin)
    done = calendar.finish(start, hours)
    assert (done >= start).all()
    known = np.isfinite(done) & (hours > 1e-6)
    spent = calendar.worked(done[known]) - calendar.worked(start[known])
    assert np.allclose(spent, hours[known], atol=1e-6)
    for after in done[known]:
        # Just before it ends, somebody works.
        moment = datetime.fromtimestamp(now.timestamp() + after * 3600 - 1, now.tzinfo)
        assert moment.weekday() in work.days
        assert moment.date() not in work.holidays


@given(calendars(), st.floats(0, 500), HOURS)
def test_more_work_never_ends_earlier_and_a_later_start_neither(
    made: tuple[WorkCalendar, WorkTime, datetime], begin: float, hours: np.ndarray
) -> None:
    calendar = made[0]
    start, sorted_hours = np.full(len(hours), begin), np.sort(hours)
    assert (np.diff(calendar.finish(start, sorted_hours)[np.sort(hours) >= 0]) >= 0).all()
    assert (calendar.finish(start + 5, hours) >= calendar.finish(start, hours)).all()


@given(calendars(), st.floats(100, 900), HOURS)
def test_who_starts_at_the_latest_moment_is_done_in_time(
    made: tuple[WorkCalendar, WorkTime, datetime], due: float, hours: np.ndarray
) -> None:
    calendar = made[0]
    finish = np.full(len(hours), due)
    begin = calendar.latest_start(finish, hours)
    possible = np.isfinite(begin)
    assert (calendar.finish(begin, hours)[possible] <= due + 1e-6).all()
    assert (begin <= finish).all()


@given(st.floats(-6, 6))
def test_chances_and_positions_undo_each_other(z: float) -> None:
    assert np.isclose(position_above(above(np.array([z]))), z, atol=1e-3)


@given(
    st.lists(st.floats(-1.5, 60), max_size=6),
    st.tuples(st.floats(0, 10), st.floats(0, 30)).map(sorted),
)
def test_a_lateness_law_is_in_order_and_its_position_is_its_inverse(
    seen: list[float], declared: list[float]
) -> None:
    source = replace(
        VENDOR,
        usual=Usual(*declared),
        promised=tuple(at(1) + timedelta(days=10 * n) for n in range(len(seen))),
        received=tuple(at(1) + timedelta(days=10 * n + d) for n, d in enumerate(seen)),
    )
    law = lateness_law(source)
    days = law.days(np.linspace(-3, 3, 13))
    assert (np.diff(days) >= 0).all()
    assert np.isclose(law.position(float(days[7])), 0.5, atol=0.02) or days[7] > 390
    assert 0 < law.never < 0.2


@given(
    st.lists(st.tuples(st.floats(0, 2e8), st.floats(0, 1e5)), max_size=5),
    st.integers(0, 5),
    st.floats(0, 2e8),
)
def test_a_duration_law_is_finite_whatever_was_measured(
    measured: list[tuple[float, float]], failures: int, rows: float
) -> None:
    law = duration_law(AssetOutlook("marts/m", (), tuple(measured), failures, rows), 40)
    assert np.isfinite([law.centre, law.spread]).all()
    assert law.spread > 0
    assert 0 < law.fails < 1


@settings(max_examples=15)
@given(
    st.integers(0, 40),
    st.floats(0, 200),
    st.sampled_from(["block", "carry_forward", "drop"]),
    st.integers(0, 2**31),
)
def test_chances_are_chances_and_less_work_is_never_worse(
    days_before: int, hours: float, if_late: str, seed: int
) -> None:
    now = at(31, 6) - timedelta(days=days_before)
    came = tuple(moment for moment in WEEKLY.received if moment < now)
    sources = (
        replace(WEEKLY, received=came, data_time=came[-1] if came else None),
        replace(VENDOR, if_late=if_late),  # type: ignore[arg-type]
    )
    outlook = world(
        now=now, sources=sources, steps=(replace(REVIEW, hours=hours), PRINT), goals=(LISTS,)
    )
    less = replace(outlook, steps=(replace(REVIEW, hours=hours / 2), PRINT))
    said = forecast(outlook, futures=200, seed=seed, remedies=False)
    easier = forecast(less, futures=200, seed=seed, remedies=False)
    goal = said.deliverables[0]
    assert 0 <= goal.p_complete <= goal.p_on_time <= 1
    assert goal.p50 is None or goal.p90 is None or goal.p50 <= goal.p90
    assert easier.deliverables[0].p_on_time >= goal.p_on_time
    assert all(0 <= share <= 1 for share in said.criticality.values())
