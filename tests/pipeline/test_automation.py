"""What starts by itself: the schedules, the alerts, and the judgement once data became late."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.countdown import clock
from orchestration.definitions import build_definitions
from orchestration.lake import Lake
from orchestration.ledger import alerts as told
from orchestration.ledger import deliveries
from orchestration.readiness import sensors
from orchestration.readiness.schedules import NIGHT_BEFORE
from orchestration.settings import load_settings
from tests.pipeline.conftest import MORNING, fill_inbox

IOWA = ZoneInfo("America/Chicago")
EVE = datetime(2016, 1, 31, 18, tzinfo=IOWA)
READINESS = dg.AssetKey(["readiness", "readiness"])
Tick = Callable[..., Any]


@dg.job
def small() -> None:
    """Any job: that a run is at work is what counts."""


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The real definitions of a home whose inbox holds the samples and whose ledger is empty."""
    home = tmp_path_factory.mktemp("automation")
    clock.set_home_clock(home, MORNING)
    settings = load_settings(home)
    fill_inbox(settings)
    return build_definitions(settings)


@pytest.fixture
def tick(defs: dg.Definitions) -> Tick:
    """One tick of a schedule, on an instance where another run may be at work."""
    repository = defs.get_repository_def()

    def at(name: str, moment: datetime, is_busy: bool = False) -> Any:
        with dg.instance_for_test() as instance:
            if is_busy:
                instance.create_run_for_job(small, status=dg.DagsterRunStatus.STARTED)
            context = dg.build_schedule_context(
                instance, scheduled_execution_time=moment, repository_def=repository
            )
            return repository.get_schedule_def(name)(context)

    return at


def test_a_tick_asks_for_everything_stale_once_and_says_how_many_days_are_left(tick: Tick) -> None:
    first, again = tick("countdown", MORNING), tick("countdown", MORNING)
    assert first.run_key == again.run_key
    assert first.run_key != tick("countdown", MORNING + timedelta(hours=1)).run_key
    assert dg.AssetKey(["source", "party"]) in first.asset_selection
    assert first.tags == {
        "tminus/day": "T-11d", "tminus/days_left": "11", "tminus/tier": "T-21d"
    }  # fmt: skip


@pytest.mark.parametrize(("name", "moment"), [("countdown", MORNING), (NIGHT_BEFORE, EVE)])
def test_nothing_is_started_while_a_run_is_at_work(tick: Tick, name: str, moment: datetime) -> None:
    assert isinstance(tick(name, moment, is_busy=True), dg.SkipReason)


def test_the_night_before_everything_is_made_and_checked(tick: Tick, defs: dg.Definitions) -> None:
    request = tick(NIGHT_BEFORE, EVE)
    assert isinstance(request, dg.RunRequest)
    assert "tminus/days_left" in request.tags
    # Cron knows no year.
    assert isinstance(tick(NIGHT_BEFORE, EVE.replace(year=2017)), dg.SkipReason)
    job = defs.get_repository_def().get_job(NIGHT_BEFORE)
    graph = defs.resolve_asset_graph()
    assert job.asset_layer.executable_asset_keys == graph.materializable_asset_keys
    assert len(job.asset_layer.asset_graph.asset_check_keys) == len(graph.asset_check_keys)


def test_its_schedule_is_of_the_contests_day_and_zone(defs: dg.Definitions) -> None:
    schedule = defs.get_repository_def().get_schedule_def(NIGHT_BEFORE)
    assert schedule.cron_schedule == "0 18,22 31 1 *"
    assert schedule.execution_timezone == "America/Chicago"


def _failed(asset: str, check: str, passed: bool) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(asset.split("/")), check_name=check, passed=passed, metadata={}
    )


def test_data_that_became_late_has_readiness_judged_anew_once(defs: dg.Definitions) -> None:
    instance = dg.DagsterInstance.ephemeral()
    cursor: Any = None

    def evaluate() -> Any:
        return dg.evaluate_automation_conditions(
            defs, instance, asset_selection=dg.AssetSelection.all(), cursor=cursor
        )

    def asked() -> int:
        nonlocal cursor
        # A thread of its own: where a browser was driven before, this one has a running loop.
        with ThreadPoolExecutor(1) as apart:
            result = apart.submit(evaluate).result()
        cursor = result.cursor
        assert result.total_requested == result.get_num_requested(READINESS)
        return result.total_requested

    assert asked() == 0
    instance.report_runless_asset_event(_failed("source/events", "on_time", passed=False))
    assert [asked(), asked()] == [1, 0]
    instance.report_runless_asset_event(_failed("source/events", "on_time", passed=True))
    assert asked() == 0


def test_the_alerts_sensor_starts_no_run_and_tells_a_failed_one_once(
    home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set_home_clock(home, MORNING + timedelta(hours=1))
    settings = load_settings(home)
    sensor = next(s for s in sensors.build_sensors(settings) if s.name == "alerts")
    cursor: str | None = None

    def look(instance: dg.DagsterInstance) -> list[str]:
        nonlocal cursor
        result = sensor(dg.build_sensor_context(instance, cursor))
        assert isinstance(result, dg.SensorResult)
        assert not result.run_requests
        cursor = result.cursor
        return [m.title for m in told.messages(Lake(home)) if m.kind == "alert"]

    with dg.DagsterInstance.ephemeral() as instance:
        assert look(instance) == []
        assert [m.kind for m in told.messages(Lake(home))] == ["start", "digest"]
        instance.create_run_for_job(small, status=dg.DagsterRunStatus.FAILURE)
        assert look(instance) == ["The last run failed"]
        assert look(instance) == ["The last run failed"]
    assert {a.outcome for a in told.attempts(Lake(home))} == {"sent"}


def test_a_source_that_keeps_failing_is_left_by_the_schedule_and_taken_by_a_person(
    defs: dg.Definitions, home: Any
) -> None:
    from orchestration.ledger.deliveries import DeliveryRecord
    from orchestration.readiness.due import due
    from orchestration.runner import asset_nodes

    clock.set_home_clock(home, MORNING)
    settings = load_settings(home)
    fill_inbox(settings)
    failed = DeliveryRecord("website", "x", "2016-01-20/x.csv", "2016-01-20", "failed",
                            MORNING.isoformat())  # fmt: skip
    deliveries.append(Lake(home), *[failed] * 9)
    nodes = asset_nodes(defs)
    asked = {s.asset for s in due(settings, nodes, MORNING)}
    alone = {s.asset for s in due(settings, nodes, MORNING, by_itself=True)}
    assert asked - alone == {"source/website"}
