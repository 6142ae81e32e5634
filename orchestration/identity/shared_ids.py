"""Links by an id that both files carry: the party's, or the state's with its state.

An id that stands twice in the voter file decides nothing. An id whose name and birth speak of
somebody else is contested and goes to a human: suppliers attach a household member's id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

# Either id may stand in either column of the other side.
KEYS = (("unnest([party_id, state_id])",),)
CONTRADICTS = """
    firsts_differ(r.first_name, v.first_name, r.first_token, v.first_token, r.nicks,
        r.middle_name, v.middle_name)
    and coalesce(r.birth_date != v.birth_date, true)
    and not (r.first_name = v.last_name and r.last_name = v.first_name)
    or (lasts_differ(r.last_name, v.last_name, r.last_tokens, v.last_tokens)
        or suffixes_differ(r.suffix, v.suffix))
        and births_differ(r.birth_date, v.birth_date, r.birth_year, v.birth_year)
"""


def apply(con: duckdb.DuckDBPyConnection) -> int:
    """Decide open records whose id names one voter and contradicts nothing.

    Returns:
        Records decided.
    """
    con.execute(f"""
        create or replace temp table by_id as
        with voter_ids as (
            select id, any_value(idx) as vid from (
                select party_id as id, idx from id_voters semi join open_records using (party_id)
                union all
                select state_id, idx from id_voters semi join open_records using (state_id)
            )
            group by id having count(*) = 1
        ),
        named as (
            select r.idx as rid, i.vid, 'party id' as rule, 1 as rank
            from open_records r join voter_ids i on r.party_id = i.id
            union all
            select r.idx, i.vid, 'state id', 2
            from open_records r join voter_ids i on r.state_id = i.id
        ),
        one as (
            select rid, arg_min(vid, rank) as vid, max(vid) as other_vid, min(vid) as least_vid,
                string_agg(rule, ' and ' order by rank) as rule
            from named group by rid
        )
        select o.rid, o.vid,
            case when o.other_vid != o.vid then o.other_vid
                when o.least_vid != o.vid then o.least_vid end as other_vid,
            o.rule,
            coalesce({CONTRADICTS}, false) as is_contradicted
        from one o
        join id_records r on o.rid = r.idx
        join id_voters v on o.vid = v.idx
        anti join forbidden f on o.rid = f.rid and o.vid = f.vid;
        insert into contested
        select rid, vid, 0.5, other_vid, case when other_vid is not null then 0.5 end,
            case when other_vid is not null then 'its ids name two voters'
                else 'its id and its name contradict' end
        from by_id where is_contradicted or other_vid is not null;
        insert into decided (rid, vid, probability, method, rule)
        select rid, vid, 0.9999, 'shared_id', rule
        from by_id where not is_contradicted and other_vid is null
    """)
    return rows(con, "select count(*) from decided where method = 'shared_id'")
