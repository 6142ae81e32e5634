"""Person ids that last: a voter's from the file's own id, anybody else's from a founding record.

The links of the run before are the registry: whoever had an id keeps it while it can be told
who that is. What became of an id is written by ``changes``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity.workspace import rows
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb


def apply(con: duckdb.DuckDBPyConnection, links_before: Path) -> int:
    """Build ``voter_persons``, ``record_persons`` and ``new_persons``.

    A group of records takes over the id that most of its records had, the lowest on a tie,
    unless a voter has it; an id goes to one group only, the largest part of those that had it.

    Returns:
        Persons.
    """
    _remember(con, links_before)
    con.execute("""
        create or replace temp view voter_persons as
        select idx as vid, record_key as voter_key, person_id from side_voters;
        create or replace temp table claims as
        select c.cluster, b.person_id, count(*) as records
        from clusters c
        join id_records r on c.rid = r.idx
        join before b on r.record_key = b.record_key
        anti join voter_persons v on b.person_id = v.person_id
        group by all;
        create or replace temp table kept_ids as
        select cluster, person_id from (
            select * from claims
            qualify row_number() over (
                partition by person_id order by records desc, cluster) = 1
        )
        qualify row_number() over (partition by cluster order by records desc, person_id) = 1;
        create or replace temp table founders as
        select c.cluster, arg_min(r.record_key, struct_pack(
            t := coalesce(r.data_time, timestamp '9999-01-01'), k := r.record_key)) as record_key
        from clusters c join id_records r on c.rid = r.idx
        group by c.cluster;
        create or replace temp table fresh_ids as
        select f.cluster, f.record_key, 'p_' || left(md5('record|' || f.record_key), 16) as fresh
        from founders f;
        create or replace temp table group_persons as
        select f.cluster, f.record_key as founding_record,
            coalesce(k.person_id, case
                when t.person_id is null then f.fresh
                else 'p_' || left(md5('record|' || f.record_key || '|again'), 16) end
            ) as person_id
        from fresh_ids f
        left join kept_ids k using (cluster)
        left join kept_ids t on f.fresh = t.person_id and f.cluster != t.cluster;
        create or replace temp table record_persons as
        select d.rid, d.vid, v.person_id from decided d join voter_persons v using (vid)
        union all
        select c.rid, null, g.person_id from clusters c join group_persons g using (cluster);
        create or replace temp table new_persons as
        select v.person_id, v.voter_key, null::varchar as founding_record, 'voter' as kind,
            coalesce(n.records, 0) as records
        from voter_persons v
        left join (select vid, count(*) as records from record_persons group by vid) n using (vid)
        union all
        select g.person_id, null, g.founding_record, 'contact', n.records
        from group_persons g
        join (select person_id, count(*) as records from record_persons
              where vid is null group by person_id) n using (person_id)
    """)
    return rows(con, "select count(*) from new_persons")


def _remember(con: duckdb.DuckDBPyConnection, links_before: Path) -> None:
    source = (
        f"select record_key, voter_key, person_id from read_parquet({sql_path(links_before)})"
        if links_before.exists()
        else "select null::varchar as record_key, null::varchar as voter_key, "
        "null::varchar as person_id where false"
    )
    con.execute(f"create or replace temp table before as {source}")
