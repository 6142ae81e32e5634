"""Values that a column may hold once and that come again: the first row keeps its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.contracts.mapping import ROW
from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.plan import FeedPlan
from orchestration.contracts.readers.numbers import is_one_of
from orchestration.contracts.row_faults import Fault

if TYPE_CHECKING:
    import duckdb

MOST_LISTED = 100_000
"""Rows that a query can list; beyond, a join and a sort are cheaper than the text."""


ROWS_AT_ONCE = 5_000_000
"""Rows whose hashes are counted at a time: some 300 MB."""


@dataclass(frozen=True)
class Repeats:
    """The rows that repeat a value of one column.

    Attributes:
        number: Of the fault that sends them to quarantine.
        table: Where they are, in a column ``repeats``.
        rows: Their record numbers, ascending, where they are few.
    """

    number: int
    table: str
    rows: tuple[int, ...] | None

    def mark(self, query: str, first: int, last: int) -> str:
        """Mark them in a query whose records have numbers from ``first`` to ``last``."""
        if self.rows is None:
            fault = f"case when repeats is not null then {self.number} end"
            return (
                f"select * exclude (repeats) replace (coalesce(problem, {fault}) as problem) "
                f"from ({query}) q left join {self.table} r on r.repeats = q.{ROW}"
            )
        mine = [row for row in self.rows if first <= row <= last]
        if not mine:
            return query
        fault = f"case when {is_one_of(mine, ROW)} then {self.number} end"
        return f"select * replace (coalesce(problem, {fault}) as problem) from ({query})"


def judge_rows(con: duckdb.DuckDBPyConnection, plan: FeedPlan, query: str) -> str:
    """Write down what is wrong with each row, and a hash of each value that must not repeat.

    Args:
        con: Where the query can be asked.
        plan: The feed, laid over the file's columns.
        query: All rows, mapped as far as the unique columns and ``problem``.

    Returns:
        The name of the table; it is seen by every connection to the database.
    """
    table = identifier(f"__judged_{plan.feed.name}")
    hashes = "".join(
        f", case when t_{name} is not null then hash(t_{name}) end as h_{name}"
        for name in _unique(plan)
    )
    con.execute(f"create or replace table {table} as select {ROW}, problem{hashes} from ({query})")
    return table


def find_repeats(
    con: duckdb.DuckDBPyConnection,
    plan: FeedPlan,
    query: str,
    judged: str,
    faults: tuple[Fault, ...],
) -> tuple[list[Repeats], tuple[Fault, ...]]:
    """Look for repeated values of the feed's unique columns among the rows without a fault.

    Hashes are looked at first, a share of them at a time, so that a national file takes no more
    memory than a county's; only values whose hash comes twice are compared.

    Args:
        con: Where the query can be asked; a table for each column stays as long as it does.
        plan: The feed, laid over the file's columns.
        query: All rows, mapped as far as the unique columns.
        judged: From :func:`judge_rows`.
        faults: Those that there are already.

    Returns:
        What was found, and the faults with those that it adds.
    """
    found: list[Repeats] = []
    for name in _unique(plan):
        table = identifier(f"__repeated_{plan.feed.name}_{name}")
        count = _write_repeats(con, f"t_{name}", query, _alike(con, name, judged), table)
        if not count:
            continue
        fault = Fault(
            column=", ".join(plan.feed.columns[name].from_) or name,
            reason=f"{name} repeats that of an earlier row",
            fix="send each record once, or make it not unique in the contract",
        )
        faults = (*faults, fault)
        rows = None
        if count <= MOST_LISTED:
            listed = con.execute(f"select repeats from {table} order by 1").fetchall()
            rows = tuple(int(row[0]) for row in listed)
        found.append(Repeats(len(faults), table, rows))
        con.execute(
            f"update {judged} set problem = {len(faults)} "
            f"where {ROW} in (select repeats from {table})"
        )
    return found, faults


def _unique(plan: FeedPlan) -> list[str]:
    return [name for name, column in plan.feed.columns.items() if column.unique]


def _alike(con: duckdb.DuckDBPyConnection, name: str, judged: str) -> str:
    """A table of the rows whose hash comes more than once."""
    row = con.execute(f"select count(*) from {judged}").fetchone()
    shares = 1 + (int(row[0]) if row else 0) // ROWS_AT_ONCE
    con.execute(f"create or replace table alike ({ROW} bigint)")
    good = f"select {ROW}, h_{name} as h from {judged} where problem is null"
    for share in range(shares):
        mine = f"({good} and h_{name} % {shares} = {share})"
        again = f"select h from {mine} group by h having count(*) > 1"
        con.execute(f"insert into alike select {ROW} from {mine} semi join ({again}) using (h)")
    return "alike"


def _write_repeats(
    con: duckdb.DuckDBPyConnection, column: str, query: str, alike: str, table: str
) -> int:
    """Of rows that look alike, write down those whose value an earlier one has; gives how many."""
    con.execute(f"create or replace table {table} (repeats bigint)")
    row = con.execute(f"select count(*) from {alike}").fetchone()
    if not row or not row[0]:
        return 0
    con.execute(
        f"insert into {table} "
        f"with keys as materialized (select {ROW}, {column} as k from ({query}) "
        f"where {ROW} in (select {ROW} from {alike})) "
        f"select {ROW} from keys qualify {ROW} > min({ROW}) over (partition by k)"
    )
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
