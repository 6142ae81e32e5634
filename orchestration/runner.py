"""One run: land what waits, then make what is stale, through Dagster, in this process.

What is stale and why is decided in ``readiness.plan``; what an asset does is its stage's.
Here stands only how a run is started, watched and reported. It is the one module beside the
stages' thin layers that knows Dagster.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.lake import Lake
from orchestration.ledger import checks, runs, steps
from orchestration.ledger.sensors import note_runs
from orchestration.ledger.steps import StepRecord
from orchestration.readiness.due import LANDING, due, landing_part
from orchestration.readiness.plan import Node, PlannedStep
from orchestration.readiness.schedules import CHECKS, nodes_of, run_tags
from orchestration.release.read import current_release
from orchestration.settings import PROJECT_ROOT, Settings, UserError, writable_home

if TYPE_CHECKING:
    from orchestration.readiness.forecast_history import PlannedRun

Progress = Callable[[str, str], None]  # (step, "start" | "success" | "failure" | "skipped")


@dataclass(frozen=True)
class RunReport:
    """What a run came to.

    Attributes:
        release: The live release after the run.
        states: Each stage's outcome: made, unchanged, skipped or failed.
        reasons: For a failed stage, the sentence that says why.
        failed_checks: ``asset: check`` of every check that does not hold now.
        made: Number of assets that were made.
    """

    release: str | None
    seconds: float
    as_of: str
    states: dict[str, str]
    reasons: dict[str, str]
    failed_checks: list[str]
    made: int


@dataclass(frozen=True)
class Road:
    """The assets of a home, ready to be run again and again; building them takes seconds."""

    defs: dg.Definitions
    nodes: tuple[Node, ...]
    instance: dg.DagsterInstance


def build_road(settings: Settings, keep: bool = True) -> Road:
    """Build everything that a run needs of Dagster.

    Args:
        settings: The campaign and its home.
        keep: Record runs where the UI shows them; else in memory, which spares some thousand
            flushes to disk a run. The ledger is written in both cases.
    """
    from orchestration.definitions import build_definitions

    writable_home(settings.home)
    defs = build_definitions(settings)
    instance = _instance(settings) if keep else dg.DagsterInstance.ephemeral()
    return Road(defs, tuple(asset_nodes(defs)), instance)


def run(
    settings: Settings,
    moment: datetime,
    progress: Progress = lambda *_: None,
    road: Road | None = None,
) -> RunReport:
    """Land, then make what is stale; a second run with nothing new makes nothing.

    Raises:
        UserError: the home cannot be written, or another run works on it.
    """
    started = time.monotonic()
    writable_home(settings.home)
    with _only_run(settings):
        road = road or build_road(settings)
        nodes = road.nodes
        tags = run_tags(settings, moment)
        first = landing_part(due(settings, nodes, moment), nodes)
        outcomes = [_make(road, first, tags, progress)]
        if outcomes[0].success:
            later = [s for s in due(settings, nodes, moment) if s.group not in LANDING]
            outcomes.append(_make(road, later, tags, progress))
        ids = [o.run_id for o in outcomes if o.run_id]
        note_runs(Lake(settings.home), road.instance, moment, ids)
    return _report(settings, nodes, moment, outcomes, time.monotonic() - started)


def plan_run(settings: Settings, moment: datetime) -> PlannedRun:
    """What :func:`run` would make now and how long it would take, without making it."""
    from orchestration.definitions import build_definitions
    from orchestration.readiness.forecast_history import timed

    lake = Lake(settings.home)
    planned = due(settings, asset_nodes(build_definitions(settings)), moment)
    return timed(planned, steps.read(lake), runs.read(lake))


@dataclass(frozen=True)
class CheckReport:
    """What checking alone came to; ``errors`` are steps that could not look at all."""

    checks: tuple[checks.CheckRecord, ...]
    errors: dict[str, str]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether no blocking check failed and every one could be run."""
        return not self.errors and all(c.passed or not c.blocking for c in self.checks)


def check(settings: Settings, moment: datetime, road: Road | None = None) -> CheckReport:
    """Run every asset check on what lies in the home now; nothing is made.

    Raises:
        UserError: the home cannot be written, or another run works on it.
    """
    started = time.monotonic()
    writable_home(settings.home)
    with _only_run(settings):
        road = road or build_road(settings)
        job = road.defs.resolve_job_def(CHECKS)
        result = job.with_logger_defs({"progress": _watch(lambda *_: None)}).execute_in_process(
            instance=road.instance,
            raise_on_error=False,
            tags=run_tags(settings, moment),
            run_config=QUIET,
        )
    known = checks.latest(Lake(settings.home))
    found = [_checked(e, known, moment) for e in result.get_asset_check_evaluations()]
    errors = {e.step_key or "": _why(e) for e in result.all_events if e.is_step_failure}
    found.sort(key=lambda c: (c.asset, c.check))
    return CheckReport(tuple(found), errors, round(time.monotonic() - started, 2))


