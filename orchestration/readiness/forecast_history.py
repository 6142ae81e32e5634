"""What the ledger's makings and runs say about the next ones; shared by forecast and plan.

A making's seconds come from its step's record; what a run takes besides, and what it was making
when it was killed, from the run's, which Dagster told. The laws stand in ``forecast_laws.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from orchestration.ledger.runs import RunRecord
from orchestration.ledger.steps import StepRecord
from orchestration.readiness.forecast_laws import Duration, duration_law, run_law
from orchestration.readiness.forecast_model import AssetOutlook, RunsOutlook
from orchestration.readiness.plan import PlannedStep

RECENT = 20  # makings, and runs, that still say how long the next one takes


def assets_from(
    records: Iterable[StepRecord], ended: Sequence[RunRecord] = ()
) -> tuple[AssetOutlook, ...]:
    """Every asset with a record: its parents, its measured makings and its failures.

    A making that was killed wrote no record; the run that it was part of tells of it.
    """
    of_asset: dict[str, list[StepRecord]] = {}
    for record in records:
        of_asset.setdefault(record.asset, []).append(record)
    found = []
    for key, made in of_asset.items():
        good = [r for r in made if r.state in ("made", "unchanged")]
        measured = tuple((float(r.rows), r.seconds) for r in good)
        told = [r.run_id for r in made if r.state == "failed"]
        untold = [r for r in ended if key in r.failed and r.run_id not in told]
        found.append(
            AssetOutlook(
                key=key,
                parents=tuple(good[-1].inputs) if good else tuple(made[-1].inputs),
                measured=measured[-RECENT:],
                failures=len(told) + sum(r.state == "failure" for r in untold),
            )
        )
    return tuple(found)


def runs_from(ended: Iterable[RunRecord]) -> RunsOutlook:
    """What whole runs took besides their makings; what somebody stopped says nothing."""
    own = [r for r in ended if r.state != "canceled"]
    # Of one that died nobody knows how long it lay dead before Dagster noticed.
    died = [r for r in own if r.state == "failure" and not r.failed]
    overheads = tuple(r.overhead for r in own if r not in died)
    return RunsOutlook(overheads[-RECENT:], len(own), len(died))


@dataclass(frozen=True)
class Takes:
    """How long something takes: in half and in nine of ten cases, from so many measurements."""

    minutes: float
    minutes_p90: float
    measured: int


@dataclass(frozen=True)
class PlannedRun:
    """What a run would make, and what it takes besides: queue and start-up."""

    steps: tuple[PlannedStep, ...]
    start: Takes

    @property
    def minutes(self) -> float:
        """Minutes of the whole run, by the middle of each part."""
        parts = (step.minutes or 0.0 for step in self.steps)
        return round(self.start.minutes + sum(parts), 2) if self.steps else 0.0


def timed(
    planned: Sequence[PlannedStep], records: Iterable[StepRecord], ended: Sequence[RunRecord]
) -> PlannedRun:
    """A plan with how long each step and the run itself take, by the forecast's own laws.

    What was never measured takes what is usual in its stage, spread wide.
    """
    known = {asset.key: asset for asset in assets_from(records, ended)}
    steps = []
    for step in planned:
        asset = known.get(step.asset, AssetOutlook(step.asset, ()))
        takes = _takes(duration_law(asset, len(known)), len(asset.measured))
        steps.append(
            replace(
                step,
                minutes=takes.minutes,
                minutes_p90=takes.minutes_p90,
                measured=takes.measured,
            )
        )
    whole = runs_from(ended)
    return PlannedRun(tuple(steps), _takes(run_law(whole), len(whole.overheads)))


def _takes(law: Duration, measured: int) -> Takes:
    # Needed where people ask, not in a replay's every morning.
    from scipy.special import stdtrit

    logs = law.centre + law.spread * np.array([0.0, float(stdtrit(law.freedom, 0.9))])
    half, most = np.exp(logs) / 60
    return Takes(round(float(half), 2), round(float(most), 2), measured)
