"""What linked records teach about a voter: phones, emails and addresses the file does not have.

A party's file knows few emails. Once a sign-up with address and birth date is linked, its email
belongs to that voter, and a form with name and email alone can be told by it. Each such set of
contacts is a *face*: the voter's name and birth with the record's contacts. Only links that are
all but certain teach, and a value that several people carry stays nobody's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.identity import blocking, predict
from orchestration.identity.comparisons import COMPARISONS
from orchestration.identity.model_store import Model
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

# A link below this chance teaches nothing: its mistake would spread to other records.
TEACHES = 0.99
# An address that more names than this give is a placeholder or a large building.
CROWD = 12
RULES = ("phone", "email in state", "address and initial", "address and surname")


def apply(con: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Score what is still open against the faces, and put the better weight into ``scored``.

    Returns:
        Faces learnt.
    """
    _learn(con)
    con.execute("""
        create or replace temp table still_open as
        select l.* from linkable l anti join decided d on l.idx = d.rid
    """)
    rules = tuple(rule for rule in blocking.RULES if rule.name in RULES)
    blocking.make_pairs(con, "still_open", "faces", rules=rules)
    if rows(con, "select count(*) from pairs"):
        predict.score_pairs(con, model, "still_open", "faces", "scored_faces")
        columns = ", ".join(f"g_{c.name}, w_{c.name}" for c in COMPARISONS)
        con.execute(f"""
            create or replace temp table scored as
            with both_ways as (
                select rid, vid, rule, match_weight, {columns}, by_face from scored
                union all
                select s.rid, f.vid, s.rule, s.match_weight, {columns}, true
                from scored_faces s join faces f on s.vid = f.idx
            )
            select * from both_ways
            qualify row_number() over (
                partition by rid, vid order by match_weight desc, by_face, {columns}) = 1
        """)
    return rows(con, "select count(*) from faces")


def _learn(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``faces``: a row for each set of contacts that is new for its voter."""
    con.execute(f"""
        create or replace temp table crowded as
        select house_number, street, zip5 from id_records
        where house_number is not null and street is not null and zip5 is not null
        group by all
        having count(distinct concat_ws(' ', first_token, last_name)) > {CROWD};
        create or replace temp table faces as
        with teachers as (
            select d.vid, r.*, r.street is not null and c.street is null as has_address
            from decided d
            join id_records r on d.rid = r.idx
            left join crowded c using (house_number, street, zip5)
            where d.probability >= {TEACHES}
        ),
        taught as (
            select r.vid, v.* exclude (idx, house_number, street, zip5, city, county_fips,
                    phone, phone_2, solo_phone, solo_phone_2, email, solo_email),
                case when has_address then r.house_number else v.house_number end as house_number,
                case when has_address then r.street else v.street end as street,
                case when has_address then r.zip5 else v.zip5 end as zip5,
                case when has_address then r.city else v.city end as city,
                case when has_address then r.county_fips else v.county_fips end as county_fips,
                r.phone, r.phone_2, r.solo_phone, r.solo_phone_2, r.email, r.solo_email
            from teachers r join id_voters v on r.vid = v.idx
            where r.phone is not null and r.phone is distinct from v.phone
                    and r.phone is distinct from v.phone_2
                or r.phone_2 is not null
                or r.email is not null and r.email is distinct from v.email
                or has_address and r.street is distinct from v.street
        ),
        once as (
            select * from taught
            qualify row_number() over (
                partition by vid, house_number, street, zip5, phone, phone_2, email
                order by city, county_fips) = 1
        )
        select (row_number() over (
            order by vid, house_number, street, zip5, phone, phone_2, email))::integer as idx, *
        from once
    """)
