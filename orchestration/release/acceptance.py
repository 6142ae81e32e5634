"""Saying yes to a segment that moved: who, when and why stand in the audit.

A yes holds for the next release alone: it names the one in force, and the next one after it is
asked about anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from orchestration.lake import Lake
from orchestration.ledger import audit
from orchestration.settings import UserError

ACTION = "accept"


def accept(home: Path, segments: Sequence[str], why: str, who: str, moment: datetime) -> None:
    """Let these segments move as they do in the next release.

    Raises:
        UserError: nothing says why, there is no such segment, or no release to move from.
    """
    from orchestration.release.read import current_release

    lake = Lake(home)
    if not why.strip():
        raise UserError('--accept wants a reason that others can read; add --why "..."')
    live = current_release(home)
    if live is None:
        raise UserError("there is no release yet, so no segment can have moved; leave --accept out")
    known = sorted(f.stem for f in lake.segment("any").parent.glob("seg_*.parquet"))
    for name in segments:
        if name not in known:
            raise UserError(f"there is no segment {name!r} to accept; there are {', '.join(known)}")
    for name in segments:
        audit.record(lake, moment.isoformat(), who, ACTION, name, why=why.strip(), since=live.id)


def accepted(lake: Lake, since: str) -> dict[str, dict[str, str]]:
    """Segments accepted since this release went live, each with who said so, when and why."""
    return {
        str(entry["subject"]): {
            "who": str(entry["actor"]),
            "at": str(entry["at"]),
            "why": str(entry["detail"]["why"]),
        }
        for entry in audit.entries(lake)
        if entry["action"] == ACTION and entry["detail"].get("since") == since
    }
