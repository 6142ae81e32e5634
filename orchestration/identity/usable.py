"""What of one row can be used: names, tokens and places, each row by itself.

Both sides go through it, voters once per voter file. Cleaning of what a supplier typed is done at
landing; what depends on other rows (who shares a phone) is in ``contact_use``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
    "email_given": "varchar", "household_key": "varchar", "town": "varchar",
}  # fmt: skip
# Country and area code at the head of a phone: +1515.
AREA_LENGTH = 5
RECORD_COLUMNS = {
    "source": "varchar",
    "feed": "varchar",
    "entity": "varchar",
    "data_time": "timestamp",
}


def select_list(con: duckdb.DuckDBPyConnection, file: Path, wanted: dict[str, str]) -> str:
    """A select list of ``wanted``; a column that the file lacks is null."""
    there = columns_of(con, file)
    return ", ".join(
        f"try_cast({name} as {kind}) as {name}" if name in there else f"null::{kind} as {name}"
        for name, kind in wanted.items()
    )


def columns_of(con: duckdb.DuckDBPyConnection, file: Path) -> set[str]:
    """The columns of a Parquet file."""
    described = con.execute(f"describe select * from read_parquet({sql_path(file)})").fetchall()
    return {row[0] for row in described}


def numbered_sql(con: duckdb.DuckDBPyConnection, given: str, name: str, order: str) -> str:
    """A query of the rows of ``given`` with ``idx``, their rank by key, each key once.

    The keys alone are sorted, into the table ``name``, and rows are ranked only where a key
    repeats: sorting whole rows takes four times as long.

    Args:
        con: The connection of the run.
        given: Query with ``record_key``.
        name: Table of the numbers; the query that is returned needs it.
        order: Which row of a repeated key stands.
    """
    con.execute(f"""
        create or replace temp table {name} as
        select record_key, n, (row_number() over (order by record_key))::integer as idx
        from (select record_key, count(*) as n from ({given}) group by record_key)
    """)
    joined = f"select k.idx, g.* from ({given}) g join {name} k using (record_key)"
    if not rows(con, f"select count(*) from {name} where n > 1"):
        return joined
    return f"""
        {joined} where k.n = 1
        union all
        {joined} where k.n > 1
        qualify row_number() over (partition by g.record_key order by {order}) = 1
    """


def usable_sql(source: str, more: str = "") -> str:
    """A query of the usable columns of ``source``; phones and emails stay as they are.

    Needs ``home_state``, ``zip_county``, ``town_county`` and ``county_area``. A
    record's ``area`` is its county's, or its phone's when it tells no place.

    Args:
        source: Table with ``idx``, ``record_key``, the identity columns and ``birth_month``.
        more: Further select expressions, each preceded by a comma.
    """
    no_names = ", ".join(f"'{name}'" for name in NO_NAMES)
    jokes = ", ".join(f"'{name}'" for name in JOKE_NAMES)
    return f"""
        with named as (
            select r.*,
                trim(coalesce(r.first_name, '')) in ({no_names})
                    or trim(coalesce(r.last_name, '')) in ({no_names})
                    or concat_ws(' ', r.first_name, r.last_name) in ({jokes}) as has_fake_name
            from {source} r
        ),
        usable as (
            select n.* replace (
                    case when not has_fake_name then nullif(trim(n.first_name), '') end
                        as first_name,
                    case when not has_fake_name and length(trim(n.last_name)) > 1
                        then trim(n.last_name) end as last_name,
                    coalesce(n.city, n.town) as city,
                    coalesce(n.county_fips, z.county_fips, t.county_fips) as county_fips,
                    case when h.is_only then h.state else coalesce(n.state, h.state) end as state
                ),
                n.state as state_given
            from named n
            cross join home_state h
            left join zip_county z on n.zip5 = z.zip5
            left join town_county t on n.zip5 is null and coalesce(n.city, n.town) = t.city
        ),
        tokens as (
            select *,
                string_split(first_name, ' ')[1] as first_token,
                left(nullif(trim(middle_name), ''), 1) as middle_initial
            from usable
        )
        select idx, record_key,
            first_name, first_token, nullif(trim(middle_name), '') as middle_name,
            middle_initial, last_name,
            nullif(suffix, '') as suffix,
            case when gender in ('F', 'M') then gender end as gender,
            birth_date, birth_year, birth_month,
            house_number, street, zip5, city, state, state_given, county_fips,
            case when county_fips is not null then c.area else p.area end as area,
            phone, phone_2, email, has_fake_name, party_id, state_id, full_name
            {more}
        from tokens
        left join county_area c using (county_fips)
        left join (select distinct area from county_area) p on left(phone, {AREA_LENGTH}) = p.area
    """


def with_lists(source: str) -> str:
    """The query ``source`` with ``nicks`` and ``last_tokens``; needs ``nicknames``.

    Apart from the rest because lists cost more to keep on disk than to make again.
    """
    return f"""
        select s.*, coalesce(k.nicks, []) as nicks,
            coalesce(string_split(s.last_name, ' '), []) as last_tokens
        from ({source}) s left join nicknames k using (first_token)
    """
