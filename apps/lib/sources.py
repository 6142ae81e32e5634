"""What the page *Sources* reads from a release: what came, what is due, what was set aside.

Lateness is judged in ``readiness``; here the release's tables are laid side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from apps.lib import words
from apps.lib.home import HomeView
from apps.lib.today import table
from orchestration.countdown.contest import Contest
from orchestration.countdown.tminus import deadline, parse_age
from orchestration.readiness import outlook
from orchestration.readiness.standing import SourceRow, source_rows
from orchestration.release.read import Release

# What a mark of the calendar means, in the order of the legend.
KINDS = {
    "landed": "taken in",
    "refused": "refused",
    "other": "repeated or withdrawn",
    "expected": "expected",
    "needed": "needed by",
}


@dataclass(frozen=True)
class Contract:
    """What was agreed with a source's supplier; ``price`` none means undisclosed."""

    mode: str
    cadence: str | None
    promised: tuple[date, ...]
    price: float | None
    until: date | None
    uses: tuple[str, ...]
    feeds: tuple[str, ...]
    obligations: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """What is still to come of one source; moments in the contest's zone.

    Attributes:
        expected: The next day by the cadence agreed on.
        counts: When the delivery is planned that a deliverable waits for.
    """

    name: str
    title: str
    expected: date | None
    counts: datetime | None
    latest_useful: datetime | None
    needed_by: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """It was expected on a day that has passed."""
        return self.expected is not None and self.expected < now.date()

    @property
    def day(self) -> date | None:
        """The first day on which something of it is due."""
        if self.expected is not None:
            return self.expected
        moment = self.counts or self.needed_by
        return moment.date() if moment else None


@dataclass(frozen=True)
class Sources:
    """Everything on the page; ``None`` where this release holds no such table."""

    as_of: date
    now: datetime
    contest_day: date
    rows: tuple[SourceRow, ...]
    due: tuple[Due, ...]
    contracts: dict[str, Contract]
    deliveries: pd.DataFrame | None
    quarantine: pd.DataFrame | None
    links: pd.DataFrame | None
    stories: pd.DataFrame | None
    changes: pd.DataFrame | None


def load(release: Release, home: HomeView) -> Sources:
    """Read what the page shows.

    Raises:
        OSError, ValueError, KeyError: the release cannot be read.
    """
    rows = source_rows(release.summary, home.contest, home.now)
    contracts = _contracts(table(release, "aggregates/contracts"))
    deliveries = table(release, "aggregates/deliveries")
    seen = outlook.read(release.summary.get("forecast"), home.now.tzinfo)
    awaited = {entry.name: entry for entry in seen.awaited} if seen else {}
    due = [
        _due(row, contracts.get(row.name), awaited.get(row.name), deliveries, home.contest)
        for row in rows
    ]
    return Sources(
        as_of=release.as_of,
        now=home.now,
        contest_day=home.contest.start.date(),
        rows=rows,
        due=tuple(due),
        contracts=contracts,
        deliveries=deliveries,
        quarantine=table(release, "aggregates/quarantine"),
        links=table(release, "aggregates/links_by_source"),
        stories=table(release, "aggregates/delivery_stories"),
        changes=table(release, "aggregates/delivery_changes"),
    )


def cut(view: Sources, only: tuple[str, ...] | None) -> Sources:
    """What a supplier sees: its own sources alone; ``None`` cuts nothing."""
    if only is None:
        return view

    def mine(table: pd.DataFrame | None) -> pd.DataFrame | None:
        return None if table is None else table[table["source"].isin(only)]

    return replace(
        view,
        rows=tuple(row for row in view.rows if row.name in only),
        due=tuple(due for due in view.due if due.name in only),
        contracts={name: found for name, found in view.contracts.items() if name in only},
        deliveries=mine(view.deliveries),
        quarantine=mine(view.quarantine),
        links=mine(view.links),
        stories=mine(view.stories),
        changes=mine(view.changes),
    )


def calendar(view: Sources) -> pd.DataFrame:
    """One row a mark: source (title), day, kind (a key of :data:`KINDS`), files, rows, told."""
    titles = {row.name: row.title for row in view.rows}
    marks: list[dict[str, Any]] = []
    if view.deliveries is not None:
        marks += _received(view.deliveries, titles)
    for due in view.due:
        if due.expected is not None:
            marks.append(_mark(due.title, due.expected, "expected"))
        if due.needed_by is not None:
            marks.append(_mark(due.title, due.needed_by.date(), "needed"))
    found = pd.DataFrame(marks, columns=["source", "day", "kind", "files", "rows", "told"])
    found["day"] = pd.to_datetime(found["day"])
    found["meaning"] = found["kind"].map(KINDS)
    return found


def open_dues(view: Sources) -> tuple[Due, ...]:
    """What is still to come, soonest first; what has no day ahead is left out."""
    today = view.now.date()
    waiting = [
        due
        for due in view.due
        if due.expected is not None or (due.day is not None and due.day >= today)
    ]
    return tuple(sorted(waiting, key=lambda due: (due.day or today, due.title)))


def contract_state(row: SourceRow, contract: Contract | None, today: date) -> words.StateWords:
    """Whether what came and what was agreed still hold together."""
    if row.refused:
        number = words.plural(row.refused, "file")
        return words.StateWords("✕", f"{number} refused", "bad", 0)
    if contract and contract.until and contract.until < today:
        return words.StateWords("✕", f"terms ended {words.day(contract.until)}", "bad", 0)
    if row.quarantined:
        number = words.plural(row.quarantined, "row")
        return words.StateWords("!", f"{number} set aside", "warn", 1)
    return words.StateWords("✓", "kept", "good", 2)


