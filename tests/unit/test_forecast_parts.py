"""The forecast's parts: working time, laws from few observations, which round is awaited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import numpy as np
import pytest

from orchestration.readiness.forecast_calendar import closures, work_calendar
from orchestration.readiness.forecast_graph import build_graph, completed
from orchestration.readiness.forecast_laws import duration_law, lateness_law, learn, past_lateness
from orchestration.readiness.forecast_model import AssetOutlook, WorkTime
from orchestration.readiness.forecast_rounds import Choices, needed_round, wait_for
from tests.forecast_world import VENDOR, WEEKLY, WORK, ZONE, at, world

LAST = date(2016, 3, 31)


def _done(start: datetime, work: float, hours: WorkTime = WORK) -> datetime:
    calendar = work_calendar(hours, start, "America/Chicago", LAST)
    after = float(calendar.finish(np.zeros(1), np.array([work]))[0])
    return datetime.fromtimestamp(start.timestamp() + after * 3600, ZONE)


def test_work_goes_on_the_next_morning_and_skips_sundays_and_holidays() -> None:
    assert _done(at(14, 12), 8) == at(15, 11)
    assert _done(at(16, 17), 2) == at(19, 10)  # Saturday evening; Monday is a holiday
    assert _done(at(14, 20), 0) == at(14, 20)


def test_a_day_on_which_the_clock_changes_keeps_its_working_hours() -> None:
    sundays = replace(WORK, days=frozenset(range(7)))
    assert _done(at(12, 17, month=3), 2, sundays) == at(13, 10, month=3)
    night = replace(sundays, opens=time(0), closes=time(8))
    # The night of 13 March has one hour less.
    assert _done(at(13, 0, month=3), 8, night) == at(14, 1, month=3)


def test_the_latest_start_undoes_the_finish() -> None:
    calendar = work_calendar(WORK, at(14), "America/Chicago", LAST)
    due = calendar.finish(np.zeros(1), np.array([20.0]))
    begin = calendar.latest_start(due, np.array([20.0]))
    assert calendar.finish(begin, np.array([20.0])) == pytest.approx(due)


def test_nobody_works_in_a_week_without_days() -> None:
    calendar = work_calendar(replace(WORK, days=frozenset()), at(14), "America/Chicago", LAST)
    assert np.isinf(calendar.finish(np.zeros(1), np.ones(1)))[0]


def test_a_holiday_beside_a_day_off_is_one_closure() -> None:
    work = replace(WORK, days=frozenset(range(5)), holidays=frozenset({date(2016, 1, 22)}))
    ((begin, end),) = closures(work, at(21, 0), "America/Chicago", date(2016, 2, 1))
    assert (begin, end) == (24, 96)


@pytest.mark.parametrize("made", [0, 1, 3, 12])
def test_a_duration_grows_surer_with_each_making(made: int) -> None:
    steady = AssetOutlook("marts/m", (), ((50_000.0, 40.0),) * made)
    law = duration_law(steady, 50)
    wider = duration_law(AssetOutlook("marts/m", (), ((50_000.0, 40.0),) * max(made - 1, 0)), 50)
    assert law.spread <= wider.spread
    if made == 0:
        assert law.spread > 1.0
    if made >= 3:
        assert np.exp(law.centre) == pytest.approx(40, rel=0.25)


def test_more_rows_take_longer() -> None:
    measured = ((20_000.0, 10.0), (40_000.0, 19.0), (80_000.0, 36.0))
    small = duration_law(AssetOutlook("marts/m", (), measured, rows=20_000.0), 50)
    large = duration_law(AssetOutlook("marts/m", (), measured, rows=2_000_000.0), 50)
    assert large.centre > small.centre + 2.5
    assert large.spread > small.spread


def test_lateness_is_measured_against_promises_or_the_cadence() -> None:
    assert past_lateness(WEEKLY) == [0.0, 0.0]
    late = replace(VENDOR, promised=(at(10), at(17)), received=(at(12),))
    assert past_lateness(late) == [2.0]
    assert past_lateness(replace(VENDOR, promised=())) == []


def test_a_punctual_supplier_is_trusted_more_and_never_is_rarer() -> None:
    known, unknown = lateness_law(WEEKLY), lateness_law(VENDOR)
    middle, far = np.zeros(1), np.array([1.28])
    assert known.days(middle) < unknown.days(middle)
    assert known.days(far) < unknown.days(far)
    assert known.never < unknown.never


def test_learning_nothing_keeps_the_centre_and_widens() -> None:
    assert learn(1.0, 0.5, 2.0, np.array([]))[0] == 1.0
    assert learn(1.0, 0.5, 2.0, np.array([]))[1] > 0.5


def test_data_young_enough_need_no_delivery() -> None:
    outlook = world()
    assert needed_round(WEEKLY, at(25), outlook) is None
    assert needed_round(WEEKLY, at(28), outlook) == at(26)


def test_a_promise_counts_before_the_cadence_and_only_until_the_cut() -> None:
    twice = replace(VENDOR, promised=(at(10), at(22), at(31)), received=(at(10),))
    assert needed_round(twice, at(26), world()) == at(22)
    assert needed_round(twice, at(20), world()) is None
    once = replace(VENDOR, promised=(), received=(at(10),))
    assert needed_round(once, at(26), world()) is None


def test_who_is_waited_for_and_how_long() -> None:
    outlook, cut = world(), at(26)
    assert wait_for(VENDOR, cut, outlook, Choices()).until is None  # nothing to carry forward
    assert wait_for(replace(VENDOR, if_late="drop"), cut, outlook, Choices()).until == cut
    assert wait_for(WEEKLY, at(28), outlook, Choices()).until == at(28)
    block = replace(WEEKLY, if_late="block")
    assert wait_for(block, at(28), outlook, Choices()).until is None
    assert wait_for(VENDOR, cut, outlook, Choices(dropped=frozenset({"vendor"}))).planned is None


def test_what_was_never_made_gets_its_place_in_the_graph() -> None:
    graph = build_graph(completed(world(assets=())))
    order = graph.ancestors("deliverable/lists")
    for early, late in (
        ("delivery/vendor", "onboard/vendor"),
        ("onboard/vendor", "source/vendor"),
        ("source/vendor", "landing/trait"),
        ("landing/trait", "segments/base"),
        ("segments/base", "print"),
    ):
        assert order.index(early) < order.index(late)
    assert "onboard/weekly" not in order
