"""What Dagster's run records tell the ledger, and what the forecast learns from them."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import get_args

import dagster as dg
import pytest

from orchestration.lake import Lake
from orchestration.ledger import cuts, runs
from orchestration.ledger.runs import RunRecord
from orchestration.ledger.sensors import note_runs
from orchestration.ledger.steps import StepRecord
from orchestration.readiness.display import ACTIONS
from orchestration.readiness.forecast_draws import draw
from orchestration.readiness.forecast_graph import completed
from orchestration.readiness.forecast_history import assets_from, runs_from, timed
from orchestration.readiness.forecast_laws import run_law
from orchestration.readiness.forecast_model import RunsOutlook
from orchestration.readiness.plan import PlannedStep
from tests.forecast_world import world

DAY = datetime.fromisoformat("2016-01-21T06:00:00-06:00")


@dg.asset(key=["marts", "voters"])
def voters() -> None:
    """Is made."""


@dg.asset(key=["scores", "support"], deps=[["marts", "voters"]])
def support() -> None:
    """Is not made."""
    raise RuntimeError("the disk is full")


def _run(instance: dg.DagsterInstance, *assets: dg.AssetsDefinition) -> str:
    return dg.materialize(list(assets), instance=instance, raise_on_error=False).run_id


def test_a_run_is_written_down_once_with_its_steps_and_what_broke(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        good, bad = _run(instance, voters), _run(instance, voters, support)
        assert note_runs(lake, instance, DAY, []) == 0
        assert note_runs(lake, instance, DAY, [good]) == 1
        assert note_runs(lake, instance, DAY) == 1
        assert note_runs(lake, instance, DAY) == 0
    first, second = runs.read(lake)
    assert (first.run_id, first.state, first.failed) == (good, "success", [])
    assert (second.run_id, second.state, second.failed) == (bad, "failure", ["scores/support"])
    assert set(second.steps) == {"marts__voters", "scores__support"}
    assert second.seconds >= sum(second.steps.values())
    assert second.noted_at == DAY.isoformat()


def test_a_run_that_still_works_is_not_written_down(tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        job = dg.Definitions(assets=[voters]).resolve_implicit_global_asset_job_def()
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        assert note_runs(Lake(tmp_path), instance, DAY) == 0


ENDED = RunRecord("r1", "success", "2026-01-01", 30.0, 100.0, "t", {"a": 60.0})


def _made(asset: str, seconds: float, run_id: str = "r1", **more: object) -> StepRecord:
    record = StepRecord(asset, "1", {}, "d", "made", "t", 20_000, seconds, run_id)
    return replace(record, **more)  # type: ignore[arg-type]


def test_what_a_run_takes_besides_its_makings_is_queue_and_start() -> None:
    assert ENDED.overhead == 70.0
    assert runs_from([ENDED]) == RunsOutlook((70.0,), 1, 0)


def test_what_somebody_stopped_says_nothing_and_what_died_is_no_measure_of_starting() -> None:
    stopped, died = (replace(ENDED, state=state) for state in ("canceled", "failure"))
    broken = replace(died, failed=["scores/support"])
    assert runs_from([stopped, died, broken]) == RunsOutlook((70.0,), 2, 1)


def test_a_killed_making_counts_as_a_failure_once() -> None:
    broken = replace(ENDED, state="failure", failed=["a", "b"])
    records = [_made("a", 2.0, "r0"), _made("b", 2.0, "r0"), _made("b", 1.0, state="failed")]
    killed, told = assets_from(records, [broken])
    assert (killed.failures, told.failures) == (1, 1)


@pytest.mark.parametrize("seen", [0, 1, 3, 12])
def test_the_start_of_a_run_grows_surer_with_each_run(seen: int) -> None:
    law = run_law(RunsOutlook((90.0,) * seen, seen))
    before = run_law(RunsOutlook((90.0,) * max(seen - 1, 0), max(seen - 1, 0)))
    if seen >= 2:  # one run far from what is usual makes nobody surer
        assert law.spread < before.spread
    share = seen / (seen + 2)
    assert law.centre == pytest.approx(math.log(20) + share * math.log(90.05 / 20), abs=1e-6)
    if seen <= 1:
        assert law.spread > 1.0


def test_runs_that_die_are_likelier_to_die_again() -> None:
    good, bad = run_law(RunsOutlook(ended=10)), run_law(RunsOutlook(ended=10, died=3))
    assert good.fails < 0.01 < bad.fails < 0.1


def test_only_where_a_run_begins_does_its_start_take_time() -> None:
    quick = completed(world(runs=RunsOutlook((1.0,) * 20, 20)))
    slow = completed(world(runs=RunsOutlook((7200.0,) * 20, 20)))
    one, other = (draw(known, 500, 1).making for known in (quick, slow))
    assert (other["source/vendor"] - one["source/vendor"]).mean() > 1.0
    assert (other["segments/base"] == one["segments/base"]).all()


@pytest.mark.parametrize("made", [0, 1, 3])
def test_a_plan_says_how_long_and_on_how_much_it_rests(made: int) -> None:
    records = [_made("marts/voters", 60.0)] * made
    plan = timed([PlannedStep("marts/voters", "marts", "never made")], records, [ENDED] * made)
    (step,) = plan.steps
    assert step.measured == plan.start.measured == made
    assert step.minutes is not None
    assert step.minutes_p90 is not None
    assert step.minutes < step.minutes_p90
    assert plan.minutes == pytest.approx(step.minutes + plan.start.minutes, abs=0.01)
    if made == 0:
        assert step.minutes_p90 > 3 * step.minutes
    if made == 3:
        assert step.minutes == pytest.approx(1.0, rel=0.35)


def test_a_plan_with_nothing_to_do_takes_no_time() -> None:
    assert timed([], [], []).minutes == 0.0


def test_a_plan_can_name_every_decision_about_a_source() -> None:
    assert set(ACTIONS) == set(get_args(cuts.Action))
