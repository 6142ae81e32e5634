"""The rows that broke a contract, as they came, with their number, line, reason and fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.contracts.binding import Mapped
from orchestration.contracts.mapping import ROW
from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.repeats import MOST_LISTED

if TYPE_CHECKING:
    import duckdb


def quarantine_sql(con: duckdb.DuckDBPyConnection, mapped: Mapped) -> str:
    """A query of one row a quarantined record, those that could not be read included.

    The rows at fault are looked for in the columns that decide it, and only they are read again.
    Makes a temporary table; ask for one feed after the other.
    """
    plan, raw = mapped.plan, mapped.raw
    found = con.execute(
        f"select {ROW}, problem from ({mapped.judged_sql}) where problem is not null order by 1"
    ).fetchall()
    numbers = [int(row[0]) for row in found]
    lines = raw.lines_of(numbers)
    con.execute("create or replace temp table at_fault (number bigint, problem int, line bigint)")
    con.execute(
        "insert into at_fault select unnest(?::bigint[]), unnest(?::int[]), unnest(?::bigint[])",
        [numbers, [int(row[1]) for row in found], [lines.get(n) or None for n in numbers]],
    )
    relation = raw.records(numbers) if len(numbers) <= MOST_LISTED else raw.relation
    shown = [name for name in raw.columns if name not in plan.refused]
    fields = ", ".join(f"{identifier(name)} := r.{identifier(name)}" for name in shown)
    record = f"cast(to_json(struct_pack({fields})) as varchar)" if shown else "null::varchar"
    return (
        f"select p.number as row_number, p.line, "
        f"{_told([fault.column for fault in mapped.faults])} as column_name, "
        f"{_told([fault.reason for fault in mapped.faults])} as reason, "
        f"{_told([fault.fix for fault in mapped.faults])} as fix, {record} as record "
        f"from at_fault p join {relation} r on r.{ROW} = p.number "
        f"union all by name select row_number, line, column_name, reason, fix, record "
        f"from {raw.rejects} order by row_number"
    )


def _told(values: list[str]) -> str:
    whens = " ".join(f"when {number} then {literal(v)}" for number, v in enumerate(values, 1))
    return f"case p.problem {whens} end"
