"""Why a record has no voter, in plain words: these people are an audience and not waste."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from orchestration.identity.places import Day

FAKE = "fake"
IN_REVIEW = "in review"
OUT_OF_STATE = "out of state"
TURNS_18 = "17 and eligible"
MOVED = "moved"
BAD_CONTACT = "bad contact"
TOO_LITTLE = "too little to tell"
NOT_REGISTERED = "not registered"

# Mail services that throw away what they receive.
THROWAWAY_MAIL = (
    "mailinator.com", "guerrillamail.com", "10minutemail.com", "tempmail.com", "yopmail.com",
    "trashmail.com", "sharklasers.com", "test.com",
)  # fmt: skip

# Beside the name, any one of these tells that a voter who is gone is this person.
SAME_ADDRESS = "r.house_number = g.house_number and r.street = g.street and r.zip5 = g.zip5"
NO_OTHER_BIRTH = "coalesce(r.birth_date = g.birth_date, true)"
SAME_PERSON = (
    "r.birth_date = g.birth_date",
    f"{SAME_ADDRESS} and {NO_OTHER_BIRTH}",
    f"r.phone in (g.phone, g.phone_2) and {NO_OTHER_BIRTH}",
    f"r.email = g.email and {NO_OTHER_BIRTH}",
)


def create_view(con: duckdb.DuckDBPyConnection, day: Day) -> None:
    """Make ``findings(rid, finding)`` over records that no stage gave a voter.

    The order says which reason wins: a fake has no age, and a person from elsewhere is not
    *not registered* here. *Moved* is who stood on an earlier full voter file under the name and
    the birth date, address, phone or email of the record, and stands on none now.
    """
    throwaway = ", ".join(f"'{domain}'" for domain in THROWAWAY_MAIL)
    ways = " union ".join(
        f"select r.idx as rid from id_records r join side_gone g on r.first_name = g.first_name "
        f"and r.last_name = g.last_name and {same}"
        for same in SAME_PERSON
    )
    con.execute(f"""
        create or replace temp table moved as {ways};
        create or replace temp view findings as
        select r.idx as rid,
            case
                when h.rid is not null then '{NOT_REGISTERED}'
                when r.has_fake_name
                    or split_part(r.email, '@', 2) in ({throwaway})
                    or r.first_name = r.last_name and length(r.first_name) < 3
                    then '{FAKE}'
                when u.rid is not null then '{IN_REVIEW}'
                when r.state_given not in (select state_given from states_on_file)
                    and exists (from states_on_file)
                    then '{OUT_OF_STATE}'
                when r.birth_date > date '{day.contest_date}' - interval 18 year
                    and r.birth_date <= date '{day.eligible_birth_date}'
                    then '{TURNS_18}'
                when m.rid is not null then '{MOVED}'
                when r.phone is null and r.email is null and r.street is null
                    and (r.phone_given is not null or r.email_given is not null
                        or r.has_mass_contact)
                    then '{BAD_CONTACT}'
                when r.first_name is null or r.last_name is null
                    or coalesce(r.birth_date::varchar, r.street, r.phone, r.email) is null
                    then '{TOO_LITTLE}'
                else '{NOT_REGISTERED}'
            end as finding
        from id_records r
        left join (select rid from decided where method = 'human' and vid is null) h
            on r.idx = h.rid
        left join moved m on r.idx = m.rid
        left join (select distinct rid from unsure) u on r.idx = u.rid
        anti join (select rid from decided where vid is not null) d on r.idx = d.rid
    """)
