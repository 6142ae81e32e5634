"""Rows of a list: people in walking order, one message per number, one letter per household.

Who may be on it was decided in ``choose``. A number that several people share names no one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.handoff.kinds import Kind

if TYPE_CHECKING:
    import duckdb

# Who is on the list: the worthiest first, as many as asked for, whole rows of their kind.
_ON_LIST = """
create or replace temp table on_list as
with

remaining as (
    select
        *,
        {row_key} as row_key,
        if(may_use_name, first_name, null) as shown_first,
        if(may_use_name, last_name, null) as shown_last
    from judged
    where withheld is null
),

placed as (
    select *, min(place) over (partition by row_key) as row_place from remaining
)

select *, dense_rank() over (order by row_place, row_key) as row_rank
from placed
qualify row_rank <= $most_rows
"""

_ROW_KEY = {
    "person": "person_id",
    "number": "value_text",
    "household": "concat_ws('|', house_number, street, unit, zip5)",
}

# Everybody known under a number, whether in the audience or not: who else answers there matters.
_HOLDERS = """
create or replace temp table holders as
select value, count(distinct person_id) as people
from known_keys
where kind = $kind
group by value
"""

_SITES = """
left join (
    select
        precinct_id,
        any_value(site_name order by data_time desc) as site_name,
        any_value(concat_ws(', ', address_line, city) order by data_time desc) as site_address,
        any_value(
            strftime(timezone(getvariable('zone'), timezone('UTC', starts_at)), '%Y-%m-%d %H:%M')
            order by data_time desc
        ) as site_starts_at
    from sites
    group by precinct_id
) as sites using (precinct_id)
"""

# Streets in order, one side of a street after the other; a house number may carry letters.
_WALK = f"""
create or replace temp table rows_of_list as
with

located as (
    select
        *,
        try_cast(regexp_extract(house_number, '^\\d+') as bigint) as number,
        if(number % 2 = 0, 'even', 'odd') as side
    from on_list
)

select
    row_key,
    precinct_id,
    dense_rank() over (
        partition by precinct_id
        order by zip5, street, side, if(side = 'even', -number, number), house_number, unit
    ) as stop,
    side,
    house_number, street, unit, city, state, zip5,
    shown_first as first_name,
    shown_last as last_name,
    if(may_use_birth, age_on_contest, null) as age,
    if(may_use_gender, gender, null) as gender,
    best_time_seen,
    site_name, site_address, site_starts_at,
    row_number() over (
        order by precinct_id, zip5, street, side, if(side = 'even', -number, number),
            house_number, unit, last_name, first_name, person_id
    ) as place_on_list
from located
{_SITES}
"""

_NUMBER = f"""
create or replace temp table rows_of_list as
with

by_number as (
    select
        row_key,
        value_text,
        count(*) as people,
        min(row_rank) as row_rank,
        any_value(precinct_id order by row_place, person_id) as precinct_id,
        any_value(shown_first order by row_place, person_id) as shown_first,
        any_value(shown_last order by row_place, person_id) as shown_last,
        any_value(best_time_seen order by row_place, person_id) as best_time_seen
    from on_list
    group by row_key, value_text
)

select
    by_number.row_key,
    precinct_id,
    value_text as phone,
    value_text as email,
    if(coalesce(holders.people, 1) > 1 or by_number.people > 1, null, shown_first) as first_name,
    if(coalesce(holders.people, 1) > 1 or by_number.people > 1, null, shown_last) as last_name,
    best_time_seen,
    site_name, site_address, site_starts_at,
    row_number() over (order by row_rank) as place_on_list
from by_number
left join holders on holders.value = by_number.value_text
{_SITES}
"""

_HOUSEHOLD = """
create or replace temp table rows_of_list as
select
    row_key,
    case
        when count(*) = 1 then coalesce(
            nullif(concat_ws(' ', any_value(shown_first), any_value(shown_last)), ''),
            'CURRENT RESIDENT'
        )
        when count(distinct shown_last) = 1 and count(shown_last) = count(*)
            then 'THE ' || any_value(shown_last) || ' HOUSEHOLD'
        else 'CURRENT RESIDENTS'
    end as addressee,
    house_number, street, unit,
    any_value(city order by person_id) as city,
    any_value(state order by person_id) as state,
    zip5,
    row_number() over (order by zip5, street, house_number, unit) as place_on_list
from on_list
group by row_key, house_number, street, unit, zip5
"""

_ROWS = {"person": _WALK, "number": _NUMBER, "household": _HOUSEHOLD}


def lay_out(
    con: duckdb.DuckDBPyConnection, kind: Kind, list_id: str, most_rows: int, zone: str
) -> tuple[int, int]:
    """Make ``rows_of_list`` with the kind's columns, in order, each with its ``line_id``.

    Args:
        con: A connection on which ``choose.judge`` was done.
        list_id: What line ids begin with.
        most_rows: The worthiest rows that fit.
        zone: Where the contest is held; a site's hour is told in it.

    Returns:
        Rows on the list, and people whom they stand for.
    """
    con.execute("set variable zone = ?", [zone])
    con.execute(_ON_LIST.format(row_key=_ROW_KEY[kind.row]), {"most_rows": most_rows})
    if kind.row == "number":
        con.execute(_HOLDERS, {"kind": kind.value})
    con.execute(_ROWS[kind.row])
    con.execute("alter table rows_of_list add column line_id varchar")
    con.execute(
        "update rows_of_list set line_id = ? || '-' || lpad(place_on_list::varchar, 6, '0')",
        [list_id],
    )
    row = con.execute(
        "select (select count(*) from rows_of_list), (select count(*) from on_list)"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
