"""The tables that stages share inside one DuckDB connection, and the words they share.

``decided`` holds one row per record once some stage has decided it; a stage reads only records
that no earlier stage decided (``open_records``). ``contested`` holds what evidence contradicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def create(con: duckdb.DuckDBPyConnection, scope: str = "id_records") -> None:
    """Make the shared tables and the rules of agreement as macros.

    ``births_differ`` is true only where both sides say enough to contradict each other: a
    day and month exchanged, or two years off where only years are known, is no contradiction.
    ``firsts_differ`` is true when two first names cannot be one person's by any usual way of
    writing them: not equal, short for one another, an initial, nearly equal, or the middle name.

    Args:
        con: The connection of the run.
        scope: Table of the records that stages are to decide.
    """
    con.execute(f"""
        create or replace temp table decided (
            rid integer, vid integer, probability double, match_weight double, method varchar,
            rule varchar, runner_up double, needs_review boolean default false
        );
        create or replace temp table contested (
            rid integer, vid integer, probability double, runner_up_vid integer,
            runner_up double, reason varchar
        );
        create or replace temp view open_records as
        select r.* from {scope} r anti join decided d on r.idx = d.rid;
        create or replace temp macro births_differ(a, b, a_year, b_year) as
            case when a is not null and b is not null
                then a != b and not (
                    year(a) = year(b) and month(a) = day(b) and day(a) = month(b))
                when a_year is not null and b_year is not null then abs(a_year - b_year) > 2
                else false end;
        create or replace temp macro suffixes_differ(a, b) as
            coalesce(a != b, false);
        create or replace temp macro firsts_differ(
            a, b, a_token, b_token, a_nicks, a_middle, b_middle
        ) as
            case when a is null or b is null then false
                else not (
                    a_token = b_token or list_contains(a_nicks, b_token)
                    or (length(a_token) = 1 or length(b_token) = 1)
                        and left(a_token, 1) = left(b_token, 1)
                    or jaro_winkler_similarity(a_token, b_token) >= 0.9
                    or coalesce(a_middle = b_token, false) or coalesce(a_token = b_middle, false)
                ) end;
        create or replace temp macro lasts_differ(a, b, a_tokens, b_tokens) as
            case when a is null or b is null then false
                else not (
                    a = b or list_has_any(a_tokens, b_tokens)
                    or jaro_winkler_similarity(a, b) >= 0.88
                ) end
    """)


def rows(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single number that ``query`` gives."""
    found = one(con, query)
    return int(found[0]) if found and found[0] is not None else 0


def one(con: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The first row that ``query`` gives; empty when it gives none.

    Everything is fetched: a result left open makes DuckDB 2.0 refuse the next relation.
    """
    found = con.execute(query).fetchall()
    return tuple(found[0]) if found else ()
