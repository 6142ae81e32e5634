"""What linked records teach about a voter: phones, emails and addresses the file does not have.

A party's file knows few emails. Once a sign-up with address and birth date is linked, its email
belongs to that voter, and a form with name and email alone can be told by it. Each such set of
contacts is a *face*: the voter's name and birth with the record's contacts. Only links that are
all but certain teach, and a value that several people carry stays nobody's alone.

The steps stand apart because a late delivery teaches anew only what it touches: find crowded
addresses, learn, score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.identity import blocking, predict
from orchestration.identity.comparisons import COMPARISONS, LINK_COLUMNS
from orchestration.identity.model_store import Model
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

# A link below this chance teaches nothing: its mistake would spread to other records.
TEACHES = 0.99
# An address that more names than this give is a placeholder or a large building.
CROWD = 12
RULES = tuple(
    rule
    for rule in blocking.RULES
    if rule.name in ("phone", "email in state", "address and initial", "address and surname")
)
CONTACTS = ("phone", "phone_2", "solo_phone", "solo_phone_2", "email", "solo_email")
PLACE = ("house_number", "street", "zip5", "city", "county_fips", "area")
OF_VOTER = (*(c for c in LINK_COLUMNS if c not in (*CONTACTS, *PLACE)), "state")
COLUMNS = ("vid", *OF_VOTER, *PLACE, *CONTACTS)


def find_crowded(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``crowded``: addresses that more than :data:`CROWD` names give."""
    con.execute(f"""
        create or replace temp table crowded as
        select house_number, street, zip5 from id_records
        where house_number is not null and street is not null and zip5 is not null
        group by all
        having count(distinct concat_ws(' ', first_token, last_name)) > {CROWD}
    """)


def learn(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``learnt`` from ``teachers(rid, vid)``: a row for each set of contacts that is new.

    Needs ``crowded``, and the teachers' voters in ``id_voters``.
    """
    own = ", ".join(f"v.{column}" for column in OF_VOTER)
    place = ", ".join(
        f"case when has_address then r.{column} else v.{column} end as {column}" for column in PLACE
    )
    contacts = ", ".join(f"r.{column}" for column in CONTACTS)
    con.execute(f"""
        create or replace temp table learnt as
        with lessons as (
            select t.vid, r.*, r.street is not null and c.street is null as has_address
            from teachers t
            join id_records r on t.rid = r.idx
            left join crowded c using (house_number, street, zip5)
        ),
        taught as (
            select r.vid, {own}, {place}, {contacts}
            from lessons r join id_voters v on r.vid = v.idx
            where r.phone is not null and r.phone is distinct from v.phone
                    and r.phone is distinct from v.phone_2
                or r.phone_2 is not null
                or r.email is not null and r.email is distinct from v.email
                or has_address and r.street is distinct from v.street
        )
        select * from taught
        qualify row_number() over (
            partition by vid, house_number, street, zip5, phone, phone_2, email
            order by city, county_fips) = 1
    """)


def number(con: duckdb.DuckDBPyConnection, source: str) -> int:
    """Make ``faces`` of the rows of ``source``, numbered.

    Returns:
        Faces.
    """
    con.execute(f"""
        create or replace temp table faces as
        select (row_number() over (
            order by vid, house_number, street, zip5, phone, phone_2, email))::integer as idx, *
        from ({source})
    """)
    return rows(con, "select count(*) from faces")


def score(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Score ``pairs`` of ``still_open`` with ``faces``; the better weight goes into ``scored``."""
    if not rows(con, "select count(*) from pairs"):
        return
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
