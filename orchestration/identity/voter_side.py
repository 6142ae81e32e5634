"""The voter side, prepared once per voter file and kept beside the links.

Everything about voters that no record can change is here: usable names and places, person ids,
who shares a phone with whom. A late delivery reads from it the voters that it could mean, and not
two million. What records change (a voter's phone that a stranger carries too) is in
``contact_use``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity import contact_use, meeting, short_names, usable
from orchestration.identity.usable import AREA_LENGTH, IDENTITY_COLUMNS
from orchestration.lake import code_version, file_hash, sql_path, text_hash, write_parquet

if TYPE_CHECKING:
    import duckdb

# Each table of the side with the order it is written in: equal files for equal voters.
TABLES = {
    "side_voters": "idx",
    "side_keys": "idx",
    "side_contacts": "value, idx",
    "side_shared": "value",
    "zip_county": "zip5",
    "town_county": "city",
    "county_area": "county_fips",
    "home_state": "state",
    "states_on_file": "state_given",
}

# A town whose voters are spread over counties names none; nor does a county whose phones are
# spread over area codes say what its own is.
TOWN_SHARE, AREA_SHARE = 0.9, 0.5

SCANNED = ("side_voters", "side_keys", "side_contacts")


def version(voters: Path) -> str:
    """Name of the side by what it is made from: the file, and the code that reads it."""
    import duckdb

    here = Path(__file__)
    modules = ("voter_side", "usable", "contact_use", "short_names", "meeting", "blocking",
               "deterministic", "shared_ids")  # fmt: skip
    made_by = code_version(*(here.with_name(f"{module}.py") for module in modules))
    return text_hash(file_hash(voters), made_by, duckdb.__version__)


def open_side(con: duckdb.DuckDBPyConnection, voters: Path, folder: Path | None = None) -> str:
    """Make the tables of :data:`TABLES` available, from ``folder`` when it has them.

    Args:
        con: The connection of the run.
        voters: The staged voter file.
        folder: Where sides are kept, one version at a time; ``None`` keeps nothing.

    Returns:
        Its version.
    """
    short_names.create_table(con)
    name = version(voters)
    if folder is None:
        _make(con, voters)
        return name
    kept = folder / name
    if not kept.is_dir():
        _make(con, voters)
        _keep(con, folder, kept)
    for table in TABLES:
        con.execute(f"drop table if exists {table}")
        file = sql_path(kept / f"{table}.parquet")
        # What is looked up row by row is small; the rest is scanned where it lies.
        kind = "view" if table in SCANNED else "table"
        con.execute(f"create or replace temp {kind} {table} as from read_parquet({file})")
    return name


def _make(con: duckdb.DuckDBPyConnection, voters: Path) -> None:
    key = "voter_key" if "voter_key" in usable.columns_of(con, voters) else "record_key"
    columns = usable.select_list(con, voters, IDENTITY_COLUMNS)
    given = f"select {key} as record_key, {columns} from read_parquet({sql_path(voters)})"
    usable.number(con, given, "raw_voters", "last_name, first_name, birth_date, zip5")
    # Ties between counties or states go to the lower name: equal input, equal choice.
    con.execute(f"""
        create or replace temp table raw_voters as
        select * replace (coalesce(birth_year, year(birth_date)) as birth_year),
            month(birth_date) as birth_month
        from raw_voters;
        create or replace temp table home_state as
        select coalesce(arg_min(state, (-n, state)), '') as state, count(*) <= 1 as is_only
        from (select state, count(*) as n from raw_voters where state is not null group by 1);
        create or replace temp table zip_county as
        select zip5, arg_min(county_fips, (-n, county_fips)) as county_fips
        from (select zip5, county_fips, count(*) as n from raw_voters
            where zip5 is not null and county_fips is not null group by all)
        group by zip5;
        create or replace temp table town_county as
        select city, arg_min(county_fips, (-n, county_fips)) as county_fips
        from (select city, county_fips, count(*) as n from raw_voters
            where city is not null and county_fips is not null group by all)
        group by city having max(n) > {TOWN_SHARE} * sum(n);
        create or replace temp table county_area as
        select county_fips, arg_min(area, (-n, area)) as area
        from (select county_fips, left(phone, {AREA_LENGTH}) as area, count(*) as n
            from raw_voters where county_fips is not null and phone is not null group by all)
        group by county_fips having max(n) > {AREA_SHARE} * sum(n);
        create or replace temp table side_voters as
        select *,
            'p_' || left(md5('voter|' || case
                when state_id is not null
                    and row_number() over (partition by state_id order by idx) = 1
                then state_id else record_key end), 16) as person_id
        from ({usable.usable_sql("raw_voters")});
        create or replace temp table side_keys as
        select idx, {meeting.columns_sql()} from side_voters;
        create or replace temp table states_on_file as
        select distinct state_given from side_voters where state_given is not null;
        create or replace temp table side_contacts as {contact_use.carried_sql("raw_voters")};
        create or replace temp table side_shared as
        select * from (
            select value, count(distinct idx) as voters, {contact_use.COUNTS}
            from side_contacts group by value
        ) where voters > 1 or initials > 1;
        drop table raw_voters;
    """)


def _keep(con: duckdb.DuckDBPyConnection, folder: Path, kept: Path) -> None:
    """Write the side whole or not at all, and remove those of voter files that are gone."""
    aside = folder / f".{kept.name}.{os.getpid()}.aside"
    shutil.rmtree(aside, ignore_errors=True)
    for table, order in TABLES.items():
        write_parquet(con, f"from {table} order by {order}", aside / f"{table}.parquet")
    os.replace(aside, kept)
    for other in folder.iterdir():
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)
