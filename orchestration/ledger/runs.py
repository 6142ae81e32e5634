"""Outcome records of whole runs: what Dagster knows of a run and its steps' records do not.

How long it waited and how long it took to get going, and what it was making when it was killed:
a step that died wrote nothing. Written once a run, by run id; ``sensors`` reads them from Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Literal

from orchestration.lake import Lake
from orchestration.ledger import journal

State = Literal["success", "failure", "canceled"]


@dataclass(frozen=True)
class RunRecord:
    """One run that ended.

    Attributes:
        state: ``canceled`` when somebody stopped it; nobody can learn from that.
        started_at: Real time (ISO, UTC), not the home's.
        queued_seconds: From being asked for to its start.
        seconds: Its whole length, queue apart.
        steps: Seconds of each step that began; a step makes one asset or several.
        failed: Assets that a failed step, or one that never ended, was to make.
        noted_at: Time of the home's clock (ISO) when it was written down.
    """

    run_id: str
    state: State
    started_at: str
    queued_seconds: float
    seconds: float
    noted_at: str
    steps: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @property
    def overhead(self) -> float:
        """Seconds in which no step worked: waiting, starting up, and between steps."""
        return self.queued_seconds + max(self.seconds - sum(self.steps.values()), 0.0)


def append(lake: Lake, found: Iterable[RunRecord]) -> int:
    """Write down the runs that the ledger does not have; how many those were."""
    known = {r.run_id for r in read(lake)}
    new = {r.run_id: r for r in found if r.run_id not in known}
    journal.append(_file(lake), (asdict(r) for r in new.values()))
    return len(new)


def read(lake: Lake) -> list[RunRecord]:
    """Every record, oldest first."""
    known = {f.name for f in fields(RunRecord)}
    return [
        RunRecord(**{k: v for k, v in r.items() if k in known}) for r in journal.read(_file(lake))
    ]


def _file(lake: Lake) -> Path:
    return lake.ledger / "runs.ndjson"
