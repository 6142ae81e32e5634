"""A plan bound to a file that was read: the queries that landing writes, and the counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.contracts.mapping import ROW, build_query, final_columns, source_sql
from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.plan import FeedPlan
from orchestration.contracts.readers.numbers import is_one_of
from orchestration.contracts.row_faults import Fault

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts.readers import Raw


MOST_LISTED = 100_000
"""Repeated rows that a query can list; beyond, a join and a sort are cheaper than the text."""


@dataclass(frozen=True)
class Arrival:
    """When a delivery came and under which name; what its content means does not depend on more."""

    received: date
    file: str


@dataclass(frozen=True)
class Mapped:
    """What to write for one feed of one file.

    Attributes:
        read: Records read, unreadable ones included; landed and quarantined add up to it.
        landed_sql: Canonical rows in file order.
        quarantine_sql: One row a quarantined record.
        wide_sql: The vendor's wide columns of the landed rows, or None.
        refused: Columns that were read into nothing, with their trait.
    """

    read: int
    landed_sql: str
    quarantine_sql: str
    wide_sql: str | None
    refused: dict[str, str]


def bind(
    con: duckdb.DuckDBPyConnection,
    plan: FeedPlan,
    raw: Raw,
    arrival: Arrival,
    repeats: bool = True,
) -> Mapped:
    """Lay a plan over a file that was read.

    Makes a temporary table of repeated keys when a ``unique`` column repeats; it lives as long as
    the connection.

    Args:
        con: Where the file's relation can be queried.
        plan: The feed, laid over the file's columns.
        raw: The file as text.
        arrival: When it came, and its name.
        repeats: Whether to look for repeated keys, which reads the whole file once more. Who
            leaves it out must look for them in what was landed.
    """
    received = f"date '{arrival.received.isoformat()}'"
    layers, faults = build_query(plan, received, arrival.file)
    query = layers.sql(source_sql(plan, raw.relation, raw.odd_blanks))
    is_joined = False
    if repeats:
        query, faults, is_joined = _without_repeats(con, plan, query, faults)
    good = f"select *, {received} as __received from ({query}) where problem is null"
    # a join promises no order, which a list of numbers keeps
    order = f" order by {ROW}" if is_joined else ""
    wide = None
    if plan.feed.wide:
        typed = ", ".join(
            f"try_cast(x_{name} as {w.type}) as {name}" for name, w in plan.feed.wide.items()
        )
        key = f"{literal(plan.key_prefix)} || t_record_id as record_key"
        wide = f"select {key}, {typed} from ({good}){order}"
    return Mapped(
        read=_read(con, plan, raw),
        landed_sql=f"select {final_columns(plan)} from ({good}){order}",
        quarantine_sql=_quarantine(plan, raw, query, faults),
        wide_sql=wide,
        refused=plan.refused,
    )


def _read(con: duckdb.DuckDBPyConnection, plan: FeedPlan, raw: Raw) -> int:
    if not plan.feed.one_per:
        return raw.rows + raw.rejected
    row = con.execute(
        f"select count(*) from ({source_sql(plan, raw.relation, raw.odd_blanks)})"
    ).fetchone()
    return (int(row[0]) if row else 0) + raw.rejected


def _without_repeats(
    con: duckdb.DuckDBPyConnection, plan: FeedPlan, query: str, faults: tuple[Fault, ...]
) -> tuple[str, tuple[Fault, ...], bool]:
    unique = [name for name, column in plan.feed.columns.items() if column.unique]
    is_joined = False
    for name in unique:
        keys = f"select {ROW}, t_{name} as k from ({query}) where problem is null"
        first = "select k, min(" + ROW + ") as first from keys group by k having count(*) > 1"
        table = identifier(f"__repeated_{plan.feed.name}_{name}")
        # materialised, or the keys would be worked out twice
        con.execute(
            f"create or replace temp table {table} as "
            f"with keys as materialized ({keys}), first as ({first}) "
            f"select keys.{ROW} as repeats from keys join first using (k) "
            f"where keys.{ROW} > first.first"
        )
        count = con.execute(f"select count(*) from {table}").fetchone()
        if not count or not count[0]:
            continue
        fault = Fault(
            column=", ".join(plan.feed.columns[name].from_) or name,
            reason=f"{name} repeats that of an earlier row",
            fix="send each record once, or make it not unique in the contract",
        )
        faults = (*faults, fault)
        if count[0] <= MOST_LISTED:
            rows = con.execute(f"select repeats from {table} order by 1").fetchall()
            again = is_one_of([row[0] for row in rows], ROW)
            number = f"case when {again} then {len(faults)} end"
            query = f"select * replace (coalesce(problem, {number}) as problem) from ({query})"
            continue
        is_joined = True
        number = f"case when repeats is not null then {len(faults)} end"
        query = (
            f"select * exclude (repeats) replace (coalesce(problem, {number}) as problem) "
            f"from ({query}) q left join {table} r on r.repeats = q.{ROW}"
        )
    return query, faults, is_joined


def _quarantine(plan: FeedPlan, raw: Raw, query: str, faults: tuple[Fault, ...]) -> str:
    shown = [name for name in raw.columns if name not in plan.refused]
    fields = ", ".join(f"{identifier(name)} := r.{identifier(name)}" for name in shown)
    record = f"cast(to_json(struct_pack({fields})) as varchar)" if shown else "null::varchar"
    bad = f"select {ROW}, problem from ({query}) where problem is not null"
    return (
        f"select p.{ROW} as row_number, cast(null as bigint) as line, "
        f"{_told([fault.column for fault in faults])} as column_name, "
        f"{_told([fault.reason for fault in faults])} as reason, "
        f"{_told([fault.fix for fault in faults])} as fix, {record} as record "
        f"from ({bad}) p join {raw.relation} r on r.{ROW} = p.{ROW} "
        f"union all by name select row_number, line, column_name, reason, fix, record "
        f"from {raw.rejects} order by row_number"
    )


def _told(values: list[str]) -> str:
    whens = " ".join(f"when {number} then {literal(v)}" for number, v in enumerate(values, 1))
    return f"case p.problem {whens} end"
