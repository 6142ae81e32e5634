"""How many years lie between two lists that tell ages: learnt from people of rare names.

An age says nothing until it is known when the list was made. Where nobody told, those who are the
only ones of their name in both lists are mostly the same, and the years between their births as
counted heap at one number: the years between the lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.identity.workspace import one

if TYPE_CHECKING:
    import duckdb

LEAST_PAIRS, LEAST_SHARE = 30, 0.25
NEAR = 2
"""Ages are told wrong by a year or two, so a heap is so wide to either side."""


def align(con: duckdb.DuckDBPyConnection, left: str, right: str) -> int | None:
    """Move the births of ``right`` so that both lists count alike.

    Returns:
        By how many years; None when the lists show no heap, and the births of ``right`` are then
        taken away, for they would only mislead.
    """
    found = one(
        con,
        f"""
        with l as ({_alone(left)}), r as ({_alone(right)}),
        gaps as (
            select l.birth_year - r.birth_year as gap, count(*) as n
            from l join r using (first_name, last_name) group by gap
        )
        select a.gap, sum(b.n) / (select sum(n) from gaps), sum(b.n), any_value(a.n)
        from gaps a join gaps b on abs(a.gap - b.gap) <= {NEAR}
        group by a.gap order by 3 desc, 4 desc, abs(a.gap) limit 1
        """,
    )
    is_heap = bool(found) and found[2] >= LEAST_PAIRS and found[1] >= LEAST_SHARE
    gap = int(found[0]) if is_heap else None
    moved = "null" if gap is None else f"birth_year + {gap}"
    con.execute(f"update {right} set birth_year = {moved}")
    return gap


def _alone(table: str) -> str:
    return (
        f"select first_name, last_name, any_value(birth_year) as birth_year from {table} "
        "where first_name is not null and last_name is not null and birth_year is not null "
        "group by first_name, last_name having count(*) = 1"
    )
