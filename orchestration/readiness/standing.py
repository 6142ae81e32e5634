"""How each source stands at a moment, from a status that may be older: worst first.

A status is judged in ``sources``; here time goes on after it was made, so that a page opened
hours later, or a brief, says what has become late since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from orchestration.countdown.contest import Contest
from orchestration.countdown.tminus import deadline
from orchestration.readiness import phrases


@dataclass(frozen=True)
class SourceRow:
    """One source's readiness; ages in hours, ``late_since`` filled when it is late."""

    name: str
    title: str
    owner: str
    licence: str
    state: str
    reason: str
    if_late: str
    rows: int
    quarantined: int
    refused: int
    age_hours: float | None
    max_age_hours: float | None
    needed_by: str | None
    link_rate: float | None
    late_since: datetime | None


def source_rows(
    summary: Mapping[str, Any], contest: Contest, now: datetime
) -> tuple[SourceRow, ...]:
    """Every source as it stands now, worst first."""
    judged_at = datetime.fromisoformat(summary["now"]).astimezone(now.tzinfo)
    rows = [_source(entry, contest, judged_at, now) for entry in summary["sources"]]
    return tuple(sorted(rows, key=_urgency))


def _source(
    entry: dict[str, Any], contest: Contest, judged_at: datetime, now: datetime
) -> SourceRow:
    aged = max(now - judged_at, timedelta(0))
    age = entry["age_hours"]
    row = SourceRow(
        name=entry["name"],
        title=entry["title"],
        owner=entry["owner"],
        licence=entry["licence"],
        state=entry["state"],
        reason=entry["reason"],
        if_late=entry.get("if_late", ""),
        rows=entry["rows"],
        quarantined=entry["quarantined"],
        refused=entry["refused"],
        age_hours=None if age is None else age + aged.total_seconds() / 3600,
        max_age_hours=entry["max_age_hours"],
        needed_by=entry["needed_by"],
        link_rate=entry["link_rate"],
        late_since=None,
    )
    row = _judged_again(row)
    return replace(row, late_since=_late_since(row, contest, now)) if row.state == "late" else row


def _judged_again(row: SourceRow) -> SourceRow:
    """Time alone makes a source late; nothing but a new release makes it on time again."""
    if (
        row.state not in ("on_time", "at_risk")
        or row.age_hours is None
        or row.max_age_hours is None
    ):
        return row
    if row.age_hours <= row.max_age_hours:
        return row
    ages = f"{phrases.age(row.age_hours)} old; {phrases.age(row.max_age_hours)} are allowed"
    return replace(row, state="late", reason=f"since this release was made its data became {ages}")


def _late_since(row: SourceRow, contest: Contest, now: datetime) -> datetime | None:
    if row.age_hours is not None and row.max_age_hours is not None:
        over = row.age_hours - row.max_age_hours
        if over > 0:
            # By elapsed time, which wall-clock arithmetic is not when the clocks change.
            return (now.astimezone(timezone.utc) - timedelta(hours=over)).astimezone(now.tzinfo)
    due = deadline(contest, row.needed_by) if row.needed_by else None
    return due if due and due < now else None


def _urgency(row: SourceRow) -> tuple[int, bool, float, str]:
    """Worst state first; in it what holds up a run, then what is late longest."""
    waiting = row.late_since.timestamp() if row.late_since else float("inf")
    return phrases.state_words(row.state).rank, row.if_late != "block", waiting, row.title
