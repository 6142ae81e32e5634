"""The forecast: will each deliverable be ready, what stands in the way, what should be cut.

Pure and seeded: equal outlook, number of futures and seed give equal reports. It reads no file
and knows no Dagster; a home is read in ``forecast_home.py`` and remedies are tried in
``forecast_remedies.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from orchestration.readiness.forecast_draws import draw, hours
from orchestration.readiness.forecast_graph import build_graph, completed
from orchestration.readiness.forecast_laws import Floats
from orchestration.readiness.forecast_model import Goal, Outlook, SourceOutlook
from orchestration.readiness.forecast_network import (
    Network,
    Run,
    critical,
    latest_finish,
    live,
)
from orchestration.readiness.forecast_remedies import cheapest, gains
from orchestration.readiness.forecast_report import (
    Forecast,
    GoalForecast,
    SourceForecast,
    TaskForecast,
)
from orchestration.readiness.forecast_rounds import (
    Choices,
    first_missing,
    needed_round,
    wait_for,
)

FUTURES = 10_000
SEED = 2016
NEVER = 24 * 365.0  # hours: a finish this far away means that it does not come
BACKWARD = 2_000  # futures that suffice for latest moments
SHORT = 0.2  # hours: what takes less is no part of a path that people can act on
ON_THE_PATH = 0.2  # share of the deliverable's late (or all) futures that puts a task on the path


def forecast(
    outlook: Outlook,
    choices: Choices | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    remedies: bool = True,
) -> Forecast:
    """Draw the futures and say what they hold.

    Args:
        outlook: Everything that is known now.
        choices: Decisions taken as given (a what-if).
        futures: How many to draw; 10,000 are right to one point in a hundred.
        seed: Of the dice.
        remedies: Whether to look for what could be done; costs most of the time.

    Raises:
        UserError: the tasks name what there is not, or wait for each other.
    """
    choices = choices or Choices()
    outlook = _within_contest(completed(outlook))
    graph = build_graph(outlook)
    if outlook.now >= outlook.contest.start:
        return _over(outlook, futures, seed)
    network = Network(outlook, graph, draw(outlook, futures, seed))
    runs = {
        g.name: live(network, g, choices) for g in outlook.goals if _state(g, outlook) == "open"
    }
    marks = {name: critical(network, run) for name, run in runs.items()}
    weights = _criticality(marks)
    goals = tuple(_goal(network, g, runs.get(g.name), marks.get(g.name)) for g in outlook.goals)
    open_goals = [g for g in outlook.goals if g.name in runs]
    found = gains(network, open_goals, choices, weights) if remedies else []
    latest = _latest(network, open_goals, choices)
    return Forecast(
        now=outlook.now,
        contest=outlook.contest.start,
        over=False,
        target=outlook.target,
        futures=futures,
        seed=seed,
        p_ready=_together(network, open_goals, runs),
        deliverables=goals,
        sources=_sources(network, open_goals, latest, weights),
        tasks=_tasks(network, runs.values(), latest, weights),
        criticality=weights,
        critical_path=_overall_path(goals),
        cuts=tuple(found),
        plan=cheapest(network, open_goals, choices, found) if remedies and runs else None,
        notes=(*outlook.notes, *_notes(outlook, goals)),
    )


def _over(outlook: Outlook, futures: int, seed: int) -> Forecast:
    goals = tuple(_closed(goal, outlook) for goal in outlook.goals)
    note = f"the contest began on {_day(outlook.contest.start)}; there is nothing left to forecast"
    return Forecast(
        now=outlook.now,
        contest=outlook.contest.start,
        over=True,
        target=outlook.target,
        futures=futures,
        seed=seed,
        p_ready=None,
        deliverables=goals,
        sources=(),
        criticality={},
        critical_path=(),
        notes=(note,),
    )


def _within_contest(outlook: Outlook) -> Outlook:
    """A ``needed_by`` after the contest counts as the contest itself, and is told."""
    end = outlook.contest.start
    last = outlook.contest.end_of_day(outlook.contest.day)
    notes, sources = [], []
    for source in outlook.sources:
        after = source.needed_by is not None and source.needed_by > last
        if after:
            notes.append(
                f"{source.name}: needed_by lies after the contest; the contest counts instead, "
                "mend its source.yaml"
            )
        sources.append(replace(source, needed_by=end) if after else source)
    return replace(outlook, sources=tuple(sources), notes=(*outlook.notes, *notes))


def _state(goal: Goal, outlook: Outlook) -> str:
    if goal.done is not None and goal.done <= outlook.now:
        return "done"
    return "missed" if goal.deadline < outlook.now else "open"


def _closed(goal: Goal, outlook: Outlook) -> GoalForecast:
    """A deliverable about which there is nothing to forecast any more."""
    state = _state(goal, outlook)
    in_time = state == "done" and goal.done is not None and goal.done <= goal.deadline
    return GoalForecast(
        name=goal.name,
        title=goal.title,
        state=state,
        deadline=goal.deadline,
        deadline_text=goal.deadline_text,
        p_on_time=float(in_time),
        p_complete=float(in_time),
        p50=goal.done,
        p90=goal.done,
        slack_hours=round(hours(goal.done, goal.deadline), 1) if goal.done else None,
        critical_path=(),
    )


def _goal(
    network: Network, goal: Goal, run: Run | None, marks: Mapping[str, np.ndarray] | None
) -> GoalForecast:
    if run is None or marks is None:
        return _closed(goal, network.outlook)
    now = network.outlook.now
    due = hours(now, goal.deadline)
    on_time = run.done <= due
    p90 = _quantile(run.done, 0.9)
    return GoalForecast(
        name=goal.name,
        title=goal.title,
        state="open",
        deadline=goal.deadline,
        deadline_text=goal.deadline_text,
        p_on_time=round(float(on_time.mean()), 4),
        p_complete=round(float((on_time & run.complete).mean()), 4),
        p50=_moment(network, _quantile(run.done, 0.5)),
        p90=_moment(network, p90),
        slack_hours=round(due - p90, 1) if p90 < NEVER else None,
        critical_path=_path(network, run, marks, ~on_time),
    )


def _path(
    network: Network, run: Run, marks: Mapping[str, np.ndarray], late: np.ndarray
) -> tuple[str, ...]:
    """Tasks that hold it up: where it is late when it is late, else wherever it ends.

    An asset that takes minutes is left out; nobody's day hangs on it. When nothing else is in
    the way, the last one stands for the whole run.
    """
    where = late if late.mean() > 0.01 else np.ones_like(late)
    often = [name for name in run.order[:-1] if float(marks[name][where].mean()) >= ON_THE_PATH]
    path = [name for name in often if _takes(network, run, name) >= SHORT]
    return tuple(path or often[-1:])


def _takes(network: Network, run: Run, name: str) -> float:
    """Hours that a task usually takes; a delivery always counts."""
    if name.startswith("delivery/"):
        return np.inf
    if name in network.assets:
        return float(np.median(network.draws.making[name]))
    return float(np.median(run.work[name]))


def _overall_path(goals: Sequence[GoalForecast]) -> tuple[str, ...]:
    """The path of the deliverable that is least sure."""
    still = [goal for goal in goals if goal.state == "open"]
    return min(still, key=lambda g: g.p_on_time).critical_path if still else ()


def _criticality(marks: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, float]:
    """Share of futures in which each task holds up some deliverable."""
    together: dict[str, np.ndarray] = {}
    for of_goal in marks.values():
        for name, mark in of_goal.items():
            together[name] = together[name] | mark if name in together else mark
    return {name: round(float(mark.mean()), 4) for name, mark in together.items()}


def _together(network: Network, goals: Sequence[Goal], runs: Mapping[str, Run]) -> float | None:
    if not goals:
        return None
    now = network.outlook.now
    ready = [runs[goal.name].done <= hours(now, goal.deadline) for goal in goals]
    return round(float(np.logical_and.reduce(ready).mean()), 4)


def _sources(
    network: Network,
    goals: Sequence[Goal],
    latest: Mapping[str, float],
    weights: Mapping[str, float],
) -> tuple[SourceForecast, ...]:
    return tuple(
        _source(network, source, goals, latest.get(f"delivery/{source.name}", np.inf), weights)
        for source in network.outlook.sources
    )


def _latest(network: Network, goals: Sequence[Goal], choices: Choices) -> dict[str, float]:
    """Hours until each task must be done at the latest, over all deliverables."""
    small = network.head(BACKWARD)
    latest: dict[str, float] = {}
    for goal in goals:
        run = live(small, goal, choices)
        for name, moment in latest_finish(small, run, goal).items():
            # In the share of futures aimed at, the rest of the way is short enough.
            last = _quantile(moment, 1 - network.outlook.target)
            if name.startswith("delivery/"):
                last = min(last, _given_up(network, goal, name.partition("/")[2], choices))
            latest[name] = min(latest.get(name, np.inf), last)
    return latest


def _tasks(
    network: Network,
    runs: Iterable[Run],
    latest: Mapping[str, float],
    weights: Mapping[str, float],
) -> tuple[TaskForecast, ...]:
    """What people still have to do; a task with nothing in it is none."""
    found = []
    lived = tuple(runs)
    for step in network.outlook.steps:
        finishes = [run.finish[step.name] for run in lived if step.name in run.finish]
        if step.hours <= 0 or not finishes:
            continue
        done = np.maximum.reduce(finishes)
        found.append(
            TaskForecast(
                name=step.name,
                title=step.title,
                p50=_moment(network, _quantile(done, 0.5)),
                latest=_moment(network, latest.get(step.name, np.inf)),
                criticality=weights.get(step.name, 0.0),
            )
        )
    return tuple(found)


def _given_up(network: Network, goal: Goal, source: str, choices: Choices) -> float:
    """Hours until a deliverable goes on without a source; infinite when it cannot."""
    wait = wait_for(network.sources[source], goal.data_until, network.outlook, choices)
    return hours(network.outlook.now, wait.until) if wait.until else np.inf


def _source(
    network: Network,
    source: SourceOutlook,
    goals: Sequence[Goal],
    latest: float,
    weights: Mapping[str, float],
) -> SourceForecast:
    outlook = network.outlook
    needed = source.needed_by or outlook.contest.start
    missing = first_missing(source, outlook.now)
    cuts = sorted(goal.data_until for goal in goals)
    wanted = [needed_round(source, until, outlook) for until in cuts]
    planned = next((day for day in wanted if day), None)
    own = needed_round(source, needed, outlook)
    if own:
        came = network.draws.arrival(source, own, outlook.now)
    else:
        came = np.array([hours(outlook.now, min(source.received, default=outlook.now))])
    shown = planned or own
    arrival = network.draws.arrival(source, shown, outlook.now) if shown else None
    return SourceForecast(
        name=source.name,
        title=source.title,
        planned=shown,
        overdue_hours=round(max(-hours(outlook.now, missing), 0.0), 1) if missing else 0.0,
        needed_by=source.needed_by,
        p_on_time=round(float((came <= hours(outlook.now, needed)).mean()), 4),
        p_never=round(float(np.isinf(came).mean()), 4) if own else 0.0,
        p50=None if arrival is None else _moment(network, _quantile(arrival, 0.5)),
        p90=None if arrival is None else _moment(network, _quantile(arrival, 0.9)),
        latest_useful=_moment(network, latest) if planned else None,
        criticality=weights.get(f"delivery/{source.name}", 0.0),
    )


def _notes(outlook: Outlook, goals: Sequence[GoalForecast]) -> list[str]:
    notes = []
    if not any(asset.measured for asset in outlook.assets):
        notes.append("no step was ever measured; durations are what is usual, spread wide")
    for source in outlook.sources:
        missing = first_missing(source, outlook.now)
        if missing and missing < outlook.now:
            notes.append(
                f"{source.name}: its delivery of {_day(missing)} is overdue by "
                f"{-hours(outlook.now, missing) / 24:.1f} days"
            )
    notes += _too_late_by_contract(outlook, goals)
    missed = [goal.name for goal in goals if goal.state == "missed"]
    if missed:
        notes.append(
            f"past their deadline and not marked done in campaign.yaml: {', '.join(missed)}"
        )
    return notes


def _too_late_by_contract(outlook: Outlook, goals: Sequence[GoalForecast]) -> list[str]:
    """Sources that a deliverable cannot go without, and that are meant to come after its cut."""
    still = {goal.name for goal in goals if goal.state == "open"}
    notes = []
    for source in outlook.sources:
        for goal in outlook.goals:
            wait = wait_for(source, goal.data_until, outlook, Choices())
            late = wait.planned and wait.until is None and wait.planned > goal.data_until
            if goal.name in still and late:
                notes.append(
                    f"{source.name} is meant to come after {goal.name} cuts its data, which "
                    "cannot go without it; agree on an earlier day or drop it"
                )
                break
    return notes


def _quantile(values: Floats, share: float) -> float:
    """A quantile that is one of the values, so that "never" stays never."""
    if not len(values):
        return float("inf")
    rank = min(int(np.ceil(share * len(values))), len(values)) - 1
    return float(np.partition(values, max(rank, 0))[max(rank, 0)])


def _moment(network: Network, after: float) -> datetime | None:
    if not np.isfinite(after) or abs(after) > NEVER:
        return None
    zone = ZoneInfo(network.outlook.contest.zone)
    moment = network.outlook.now.astimezone(ZoneInfo("UTC")) + timedelta(hours=after)
    return moment.astimezone(zone).replace(microsecond=0)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