def _checked(
    evaluation: dg.AssetCheckEvaluation,
    known: Mapping[tuple[str, str], checks.CheckRecord],
    moment: datetime,
) -> checks.CheckRecord:
    """The ledger's record of a check; one that writes none there is told by Dagster."""
    asset = evaluation.asset_key.to_user_string()
    record = known.get((asset, evaluation.check_name))
    if record is not None and record.passed == evaluation.passed:
        return record
    return checks.CheckRecord(
        asset=asset,
        check=evaluation.check_name,
        passed=evaluation.passed,
        blocking=evaluation.severity is dg.AssetCheckSeverity.ERROR,
        detail=evaluation.description or "",
        evaluated_at=moment.isoformat(),
    )


# Naming our logger alone keeps Dagster's own off the terminal.
QUIET: dict[str, Any] = {"loggers": {"progress": {}}}


def asset_nodes(defs: dg.Definitions) -> list[Node]:
    """Every asset with its parents and code version, parents first."""
    return nodes_of(defs.resolve_asset_graph())


@dataclass(frozen=True)
class _Outcome:
    success: bool
    asked: tuple[PlannedStep, ...]
    failures: dict[str, str]
    run_id: str = ""


def _make(
    road: Road,
    wanted: Sequence[PlannedStep],
    tags: Mapping[str, str],
    progress: Progress,
) -> _Outcome:
    if not wanted:
        return _Outcome(True, (), {})
    job = road.defs.resolve_implicit_global_asset_job_def()
    result = job.with_logger_defs({"progress": _watch(progress)}).execute_in_process(
        instance=road.instance,
        raise_on_error=False,
        tags=dict(tags),
        asset_selection=[dg.AssetKey.from_user_string(s.asset) for s in wanted],
        run_config=QUIET,
    )
    failures = {e.step_key or "": _why(e) for e in result.all_events if e.is_step_failure}
    return _Outcome(result.success, tuple(wanted), failures, result.run_id)


EVENTS = {
    "STEP_START": "start",
    "STEP_SUCCESS": "success",
    "STEP_FAILURE": "failure",
    "STEP_SKIPPED": "skipped",
}


class _Relay(logging.Handler):
    """Tells the display of each step that starts or ends."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
        state = EVENTS.get(event.event_type_value) if event else None
        if event and state:
            self._progress(event.step_key or "", state)


def _watch(progress: Progress) -> dg.LoggerDefinition:
    def watch(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("tminus.run", logging.DEBUG)
        logger.addHandler(_Relay(progress))
        return logger

    return dg.LoggerDefinition(watch)


def _why(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    if error is None:
        return "it failed without saying why"
    inner = error.cause or error
    return inner.message.strip().splitlines()[0].split(": ", 1)[-1]


def _instance(settings: Settings) -> dg.DagsterInstance:
    """The home's own Dagster instance, so that the UI shows the runs of the command line."""
    folder = Lake(settings.home).dagster
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        shutil.copyfile(PROJECT_ROOT / "dagster.yaml", folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)
    return dg.DagsterInstance.from_config(str(folder))


@contextmanager
def _only_run(settings: Settings) -> Iterator[None]:
    """Hold the home's run lock; the kernel frees it when a run is killed."""
    file = settings.home / "run.lock"
    with file.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another run is working on {settings.home}; wait until it has ended"
            ) from None
        yield


def _report(
    settings: Settings,
    nodes: Sequence[Node],
    moment: datetime,
    outcomes: Sequence[_Outcome],
    seconds: float,
) -> RunReport:
    lake = Lake(settings.home)
    live = current_release(settings.home)
    asked = {s.asset for o in outcomes for s in o.asked}
    failures = {step: why for o in outcomes for step, why in o.failures.items()}
    latest = steps.latest(lake)
    states: dict[str, str] = {}
    for node in nodes:
        state = _state(node, asked, latest, failures)
        states[node.group] = _worst(states.get(node.group), state)
    return RunReport(
        release=live.id if live else None,
        seconds=round(seconds, 2),
        as_of=settings.campaign.contest_plan().local_day(moment).isoformat(),
        states=states,
        reasons=failures,
        failed_checks=sorted(f"{c.asset}: {c.check}" for c in checks.failing(lake)),
        made=len(asked),
    )


RANK = ("skipped", "unchanged", "made", "failed")


def _worst(first: str | None, second: str) -> str:
    return second if first is None else max(first, second, key=RANK.index)


def _state(
    node: Node,
    asked: set[str],
    latest: Mapping[str, StepRecord],
    failures: Mapping[str, str],
) -> str:
    if node.key not in asked:
        return "skipped"
    if node.group in failures:
        return "failed"
    return latest[node.key].state if node.key in latest else "skipped"
