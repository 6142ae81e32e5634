"""Outcome records of checks: what was looked at, whether it held, whether it blocks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from orchestration.lake import Lake
from orchestration.ledger import journal


@dataclass(frozen=True)
class CheckRecord:
    """One evaluation of one check.

    Attributes:
        asset: Asset key joined by slashes.
        check: Name of the check.
        passed: Whether it held.
        blocking: Whether a failure holds the release.
        detail: One sentence for a human; names no person.
        figures: Counts and limits that it compared.
        evaluated_at: Time of the home's clock (ISO).
    """

    asset: str
    check: str
    passed: bool
    blocking: bool
    detail: str
    evaluated_at: str
    figures: dict[str, Any] = field(default_factory=dict)
    run_id: str = ""


def append(lake: Lake, *records: CheckRecord) -> None:
    """Write check records; they are never changed afterwards."""
    journal.append(_file(lake), (asdict(r) for r in records))


def read(lake: Lake) -> list[CheckRecord]:
    """Every record, oldest first."""
    known = {f.name for f in fields(CheckRecord)}
    return [
        CheckRecord(**{k: v for k, v in r.items() if k in known}) for r in journal.read(_file(lake))
    ]


def latest(lake: Lake) -> dict[tuple[str, str], CheckRecord]:
    """The last evaluation of each check."""
    return {(r.asset, r.check): r for r in read(lake)}


def failing(lake: Lake, blocking_only: bool = False) -> list[CheckRecord]:
    """Checks whose last evaluation failed."""
    return [r for r in latest(lake).values() if not r.passed and (r.blocking or not blocking_only)]


def _file(lake: Lake) -> Path:
    return lake.ledger / "checks.ndjson"
