"""A plan bound to a file that was read: the queries that landing writes, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.contracts.mapping import ROW, build_query, final_columns, source_sql
from orchestration.contracts.model import Contract, Feed
from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.plan import FeedPlan, plan_feed
from orchestration.contracts.repeats import Repeats, find_repeats, judge_rows
from orchestration.contracts.row_faults import Fault

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts.readers import Note, Raw


@dataclass(frozen=True)
class Arrival:
    """When a delivery came and under which name; what its content means does not depend on more."""

    received: date
    file: str


@dataclass(frozen=True)
class Mapped:
    """What to write for one feed of one file; its quarantine is ``quarantine.quarantine_sql``.

    Attributes:
        read: Records read, unreadable ones included; landed and quarantined add up to it.
        landed: Queries of canonical rows in file order, one a piece of the file.
        wide: Queries of the vendor's wide columns of the same rows; none when it has none.
        judged_sql: All rows with their ``problem``, null or the number from 1 of a fault.
        faults: What may be wrong with a row.
    """

    plan: FeedPlan
    raw: Raw
    read: int
    landed: tuple[str, ...]
    wide: tuple[str, ...]
    judged_sql: str
    faults: tuple[Fault, ...]

    @property
    def landed_sql(self) -> str:
        """All pieces as one query."""
        return " union all ".join(f"({query})" for query in self.landed)

    @property
    def wide_sql(self) -> str | None:
        """All pieces as one query, where there are wide columns."""
        return " union all ".join(f"({query})" for query in self.wide) or None

    @property
    def refused(self) -> dict[str, str]:
        """Columns that were read into nothing, with their trait."""
        return self.plan.refused


def bind(
    con: duckdb.DuckDBPyConnection,
    plan: FeedPlan,
    raw: Raw,
    arrival: Arrival,
    repeats: bool = True,
) -> Mapped:
    """Lay a plan over a file that was read.

    Makes tables of repeated keys when a ``unique`` column repeats; they live as long as the
    database.

    Args:
        con: Where the file's relation can be queried.
        plan: The feed, laid over the file's columns.
        raw: The file as text.
        arrival: When it came, and its name.
        repeats: Whether to look for repeated keys, which reads them once more. Who leaves it out
            must look for them in what was landed.
    """
    received = f"date '{arrival.received.isoformat()}'"
    layers, faults = build_query(plan, received, arrival.file)

    def mapped(relation: str) -> str:
        return layers.sql(source_sql(plan, relation, raw.blanks))

    query, found = mapped(raw.noted), list[Repeats]()
    judged = query
    if repeats:
        table = judge_rows(con, plan, query)
        found, faults = find_repeats(con, plan, query, table, faults)
        judged = f"select * from {table}"
    landed, wide = [], []
    for piece in raw.pieces:
        query = mapped(f"({piece.query})")
        for one in found:
            query = one.mark(query, piece.first, piece.last)
        # a join promises no order, which a list of numbers keeps
        order = f" order by {ROW}" if any(one.rows is None for one in found) else ""
        good = f"select *, {received} as __received from ({query}) where problem is null"
        landed.append(f"select {final_columns(plan)} from ({good}){order}")
        if plan.feed.wide:
            wide.append(_wide(plan, good) + order)
    return Mapped(plan, raw, _read(con, plan, raw), tuple(landed), tuple(wide), judged, faults)


def looked_at_before(contract: Contract, feeds: Sequence[Feed]) -> Note | None:
    """What to say to ``open_raw`` so that a large file can be landed piece by piece.

    The columns that decide whether a row may land are looked at before it does: required ones and
    those that must not repeat. None for feeds that keep one row of several: they need all rows.
    """
    if any(feed.one_per for feed in feeds):
        return None

    def note(columns: tuple[str, ...]) -> tuple[str, ...]:
        asked: dict[str, None] = {}
        for feed in feeds:
            plan = plan_feed(contract, feed, columns)
            layers, _ = build_query(plan, "date '2000-01-01'", "")
            unique = [f"t_{name}" for name, column in feed.columns.items() if column.unique]
            told = " ".join(layers.ground_of(["problem", *unique]))
            asked |= dict.fromkeys(name for name in plan.used if identifier(name) in told)
        return tuple(asked)

    return note


def _wide(plan: FeedPlan, good: str) -> str:
    typed = ", ".join(
        f"try_cast(x_{name} as {w.type}) as {name}" for name, w in plan.feed.wide.items()
    )
    return f"select {literal(plan.key_prefix)} || t_record_id as record_key, {typed} from ({good})"


def _read(con: duckdb.DuckDBPyConnection, plan: FeedPlan, raw: Raw) -> int:
    if not plan.feed.one_per:
        return raw.read
    row = con.execute(f"select count(*) from ({source_sql(plan, raw.relation)})").fetchone()
    return (int(row[0]) if row else 0) + raw.rejected
