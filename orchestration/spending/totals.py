"""Totals: the lines that count, added up by committee, quarter, category, vendor and filing.

Amounts leave as texts of exact decimals, for JSON's numbers are floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orchestration.spending.vendors import Alike, alike

if TYPE_CHECKING:
    import duckdb

    from orchestration.spending.categories import Rules

_SHOWN_UNMATCHED = 20


@dataclass(frozen=True)
class SummaryLine:
    """A line of the summary page against the lines of the schedule that itemise it.

    Attributes:
        difference: Stated less itemised: small payments that need no line of their own, or
            lines that are missing here.
    """

    line: str
    stated: str
    itemized: str
    difference: str


@dataclass(frozen=True)
class FilingTotal:
    """One filing that counts.

    Attributes:
        is_termination: The committee's last report.
        summary: Line by line of the summary page, what went out (Schedule B).
        receipts: What came in (Schedule A); what is too small to be itemised is the difference.
        debts: What is owed (Schedule D); loans of Schedule C are in the difference.
    """

    id: str
    form: str
    coverage_from: str | None
    coverage_through: str | None
    lines: int
    total: str
    memo_lines: int
    memo_total: str
    is_termination: bool
    summary: tuple[SummaryLine, ...]
    receipts: tuple[SummaryLine, ...]
    debts: tuple[SummaryLine, ...]


@dataclass(frozen=True)
class VendorTotal:
    """One vendor: what was paid, when first and last."""

    vendor: str
    lines: int
    total: str
    first: str | None
    last: str | None
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Unmatched:
    """What no rule caught, the largest first: the next rules to write."""

    payee: str
    purpose: str
    lines: int
    total: str


@dataclass(frozen=True)
class CommitteeTotal:
    """One committee over all its filings; memo items are counted apart and never added."""

    id: str
    name: str
    lines: int
    memo_lines: int
    total: str
    memo_total: str
    by_quarter: dict[str, str]
    lines_by_quarter: dict[str, int]
    by_category: dict[str, str]
    lines_by_category: dict[str, int]
    by_vendor: tuple[VendorTotal, ...]
    filings: tuple[FilingTotal, ...]
    unmatched: tuple[Unmatched, ...]


@dataclass(frozen=True)
class Spending:
    """Everything that reports say, and by which version of the rules it was sorted."""

    rules_version: int
    committees: tuple[CommitteeTotal, ...]
    vendors_to_review: tuple[Alike, ...]
    notes: tuple[str, ...]


def add_up(con: duckdb.DuckDBPyConnection, rules: Rules, notes: tuple[str, ...]) -> Spending:
    """Add up ``sorted_lines``; a committee whose filings have no line is there with zero."""
    con.execute(_ITEMIZED)
    committees = con.execute(
        "select committee_id, max(committee_name) from reports group by committee_id order by all"
    ).fetchall()
    return Spending(
        rules_version=rules.version,
        committees=tuple(_committee(con, *row) for row in committees),
        vendors_to_review=alike(con, rules.apart),
        notes=notes,
    )


def money(amount: Decimal | None) -> str:
    """An amount as text with its cents; nothing is zero."""
    return f"{amount or Decimal(0):.2f}"


def _committee(con: duckdb.DuckDBPyConnection, committee: str, name: str | None) -> CommitteeTotal:
    counted = _rows(
        con,
        "select is_memo, count(*), sum(amount) from sorted_lines where committee_id = ? group by 1",
        committee,
    )
    lines = {bool(memo): (count, amount) for memo, count, amount in counted}
    quarters = _grouped(con, "quarter", "quarter", committee)
    categories = _grouped(con, "category", "sum(amount) desc, category", committee)
    return CommitteeTotal(
        id=committee,
        name=name or "",
        lines=lines.get(False, (0, None))[0],
        memo_lines=lines.get(True, (0, None))[0],
        total=money(lines.get(False, (0, None))[1]),
        memo_total=money(lines.get(True, (0, None))[1]),
        by_quarter={key: money(amount) for key, _, amount in quarters},
        lines_by_quarter={key: count for key, count, _ in quarters},
        by_category={key: money(amount) for key, _, amount in categories},
        lines_by_category={key: count for key, count, _ in categories},
        by_vendor=_vendors(con, committee),
        filings=_filings(con, committee),
        unmatched=_unmatched(con, committee),
    )


def _grouped(
    con: duckdb.DuckDBPyConnection, column: str, order: str, committee: str
) -> list[tuple[Any, ...]]:
    return _rows(
        con,
        f"select {column}, count(*), sum(amount) from sorted_lines "
        f"where committee_id = ? and not is_memo group by {column} order by {order}",
        committee,
    )


def _vendors(con: duckdb.DuckDBPyConnection, committee: str) -> tuple[VendorTotal, ...]:
    found = _rows(
        con,
        """
        select
            vendor, count(*), sum(amount), min(date)::varchar, max(date)::varchar,
            list_sort(list(distinct category))
        from sorted_lines
        where committee_id = ? and not is_memo
        group by vendor
        order by sum(amount) desc, vendor
        """,
        committee,
    )
    return tuple(
        VendorTotal(vendor, count, money(amount), first, last, tuple(kinds))
        for vendor, count, amount, first, last, kinds in found
    )


def _filings(con: duckdb.DuckDBPyConnection, committee: str) -> tuple[FilingTotal, ...]:
    found = _rows(
        con,
        """
        select
            filing_id, any_value(form), any_value(coverage_from)::varchar,
            any_value(coverage_through)::varchar,
            count(*) filter (not is_memo), sum(amount) filter (not is_memo),
            count(*) filter (is_memo), sum(amount) filter (is_memo),
            any_value(is_termination)
        from reports
        left join (select filing_id, committee_id, amount, is_memo from sorted_lines)
            using (filing_id, committee_id)
        anti join superseded using (filing_id, committee_id)
        where committee_id = ?
        group by filing_id
        order by filing_id
        """,
        committee,
    )
    return tuple(
        FilingTotal(
            id=filing,
            form=form,
            coverage_from=start,
            coverage_through=end,
            lines=lines,
            total=money(total),
            memo_lines=memo_lines,
            memo_total=money(memo_total),
            is_termination=ended,
            summary=_summary(con, filing, "SB"),
            receipts=_summary(con, filing, "SA"),
            debts=_summary(con, filing, "SD"),
        )
        for filing, form, start, end, lines, total, memo_lines, memo_total, ended in found
    )


# Lines of a schedule by what stands behind its two letters; 17A1 itemises line 17A.
_ITEMIZED = """
create table itemized as
with items as (
    select filing_id, 'SB' as schedule, upper(line[3:]) as line, amount, is_memo
    from sorted_lines
    union all by name
    select
        filing_id, schedule, upper(line[3:]) as line, coalesce(amount_of(amount), 0) as amount,
        coalesce(upper(memo_code) = 'X', false) as is_memo
    from others
),

