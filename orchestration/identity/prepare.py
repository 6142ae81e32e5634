"""The two tables that every stage of identity works on: ``id_voters`` and ``id_records``.

Both have the same columns, derived once: usable names, tokens, dates without placeholders,
phones and emails with whether they belong to one person. Cleaning of what a supplier typed is
done at landing; only what depends on *all* records (how many people share a phone) is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity import short_names
from orchestration.identity.workspace import rows
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

# Nobody's name: what people and software type into a required field.
NO_NAMES = (
    "TEST", "TESTER", "TESTING", "TESTY", "ASDF", "ASDFASDF", "QWERTY", "NONE", "NULL", "NA",
    "UNKNOWN", "ANONYMOUS", "ANON", "FAKE", "NOBODY", "NO NAME", "XXX", "AAA", "ABC", "FIRST",
    "LAST", "FIRSTNAME", "LASTNAME", "NAME", "GUEST", "ADMIN", "DELETE", "DUPLICATE",
)  # fmt: skip
# First and last names that are jokes together and plain names apart.
JOKE_NAMES = (
    "MICKEY MOUSE", "MINNIE MOUSE", "DONALD DUCK", "DAFFY DUCK", "BUGS BUNNY", "SANTA CLAUS",
    "DARTH VADER", "HARRY POTTER", "JAMES BOND", "BART SIMPSON", "HOMER SIMPSON", "CLARK KENT",
    "BRUCE WAYNE", "PETER PARKER", "JOHN DOE", "JANE DOE", "SPONGEBOB SQUAREPANTS",
    "SPONGE BOB", "ELMER FUDD", "FRED FLINTSTONE", "ABRAHAM LINCOLN", "GEORGE WASHINGTON",
    "HUGH JASS", "IVANA TINKLE", "SEYMOUR BUTTS", "AMANDA HUGGINKISS", "MIKE HUNT", "BEN DOVER",
)  # fmt: skip

IDENTITY_COLUMNS = {
    "first_name": "varchar", "middle_name": "varchar", "last_name": "varchar",
    "full_name": "varchar", "suffix": "varchar", "gender": "varchar", "birth_date": "date",
    "birth_year": "integer", "phone": "varchar", "phone_2": "varchar", "email": "varchar",
    "house_number": "varchar", "street": "varchar", "unit": "varchar", "city": "varchar",
    "state": "varchar", "zip5": "varchar", "county": "varchar", "county_fips": "varchar",
    "party_id": "varchar", "state_id": "varchar", "phone_given": "varchar",
    "email_given": "varchar", "household_key": "varchar",
}  # fmt: skip
RECORD_COLUMNS = {
    "source": "varchar",
    "feed": "varchar",
    "entity": "varchar",
    "data_time": "timestamp",
}


@dataclass(frozen=True)
class Limits:
    """When a value stops telling people apart.

    Attributes:
        voters_per_contact: A phone or email on more voters than this is nobody's.
        people_per_contact: The same for distinct names over all records.
        month_only_share: A feed with more than this share of births on the first of a month
            gives months, not days.
        placeholder_share: One date or contact on more than this share of a feed's rows is a
            default that somebody's form filled in.
        placeholder_rows: ...when it is at least on so many rows.
    """

    voters_per_contact: int = 12
    people_per_contact: int = 40
    month_only_share: float = 0.3
    placeholder_share: float = 0.02
    placeholder_rows: int = 25


@dataclass(frozen=True)
class Prepared:
    """What was read, and what was set aside while reading.

    Attributes:
        voters: Voters to link to.
        records: Records to link.
        repeated_voters: Rows of the voter file whose record key stood there before.
        shared_contacts: Phones and emails that are nobody's because too many people carry them.
    """

    voters: int
    records: int
    repeated_voters: int
    shared_contacts: int


def prepare(
    con: duckdb.DuckDBPyConnection, voters: Path, records: Path, limits: Limits | None = None
) -> Prepared:
    """Build ``id_voters`` and ``id_records`` from the staged files.

    The order of rows in the files does not matter: both are numbered by record key.
    """
    limits = limits or Limits()
    short_names.create_table(con)
    read = rows(con, f"select count(*) from read_parquet({sql_path(voters)})")
    _read_voters(con, voters)
    _read_records(con, records)
    _drop_placeholder_births(con, limits)
    _count_contact_use(con, limits)
    _derive(con, "voters")
    _derive(con, "records")
    linkable = rows(con, "select count(*) from id_voters")
    con.execute("drop table raw_voters; drop table raw_records;")
    return Prepared(
        voters=linkable,
        records=rows(con, "select count(*) from id_records"),
        repeated_voters=read - linkable,
        shared_contacts=rows(con, "select count(*) from contact_use where not is_usable"),
    )


def _columns(con: duckdb.DuckDBPyConnection, file: Path, wanted: dict[str, str]) -> str:
    """A select list of ``wanted``; a column that the file lacks is null."""
    described = con.execute(f"describe select * from read_parquet({sql_path(file)})").fetchall()
    there = {row[0] for row in described}
    return ", ".join(
        f"try_cast({name} as {kind}) as {name}" if name in there else f"null::{kind} as {name}"
        for name, kind in wanted.items()
    )


def _key_column(con: duckdb.DuckDBPyConnection, file: Path) -> str:
    described = con.execute(f"describe select * from read_parquet({sql_path(file)})").fetchall()
    return "voter_key" if "voter_key" in {row[0] for row in described} else "record_key"


def _read_voters(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    key = _key_column(con, file)
    given = (
        f"select {key} as record_key, {_columns(con, file, IDENTITY_COLUMNS)} "
        f"from read_parquet({sql_path(file)})"
    )
    _number(con, given, "raw_voters", "last_name, first_name, birth_date, zip5")


def _read_records(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    columns = _columns(con, file, IDENTITY_COLUMNS | RECORD_COLUMNS)
    given = f"select record_key, {columns} from read_parquet({sql_path(file)})"
    _number(con, given, "raw_records", "data_time desc, last_name, first_name")


def _number(con: duckdb.DuckDBPyConnection, given: str, into: str, order: str) -> None:
    """Number rows by key, each key once.

    The keys alone are sorted, and rows are ranked only where a key repeats: sorting whole rows
    takes four times as long.
    """
    con.execute(f"""
        create or replace temp table numbered as
        select record_key, n, (row_number() over (order by record_key))::integer as idx
        from (select record_key, count(*) as n from ({given}) group by record_key);
        create or replace temp table {into} as
        select k.idx, g.* from ({given}) g join numbered k using (record_key) where k.n = 1
        union all
        select k.idx, g.* from ({given}) g join numbered k using (record_key) where k.n > 1
        qualify row_number() over (partition by g.record_key order by {order}) = 1;
        drop table numbered
    """)


def _drop_placeholder_births(con: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    """Births that a form filled in, and days where a supplier knows only the month."""
    con.execute(f"""
        create or replace temp table feed_births as
        select source, feed, count(*) as births,
            avg((day(birth_date) = 1)::integer) > {limits.month_only_share}
                and count(*) >= 20 as is_month_only
        from raw_records where birth_date is not null group by all;
        create or replace temp table placeholder_births as
        select source, feed, birth_date
        from raw_records join feed_births using (source, feed)
        where birth_date is not null and not is_month_only
        group by all
        having count(*) >= {limits.placeholder_rows}
            and count(*) > {limits.placeholder_share} * any_value(births)
            and count(distinct concat_ws(' ', first_name, last_name)) > count(*) / 2;
        create or replace temp table raw_records as
        select r.* replace (
            case when p.birth_date is null and not coalesce(f.is_month_only, false)
                then r.birth_date end as birth_date,
            case when p.birth_date is null
                then coalesce(r.birth_year, year(r.birth_date)) end as birth_year
            ),
            case when p.birth_date is null then month(r.birth_date) end as birth_month
        from raw_records r
        left join feed_births f on r.source = f.source and r.feed is not distinct from f.feed
        left join placeholder_births p
            on r.source = p.source and r.feed is not distinct from p.feed
            and r.birth_date = p.birth_date;
        create or replace temp table raw_voters as
        select * replace (coalesce(birth_year, year(birth_date)) as birth_year),
            month(birth_date) as birth_month
        from raw_voters;
    """)


def _count_contact_use(con: duckdb.DuckDBPyConnection, limits: Limits) -> None:
    """How many people carry each phone and email: what a household shares is nobody's alone."""
    con.execute(f"""
        create or replace temp table contact_use as
        with carried as (
            select unnest([phone, phone_2, email]) as value, true as is_voter, idx,
                first_name, last_name
            from raw_voters
            union all
            select unnest([phone, phone_2, email]), false, idx, first_name, last_name
            from raw_records
        ),
        counted as (
            select value,
                count(distinct idx) filter (is_voter) as voters,
                count(distinct concat_ws(' ', first_name, last_name)) as names,
                count(distinct left(first_name, 1)) as initials
            from carried where value is not null group by value
        )
        select value, voters, names,
            voters <= {limits.voters_per_contact}
                and names <= {limits.people_per_contact} as is_usable,
            voters <= 1 and initials <= 1 as is_solo
        from counted
        where voters > 1 or initials > 1 or names > {limits.people_per_contact};
        create or replace temp table home_state as
        select coalesce(mode(state), '') as state, count(distinct state) <= 1 as is_only
        from raw_voters where state is not null;
        create or replace temp table zip_county as
        select zip5, mode(county_fips) as county_fips
        from raw_voters where zip5 is not null and county_fips is not null group by zip5;
    """)


