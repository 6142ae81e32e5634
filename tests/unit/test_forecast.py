"""The forecast: what it says of a small countdown, and of one that is badly described."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from orchestration.readiness.forecast import forecast
from orchestration.readiness.forecast_model import AssetOutlook, Crew, Outlook, Usual
from orchestration.readiness.forecast_remedies import parse_what_if
from orchestration.readiness.forecast_report import Forecast, as_json
from orchestration.settings import UserError
from tests.forecast_world import IOWA, LISTS, PRINT, REVIEW, VENDOR, WEEKLY, at, world

FEW = 800


def _said(outlook: Outlook, what_if: str = "", remedies: bool = False) -> Forecast:
    choices = parse_what_if(what_if, outlook)
    return forecast(outlook, choices, futures=FEW, seed=1, remedies=remedies)


def _chance(outlook: Outlook, what_if: str = "") -> float:
    return _said(outlook, what_if).deliverables[0].p_on_time


def _source(said: Forecast, name: str) -> object:
    return next(source for source in said.sources if source.name == name)


def test_equal_seeds_give_equal_reports_and_others_do_not() -> None:
    assert as_json(_said(world())) == as_json(_said(world()))
    other = forecast(world(), futures=FEW, seed=2, remedies=False)
    assert other.deliverables[0].p90 != _said(world()).deliverables[0].p90


def test_the_report_is_one_json_object_with_what_was_promised() -> None:
    report = json.loads(json.dumps(as_json(_said(world(), remedies=True))))
    assert {"deliverables", "critical_path", "cuts", "sources", "plan", "notes"} <= set(report)
    goal = report["deliverables"][0]
    assert {"name", "deadline", "p_on_time", "p50", "p90", "slack_hours"} <= set(goal)
    assert goal["p50"] <= goal["p90"]


def test_a_vendor_who_never_delivered_is_waited_for_and_dropping_it_helps() -> None:
    with_vendor, without = _chance(world()), _chance(world(), "vendor=drop")
    assert without > with_vendor + 0.05


def test_a_source_that_may_be_dropped_is_not_waited_for_after_the_cut() -> None:
    patient = world(sources=(WEEKLY, replace(VENDOR, promised=(at(26),))))
    ready_to_drop = world(sources=(WEEKLY, replace(VENDOR, promised=(at(26),), if_late="drop")))
    assert _chance(ready_to_drop) > _chance(patient) + 0.2
    goal = _said(ready_to_drop).deliverables[0]
    assert goal.p_complete < goal.p_on_time


def test_more_reviewers_and_a_smaller_universe_help_when_people_are_the_bottleneck() -> None:
    busy = world(sources=(WEEKLY,), steps=(replace(REVIEW, hours=52.0), replace(PRINT, hours=12.0)))
    as_it_is = _chance(busy)
    assert _chance(busy, "reviewers=4") > as_it_is + 0.1
    assert _chance(busy, "universe=0.5") >= as_it_is
    assert _chance(busy, "reviewers=0") == 0.0


def test_the_remedies_name_the_bottleneck_and_the_plan_reaches_the_target() -> None:
    busy = world(sources=(WEEKLY,), steps=(replace(REVIEW, hours=45.0), PRINT))
    said = _said(busy, remedies=True)
    assert "review" in said.critical_path
    assert said.cuts[0].remedy.lever == "reviewers"
    assert said.plan is not None
    assert said.plan.reaches
    assert min(said.plan.chances.values()) >= said.target


def test_what_is_sure_needs_no_plan() -> None:
    easy = world(sources=(replace(WEEKLY, data_time=at(21, 1)),), steps=(), goals=(
        replace(LISTS, needs=("segments/base",), data_until=at(21)),))  # fmt: skip
    said = _said(easy, remedies=True)
    assert said.plan is not None
    assert (said.plan.reaches, said.plan.remedies) == (True, ())


def test_a_day_given_as_certain_replaces_chance() -> None:
    early, late = _chance(world(), "vendor=2016-01-22"), _chance(world(), "vendor=2016-01-29")
    assert early > late
    assert late == 0.0


def test_a_source_that_is_already_late_is_expected_after_now_not_on_its_day() -> None:
    said = _said(world(sources=(WEEKLY, replace(VENDOR, promised=(at(15),)))))
    vendor = _source(said, "vendor")
    assert vendor.p50 > said.now  # type: ignore[attr-defined]
    assert vendor.overdue_hours == pytest.approx(138)  # type: ignore[attr-defined]
    assert any("vendor: its delivery of 2016-01-15 is overdue by 5.8 days" in n for n in said.notes)


def test_the_longer_it_is_silent_the_likelier_it_never_comes() -> None:
    never = [
        _source(_said(world(sources=(replace(VENDOR, promised=(at(day),)),))), "vendor").p_never  # type: ignore[attr-defined]
        for day in (22, 16, 8)
    ]
    assert never[0] < never[1] < never[2]


def test_the_latest_useful_arrival_leaves_time_for_what_follows() -> None:
    slow = world(steps=(REVIEW, replace(PRINT, hours=16.0)))
    last, later = (
        _source(_said(outlook), "vendor").latest_useful  # type: ignore[attr-defined]
        for outlook in (slow, world(steps=(REVIEW, replace(PRINT, hours=2.0))))
    )
    assert last < later < LISTS.deadline


def test_a_task_of_people_says_when_it_must_be_done_at_the_latest() -> None:
    usual = _said(world())
    tasks = {task.name: task for task in usual.tasks}
    review = tasks[REVIEW.name]
    assert review.p50 is not None
    assert review.latest is not None
    assert review.latest < min(goal.deadline for goal in usual.deliverables)
    slower = _said(world(steps=(REVIEW, replace(PRINT, hours=16.0))))
    later = next(task for task in slower.tasks if task.name == REVIEW.name)
    assert later.latest is not None
    assert later.latest < review.latest
    assert "tasks" in as_json(usual)


def test_other_suppliers_late_today_make_those_not_yet_due_later_too() -> None:
    others = [replace(VENDOR, name=f"v{n}", promised=(at(17),), if_late="drop") for n in range(4)]
    punctual = [replace(v, received=(at(17),), data_time=at(17)) for v in others]
    due = replace(VENDOR, promised=(at(23),))
    p90 = [
        _source(_said(world(sources=(due, *more))), "vendor").p90  # type: ignore[attr-defined]
        for more in (punctual, others)
    ]
    assert p90[0] < p90[1]


def test_after_the_contest_there_is_nothing_to_forecast() -> None:
    said = _said(world(now=at(2, 8, month=2)))
    assert (said.over, said.p_ready) == (True, None)
    assert said.deliverables[0].state == "missed"
    assert "nothing left to forecast" in said.notes[0]


def test_a_deliverable_past_its_deadline_is_done_or_missed_not_forecast() -> None:
    after = world(now=at(30, 8))
    assert _said(after).deliverables[0].state == "missed"
    assert any("not marked done" in note for note in _said(after).notes)
    done = replace(LISTS, done=at(28))
    said = _said(world(now=at(30, 8), goals=(done,)))
    assert (said.deliverables[0].state, said.deliverables[0].p_on_time) == ("done", 1.0)
    assert said.p_ready is None


def test_a_need_after_the_contest_counts_as_the_contest_and_is_told() -> None:
    said = _said(world(sources=(WEEKLY, replace(VENDOR, needed_by=at(3, month=2)))))
    assert any("needed_by lies after the contest" in note for note in said.notes)
    assert _source(said, "vendor").needed_by == IOWA.start  # type: ignore[attr-defined]


def test_without_any_history_it_still_answers_and_says_on_what_grounds() -> None:
    bare = world(assets=(), sources=(replace(WEEKLY, received=(), data_time=None), VENDOR))
    said = _said(bare)
    assert 0 <= said.deliverables[0].p_on_time < 1
    assert any("no step was ever measured" in note for note in said.notes)
    wide, known = said.deliverables[0].p90, _said(world()).deliverables[0].p90
    assert known is not None
    assert wide is None or wide > known


def test_a_block_that_is_meant_to_come_after_the_cut_is_told() -> None:
    said = _said(world(sources=(WEEKLY, replace(VENDOR, promised=(at(28),), if_late="block"))))
    assert any("vendor is meant to come after lists cuts its data" in n for n in said.notes)


def test_nobody_there_to_do_the_work_is_never() -> None:
    said = _said(world(crews={"reviewers": Crew(0, 4), "printers": Crew(1, 8)}))
    goal = said.deliverables[0]
    assert (goal.p_on_time, goal.p50, goal.slack_hours) == (0.0, None, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vendr=drop", "there is no 'vendr'; use one of printers, reviewers, universe, vendor"),
        ("vendor", "write it like vendor_b=drop"),
        ("vendor=later", "say drop, carry_forward or the day it comes"),
        ("vendor=carry_forward", "has delivered nothing that could be carried forward"),
        ("reviewers=many", "a number from 0"),
        ("universe=2", "a number from 0 to 1"),
        ("reviewers=-1", "a number from 0"),
        ("reviewers=nan", "a number from 0"),
    ],
)
def test_a_wrong_what_if_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UserError) as mistake:
        parse_what_if(text, world())
    assert says in str(mistake.value)
    assert "\n" not in str(mistake.value)


def test_tasks_that_name_nothing_or_wait_for_each_other_are_refused() -> None:
    with pytest.raises(UserError, match="there is no task, source or asset 'printt'"):
        _said(world(goals=(replace(LISTS, needs=("printt",)),)))
    with pytest.raises(UserError, match="wait for each other"):
        _said(world(steps=(replace(REVIEW, after=("print",)), PRINT)))


def test_a_declared_lateness_is_believed_until_experience_says_otherwise() -> None:
    prompt = replace(VENDOR, usual=Usual(0.0, 0.5))
    assert _chance(world(sources=(WEEKLY, prompt))) > _chance(world())
    days = [timedelta(days=7 * n) for n in range(4)]
    burnt = replace(
        WEEKLY,
        name="vendor",
        usual=Usual(0.0, 0.5),
        cadence_days=3.0,
        received=tuple(at(21) - day for day in reversed(days)),
    )
    late = _said(world(sources=(replace(burnt, data_time=at(10)),)))
    planned, p50 = (getattr(_source(late, "vendor"), name) for name in ("planned", "p50"))
    assert p50 - planned > timedelta(days=1)


def test_a_failing_asset_costs_time() -> None:
    flaky = AssetOutlook("segments/base", ("identity/links",), ((20_000.0, 2.0),) * 3, 20)
    tight = replace(LISTS, deadline=IOWA.end_of_day(date(2016, 1, 27)))
    steady = world(goals=(tight,), sources=(WEEKLY,))
    assert _chance(replace(steady, assets=(*steady.assets[:1], flaky))) < _chance(steady)
