"""Cuts: what people decided to go without, by whom, why, and what it cost; append-only.

A source is cut in one of three ways: ``drop`` leaves its deliveries out, ``carry_forward`` goes on
with its last good data although it is late, ``revoke`` leaves it out and lets no more of it in,
for its licence has ended. Taking a cut back is a record of its own, and so is reinstating. What it
does to the deliveries in force is ``landing``'s; what it costs is worked out in ``readiness``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from orchestration.lake import Lake
from orchestration.ledger import journal

Action = Literal["drop", "carry_forward", "revoke", "undo", "reinstate"]
_TAKEN_BACK = ("undo", "reinstate")


@dataclass(frozen=True)
class CutRecord:
    """One decision about one source.

    Attributes:
        at: Time of the home's clock (ISO, aware); looking back before it, nothing is cut.
        by: Who decided: a role or a local user, never a voter.
        why: Their reason; names no person.
        cost: What it cost when it was decided: points of pain, rows left out, and the chance
            of being ready before and after.
    """

    source: str
    action: Action
    at: str
    by: str
    why: str
    cost: dict[str, Any] = field(default_factory=dict)


def leaves_out(record: CutRecord) -> bool:
    """Whether a decision takes a source's deliveries out of what is in force."""
    return record.action in ("drop", "revoke")


def revoked(lake: Lake, moment: datetime) -> set[str]:
    """The sources whose licence has been ended by somebody."""
    return {name for name, r in standing(read(lake), moment).items() if r.action == "revoke"}


def append(lake: Lake, record: CutRecord) -> None:
    """Write a decision down."""
    journal.append(_file(lake), [asdict(record)])


def read(lake: Lake) -> list[CutRecord]:
    """Every decision, oldest first."""
    return [CutRecord(**record) for record in journal.read(_file(lake))]


def standing(records: Iterable[CutRecord], moment: datetime) -> dict[str, CutRecord]:
    """For each source that is cut at a moment, the decision that counts: its last one by then."""
    last = {r.source: r for r in records if datetime.fromisoformat(r.at) <= moment}
    return {source: record for source, record in last.items() if record.action not in _TAKEN_BACK}


def _file(lake: Lake) -> Path:
    return lake.ledger / "cuts.ndjson"
