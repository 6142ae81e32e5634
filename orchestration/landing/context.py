"""What counts today, as data: ``as_of``, the deliveries in force and the keys they superseded.

Beside them the pairs of full files whose differences count. Models join these small tables;
nothing downstream asks a clock or the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone

import duckdb

from orchestration.lake import Lake, sql_path, text_hash, write_parquet
from orchestration.landing.effective import Effective, entity_version
from orchestration.landing.effort import write_effort
from orchestration.landing.places import keys_path
from orchestration.settings import Campaign

_IN_FORCE = (
    "entity varchar, source varchar, feed varchar, delivery varchar, "
    "received_date date, data_time timestamp"
)
_FULL_FILES = (
    "entity varchar, source varchar, feed varchar, old_delivery varchar, new_delivery varchar, "
    "old_date date, new_date date"
)


@dataclass(frozen=True)
class Versions:
    """The data version of each entity's deliveries in force, and of the context row."""

    entities: dict[str, str]
    context: str


def write_context(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    campaign: Campaign,
    deliveries: Sequence[Effective],
    entities: Iterable[str],
    as_of: date,
    moment: datetime,
    pairs: Sequence[tuple[Effective, Effective]] = (),
) -> Versions:
    """Write the context tables and name what each entity now consists of."""
    write_full_files(con, lake, pairs)
    _write_in_force(con, lake, deliveries)
    _write_superseded(con, lake, deliveries)
    context = text_hash(
        _write_row(con, lake, campaign, as_of, moment), write_effort(con, lake, campaign)
    )
    return Versions({e: entity_version(deliveries, e, pairs) for e in entities}, context)


def write_full_files(
    con: duckdb.DuckDBPyConnection, lake: Lake, pairs: Sequence[tuple[Effective, Effective]]
) -> None:
    """Write which differences of two full files count: those between files known today."""
    con.execute(f"create or replace temp table full_files_now ({_FULL_FILES})")
    rows = [
        (new.entity, new.source, new.feed, old.delivery, new.delivery, old.received, new.received)
        for old, new in pairs
    ]
    if rows:
        con.executemany("insert into full_files_now values (?, ?, ?, ?, ?, ?, ?)", rows)
    query = "select * from full_files_now order by entity, source, feed, new_date, new_delivery"
    write_parquet(con, query, lake.context / "full_files.parquet")


def _write_in_force(
    con: duckdb.DuckDBPyConnection, lake: Lake, deliveries: Sequence[Effective]
) -> None:
    con.execute(f"create or replace temp table in_force_now ({_IN_FORCE})")
    rows = [(d.entity, d.source, d.feed, d.delivery, d.received, d.data_time) for d in deliveries]
    if rows:
        con.executemany("insert into in_force_now values (?, ?, ?, ?, ?, ?)", rows)
    query = "select * from in_force_now order by entity, source, feed, received_date, delivery"
    write_parquet(con, query, lake.context / "in_force.parquet")


def _write_superseded(
    con: duckdb.DuckDBPyConnection, lake: Lake, deliveries: Sequence[Effective]
) -> None:
    """One row a record that a later delivery of its feed carries again; key indexes suffice.

    Append feeds are looked at too: exports that overlap repeat records, and a record counts
    once, as it was last told.
    """
    con.execute(
        "create or replace temp table delivery_order "
        "(path varchar, source varchar, feed varchar, delivery varchar, place bigint)"
    )
    indexed = [(d, keys_path(lake, d.source, d.delivery, d.feed)) for d in deliveries]
    indexed = [(d, p) for d, p in indexed if d.mode != "snapshot" and p.exists()]
    query = (
        "select null::varchar as source, null::varchar as feed, null::varchar as record_key, "
        "null::varchar as delivery where false"
    )
    if indexed:
        con.executemany(
            "insert into delivery_order values (?, ?, ?, ?, ?)",
            [(str(p), d.source, d.feed, d.delivery, d.order) for d, p in indexed],
        )
        files = "[" + ", ".join(sql_path(p) for _, p in indexed) + "]"
        query = f"""
        select source, feed, record_key, delivery
        from read_parquet({files}, filename='path', hive_partitioning=false) as keys
        inner join delivery_order using (path)
        qualify place < max(place) over (partition by record_key)
        order by record_key, place
        """
    write_parquet(con, query, lake.context / "superseded_keys.parquet")


def _write_row(
    con: duckdb.DuckDBPyConnection, lake: Lake, campaign: Campaign, as_of: date, moment: datetime
) -> str:
    contest = campaign.contest_plan()
    born = campaign.eligibility.born_on_or_before
    now = moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    con.execute(
        "create or replace temp table context_now as select ?::date as as_of, "
        "?::timestamp as now, ?::date as contest_date, ?::date as eligible_birth_date, "
        "?::varchar as contest_name, ?::varchar as zone",
        [as_of, now, contest.day, born, contest.name, contest.zone],
    ).fetchall()
    write_parquet(con, "select * from context_now", lake.context / "context.parquet")
    # The hour is left out: a run an hour later on the same day and deliveries changes nothing.
    return text_hash(
        as_of.isoformat(), contest.day.isoformat(), born.isoformat(), contest.name, contest.zone
    )
