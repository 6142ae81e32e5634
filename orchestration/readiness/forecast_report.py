"""What a forecast says, as plain data, and as the one JSON object that others read.

How the figures come about is in ``forecast.py``; how they look at a terminal in
``forecast_display.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from orchestration.readiness.forecast_remedies import Gain, Plan


@dataclass(frozen=True)
class GoalForecast:
    """One deliverable: chance of being on time and when it will be done.

    Attributes:
        state: ``open``, ``done``, or ``missed`` when its deadline has passed undone.
        p_complete: Chance of being on time with no source left out or carried forward.
        p50: Moment by which it is done in half the futures; ``None`` when it may never be.
        slack_hours: Hours between ``p90`` and the deadline, negative when late; ``None`` when
            it is never done in more than one future of ten.
        critical_path: Tasks most often in the way, in the order of the flow.
    """

    name: str
    title: str
    state: str
    deadline: datetime
    deadline_text: str
    p_on_time: float
    p_complete: float
    p50: datetime | None
    p90: datetime | None
    slack_hours: float | None
    critical_path: tuple[str, ...]


@dataclass(frozen=True)
class SourceForecast:
    """One source: when its next needed delivery comes, and how long it may take.

    Attributes:
        planned: Day of the delivery that the next deliverable waits for; ``None`` when what is
            there suffices.
        p_on_time: Chance that it is there by ``needed_by`` (by the contest when not stated).
        latest_useful: Last arrival with which, in the share of futures aimed at, every
            deliverable that wants it is still on time.
        criticality: Share of futures in which it holds up some deliverable.
    """

    name: str
    title: str
    planned: datetime | None
    overdue_hours: float
    needed_by: datetime | None
    p_on_time: float
    p_never: float
    p50: datetime | None
    p90: datetime | None
    latest_useful: datetime | None
    criticality: float


@dataclass(frozen=True)
class TaskForecast:
    """One task of people that is still to be done.

    Attributes:
        p50: Moment by which it is done in half the futures; ``None`` when it may never be.
        latest: Last moment at which it may be done so that, in the share of futures aimed at,
            every deliverable that waits for it is still on time.
        criticality: Share of futures in which it holds up some deliverable.
    """

    name: str
    title: str
    p50: datetime | None
    latest: datetime | None
    criticality: float


@dataclass(frozen=True)
class Forecast:
    """What the futures say; ``notes`` holds what a reader must know to believe it."""

    now: datetime
    contest: datetime
    over: bool
    target: float
    futures: int
    seed: int
    p_ready: float | None
    deliverables: tuple[GoalForecast, ...]
    sources: tuple[SourceForecast, ...]
    criticality: Mapping[str, float]
    critical_path: tuple[str, ...]
    cuts: tuple[Gain, ...] = ()
    plan: Plan | None = None
    notes: tuple[str, ...] = field(default=())
    tasks: tuple[TaskForecast, ...] = ()


def as_json(said: Forecast) -> dict[str, Any]:
    """The report as plain JSON: moments as ISO text, chances as numbers from 0 to 1."""
    content: dict[str, Any] = {
        "now": said.now,
        "contest": said.contest,
        "over": said.over,
        "target": said.target,
        "futures": said.futures,
        "seed": said.seed,
        "p_ready": said.p_ready,
        "deliverables": [asdict(goal) for goal in said.deliverables],
        "sources": [asdict(source) for source in said.sources],
        "tasks": [asdict(task) for task in said.tasks],
        "critical_path": list(said.critical_path),
        "criticality": {k: v for k, v in said.criticality.items() if v > 0},
        "cuts": [_cut(gain) for gain in said.cuts],
        "plan": _plan(said.plan),
        "notes": list(said.notes),
    }
    plain: dict[str, Any] = _plain(content)
    return plain


def _cut(gain: Gain) -> dict[str, Any]:
    return {
        "what_if": gain.remedy.what_if,
        "title": gain.remedy.title,
        "cost": gain.remedy.cost,
        "p_ready": gain.ready,
        "gain": gain.gain,
        "gains": dict(gain.gains),
    }


def _plan(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {
        "what_if": ",".join(remedy.what_if for remedy in plan.remedies),
        "titles": [remedy.title for remedy in plan.remedies],
        "cost": plan.cost,
        "reaches_target": plan.reaches,
        "p_on_time": {name: round(chance, 4) for name, chance in plan.chances.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
