"""The futures: what chance decides, drawn once and shared by every deliverable and remedy.

The same draws serve all what-ifs, so that a difference between two of them is the remedy's and
not the dice's. Each source and step has dice of its own: adding one leaves the others' alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestration.readiness.forecast_calendar import WorkCalendar, closures, work_calendar
from orchestration.readiness.forecast_laws import (
    LONGEST,
    Duration,
    Floats,
    Lateness,
    above,
    duration_law,
    heavy,
    lateness_law,
    position_above,
    run_law,
)
from orchestration.readiness.forecast_model import HumanStep, Outlook, SourceOutlook
from orchestration.readiness.forecast_rounds import first_missing

Marks = NDArray[np.bool_]

HORIZON = timedelta(days=60)  # after the contest nothing matters that ends later
# Suppliers share holidays, weather and a busy season: this much of a lateness is common to all.
SHARED = 0.5
# After a stretch of holidays about half the suppliers' offices come back late, and together.
LATE_RETURN, RETURN_DAYS = 0.5, 1.0
# People's work takes longer than planned, and the same people do several steps.
OVERRUN, OVERRUN_SPREAD, OVERRUN_SHARED = 0.14, 0.38, 0.5
# A broken step is mended in working hours: half within two, nine of ten within ten.
REPAIR_HOURS, REPAIR_SPREAD = 2.0, 1.25
# No list of what must be done is complete: so often something nobody declared turns up, and it
# takes so many working hours. When all declared work is done, most of it has turned up.
UNDECLARED, UNDECLARED_AT_THE_END = 0.35, 0.12
UNDECLARED_HOURS, UNDECLARED_SPREAD = 5.0, 0.95


@dataclass(frozen=True, eq=False)
class Draws:
    """Chance, for every future.

    Attributes:
        late: Days after its planned moment, by source; for one that is overdue, later than now.
        never: Futures in which it does not come at all.
        returns: For each run of holidays: begin, and when deliveries come again, in hours.
        making: Hours of each asset's making; where a run begins, with what it takes to start.
        repair: Working hours to mend it; zero where it does not fail.
        overrun: Factor on the planned hours of each step.
        undeclared: Working hours of what nobody declared, by deliverable.
    """

    futures: int
    calendar: WorkCalendar
    late: Mapping[str, Floats]
    never: Mapping[str, Marks]
    returns: Sequence[tuple[float, Floats]]
    making: Mapping[str, Floats]
    repair: Mapping[str, Floats]
    overrun: Mapping[str, Floats]
    undeclared: Mapping[str, Floats]

    def arrival(self, source: SourceOutlook, planned: datetime, now: datetime) -> Floats:
        """Hours until the delivery planned for that moment is there; infinite for never."""
        missing = first_missing(source, now) or planned
        due = hours(now, planned)
        came = due + self.late[source.name] * 24
        if missing < now and missing < planned:
            # It is silent already: what comes next comes no earlier than the first missing one.
            came = np.maximum(due, hours(now, missing) + self.late[source.name] * 24)
        came = np.maximum(came, 0.0)
        for begin, end in self.returns:
            came = np.where((came > begin) & (came < end), end, came)
        came[self.never[source.name]] = np.inf
        return np.asarray(came, dtype=np.float64)


def hours(now: datetime, moment: datetime) -> float:
    """Elapsed hours from ``now``; negative for what lies behind."""
    return (moment.timestamp() - now.timestamp()) / 3600


def draw(outlook: Outlook, futures: int, seed: int) -> Draws:
    """Draw all futures; equal outlook, number and seed give equal futures."""
    zone = outlook.contest.zone
    last: date = outlook.contest.day + HORIZON
    late, never = _deliveries(outlook, futures, seed)
    making, repair = _makings(outlook, futures, seed)
    return Draws(
        futures=futures,
        calendar=work_calendar(outlook.work, outlook.now, zone, last),
        late=late,
        never=never,
        returns=_returns(closures(outlook.work, outlook.now, zone, last), futures, seed),
        making=making,
        repair=repair,
        overrun=_overruns(outlook.steps, futures, seed),
        undeclared=_undeclared(outlook, futures, seed),
    )


def _dice(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _deliveries(
    outlook: Outlook, futures: int, seed: int
) -> tuple[dict[str, Floats], dict[str, Marks]]:
    laws: dict[str, Lateness] = {}
    silent: dict[str, float] = {}
    for source in outlook.sources:
        laws[source.name] = law = lateness_law(source)
        missing = first_missing(source, outlook.now)
        overdue = -hours(outlook.now, missing) / 24 if missing else -np.inf
        silent[source.name] = law.position(overdue)
    shared = _shared(laws, silent, futures, _dice(seed, "shared"))
    late, never = {}, {}
    for name, law in laws.items():
        dice = _dice(seed, f"source {name}")
        # The chance, in this future's season, that it would still be silent now.
        still = above((silent[name] - SHARED * shared) / np.sqrt(1 - SHARED**2))
        own = position_above(dice.random(futures) * still)
        late[name] = law.days(SHARED * shared + np.sqrt(1 - SHARED**2) * own)
        gone = law.never / (law.never + (1 - law.never) * np.maximum(still, 1e-12))
        never[name] = dice.random(futures) < gone
    return late, never


def _shared(
    laws: Mapping[str, Lateness], silent: Mapping[str, float], futures: int, dice: Any
) -> Floats:
    """The common part of all lateness, given who is silent today.

    Bayes on a grid: when several suppliers are overdue at once, it is probably the season, and
    those not yet due will be late too.
    """
    grid = np.linspace(-4.5, 4.5, 181)
    weight = np.exp(-grid * grid / 2)
    for name, law in laws.items():
        still = above((silent[name] - SHARED * grid) / np.sqrt(1 - SHARED**2))
        weight *= law.never + (1 - law.never) * still
    ranks = np.cumsum(weight)
    where = np.interp(dice.random(futures) * ranks[-1], ranks, grid)
    return np.asarray(where, dtype=np.float64)


def _returns(
    spans: Sequence[tuple[float, float]], futures: int, seed: int
) -> list[tuple[float, Floats]]:
    found = []
    for number, (begin, end) in enumerate(spans):
        dice = _dice(seed, f"holiday {number}")
        longer = (dice.random(futures) < LATE_RETURN) * dice.exponential(RETURN_DAYS * 24, futures)
        # Nobody delivers at midnight after a holiday; somebody does during that day.
        found.append((begin, end + longer + dice.uniform(6, 18, futures)))
    return found


def _makings(
    outlook: Outlook, futures: int, seed: int
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    count = len(outlook.assets)
    laws: list[Duration] = [duration_law(asset, count) for asset in outlook.assets]
    dice = _dice(seed, "assets")
    started, mended = _starts(outlook, futures, seed)
    made = {asset.key for asset in outlook.assets}
    making, repair = {}, {}
    for asset, law in zip(outlook.assets, laws, strict=True):
        making[asset.key] = _hours_of(law, _student(law, futures, dice))
        repair[asset.key] = _repairs(law, futures, dice)
        if made.isdisjoint(asset.parents):
            making[asset.key] += started
            repair[asset.key] += mended
    return making, repair


def _starts(outlook: Outlook, futures: int, seed: int) -> tuple[Floats, Floats]:
    """Hours that the run takes besides its makings, and to mend it where it dies.

    What died is started again once it is mended, and takes its start a second time.
    """
    law, dice = run_law(outlook.runs), _dice(seed, "runs")
    started = _hours_of(law, _student(law, futures, dice))
    mended = _repairs(law, futures, dice)
    return np.where(mended > 0, 2 * started, started), mended


def _student(law: Duration, futures: int, dice: np.random.Generator) -> Floats:
    normal = dice.standard_normal(futures)
    # One draw of the unknown variance for blocks of futures would be cheaper, and lumpy.
    scale = np.sqrt(law.freedom / (2 * dice.standard_gamma(law.freedom / 2, futures)))
    return np.asarray(normal * scale, dtype=np.float64)


def _hours_of(law: Duration, position: Floats) -> Floats:
    logs = np.minimum(law.centre + law.spread * position, LONGEST)
    return np.asarray(np.exp(logs) / 3600, dtype=np.float64)


def _repairs(law: Duration, futures: int, dice: np.random.Generator) -> Floats:
    mend = np.zeros(futures)
    failing = np.flatnonzero(dice.random(futures) < law.fails)
    mend[failing] = REPAIR_HOURS * np.exp(REPAIR_SPREAD * dice.standard_normal(len(failing)))
    return mend


def _overruns(steps: Sequence[HumanStep], futures: int, seed: int) -> dict[str, Floats]:
    shared = _dice(seed, "people").standard_normal(futures)
    found = {}
    for step in steps:
        own = _dice(seed, f"step {step.name}").standard_normal(futures)
        z = OVERRUN_SHARED * shared + np.sqrt(1 - OVERRUN_SHARED**2) * own
        found[step.name] = np.exp(np.minimum(OVERRUN + OVERRUN_SPREAD * heavy(z), 3.0))
    return found


def _undeclared(outlook: Outlook, futures: int, seed: int) -> dict[str, Floats]:
    found = {}
    for goal in outlook.goals:
        dice = _dice(seed, f"goal {goal.name}")
        left = any(s.hours > 0 for s in outlook.steps if s.name in goal.needs)
        chance = UNDECLARED if left else UNDECLARED_AT_THE_END
        size = UNDECLARED_HOURS * np.exp(UNDECLARED_SPREAD * dice.standard_normal(futures))
        found[goal.name] = (dice.random(futures) < chance) * size
    return found
