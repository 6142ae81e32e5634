"""What the page *Money* reads from a release: spending as the marts have it, to the cent.

Amounts stay exact decimals until a chart draws them. Public record only: no voter is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from apps.lib import words
from orchestration.countdown.contest import Contest
from orchestration.release.read import Release

# What the parts of a data machine are; the timeline shows these and leaves out the rest.
MACHINE = {
    "data_and_lists": "Data and lists",
    "software": "Software",
    "digital_and_web": "Digital and web",
    "phones": "Phones",
    "field": "Field",
    "mail": "Mail",
    "media": "Media",
}
OTHERS = {"legal_and_compliance": "Legal and compliance"}
SHOWN_VENDORS = 24


@dataclass(frozen=True)
class Committee:
    """One committee's totals; ``reported_until`` is the last day that its reports cover."""

    id: str
    name: str
    is_ours: bool
    lines: int
    amount: Decimal
    per_week: Decimal | None
    data: Decimal
    media: Decimal
    memo_lines: int
    difference: Decimal | None
    reported_until: date | None
    has_terminated: bool


@dataclass(frozen=True)
class Due:
    """A report that falls due."""

    report: str
    filers: str
    due: date
    t_minus: str
    source: str


@dataclass(frozen=True)
class Money:
    """Everything on the page; ``quarters`` and ``vendors`` hold all committees."""

    made_at: datetime
    as_of: date
    has_marts: bool
    committees: tuple[Committee, ...]
    quarters: pd.DataFrame
    vendors: pd.DataFrame
    notes: tuple[tuple[str, bool], ...]
    due: tuple[Due, ...]
    has_own_id: bool


def load(release: Release, contest: Contest, now: datetime) -> Money:
    """Read what the page shows; ours comes first, then who spent most.

    Raises:
        OSError, ValueError, KeyError: the release cannot be read.
    """
    own = release.summary.get("committee")
    totals = _table(release, "committee_totals")
    committees = [] if totals is None else [_committee(row, own) for row in _rows(totals)]
    return Money(
        made_at=datetime.fromisoformat(release.manifest["made_at"]).astimezone(now.tzinfo),
        as_of=release.as_of,
        has_marts=totals is not None,
        committees=tuple(sorted(committees, key=lambda c: (not c.is_ours, -c.amount, c.id))),
        quarters=_or_empty(release, "spending_by_quarter"),
        vendors=_or_empty(release, "vendors"),
        notes=tuple(
            (str(row["note"]), bool(row["is_mistake"]))
            for row in _rows(_or_empty(release, "spending_notes"))
        ),
        due=tuple(_due(entry) for entry in release.summary.get("filings_due", ())),
        has_own_id=bool(own),
    )


def category_words(name: str) -> str:
    """A category as people read it."""
    return MACHINE.get(name) or OTHERS.get(name) or name.replace("_", " ").capitalize()


def dollars(amount: Decimal | None) -> str:
    """An amount to the cent; nothing known is a dash."""
    return "–" if amount is None else f"{amount:,.2f}"


def by_category(money: Money, committee: str) -> pd.DataFrame:
    """One row a category, one column a quarter, a total, the largest first; texts to the cent."""
    mine = money.quarters[money.quarters["committee_id"] == committee]
    table: dict[str, dict[str, Decimal]] = {}
    for row in _rows(mine):
        table.setdefault(row["category"], {})[row["quarter"]] = row["amount"]
    quarters = sorted({str(quarter) for quarter in mine["quarter"]})
    ordered = sorted(table, key=lambda name: (-sum(table[name].values()), name))
    return pd.DataFrame(
        [
            [
                category_words(name),
                *(dollars(table[name].get(quarter)) for quarter in quarters),
                dollars(sum(table[name].values(), Decimal(0))),
            ]
            for name in ordered
        ],
        columns=["Category", *quarters, "All"],
    )