def _derive(con: duckdb.DuckDBPyConnection, side: str) -> None:
    """The linkage columns of one side; ``contact_use`` holds only what is not one person's."""
    own = ", source, feed, entity, data_time, phone_given, email_given" if side == "records" else ""
    no_names = ", ".join(f"'{name}'" for name in NO_NAMES)
    jokes = ", ".join(f"'{name}'" for name in JOKE_NAMES)
    con.execute(f"""
        create or replace temp table id_{side} as
        with named as (
            select r.*,
                trim(coalesce(r.first_name, '')) in ({no_names})
                    or trim(coalesce(r.last_name, '')) in ({no_names})
                    or concat_ws(' ', r.first_name, r.last_name) in ({jokes}) as has_fake_name
            from raw_{side} r
        ),
        usable as (
            select n.* replace (
                    case when not has_fake_name then nullif(trim(n.first_name), '') end
                        as first_name,
                    case when not has_fake_name and length(trim(n.last_name)) > 1
                        then trim(n.last_name) end as last_name,
                    coalesce(n.county_fips, z.county_fips) as county_fips,
                    case when h.is_only then h.state else coalesce(n.state, h.state) end as state
                ),
                n.state as state_given,
                u1.value is not null as phone_shared, coalesce(u1.is_usable, true) as phone_ok,
                u2.value is not null as phone_2_shared, coalesce(u2.is_usable, true) as phone_2_ok,
                u3.value is not null as email_shared, coalesce(u3.is_usable, true) as email_ok
            from named n
            cross join home_state h
            left join zip_county z on n.zip5 = z.zip5
            left join contact_use u1 on n.phone = u1.value
            left join contact_use u2 on n.phone_2 = u2.value
            left join contact_use u3 on n.email = u3.value
        ),
        tokens as (
            select *,
                string_split(first_name, ' ')[1] as first_token,
                string_split(last_name, ' ') as last_tokens,
                left(nullif(trim(middle_name), ''), 1) as middle_initial,
                case when phone_ok then phone end as phone_used,
                case when phone_2_ok and phone_2 is distinct from phone then phone_2 end
                    as phone_2_used,
                case when email_ok then email end as email_used
            from usable
        )
        select idx, record_key,
            first_name, first_token, coalesce(k.nicks, []) as nicks,
            nullif(trim(middle_name), '') as middle_name, middle_initial,
            last_name, coalesce(last_tokens, []) as last_tokens,
            nullif(suffix, '') as suffix,
            case when gender in ('F', 'M') then gender end as gender,
            birth_date, birth_year, birth_month,
            house_number, street, zip5, city, state, state_given, county_fips,
            coalesce(phone_used, phone_2_used) as phone,
            case when phone_used is not null then phone_2_used end as phone_2,
            case when not phone_shared then phone_used end as solo_phone,
            case when not phone_2_shared then phone_2_used end as solo_phone_2,
            email_used as email,
            case when not email_shared then email_used end as solo_email,
            phone is not null and not phone_ok or email is not null and not email_ok
                as has_mass_contact,
            has_fake_name, party_id, state_id, full_name
            {own}
        from tokens left join nicknames k using (first_token)
        order by idx
    """)