placed as (
    select
        items.*,
        coalesce(
            (
                select max_by(stated.line, length(stated.line))
                from stated
                where
                    stated.filing_id = items.filing_id
                    and stated.schedule = items.schedule
                    and starts_with(items.line, stated.line)
            ),
            items.line
        ) as summary_line
    from (
        select filing_id, schedule, line, sum(amount) as amount
        from items
        where not is_memo
        group by all
    ) as items
)

select filing_id, schedule, summary_line as line, sum(amount) as amount
from placed
group by all
"""


def _summary(con: duckdb.DuckDBPyConnection, filing: str, schedule: str) -> tuple[SummaryLine, ...]:
    found = _rows(
        con,
        """
        select
            line,
            coalesce(amount_of(nullif(stated.amount, '')), 0) as said,
            coalesce(itemized.amount, 0) as found
        from stated
        left join itemized using (filing_id, schedule, line)
        where stated.filing_id = ? and stated.schedule = ? and (said != 0 or found != 0)
        order by line
        """,
        filing,
        schedule,
    )
    return tuple(
        SummaryLine(line, money(stated), money(itemized), money(stated - itemized))
        for line, stated, itemized in found
    )


def _unmatched(con: duckdb.DuckDBPyConnection, committee: str) -> tuple[Unmatched, ...]:
    found = _rows(
        con,
        """
        select payee, purpose, count(*), sum(amount)
        from sorted_lines
        where committee_id = ? and not is_memo and rule is null
        group by payee, purpose
        order by abs(sum(amount)) desc, payee, purpose
        limit ?
        """,
        committee,
        _SHOWN_UNMATCHED,
    )
    return tuple(Unmatched(payee, purpose, n, money(amount)) for payee, purpose, n, amount in found)


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return con.execute(query, list(values)).fetchall()
