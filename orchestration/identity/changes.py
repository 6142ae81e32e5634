"""The change log: each link and each person that is no longer what it was, with the cause.

Rows are only ever added. The first linking of a record is not a change.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity.workspace import rows
from orchestration.lake import file_hash, sql_path, write_parquet

if TYPE_CHECKING:
    import duckdb

    from orchestration.identity.places import Day

# DuckDB reserves the word *at*, hence the quotes here and wherever the log is read.
COLUMNS = 'person_id, "at", event, before, after, cause, base'


def append(con: duckdb.DuckDBPyConnection, file: Path, links_before: Path, day: Day) -> int:
    """Add what differs between the links before and ``new_links``.

    ``base`` names the links that were compared with. A run that died after writing the log is
    run again over the same links, and its rows replace those of the dead run.

    Returns:
        Changes of this run.
    """
    base = file_hash(links_before) if links_before.exists() else ""
    con.execute(f"""
        create or replace temp table new_changes as
        with records as (
            select n.record_key, b.voter_key as voter_before, n.voter_key as voter_after,
                b.person_id as person_before, n.person_id as person_after, n.method, n.rule
            from new_links n join before b using (record_key)
        ),
        link_events as (
            select person_after as person_id,
                case when voter_before is null then 'link gained'
                    when voter_after is null then 'link lost' else 'link changed' end as event,
                voter_before as before, voter_after as after,
                record_key || ': ' || concat_ws(', ', method, rule) as cause
            from records where voter_before is distinct from voter_after
        ),
        moves as (
            select person_before, person_after, count(*) as n,
                string_agg(record_key, ' ' order by record_key) as record_keys
            from records where person_before != person_after group by all
        ),
        person_events as (
            select person_after as person_id,
                case when p.person_id is null then 'merged' else 'split' end as event,
                person_before as before, person_after as after,
                'records ' || left(record_keys, 400) as cause
            from moves m left join new_persons p on m.person_before = p.person_id
        )
        select person_id, timestamp '{day.now:%Y-%m-%d %H:%M:%S}' as "at", event, before, after,
            cause, '{base}' as base
        from (from link_events union all from person_events)
    """)
    kept = (
        f"select {COLUMNS} from read_parquet({sql_path(file)}) where base != '{base}'"
        if file.exists()
        else f"select {COLUMNS} from new_changes where false"
    )
    con.execute(f"""
        create or replace temp table all_changes (
            person_id varchar, "at" timestamp, event varchar, before varchar, after varchar,
            cause varchar, base varchar);
        insert into all_changes {kept};
        insert into all_changes select {COLUMNS} from new_changes
    """)
    order = '"at", person_id, event, before, after, cause'
    write_parquet(con, f"select {COLUMNS} from all_changes order by {order}", file)
    return rows(con, "select count(*) from new_changes")
