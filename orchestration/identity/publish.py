"""What leaves identity: links, review queue, blocks, made of the tables that linking left.

The tables are of all records, whether linked in this run or taken over from the one before, so
nothing here knows how they came to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestration.identity.blocking import BlockReport
from orchestration.identity.model_store import Model
from orchestration.identity.places import Places
from orchestration.lake import write_parquet

if TYPE_CHECKING:
    import duckdb

# What each source's record would add if it were linked, for the order of the review queue:
# a person who came to us is worth more than a row that was bought.
WORTH = {"contact": 1.0, "canvass": 0.8, "trait": 0.2}
METHODS = ("human", "shared_id", "deterministic", "splink")


def links(con: duckdb.DuckDBPyConnection, model: Model) -> dict[str, int]:
    """Make ``new_links``, one row per record.

    Returns:
        Records linked, by method.
    """
    con.execute(f"""
        create or replace temp table group_sizes as
        select rid, count(*) over (partition by cluster) as n from clusters;
        create or replace temp table new_links as
        select r.record_key, r.source, r.feed, r.entity,
            v.voter_key, p.person_id,
            d.probability, d.match_weight,
            case when d.rid is not null then d.method
                when g.n > 1 then 'cluster' else 'none' end as method,
            d.rule, d.runner_up,
            u.rid is not null as needs_review,
            f.finding,
            '{model.version}' as model_version
        from id_records r
        join record_persons p on r.idx = p.rid
        left join decided d on r.idx = d.rid
        left join voter_persons v on d.vid = v.vid
        left join group_sizes g on r.idx = g.rid
        left join unsure u on r.idx = u.rid
        left join findings f on r.idx = f.rid
    """)
    made = dict(
        con.execute(
            "select method, count(*) from new_links where voter_key is not null group by method"
        ).fetchall()
    )
    return {method: made.get(method, 0) for method in METHODS}


def write_review(con: duckdb.DuckDBPyConnection, places: Places) -> int:
    """Write the queue.

    Returns:
        Records that wait for a human.
    """
    worth = " ".join(f"when '{entity}' then {value}" for entity, value in WORTH.items())
    return write_parquet(
        con,
        f"""
        select r.record_key, v.voter_key, u.probability,
            o.voter_key as runner_up_voter_key, u.runner_up, u.reason,
            round(u.probability * case r.entity {worth} else 0.5 end, 6) as worth
        from unsure u
        join id_records r on u.rid = r.idx
        join voter_persons v on u.vid = v.vid
        left join voter_persons o on u.runner_up_vid = o.vid
        order by worth desc, r.record_key
        """,
        places.review,
    )


def write_blocks(
    con: duckdb.DuckDBPyConnection, places: Places, blocks: Sequence[BlockReport]
) -> None:
    """Write what each rule of blocking came to in this run."""
    con.execute(
        "create or replace temp table block_report (rule varchar, pairs bigint, "
        "skipped_blocks bigint, skipped_pairs bigint, skipped_records bigint)"
    )
    con.executemany(
        "insert into block_report values (?, ?, ?, ?, ?)",
        [(b.rule, b.pairs, b.skipped_blocks, b.skipped_pairs, b.skipped_records) for b in blocks],
    )
    write_parquet(con, "from block_report order by rule", places.blocks)
