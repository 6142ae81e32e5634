"""What a release tells of the days before it, as the page *Today* shows it.

It is made at publish time in ``release.past``; a release of before then has none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from apps.lib import words
from orchestration.readiness.brief_changes import Change
from orchestration.release.past import FILE
from orchestration.release.read import Release

KINDS = {"sources": "Deliveries", "deliverables": "Deliverables"}
RECORD = (
    "What was forecast",
    "Settled",
    "Brier score",
    "Brier score, status alone",
    "Came by P50",
    "Came by P90",
    "False alarms",
)
CUTS = ("Source", "When", "Decided", "By", "Why", "Ready, before and after", "Counts now")
DECIDED = {
    "drop": "left out",
    "carry_forward": "last good data is used",
    "revoke": "revoked",
    "undo": "cut taken back",
    "reinstate": "reinstated",
}


@dataclass(frozen=True)
class Past:
    """The days before, for a page.

    Attributes:
        days: One row a day that was judged: day, p_ready (0 to 1), oldest first.
        since: The day that ``changes`` compares with; ``None`` on the first day.
        cuts: The rows of :data:`CUTS`, newest first.
        record: The rows of :data:`RECORD`; empty when no day before was kept.
        days_kept: How many days the record is of.
    """

    days: pd.DataFrame
    since: date | None
    changes: tuple[Change, ...]
    cuts: tuple[tuple[str, ...], ...]
    record: tuple[tuple[str, ...], ...]
    days_kept: int


def read(release: Release, titles: dict[str, str], now: datetime) -> Past | None:
    """The past that a release carries, or ``None`` when it was made without it.

    Args:
        release: The release to show.
        titles: A source's title by its name.
        now: For the zone in which moments are told.

    Raises:
        OSError, ValueError, KeyError: the file cannot be read.
    """
    if FILE not in release.manifest["files"]:
        return None
    told: dict[str, Any] = json.loads((release.path / FILE).read_text(encoding="utf-8"))
    kept = told["record"] or {}
    days = pd.DataFrame(told["days"], columns=["day", "p_ready"])
    return Past(
        days=days.dropna(subset=["p_ready"]).reset_index(drop=True),
        since=date.fromisoformat(told["since"]) if told["since"] else None,
        changes=tuple(Change(**change) for change in told["changes"]),
        cuts=tuple(_cut(cut, titles, now) for cut in reversed(told["cuts"])),
        record=tuple(_scores(KINDS[kind], kept[kind]) for kind in KINDS if kept),
        days_kept=kept.get("days", 0),
    )


def _cut(cut: dict[str, Any], titles: dict[str, str], now: datetime) -> tuple[str, ...]:
    before, after = (cut["cost"].get(f"p_ready_{when}") for when in ("before", "after"))
    return (
        titles.get(cut["source"], cut["source"]),
        words.moment(datetime.fromisoformat(cut["at"]).astimezone(now.tzinfo)),
        DECIDED.get(cut["action"], cut["action"]),
        cut["by"],
        cut["why"],
        "–" if before is None or after is None else f"{_chance(before)} → {_chance(after)}",
        "yes" if cut["stands"] else "no",
    )


def _scores(title: str, scores: dict[str, Any]) -> tuple[str, ...]:
    return (
        title,
        words.count(scores["sayings"]),
        _brier(scores["brier"]),
        _brier(scores["brier_plain"].get("status")),
        _chance(scores["coverage_p50"]),
        _chance(scores["coverage_p90"]),
        words.count(scores["false_alarms"]),
    )


def _brier(score: float | None) -> str:
    return "–" if score is None else f"{score:.3f}"


def _chance(share: float | None) -> str:
    return "–" if share is None else words.chance(share)
