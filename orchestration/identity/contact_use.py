"""Who shares a phone or an email: what a household shares is nobody's alone.

The one thing about a row that depends on the rows of both sides, and so the way in which a late
record can change a voter. Counting is done only over values that records carry; what voters share
among themselves is counted once per voter file, in ``voter_side``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class ContactLimits:
    """When a phone or email stops telling people apart.

    Attributes:
        voters_per_contact: A phone or email on more voters than this is nobody's.
        people_per_contact: The same for distinct names over all records.
    """

    voters_per_contact: int = 12
    people_per_contact: int = 40


# How often each value stands, given rows ``value, idx, name, initial``.
COUNTS = "count(distinct name) as names, count(distinct initial) as initials"


def carried_sql(source: str) -> str:
    """A query of each value that a row of ``source`` carries: ``value, idx, name, initial``."""
    return f"""
        select * from (
            select unnest([phone, phone_2, email]) as value, idx,
                concat_ws(' ', first_name, last_name) as name, left(first_name, 1) as initial
            from {source}
        ) where value is not null
    """


def count(con: duckdb.DuckDBPyConnection, records: str, limits: ContactLimits) -> None:
    """Make ``contact_use`` of the values that are not one person's, from both sides.

    Needs ``side_contacts`` and ``side_shared`` of ``voter_side``.
    """
    con.execute(f"""
        create or replace temp table record_contacts as {carried_sql(records)};
        create or replace temp table contact_use as
        with counted as (
            select value, count(distinct idx) filter (is_voter) as voters, {COUNTS}
            from (
                select *, false as is_voter from record_contacts
                union all
                select *, true from side_contacts semi join record_contacts using (value)
            )
            group by value
            union all
            select value, voters, names, initials
            from side_shared anti join record_contacts using (value)
        )
        select value, voters, names,
            voters <= {limits.voters_per_contact}
                and names <= {limits.people_per_contact} as is_usable,
            voters <= 1 and initials <= 1 as is_solo
        from counted
        where voters > 1 or initials > 1 or names > {limits.people_per_contact};
        drop table record_contacts
    """)


def apply(con: duckdb.DuckDBPyConnection, source: str, into: str) -> None:
    """Make ``into`` from usable rows: their phones and emails as far as they tell people apart.

    ``solo_phone`` and its like are one person's; ``phone`` may be a household's; what a crowd
    carries is gone, and ``has_mass_contact`` says so.
    """
    con.execute(f"""
        create or replace temp table {into} as
        with used as (
            select s.* exclude (phone, phone_2, email),
                case when coalesce(u1.is_usable, true) then s.phone end as phone_used,
                case when coalesce(u2.is_usable, true) and s.phone_2 is distinct from s.phone
                    then s.phone_2 end as phone_2_used,
                case when coalesce(u3.is_usable, true) then s.email end as email,
                u1.value is not null as phone_shared, u2.value is not null as phone_2_shared,
                u3.value is not null as email_shared,
                not coalesce(u1.is_usable, true) or not coalesce(u3.is_usable, true)
                    as has_mass_contact
            from ({source}) s
            left join contact_use u1 on s.phone = u1.value
            left join contact_use u2 on s.phone_2 = u2.value
            left join contact_use u3 on s.email = u3.value
        )
        select * exclude (phone_used, phone_2_used, phone_shared, phone_2_shared, email_shared),
            coalesce(phone_used, phone_2_used) as phone,
            case when phone_used is not null then phone_2_used end as phone_2,
            case when not phone_shared then phone_used end as solo_phone,
            case when not phone_2_shared then phone_2_used end as solo_phone_2,
            case when not email_shared then email end as solo_email
        from used
    """)
