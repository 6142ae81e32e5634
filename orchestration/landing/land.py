"""Landing: take in what waits in the inbox, then say which deliveries are in force.

The order of the work belongs here: the lock, which files, one record each, the context. What
happens to one file is ``intake``'s; Dagster's view of it is in ``assets.py``.
"""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb

from orchestration.contracts import ENTITIES, Contract, empty_sql
from orchestration.lake import Lake, connect, write_parquet
from orchestration.landing.absent import left_out, without
from orchestration.landing.arrivals import scan
from orchestration.landing.changes import write_changes
from orchestration.landing.context import Versions, write_context
from orchestration.landing.desk import Desk
from orchestration.landing.effective import Effective, in_force, landed_by, snapshot_pairs
from orchestration.landing.intake import sweep
from orchestration.landing.places import empty_path
from orchestration.ledger import deliveries
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import Settings, UserError, writable_home
from orchestration.sources.registry import load_contracts


@dataclass(frozen=True)
class InForce:
    """What counts on a day.

    Attributes:
        known: Every delivery that landed and is known that day, superseded ones included.
        counting: The deliveries in force, without those of sources that are left out.
        versions: The data version of each entity and of the context.
    """

    known: tuple[Effective, ...]
    counting: tuple[Effective, ...]
    versions: Versions

    def rows(self, entity: str) -> int:
        """Landed rows of an entity's deliveries in force, before keys supersede one another."""
        return sum(d.rows for d in self.counting if d.entity == entity)


def land(
    settings: Settings,
    moment: datetime,
    only: str | None = None,
    retry: bool = False,
    run_id: str = "",
) -> list[DeliveryRecord]:
    """Take in every file that waits, and compute anew what is in force.

    Args:
        settings: The campaign and its home.
        moment: Now, aware; files of later days are not seen.
        only: One source, or all.
        retry: Read refused files again even when their contract did not change.
        run_id: Whoever called, for the records.

    Returns:
        One record for each file that was looked at anew, in the order they came; files whose
        state is settled are left out, so a second call returns nothing.

    Raises:
        UserError: ``only`` is no source, a contract is wrong, or the home cannot be written.
    """
    contracts = load_contracts(settings.sources)
    if only is not None and only not in contracts:
        raise UserError(f"there is no source {only!r}; known are {', '.join(contracts)}")
    writable_home(settings.home)
    records = take_in_waiting(
        settings, contracts, moment, None if only is None else {only}, retry, run_id
    )
    compute_in_force(settings, contracts, moment)
    return records


def take_in_waiting(
    settings: Settings,
    contracts: Mapping[str, Contract],
    moment: datetime,
    only: Collection[str] | None = None,
    retry: bool = False,
    run_id: str = "",
) -> list[DeliveryRecord]:
    """Take in the waiting files of these sources (or all); one outcome record each."""
    lake = Lake(settings.home)
    today = settings.campaign.contest_plan().local_day(moment)
    records: list[DeliveryRecord] = []
    with _alone(lake), _connection(settings) as con:
        sweep(lake)
        desk = Desk(con, lake, contracts, moment, today, retry, run_id)
        for arrival in scan(lake.inbox):
            if only is None or arrival.source in only:
                record = desk.handle(arrival)
                if record is not None:
                    records.append(record)
    return records


def stranger_folders(lake: Lake, contracts: Mapping[str, Contract]) -> set[str]:
    """Folders of the inbox that no source is called like; their files are refused, and told."""
    return {a.source for a in scan(lake.inbox)} - set(contracts)


def compute_in_force(
    settings: Settings, contracts: Mapping[str, Contract], moment: datetime
) -> InForce:
    """Write what is in force on the day of ``moment``, and the differences of full files."""
    lake = Lake(settings.home)
    today = settings.campaign.contest_plan().local_day(moment)
    with _alone(lake), _connection(settings) as con:
        known = known_deliveries(lake, contracts, today)
        everything = in_force(known)
        absent = left_out(settings, contracts, everything, moment)
        counting = without(everything, absent)
        _write_empty(con, lake)
        pairs = snapshot_pairs(without(known, absent))
        for old, new in pairs:
            write_changes(con, lake, old, new)
        versions = write_context(
            con, lake, settings.campaign, counting, ENTITIES, today, moment, pairs
        )
    return InForce(tuple(known), tuple(counting), versions)


def known_deliveries(lake: Lake, contracts: Mapping[str, Contract], day: date) -> list[Effective]:
    """Every delivery landed and known on a day, of the feeds that the contracts have."""
    feeds = frozenset((name, feed.name) for name, c in contracts.items() for feed in c.feeds)
    return landed_by(deliveries.read(lake), day, feeds)


def withdraw(
    settings: Settings, moment: datetime, source: str, delivery: str, reason: str
) -> list[DeliveryRecord]:
    """Take a delivery out of force from this day on; what it landed stays, and can be looked at.

    Args:
        settings: The campaign and its home.
        moment: Now, aware; looking back before it, the delivery still counts.
        source: Its source.
        delivery: Its content name, or the name of its file with or without the day.
        reason: Why, for the ledger; names no person.

    Returns:
        The record of each file of that content.

    Raises:
        UserError: no landed delivery is called so, or several are.
    """
    lake = Lake(settings.home)
    landed = [r for r in deliveries.latest(lake, source).values() if r.state == "landed"]
    found = [r for r in landed if delivery in (r.delivery, r.file, r.file.rpartition("/")[2])]
    names = Counter(r.delivery for r in found)
    if len(names) != 1:
        what = "none is" if not names else f"{len(names)} are"
        raise UserError(
            f"of {source}'s landed deliveries {what} called {delivery!r}; name one by its hash"
        )
    records = [
        replace(
            r, state="withdrawn", feeds=(), reason=reason, recorded_at=moment.isoformat(), seconds=0
        )
        for r in found
    ]
    deliveries.append(lake, *records)
    return records


def _write_empty(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    for entity in ENTITIES:
        path = empty_path(lake, entity)
        # Always anew: a column that an entity has gained must not be missing here.
        write_parquet(con, empty_sql(entity), path)


@contextmanager
def _connection(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect(settings.home, memory_limit=settings.memory)
    # DuckDB 2.0.0 knows from Parquet's statistics that a column is empty throughout, makes it a
    # constant and then fails on its own list functions ("did not return a
    # BoundFunctionExpression"). Delete this line when a release maps such a file.
    con.execute("set disabled_optimizers = 'statistics_propagation'")
    try:
        yield con
    finally:
        con.close()


@contextmanager
def _alone(lake: Lake) -> Iterator[None]:
    """Let one landing work at a time on a home; the kernel frees the lock of a killed one."""
    lake.root.mkdir(parents=True, exist_ok=True)
    with (lake.root / "landing.lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
