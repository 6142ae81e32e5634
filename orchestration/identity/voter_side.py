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

from orchestration.identity import contact_use, gone, meeting, short_names, usable
from orchestration.identity.gone import Replaced
from orchestration.identity.usable import AREA_LENGTH, IDENTITY_COLUMNS
from orchestration.lake import code_version, file_hash, sql_path, text_hash, write_parquet

if TYPE_CHECKING:
    import duckdb

# The tables of the side. Nothing depends on the order of their rows, so none is sorted to be kept.
TABLES = (
    "side_voters", "side_keys", "side_contacts", "side_shared", "zip_county", "town_county",
    "county_area", "home_state", "states_on_file", "side_gone",
)  # fmt: skip

# A town whose voters are spread over counties names none; nor does a county whose phones are
# spread over area codes say what its own is.
TOWN_SHARE, AREA_SHARE = 0.9, 0.5

SCANNED = ("side_voters", "side_keys", "side_contacts")


def version(voters: Path, replaced: tuple[Replaced, ...] = ()) -> str:
    """Name of the side by what it is made from: the files, and the code that reads them."""
    import duckdb

    here = Path(__file__)
    modules = ("voter_side", "usable", "contact_use", "short_names", "meeting", "blocking",
               "deterministic", "shared_ids", "gone")  # fmt: skip
    made_by = code_version(*(here.with_name(f"{module}.py") for module in modules))
    before = [file.changes.stem for file in replaced]
    return text_hash(file_hash(voters), *before, made_by, duckdb.__version__)


def open_side(
    con: duckdb.DuckDBPyConnection,
    voters: Path,
    folder: Path | None = None,
    replaced: tuple[Replaced, ...] = (),
) -> str:
    """Make the tables of :data:`TABLES` available, from ``folder`` when it has them.

    Args:
        con: The connection of the run.
        voters: The staged voter file.
        folder: Where sides are kept, one version at a time; ``None`` keeps nothing.
        replaced: The full files before this one.

    Returns:
        Its version.
    """
    short_names.create_table(con)
    name = version(voters, replaced)
    if folder is None:
        _make(con, voters)
        gone.make(con, replaced)
        return name
    kept = folder / name
    if not kept.is_dir():
        _make(con, voters)
        gone.make(con, replaced)
        _keep(con, folder, kept)
        return name
    for table in TABLES:
        kept_rows = f"from read_parquet({sql_path(kept / f'{table}.parquet')})"
        if table == "side_voters":
            kept_rows = usable.with_lists(kept_rows)
        # What is looked up row by row is small; the rest is scanned where it lies.
        kind = "view" if table in SCANNED else "table"
        con.execute(f"create or replace temp {kind} {table} as {kept_rows}")
    return name


def _make(con: duckdb.DuckDBPyConnection, voters: Path) -> None:
    key = "voter_key" if "voter_key" in usable.columns_of(con, voters) else "record_key"
    columns = usable.select_list(con, voters, IDENTITY_COLUMNS)
    given = f"select {key} as record_key, {columns} from read_parquet({sql_path(voters)})"
    order = "last_name, first_name, birth_date, zip5"
    numbered = usable.numbered_sql(con, given, "voter_numbers", order)
    # The file is read again for the few columns of each small table: cheaper than a copy of all.
    # Ties between counties or states go to the lower name: equal input, equal choice.
    con.execute(f"""
        create or replace temp view raw_voters as
        select * replace (coalesce(birth_year, year(birth_date)) as birth_year),
            month(birth_date) as birth_month
        from ({numbered});
        create or replace temp table home_state as
        select coalesce(arg_min(state, (-n, state)), '') as state, count(*) <= 1 as is_only
        from (select state, count(*) as n from ({given}) where state is not null group by 1);
        create or replace temp table zip_county as
        select zip5, arg_min(county_fips, (-n, county_fips)) as county_fips
        from (select zip5, county_fips, count(*) as n from ({given})
            where zip5 is not null and county_fips is not null group by all)
        group by zip5;
        create or replace temp table town_county as
        select city, arg_min(county_fips, (-n, county_fips)) as county_fips
        from (select city, county_fips, count(*) as n from ({given})
            where city is not null and county_fips is not null group by all)
        group by city having max(n) > {TOWN_SHARE} * sum(n);
        create or replace temp table county_area as
        select county_fips, arg_min(area, (-n, area)) as area
        from (select county_fips, left(phone, {AREA_LENGTH}) as area, count(*) as n
            from ({given}) where county_fips is not null and phone is not null group by all)
        group by county_fips having max(n) > {AREA_SHARE} * sum(n);
        create or replace temp table repeated_ids as
        select state_id, min(record_key) as first_key from ({given})
        where state_id is not null group by state_id having count(*) > 1;
        create or replace temp table side_voters as
        select s.*,
            'p_' || left(md5('voter|' || case
                when state_id is not null and coalesce(i.first_key = record_key, true)
                then state_id else record_key end), 16) as person_id
        from ({usable.with_lists(usable.usable_sql("raw_voters"))}) s
        left join repeated_ids i using (state_id);
        create or replace temp table side_keys as
        select idx, {meeting.columns_sql()} from side_voters;
        create or replace temp table states_on_file as
        select distinct state_given from side_voters where state_given is not null;
        create or replace temp table side_contacts as {contact_use.carried_sql("side_voters")};
        create or replace temp table side_shared as
        select * from (
            select value, count(distinct idx) as voters, {contact_use.COUNTS}
            from side_contacts
            semi join (select value from side_contacts group by value having count(*) > 1)
            using (value)
            group by value
        ) where voters > 1 or initials > 1;
        drop view raw_voters;
        drop table voter_numbers;
        drop table repeated_ids
    """)


def _keep(con: duckdb.DuckDBPyConnection, folder: Path, kept: Path) -> None:
    """Write the side whole or not at all, and remove those of voter files that are gone."""
    aside = folder / f".{kept.name}.{os.getpid()}.aside"
    shutil.rmtree(aside, ignore_errors=True)
    for table in TABLES:
        query = f"from {table}"
        if table == "side_voters":
            query = f"select * exclude (nicks, last_tokens) {query}"
        write_parquet(con, query, aside / f"{table}.parquet")
    os.replace(aside, kept)
    for other in folder.iterdir():
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)
