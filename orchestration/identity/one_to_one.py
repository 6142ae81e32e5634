"""One row a voter, where a contract says that each row of a feed is another person.

Without such a word, one human may leave many records and all of them link. With it, two rows on one
voter cannot both be right: the better one stays if it is clearly better, and the rest is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

REASON = "another row of its source is this voter"
# From strongest to weakest; a human's word is never taken back here.
METHODS = "['human', 'shared_id', 'deterministic', 'splink']"
# Bits by which the better of two rows of one method must be better: eight to one.
MARGIN = 3.0


def load(con: duckdb.DuckDBPyConnection, feeds: Collection[tuple[str, str]]) -> None:
    """Make ``one_to_one`` of the feeds ``(source, feed)`` whose contract says so."""
    con.execute("create or replace temp table one_to_one (source varchar, feed varchar)")
    if feeds:
        con.executemany("insert into one_to_one values (?, ?)", sorted(feeds))


def start(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``outdone``, the rows that lost their voter to another one of their feed."""
    con.execute("""
        create or replace temp table outdone (
            rid integer, vid integer, probability double, match_weight double, method varchar)
    """)


def compete(con: duckdb.DuckDBPyConnection) -> int:
    """Take from ``decided`` what a better row of the same feed has; it waits in ``unsure``.

    Returns:
        Rows outdone so far.
    """
    con.execute(f"""
        create or replace temp table losers as
        with standing as (
            select rid, vid, probability, match_weight, method, true as is_held from decided
            where vid is not null
            union all
            -- Who was outdone still claims: else a third and weaker row would have the voter.
            select rid, vid, probability, match_weight, method, false from outdone
            anti join decided using (rid)
        ),
        claims as (
            select c.*, r.source, r.feed, r.record_key,
                list_position({METHODS}, c.method) as strength,
                coalesce(c.match_weight, 0) as weight
            from standing c join id_records r on c.rid = r.idx
            semi join one_to_one using (source, feed)
        )
        select rid, vid, probability, match_weight, method from (
            select *, row_number() over by_worth as place,
                lead(strength) over by_worth > strength
                    or lead(weight) over by_worth <= weight - {MARGIN} as is_clear,
                count(*) over (partition by vid, source, feed) as claimants
            from claims
            window by_worth as (
                partition by vid, source, feed order by strength, weight desc, record_key)
        )
        where is_held and claimants > 1 and method != 'human' and (place > 1 or not is_clear);
        delete from decided where rid in (select rid from losers);
        insert into outdone from losers anti join outdone using (rid, vid);
        insert into unsure
        select rid, vid, probability, null, null, '{REASON}' from outdone
        anti join decided using (rid) anti join unsure using (rid)
        qualify row_number() over (partition by rid order by probability desc, vid) = 1
    """)
    return rows(con, "select count(*) from outdone")