def facts(row: SourceRow, contract: Contract | None) -> dict[str, str]:
    """What is agreed and known about a source, by name, in the order of reading."""
    told = {
        "Owner": row.owner,
        "Licence": words.LICENCES.get(row.licence, row.licence),
        "Data age": words.age(row.age_hours)
        if row.age_hours is None or not row.max_age_hours
        else f"{words.age_of(row.age_hours, row.max_age_hours)} allowed now",
        "Needed by": words.tminus(row.needed_by),
        "If it is late": LATE.get(row.if_late, row.if_late.replace("_", " ") or "–"),
        "Rows": words.count(row.rows),
        "Set aside": words.plural(row.quarantined, "row"),
        "Linked to a voter": words.percent(row.link_rate),
    }
    if contract is None:
        return told
    cadence = f", every {words.span(contract.cadence)}" if contract.cadence else ", once"
    return {
        **told,
        "Comes": f"{MODES.get(contract.mode, contract.mode)}{cadence}",
        "Price": "undisclosed" if contract.price is None else f"${contract.price:,.2f}",
        "May be used until": words.day(contract.until) if contract.until else "no end agreed",
        "May be used for": ", ".join(contract.uses) or "nothing agreed",
        "Becomes": "; ".join(contract.feeds),
        "We owe": "; ".join(contract.obligations) or "nothing",
    }


LATE = {
    "block": "the run waits for it",
    "carry_forward": "the last good data is used",
    "drop": "the run goes on without it",
}
MODES = {"append": "new rows only", "upsert": "new and changed rows", "snapshot": "the whole file"}


def delivered(view: Sources, name: str) -> pd.DataFrame | None:
    """One source's deliveries, newest first."""
    if view.deliveries is None:
        return None
    mine = view.deliveries[view.deliveries["source"] == name]
    ordered = mine.sort_values(["received", "file"], ascending=False, ignore_index=True)
    return ordered.drop(columns="source")


def set_aside(view: Sources, name: str) -> pd.DataFrame:
    """Why one source's rows were set aside, most frequent first; empty when none was."""
    if view.quarantine is None:
        return pd.DataFrame()
    return view.quarantine[view.quarantine["source"] == name].reset_index(drop=True)


def faults(bad: pd.DataFrame) -> list[tuple[str, str, str, str, int]]:
    """The rows of :func:`set_aside` as feed, column, reason, fix, rows; unknown is empty."""
    known = bad.fillna({"column_name": "", "fix": "", "reason": ""})
    names = ("feed", "column_name", "reason", "fix", "rows")
    return list(zip(*(known[name].tolist() for name in names), strict=True))


def _received(deliveries: pd.DataFrame, titles: dict[str, str]) -> list[dict[str, Any]]:
    kinds = deliveries["state"].map(lambda s: s if s in ("landed", "refused") else "other")
    days = deliveries.assign(kind=kinds).groupby(["source", "received", "kind"], as_index=False)
    sums: pd.DataFrame = days.agg(files=("file", "count"), rows=("landed", "sum"))
    return [
        _mark(titles.get(source, source), day, kind, files, rows)
        for source, day, kind, files, rows in zip(
            *(sums[name].tolist() for name in sums.columns), strict=True
        )
    ]


def _mark(
    source: str, day: date, kind: str, files: int | None = None, rows: int | None = None
) -> dict[str, Any]:
    told = words.day(pd.Timestamp(day).date())
    if files is not None:
        told += f": {words.plural(files, 'file')}, {words.count(rows)} rows"
    return {
        "source": source, "day": day, "kind": kind, "files": files, "rows": rows, "told": told
    }  # fmt: skip


def _due(
    row: SourceRow,
    contract: Contract | None,
    awaited: outlook.Awaited | None,
    deliveries: pd.DataFrame | None,
    contest: Contest,
) -> Due:
    return Due(
        name=row.name,
        title=row.title,
        expected=_next(row.name, contract, deliveries, contest.day),
        counts=awaited.planned if awaited else None,
        latest_useful=awaited.latest_useful if awaited else None,
        needed_by=deadline(contest, row.needed_by) if row.needed_by else None,
    )


def _next(
    name: str, contract: Contract | None, deliveries: pd.DataFrame | None, last: date
) -> date | None:
    """The next day by the cadence agreed on; none for what comes once or after ``last``."""
    if contract is None or not contract.cadence or deliveries is None:
        return None
    mine = deliveries.loc[
        (deliveries["source"] == name) & (deliveries["state"] == "landed"), "received"
    ]
    if mine.empty:
        return None
    following = (pd.Timestamp(mine.max()) + parse_age(contract.cadence)).date()
    return following if following <= last else None


def _contracts(found: pd.DataFrame | None) -> dict[str, Contract]:
    if found is None:
        return {}
    return {
        str(row["source"]): Contract(
            mode=row["mode"],
            cadence=None if pd.isna(row["cadence"]) else str(row["cadence"]),
            promised=tuple(pd.Timestamp(d).date() for d in row["promised"]),
            price=None if pd.isna(row["price"]) else float(row["price"]),
            until=None if pd.isna(row["until"]) else pd.Timestamp(row["until"]).date(),
            uses=tuple(row["uses"]),
            feeds=tuple(row["feeds"]),
            obligations=tuple(row["obligations"]),
        )
        for row in found.to_dict(orient="records")
    }
