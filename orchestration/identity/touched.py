"""What a late delivery touches: the records that must be linked anew for the rest to be right.

A record's links depend on its own row and on few things of other records: how many share its
phone, whether its nameless key is one human's, which blocks are too large, what links of others
taught about its voters, and (where a contract says one row a person) who else claims its voter.
The first two are in the record's *signature*; the others are followed here until nothing is
added. Touching too much costs time and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.identity import blocking, deterministic, faces, meeting
from orchestration.identity.blocking import BlockRule
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

# When a record came says nothing about who it is; its number changes with every delivery.
NOT_SIGNED = ("idx", "record_key", "data_time")


def sign(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``signatures(idx, signature)``: all that a record's own linking depends on but blocks.

    Needs the tables of ``decisions.load`` and ``faces.find_crowded``.
    """
    deterministic.mixed(con)
    described = con.execute("describe id_records").fetchall()
    own = ", ".join(f"r.{row[0]}" for row in described if row[0] not in NOT_SIGNED)
    con.execute(f"""
        create or replace temp table signatures as
        select r.idx, hash({own}, s.voter_key, n.record_key is not null, f.voters,
            m.rid is not null, c.street is not null) as signature
        from id_records r
        left join human_same s using (record_key)
        left join human_none n using (record_key)
        left join (
            select record_key, string_agg(voter_key, ' ' order by voter_key) as voters
            from human_not group by record_key
        ) f using (record_key)
        left join mixed_keys m on r.idx = m.rid
        left join crowded c using (house_number, street, zip5)
    """)


def seed(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``changed(idx)`` and ``scope(idx)``: what is new or different, and its neighbours.

    Neighbours by contact or address would follow from what is taught; taking them at once spares
    a second round.
    """
    con.execute("""
        create or replace temp table changed as
        select g.idx from signatures g left join stood s on g.idx = s.rid
        where s.signature is distinct from g.signature;
        create or replace temp table scope as from changed;
        create or replace temp table changed_rows as
        select * from id_records semi join changed using (idx);
        create or replace temp table once_open as
        select r.* from id_records r
        semi join (select rid as idx from stood where is_still_open) using (idx)
    """)
    for rule in faces.RULES:
        _add(con, keys(rule.parts, "once_open"), keys(rule.parts, "changed_rows"))
    _seed_by_voters(con)


def _seed_by_voters(con: duckdb.DuckDBPyConnection) -> None:
    """Add whoever may meet a voter whose phone or email has become nobody's, or somebody's."""
    con.execute("""
        create or replace temp table turned_values as
        select value from stood_unusable
        anti join (from contact_use where not is_usable) using (value)
        union all
        select value from contact_use anti join stood_unusable using (value) where not is_usable;
        create or replace temp table turned_voters as
        select distinct idx from side_contacts semi join turned_values using (value)
    """)
    if not rows(con, "select count(*) from turned_voters"):
        return
    con.execute("""
        create or replace temp table turned_voter_rows as
        select * from side_voters semi join turned_voters using (idx)
    """)
    for rule in blocking.RULES:
        _add(con, keys(rule.parts, "id_records"), keys(rule.parts, "turned_voter_rows"))


def reach(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``scope_records`` and ``wanted_voters(idx)``: every voter that these could meet.

    Each key of a touched record brings all voters that have it, so what is unique or too large
    among all voters is so among these.
    """
    con.execute("""
        create or replace temp table scope_records as
        select * from id_records semi join scope using (idx);
        create or replace temp table wanted_voters as
        select v.idx from side_voters v
        semi join (
            select voter_key as record_key from human_same
            semi join scope_records using (record_key)
        ) using (record_key)
        union select vid from stood semi join scope on rid = idx where vid is not null
        union select vid from stood_gone where vid is not null
        union select idx from turned_voters
    """)
    meet(con, "scope_records")


def meet(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Add to ``wanted_voters`` every voter who has a key in common with a row of ``table``."""
    for number, parts in enumerate(meeting.PLACES):
        con.execute(f"""
            create or replace temp table hashes_wanted as
            select distinct h from ({meeting.hashes_sql(parts, table)});
            insert into wanted_voters
            select distinct v.idx from ({meeting.side_sql(number)}) v
            semi join hashes_wanted using (h)
            anti join wanted_voters w on v.idx = w.idx
        """)


def spread(con: duckdb.DuckDBPyConnection) -> int:
    """Add to ``scope`` what its links turned out to touch.

    Needs ``block_turned_voters`` and ``block_turned_faces``, the rows of blocks that turned, and
    ``changed_faces``.

    Returns:
        Records added.
    """
    before = rows(con, "select count(*) from scope")
    con.execute("""
        insert into scope
        select * from (from block_turned_voters union from block_turned_faces)
        anti join scope using (idx)
    """)
    for rule in faces.RULES:
        _add(con, keys(rule.parts, "once_open"), keys(rule.parts, "changed_faces"))
    spread_to_rivals(con)
    return rows(con, "select count(*) from scope") - before


def spread_to_rivals(con: duckdb.DuckDBPyConnection) -> int:
    """Add to ``scope`` who claims, or claimed, a voter together with a row in it.

    Only of feeds whose contract says one row a person; elsewhere nobody is anybody's rival.

    Returns:
        Records added.
    """
    if not rows(con, "select count(*) from one_to_one"):
        return 0
    con.execute("""
        create or replace temp table claimed as
        select vid from decided union select vid from outdone
        union select unnest(list_append(outdone_vids, vid)) from stood semi join scope on rid = idx
        union select unnest(list_append(outdone_vids, vid)) from stood_gone;
        create or replace temp table rivals as
        select distinct s.rid as idx
        from (select rid, unnest(list_append(outdone_vids, vid)) as vid from stood) s
        semi join claimed using (vid)
        join id_records r on s.rid = r.idx
        semi join one_to_one using (source, feed)
        anti join scope c on s.rid = c.idx;
        insert into scope from rivals
    """)
    return rows(con, "select count(*) from rivals")


def keys(parts: tuple[str, ...], table: str) -> str:
    """A query of ``idx, key`` of a table, as blocking makes them."""
    return blocking.keys_sql(BlockRule("", parts), table)


def _add(con: duckdb.DuckDBPyConnection, candidates: str, sharing: str) -> None:
    con.execute(f"""
        insert into scope
        select distinct idx from ({candidates}) c
        semi join (select key from ({sharing})) k using (key)
        anti join scope using (idx)
    """)
