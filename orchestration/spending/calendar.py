"""The filing calendar: when the next reports fall due, against the contest's day.

The dates stand in ``calendar.csv`` with their source each. A deadline on a weekend or a holiday
does not move: the Commission has no power to extend it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

CALENDAR = Path(__file__).parent / "calendar.csv"
AFTER_CONTEST = timedelta(days=60)


@dataclass(frozen=True)
class FilingDue:
    """A report that committees owe.

    Attributes:
        days_left: Days from today to the day it is due; 0 is today.
        t_minus: The same day against the contest, as ``T-1d``; after it ``T+19d``.
        source: Where the date comes from.
    """

    report: str
    filers: str
    covers_from: str
    covers_until: str
    due: str
    days_left: int
    t_minus: str
    source: str


def filings_due(today: date, contest: date, calendar: Path = CALENDAR) -> tuple[FilingDue, ...]:
    """The reports due from today until two months after the contest, the next one first."""
    with calendar.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    until = contest + AFTER_CONTEST
    return tuple(
        FilingDue(
            **row,
            days_left=(date.fromisoformat(row["due"]) - today).days,
            t_minus=_t_minus((contest - date.fromisoformat(row["due"])).days),
        )
        for row in sorted(rows, key=lambda row: (row["due"], row["report"]))
        if today <= date.fromisoformat(row["due"]) <= until
    )


def _t_minus(days: int) -> str:
    return f"T-{days}d" if days >= 0 else f"T+{-days}d"
