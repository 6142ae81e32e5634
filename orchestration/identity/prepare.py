"""The two tables that every stage of identity works on: ``id_voters`` and ``id_records``.

Both have the same columns, derived once: usable names, tokens, dates without placeholders,
phones and emails with whether they belong to one person. Here they are put together; what of a
row is usable is in ``usable``, who shares a phone in ``contact_use``, what is known of voters
before any record in ``voter_side``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity import contact_use, usable, voter_side
from orchestration.identity.contact_use import ContactLimits
from orchestration.identity.gone import Replaced
from orchestration.identity.usable import IDENTITY_COLUMNS
from orchestration.identity.workspace import rows
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

RECORD_COLUMNS = {
    "source": "varchar",
    "feed": "varchar",
    "entity": "varchar",
    "data_time": "timestamp",
}


@dataclass(frozen=True)
class Limits:
    """When a date stops telling people apart.

    Attributes:
        contacts: The same for phones and emails.
        month_only_share: A feed with more than this share of births on the first of a month
            gives months, not days.
        placeholder_share: One date on more than this share of a feed's rows is a default that
            somebody's form filled in.
        placeholder_rows: ...when it is at least on so many rows.
    """

    contacts: ContactLimits = field(default_factory=ContactLimits)
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
        side: Version of the voter side.
    """

    voters: int
    records: int
    repeated_voters: int
    shared_contacts: int
    side: str


def prepare(
    con: duckdb.DuckDBPyConnection, voters: Path, records: Path, limits: Limits | None = None
) -> Prepared:
    """Build ``id_voters`` and ``id_records`` from the staged files, and keep nothing.

    The order of rows in the files does not matter: both are numbered by record key.
    """
    prepared = prepare_records(con, voters, records, limits)
    take_voters(con)
    return prepared


def prepare_records(
    con: duckdb.DuckDBPyConnection,
    voters: Path,
    records: Path,
    limits: Limits | None = None,
    side: Path | None = None,
    replaced: tuple[Replaced, ...] = (),
) -> Prepared:
    """Build ``id_records``, open the voter side and count who shares a phone or an email.

    Args:
        con: The connection of the run.
        voters: The staged voter file.
        records: The staged records.
        limits: When a value stops telling people apart.
        side: Where the voter side is kept from run to run.
        replaced: The full voter files before this one.
    """
    limits = limits or Limits()
    version = voter_side.open_side(con, voters, side, replaced)
    columns = usable.select_list(con, records, IDENTITY_COLUMNS | RECORD_COLUMNS)
    given = f"select record_key, {columns} from read_parquet({sql_path(records)})"
    order = "data_time desc, last_name, first_name"
    con.execute(f"""
        create or replace temp table raw_records as
        {usable.numbered_sql(con, given, "record_numbers", order)};
        drop table record_numbers
    """)
    _drop_placeholder_births(con, limits)
    contact_use.count(con, "raw_records", limits.contacts)
    own = ", source, feed, entity, data_time, phone_given, email_given"
    contact_use.apply(con, usable.with_lists(usable.usable_sql("raw_records", own)), "id_records")
    con.execute("drop table raw_records")
    linkable = rows(con, "select count(*) from side_voters")
    read = rows(con, f"select count(*) from read_parquet({sql_path(voters)})")
    return Prepared(
        voters=linkable,
        records=rows(con, "select count(*) from id_records"),
        repeated_voters=read - linkable,
        shared_contacts=rows(con, "select count(*) from contact_use where not is_usable"),
        side=version,
    )


def take_voters(con: duckdb.DuckDBPyConnection, wanted: str | None = None) -> None:
    """Build ``id_voters``: all of them, or those that table ``wanted`` has by ``idx``."""
    only = f" semi join {wanted} using (idx)" if wanted else ""
    contact_use.apply(con, f"select * exclude (person_id) from side_voters{only}", "id_voters")


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
    """)
