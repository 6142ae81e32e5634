"""Invented countdowns on the task graph, whose chance obeys laws that the forecast does not assume.

A world knows when everything will really happen; :func:`seen_on` tells only what a campaign
would know on a morning. Scoring the forecast on it is in ``forecast.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import build_tiers, tier_in_force
from orchestration.countdown.tminus import deadline
from orchestration.readiness.forecast_calendar import WorkCalendar, work_calendar
from orchestration.readiness.forecast_model import (
    AssetOutlook,
    Crew,
    Goal,
    HumanStep,
    IfLate,
    Outlook,
    SourceOutlook,
    Usual,
    WorkTime,
)

ZONE = ZoneInfo("America/Chicago")
CONTEST = Contest("invented", datetime(2016, 2, 1, 19), "America/Chicago", "US-IA", "REP")
TIERS = build_tiers({"T-42d": "7d", "T-21d": "3d", "T-7d": "24h", "T-3d": "4h"})
START = datetime(2015, 12, 21, 6, tzinfo=ZONE)
HOLIDAYS = (
    date(2015, 12, 24), date(2015, 12, 25), date(2015, 12, 31), date(2016, 1, 1), date(2016, 1, 18),
)  # fmt: skip
WORK = WorkTime(frozenset(range(6)), time(9), time(18), frozenset(HOLIDAYS))
DAY = timedelta(days=1)
FAR = START + timedelta(days=400)
FAMILIES = ("calm", "heavy_tails", "holidays", "undeclared", "optimists", "overrun", "everything")
ENTITIES = ("landing/voter", "landing/contact", "landing/trait", "landing/canvass")


@dataclass(frozen=True)
class TrueSource:
    """A supplier with the moments at which its deliveries will really come."""

    declared: SourceOutlook
    comes: tuple[datetime, ...]


@dataclass(frozen=True)
class TrueGoal:
    """A deliverable with what will really happen to it.

    Attributes:
        began: When each step of people could begin.
        work: Working hours that each step really takes.
        finish: When the deliverable is really done (``FAR`` for never).
        blame: The source that it waited for last, if a source held it up past its data cut.
    """

    goal: Goal
    steps: tuple[HumanStep, ...]
    began: Mapping[str, datetime]
    work: Mapping[str, float]
    finish: datetime
    blame: str | None


@dataclass(frozen=True)
class World:
    """One invented countdown."""

    family: str
    sources: tuple[TrueSource, ...]
    assets: tuple[AssetOutlook, ...]
    crews: Mapping[str, Crew]
    goals: tuple[TrueGoal, ...]
    calendar: WorkCalendar  # hours from START


def make_world(seed: int) -> World:
    """Invent a countdown; families take turns, equal seeds give equal worlds."""
    dice = np.random.default_rng([7, seed])
    family = FAMILIES[seed % len(FAMILIES)]
    calendar = work_calendar(WORK, START, "America/Chicago", CONTEST.day + 90 * DAY)
    late = _lateness(family, dice)
    sources = tuple(_source(number, late, family, dice) for number in range(dice.integers(4, 8)))
    assets = _assets(dice)
    crews = {
        "reviewers": Crew(float(dice.integers(1, 4)), 4.0),
        "typists": Crew(float(dice.integers(1, 4)), 5.0),
        "drivers": Crew(float(dice.integers(2, 7)), 6.0),
    }
    world = World(family, sources, assets, crews, (), calendar)
    slow = _slowness(family, dice)
    goals = tuple(_goal(number, world, slow, dice) for number in range(3))
    return replace(world, goals=goals)


def seen_on(world: World, now: datetime) -> Outlook:
    """What is known on that morning: what came, what is left to do, what was promised."""
    steps = [step for true in world.goals for step in _steps_left(world, true, now)]
    goals = [
        replace(true.goal, done=true.finish) if true.finish <= now else true.goal
        for true in world.goals
    ]
    return Outlook(
        now=now,
        contest=CONTEST,
        tiers=TIERS,
        work=WORK,
        sources=tuple(_known(source, now) for source in world.sources),
        assets=world.assets,
        crews=world.crews,
        steps=tuple(steps),
        goals=tuple(goals),
    )


def _known(source: TrueSource, now: datetime) -> SourceOutlook:
    came = tuple(sorted(moment for moment in source.comes if moment <= now))
    return replace(source.declared, received=came, data_time=came[-1] if came else None)


def _steps_left(world: World, true: TrueGoal, now: datetime) -> list[HumanStep]:
    left = []
    for step in true.steps:
        begun = _hours(true.began[step.name])
        span = world.calendar.worked(np.array([min(begun, _hours(now)), _hours(now)]))
        share = min((span[1] - span[0]) / true.work[step.name], 1.0)
        left.append(replace(step, hours=step.hours * (1 - share)))
    return left


def _lateness(family: str, dice: np.random.Generator) -> Callable[[datetime], float]:
    """Days that a delivery comes after its day: laws with other shapes than the forecast's."""
    kind = dice.choice(FAMILIES[:5]) if family == "everything" else family
    hit = {day: float(dice.gamma(1.2, 2.2)) for day in (HOLIDAYS[1], HOLIDAYS[3], HOLIDAYS[4])}

    def days(planned: datetime) -> float:
        base = float(dice.weibull(0.9) * 0.9 - 0.6)
        if kind == "heavy_tails":
            base = float(dice.pareto(1.3) * 0.9 - 0.5)
        if kind == "optimists":
            base = float(dice.weibull(1.1) * 3.5)
        near = [lost for day, lost in hit.items() if 0 <= (day - planned.date()).days <= 2]
        near += [lost for day, lost in hit.items() if 0 < (planned.date() - day).days <= 2]
        if kind == "holidays" and near:
            base += max(near)
        return base

    return days


