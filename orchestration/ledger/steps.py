"""Outcome records of steps: for every asset what it was made from, and what it came to.

The planner compares these with the present to say what is stale; the forecast learns
durations from them. ``status`` and the app read them instead of Dagster.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from orchestration.lake import Lake
from orchestration.ledger import journal

State = Literal["made", "unchanged", "failed", "skipped"]


@dataclass(frozen=True)
class StepRecord:
    """One making of one asset.

    Attributes:
        asset: Key as in Dagster, joined by slashes: ``marts/voters``.
        code_version: Version of the code and configuration that made it.
        inputs: Data version of each upstream asset when it was made.
        data_version: Name of what was made; equal content, equal name.
        state: ``unchanged`` when the content equals the making before.
        finished_at: Time of the home's clock (ISO).
        seconds: Elapsed real time.
    """

    asset: str
    code_version: str
    inputs: dict[str, str]
    data_version: str
    state: State
    finished_at: str
    rows: int = 0
    seconds: float = 0.0
    run_id: str = ""
    reason: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def append(lake: Lake, *records: StepRecord) -> None:
    """Write step records; they are never changed afterwards."""
    journal.append(_file(lake), (asdict(r) for r in records))


def read(lake: Lake) -> list[StepRecord]:
    """Every record, oldest first."""
    known = {f.name for f in fields(StepRecord)}
    return [
        StepRecord(**{k: v for k, v in r.items() if k in known}) for r in journal.read(_file(lake))
    ]


def latest(lake: Lake) -> dict[str, StepRecord]:
    """The last making of each asset that did not fail: what now lies in the lake."""
    return {r.asset: r for r in read(lake) if r.state in ("made", "unchanged")}


def data_versions(lake: Lake, assets: tuple[str, ...]) -> dict[str, str]:
    """The present data version of each of these assets; one never made has the version ``none``."""
    known = latest(lake)
    return {a: known[a].data_version if a in known else "none" for a in assets}


def _file(lake: Lake) -> Path:
    return lake.ledger / "steps.ndjson"
