"""Outcome records of checks: what was looked at, whether it held, whether it blocks.

Beside them the list of the checks that the code defines, each time it changed: the last word on
a check that was renamed or taken out would else hold every release to come.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    """Checks whose last evaluation failed, of those that the code still defines.

    A home that never noted what is defined counts them all: rather held than let through.
    """
    known = defined(lake)
    return [
        r
        for key, r in latest(lake).items()
        if not r.passed and (r.blocking or not blocking_only) and (known is None or key in known)
    ]


def define(lake: Lake, keys: Iterable[tuple[str, str]], moment: str) -> None:
    """Note which checks the code defines, as (asset, check); the same list again writes nothing.

    Args:
        lake: The home's lake.
        keys: Every check of every asset, also those that an asset writes down by itself.
        moment: Time of the home's clock (ISO).
    """
    wanted = set(keys)
    if wanted != defined(lake):
        listed = [list(key) for key in sorted(wanted)]
        journal.append(_definitions(lake), [{"at": moment, "checks": listed}])


def defined(lake: Lake) -> set[tuple[str, str]] | None:
    """The checks that the code defined when it was last noted; ``None`` when it never was."""
    noted = list(journal.read(_definitions(lake)))
    return {(asset, check) for asset, check in noted[-1]["checks"]} if noted else None


def _definitions(lake: Lake) -> Path:
    return lake.ledger / "checks_defined.ndjson"


def _file(lake: Lake) -> Path:
    return lake.ledger / "checks.ndjson"
