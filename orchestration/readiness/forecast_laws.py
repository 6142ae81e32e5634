"""Laws of chance: how late a supplier is, how long a step takes, learned from few observations.

Every law starts from a prior and is moved by what was measured, so that none, one or three
observations give an honest spread: wide at first, narrower with each one. How futures are
drawn from the laws stands in ``forecast_draws.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from orchestration.readiness.forecast_model import (
    AssetOutlook,
    RunsOutlook,
    SourceOutlook,
    Usual,
)

Floats = NDArray[np.float64]

# Beyond the ninth decile a normal spread on the log scale is too sure of itself: suppliers who
# are late at all are sometimes late by weeks. At this strength one in a hundred lies half as
# far out again as the log-normal says.
HEAVY = 0.10
# A delivery may come this many days before its day; it makes the log of a lateness exist.
EARLIEST = 2.0
# What is assumed of a supplier of whom nothing is known and nothing declared, in days.
UNKNOWN = Usual(0.6, 5.0)
# A declared lateness is the supplier's own word: worth so many observations, and stretched,
# because those who promise are hopeful.
DECLARED_WORTH = 2.5
UNKNOWN_WORTH = 2.0
HOPE = 1.35
# Chance that a delivery never comes: half a miss in thirteen, moved by every round that came.
NEVER_MISSES, NEVER_ROUNDS = 0.5, 13.0

# Seconds that a making takes at REFERENCE_ROWS, by stage, before one was measured.
STAGE_SECONDS = {
    "source": 10.0,
    "landing": 2.0,
    "staging": 2.0,
    "identity": 60.0,
    "marts": 5.0,
    "scores": 60.0,
    "segments": 5.0,
    "readiness": 2.0,
    "release": 10.0,
}
REFERENCE_ROWS = 100_000.0
DATABASE_FLOOR = 1_000.0  # below so many rows a making costs its start-up, not its rows
SLOPE, SLOPE_SPREAD = 0.8, 0.25  # seconds grow a little slower than rows
BASE_SPREAD = 1.2  # of the log of seconds, when never measured: a factor of three either way
NOISE, NOISE_WORTH = 0.45, 4.0
LONGEST = math.log(48 * 3600.0)  # a making that takes two days is stopped by somebody
RUN_FAILS = 0.05  # a whole run fails so often, shared over its assets
FAILS_WORTH = 30.0
# Seconds that a run takes besides its makings, before one was measured: definitions load, steps
# start. A run in ``make up`` starts a process of its own and may wait; hence the spread.
OVERHEAD, OVERHEAD_SPREAD, OVERHEAD_WORTH = 20.0, 1.2, 2.0
RUN_DIES = 0.01  # a run is killed or crashes with no step to blame, and must be run again


@dataclass(frozen=True)
class Lateness:
    """Days after the planned moment: ``exp(centre + spread * heavy(z)) - EARLIEST``.

    Attributes:
        never: Chance that it does not come at all.
    """

    centre: float
    spread: float
    never: float

    def days(self, z: Floats) -> Floats:
        """Lateness at standard normal positions."""
        reach = np.minimum(self.centre + self.spread * heavy(z), 6.0)
        return np.asarray(np.exp(reach) - EARLIEST, dtype=np.float64)

    def position(self, days: float) -> float:
        """The standard normal position of a lateness: the inverse of :meth:`days`."""
        if days <= -EARLIEST:
            return -8.0
        return unheavy((math.log(days + EARLIEST) - self.centre) / self.spread)


@dataclass(frozen=True)
class Duration:
    """Log of seconds: centre, spread and degrees of freedom (few observations, fat tails)."""

    centre: float
    spread: float
    freedom: float
    fails: float


def heavy(z: Floats) -> Floats:
    """Stretch the tails of a standard normal position; see ``HEAVY``."""
    return np.asarray(z * np.exp(HEAVY * z * z / 2), dtype=np.float64)


_Z = np.linspace(-9.0, 9.0, 3601)
_STRETCHED = heavy(_Z)
# log of the chance to lie above z; steep tails stay exact on the log scale.
_ABOVE = np.array([math.log(0.5 * math.erfc(z / math.sqrt(2))) for z in _Z])


def unheavy(value: float) -> float:
    """The inverse of :func:`heavy`."""
    return float(np.interp(value, _STRETCHED, _Z))


def above(z: Floats) -> Floats:
    """Chance that a standard normal lies above ``z``."""
    return np.asarray(np.exp(np.interp(z, _Z, _ABOVE)), dtype=np.float64)


def position_above(chance: Floats) -> Floats:
    """The inverse of :func:`above`."""
    logs = np.log(np.maximum(chance, 1e-18))
    return np.asarray(np.interp(-logs, -_ABOVE, _Z), dtype=np.float64)


def lateness_law(source: SourceOutlook) -> Lateness:
    """What a supplier's past says about its next delivery.

    With nothing on record the declared lateness counts, stretched; with nothing declared, what
    is usual among suppliers. Each delivery on record moves the law towards what was seen.
    """
    late = past_lateness(source)
    worth = DECLARED_WORTH if source.usual else UNKNOWN_WORTH
    usual = _stretched(source.usual) if source.usual else UNKNOWN
    centre = math.log(usual.p50 + EARLIEST)
    spread = (math.log(usual.p90 + EARLIEST) - centre) / float(heavy(np.array([1.2816]))[0])
    seen = np.log(np.maximum(np.array(late), 0.25 - EARLIEST) + EARLIEST)
    mean, scale = learn(centre, max(spread, 0.12), worth, seen)
    rounds = len(source.received)
    never = NEVER_MISSES / (NEVER_ROUNDS + 4 * rounds)
    return Lateness(mean, max(scale, 0.05), never)


def past_lateness(source: SourceOutlook) -> list[float]:
    """Days by which past deliveries came after their day.

    Promised days are matched to arrivals in order; without promises a regular source is
    measured against its cadence, from one arrival to the next.
    """
    if source.promised:
        pairs = zip(sorted(source.promised), source.received, strict=False)
        return [_days(planned, came) for planned, came in pairs]
    if source.cadence_days is None:
        return []
    steps = zip(source.received, source.received[1:], strict=False)
    return [_days(a, b) - source.cadence_days for a, b in steps][-12:]


def learn(centre: float, spread: float, worth: float, seen: Floats) -> tuple[float, float]:
    """Centre and predictive spread after observations (normal with unknown mean and variance).

    Args:
        centre: Prior centre.
        spread: Prior spread of single values.
        worth: How many observations the prior counts for.
        seen: The observations, on the prior's scale.
    """
    n = len(seen)
    if n == 0:
        return centre, spread * math.sqrt(1 + 1 / (2 * worth))
    mean = float(seen.mean())
    total = worth + n
    posterior = (worth * centre + n * mean) / total
    squares = worth * spread**2 + float(((seen - mean) ** 2).sum())
    squares += worth * n / total * (mean - centre) ** 2
    return posterior, math.sqrt(squares / total * (1 + 1 / total))


def duration_law(asset: AssetOutlook, assets: int) -> Duration:
    """Seconds of an asset's next making, from its measured makings and their rows.

    A line through logs of rows and seconds, started from the stage's usual figures. Never
    measured it spreads by a factor of three either way; three makings of the same size bring
    that to about a half.
    """
    seconds = STAGE_SECONDS.get(asset.key.split("/")[0], 10.0)
    prior = np.diag([1 / BASE_SPREAD**2, 1 / SLOPE_SPREAD**2]) * NOISE**2
    start = np.array([math.log(seconds), SLOPE])
    rows = np.array([m[0] for m in asset.measured])
    x = np.column_stack([np.ones(len(rows)), _size(rows)])
    y = np.log(np.array([m[1] for m in asset.measured]) + 0.05)
    precision = prior + x.T @ x
    mean = np.linalg.solve(precision, prior @ start + x.T @ y)
    squares = NOISE**2 * NOISE_WORTH + y @ y + start @ prior @ start - mean @ precision @ mean
    freedom = NOISE_WORTH + len(rows)
    ahead = np.array([1.0, float(_size(np.array([_next_rows(asset)]))[0])])
    spread2 = max(float(squares), 1e-6) / freedom * (1 + ahead @ np.linalg.solve(precision, ahead))
    made = len(asset.measured)
    fails = RUN_FAILS / max(assets, 1)
    fails = (fails * FAILS_WORTH + asset.failures) / (FAILS_WORTH + made + asset.failures)
    return Duration(float(ahead @ mean), math.sqrt(float(spread2)), freedom + 1, fails)


def run_law(runs: RunsOutlook) -> Duration:
    """Seconds of a run besides the makings in it, and the chance that it must be run again.

    Never measured it spreads by a factor of four either way. One run moves the centre by a
    third of the way and, when it is far from what is usual, makes nobody surer; three runs move
    it by three fifths.
    """
    logs = np.log(np.array(runs.overheads) + 0.05)
    centre, spread = learn(math.log(OVERHEAD), OVERHEAD_SPREAD, OVERHEAD_WORTH, logs)
    fails = (RUN_DIES * FAILS_WORTH + runs.died) / (FAILS_WORTH + runs.ended)
    return Duration(centre, spread, OVERHEAD_WORTH + len(logs) + 1, fails)


def _next_rows(asset: AssetOutlook) -> float:
    if asset.rows is not None:
        return asset.rows
    return asset.measured[-1][0] if asset.measured else REFERENCE_ROWS


def _size(rows: Floats) -> Floats:
    scale = np.log((rows + DATABASE_FLOOR) / (REFERENCE_ROWS + DATABASE_FLOOR))
    return np.asarray(scale, dtype=np.float64)


def _stretched(usual: Usual) -> Usual:
    p50 = usual.p50 * HOPE + 0.25
    return Usual(p50, max(usual.p90 * HOPE, p50 + 1.0) + 0.5)


def _days(planned: datetime, came: datetime) -> float:
    return (came.timestamp() - planned.timestamp()) / 86400