def _source(
    number: int, late: Callable[[datetime], float], family: str, dice: np.random.Generator
) -> TrueSource:
    if_late: IfLate = dice.choice(["block", "carry_forward", "carry_forward", "drop"])
    kind = dice.choice(["once", "twice", "weekly", "daily"], p=[0.3, 0.2, 0.3, 0.2])
    usual = Usual(0.0, 1.0) if family == "optimists" else Usual(0.25, 2.0)
    declared = SourceOutlook(
        name=f"source_{number}",
        title=f"Source {number}",
        owner="invented",
        feeds_assets=(str(ENTITIES[number % len(ENTITIES)]),),
        if_late=if_late,
        usual=usual if dice.random() < 0.6 else None,
    )
    last = CONTEST.start
    if kind in ("weekly", "daily"):
        cadence = 7 if kind == "weekly" else 1
        first = START.replace(hour=12) - int(dice.integers(7, 21)) * DAY
        planned = [first + k * cadence * DAY for k in range(70 // cadence)]
        declared = replace(declared, cadence_days=float(cadence))
    else:
        days = sorted(dice.choice(np.arange(7, 34), 1 if kind == "once" else 2, replace=False))
        planned = [(last - int(d) * DAY).replace(hour=12) for d in reversed(days)]
        declared = replace(declared, promised=tuple(planned))
    stops = dice.random() < 0.05
    comes = [moment + max(late(moment), -1.5) * DAY for moment in planned]
    if stops:
        comes = [moment for moment in comes if moment < last - int(dice.integers(5, 30)) * DAY]
    return TrueSource(declared, tuple(comes))


def _assets(dice: np.random.Generator) -> tuple[AssetOutlook, ...]:
    keys = [*ENTITIES, "staging/all", "identity/links", "marts/persons", "scores/attendance"]
    keys.append("segments/base")
    found = []
    for number, key in enumerate(keys):
        parents = ENTITIES if key == "staging/all" else (keys[number - 1],)
        seconds = float(np.exp(dice.uniform(0, 6)))
        measured = tuple(
            (50_000.0, seconds * float(dice.gamma(8, 1 / 8))) for _ in range(dice.integers(0, 4))
        )
        found.append(AssetOutlook(key, () if key in ENTITIES else parents, measured))
    return tuple(found)


def _slowness(family: str, dice: np.random.Generator) -> float:
    if family in ("overrun", "everything"):
        return float(dice.uniform(0.9, 2.4))
    return float(dice.uniform(0.8, 1.4))


def _goal(number: int, world: World, slow: float, dice: np.random.Generator) -> TrueGoal:
    left = (5, 3, 1)[number]
    until = deadline(CONTEST, f"T-{left + int(dice.integers(1, 4))}d")
    after = ("segments/base",)
    first = HumanStep(f"review_{number}", "Review", "reviewers", float(dice.uniform(5, 90)), ())
    steps = [first]
    if dice.random() < 0.6:
        steps.append(HumanStep(f"type_{number}", "Type", "typists", float(dice.uniform(5, 70)), ()))
    steps.append(
        HumanStep(f"drive_{number}", "Print and drive", "drivers", float(dice.uniform(4, 45)),
                  (*after, first.name), True)
    )  # fmt: skip
    goal = Goal(
        name=f"goal_{number}",
        title=f"Goal {number}",
        deadline=deadline(CONTEST, f"T-{left}d"),
        deadline_text=f"T-{left}d",
        data_until=until,
        needs=(*after, *(step.name for step in steps)),
    )
    return _lived(world, goal, tuple(steps), slow, dice)


def _lived(
    world: World, goal: Goal, steps: tuple[HumanStep, ...], slow: float, dice: np.random.Generator
) -> TrueGoal:
    """Let it happen: data come or are given up, assets are made, people work, surprises turn up."""
    waits = {true.declared.name: _waited(true, goal.data_until) for true in world.sources}
    data = max(waits.values())
    held = max(waits, key=lambda name: waits[name])
    built = data + timedelta(hours=float(dice.gamma(2, 0.4)))
    if dice.random() < 0.06:
        built = _after(world, built, float(dice.uniform(1, 14)))
    work: dict[str, float] = {}
    began: dict[str, datetime] = {}
    ends: dict[str, datetime] = {}
    for step in steps:
        crew = world.crews[step.crew]
        rate = crew.people * crew.hours_per_day / WORK.hours
        work[step.name] = step.hours / rate * slow * float(dice.gamma(12, 1 / 12))
        start = START if not step.after else max([built, *ends.values()])
        began[step.name] = start
        ends[step.name] = _after(world, start, work[step.name])
    finish = max([built, *ends.values()])
    often = 0.6 if world.family in ("undeclared", "everything") else 0.15
    if dice.random() < often:
        finish = _after(world, finish, float(dice.uniform(2, 24)))
    blame = held if data > goal.data_until else None
    return TrueGoal(goal, steps, began, work, min(finish, FAR), blame)


def _waited(source: TrueSource, until: datetime) -> datetime:
    """When the deliverable stops waiting for this source."""
    declared, comes = source.declared, sorted(source.comes)
    if declared.promised:
        wanted = sum(day <= until for day in declared.promised) or 1
        enough = comes[wanted - 1] if len(comes) >= wanted else FAR
    else:
        assert declared.cadence_days is not None
        age = tier_in_force(CONTEST, TIERS, until).max_age
        allowed = max(age, declared.cadence_days * DAY)
        enough = next((moment for moment in comes if moment + allowed >= until), FAR)
    if declared.if_late == "block":
        return max(enough, START)
    if declared.if_late == "carry_forward" and comes and comes[0] > until:
        return comes[0]
    if declared.if_late == "carry_forward" and not comes:
        return FAR
    return max(min(enough, until), START)


def _after(world: World, start: datetime, work: float) -> datetime:
    done: Any = world.calendar.finish(np.array([_hours(start)]), np.array([work]))[0]
    return START + timedelta(hours=float(done)) if np.isfinite(done) else FAR


def _hours(moment: datetime) -> float:
    return (moment.timestamp() - START.timestamp()) / 3600