def quarters_drawn(money: Money) -> pd.DataFrame:
    """For the chart: committee, quarter, kind (data, media, the rest) and dollars as numbers."""
    table = money.quarters
    if table.empty:
        return pd.DataFrame(columns=["committee", "quarter", "kind", "amount"])
    names = {c.id: short_name(c) for c in money.committees}
    kinds = {"data_and_lists": "Data and lists", "media": "Media"}
    drawn = pd.DataFrame(
        {
            "committee": table["committee_id"].map(names),
            "quarter": table["quarter"],
            "kind": table["category"].map(kinds).fillna("Everything else"),
            "amount": table["amount"].astype("float64"),
        }
    )
    return drawn.groupby(["committee", "quarter", "kind"], as_index=False, sort=True).sum()


def timeline(money: Money, committee: str) -> pd.DataFrame:
    """The vendors of the data machine by their first payment, the costliest of them.

    People (``LAST, FIRST``: organisers on a contract) are left out; they are in the categories.
    """
    table = money.vendors
    is_firm = ~table["vendor"].astype("str").str.contains(", ", regex=False)
    is_part = table["category"].isin(list(MACHINE))
    mine = table[(table["committee_id"] == committee) & is_part & is_firm]
    most = mine.assign(size=mine["amount"].astype("float64")).nlargest(SHOWN_VENDORS, "size")
    most = most.sort_values(["first_payment_date", "vendor"]).copy()
    most["shown"] = [f"${dollars(amount)}" for amount in most["amount"]]
    most["kind"] = most["category"].map(MACHINE)
    most["first"] = pd.to_datetime(most["first_payment_date"])
    most["last"] = pd.to_datetime(most["last_payment_date"])
    most["change"] = [
        "new in the latest quarter" if new else "not paid in the latest quarter" if gone else ""
        for new, gone in zip(most["has_appeared"], most["has_stopped"], strict=True)
    ]
    columns = ["vendor", "kind", "first", "last", "amount", "shown", "lines", "change"]
    return most[columns].reset_index(drop=True)


def short_name(committee: Committee) -> str:
    """A committee in a chart: its name, and that it is ours."""
    name = committee.name or committee.id
    return f"{name} (ours)" if committee.is_ours else name


def headline(money: Money) -> str:
    """The next report in a sentence."""
    if not money.due:
        return "The calendar knows no report that falls due in the next weeks."
    due = money.due[0]
    return (
        f"Next: the {due.report} report of {due.filers}, due {words.day(due.due)} "
        f"({words.tminus(due.t_minus)})."
    )


def _committee(row: dict[str, Any], own: str | None) -> Committee:
    return Committee(
        id=row["committee_id"],
        name=row["committee_name"] or "",
        is_ours=row["committee_id"] == own,
        lines=int(row["lines"]),
        amount=row["amount"],
        per_week=_known(row["amount_per_week"]),
        data=row["data_amount"],
        media=row["media_amount"],
        memo_lines=int(row["memo_lines"]),
        difference=_known(row["difference_amount"]),
        reported_until=_known(row["reported_until_date"]) or _known(row["last_payment_date"]),
        has_terminated=bool(row["has_terminated"]),
    )


def _due(entry: dict[str, Any]) -> Due:
    return Due(
        report=entry["report"],
        filers=entry["filers"],
        due=date.fromisoformat(entry["due"]),
        t_minus=entry["t_minus"],
        source=entry["source"],
    )


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _table(release: Release, name: str) -> pd.DataFrame | None:
    import pyarrow.parquet as pq

    try:
        file = release.table(f"marts/{name}")
    except KeyError:
        return None
    table: pd.DataFrame = pq.read_table(file, partitioning=None).to_pandas(date_as_object=True)
    return table


def _or_empty(release: Release, name: str) -> pd.DataFrame:
    table = _table(release, name)
    if table is not None:
        return table
    columns = {
        "spending_by_quarter": ["committee_id", "quarter", "category", "amount"],
        "vendors": ["committee_id", "vendor", "category", "amount", "lines", "first_payment_date",
                    "last_payment_date", "has_appeared", "has_stopped"],
        "spending_notes": ["note", "is_mistake"],
    }  # fmt: skip
    return pd.DataFrame(columns=columns[name])
