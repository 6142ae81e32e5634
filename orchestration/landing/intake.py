"""Taking one delivery in: read, check, map, write aside, count, and say what became of it.

Everything here is about one file, and nothing that is wrong with it goes further than its own
outcome record. Which files are taken in, and in what order, is decided in ``land``.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration import contracts
from orchestration.contracts import NORMALISER_VERSION, Contract, Feed, Refusal
from orchestration.lake import Lake, sql_path, text_hash, write_parquet
from orchestration.landing.arrivals import Arrival, current_stamp
from orchestration.landing.places import keys_path, landed_path, quarantine_path, wide_path
from orchestration.landing.profile import profile
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome

SPOOL = "spool-"
LARGE = 50_000
"""Rows from which writing a file twice costs more than planning another query."""


@dataclass(frozen=True)
class Delivery:
    """A file about to be taken in: where it lies, what it is called, when it came."""

    arrival: Arrival
    name: str
    received: date
    contract: Contract
    feeds: tuple[Feed, ...]


class UnreconciledError(Exception):
    """Rows were lost or made up between reading and writing: a fault of ours, never of the file."""


class ChangedWhileReadError(Exception):
    """The file is not the one that was looked at; what was read of it is thrown away."""


def landing_version(contract: Contract, feeds: Sequence[Feed]) -> str:
    """A name for everything in a contract that decides how these feeds are landed.

    Prices, owners and limits are left out: changing them lands nothing again.
    """
    ordered = sorted(feeds, key=lambda f: f.name)
    modes = [contract.mode_of(feed) for feed in ordered]
    parts = [feed.model_dump_json(exclude={"checks", "licence", "uses"}) for feed in ordered]
    return text_hash(contract.source, contract.zone, *modes, *parts)


def take_in(
    con: duckdb.DuckDBPyConnection, lake: Lake, delivery: Delivery, moment: datetime, run_id: str
) -> DeliveryRecord:
    """Land one delivery, or say in its record why not; the lake is whole either way.

    Returns:
        ``landed``, ``refused`` (the file's fault), ``failed`` (ours or the machine's; the next
        run tries again) or ``waiting`` (it changed while it was read).
    """
    started = time.monotonic()
    record = outline(delivery, moment, run_id)
    try:
        encoding, outcomes = _land(con, lake, delivery)
        record = replace(record, state="landed", feeds=tuple(outcomes), encoding=encoding)
    except Refusal as refusal:
        record = replace(record, state="refused", reason=refusal.reason)
    except ChangedWhileReadError:
        record = replace(record, state="waiting", reason="it changed while it was read")
    except UnreconciledError as mismatch:
        record = replace(record, state="failed", reason=str(mismatch))
    except (OSError, duckdb.Error, MemoryError) as fault:
        record = replace(record, state="failed", reason=_sentence(fault))
    if record.state != "landed":
        discard(lake, delivery)
    return replace(record, seconds=round(time.monotonic() - started, 3))


def outline(delivery: Delivery, moment: datetime, run_id: str) -> DeliveryRecord:
    """What is known of a delivery before it is read."""
    return DeliveryRecord(
        source=delivery.contract.source,
        delivery=delivery.name,
        file=delivery.arrival.name,
        received=delivery.received.isoformat(),
        state="failed",
        recorded_at=moment.isoformat(),
        bytes=delivery.arrival.bytes,
        contract_version=landing_version(delivery.contract, delivery.feeds),
        normaliser_version=NORMALISER_VERSION,
        run_id=run_id,
    )


def _land(
    con: duckdb.DuckDBPyConnection, lake: Lake, delivery: Delivery
) -> tuple[str, list[FeedOutcome]]:
    if not delivery.feeds:
        known = ", ".join(sorted({f.files for f in delivery.contract.feeds}))
        raise Refusal(
            f"no feed of source.yaml takes a file called {delivery.arrival.file!r}; rename it or "
            f"add a feed (known: {known})"
        )
    outcomes: list[FeedOutcome] = []
    encoding = ""
    ordered = sorted(delivery.feeds, key=lambda f: (repr(f.reading), f.name))
    for reading, feeds in groupby(ordered, key=lambda f: f.reading):
        with (
            _spool(lake) as spool,
            contracts.open_raw(con, delivery.arrival.path, reading, spool) as raw,
        ):
            encoding = raw.encoding or encoding
            outcomes += _land_feeds(con, lake, delivery, tuple(feeds), raw)
    if current_stamp(delivery.arrival.path) != delivery.arrival.stamp:
        raise ChangedWhileReadError
    return encoding, sorted(outcomes, key=lambda o: o.feed)


def _land_feeds(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    delivery: Delivery,
    feeds: Sequence[Feed],
    raw: contracts.Raw,
) -> Iterator[FeedOutcome]:
    # The shape is judged for all feeds before anything of any of them is written.
    for feed in feeds:
        contracts.check_shape(delivery.contract, feed, raw)
    arrival = contracts.Arrival(received=delivery.received, file=delivery.arrival.file)
    for feed in feeds:
        yield _land_feed(con, lake, delivery, feed, raw, arrival)


def _land_feed(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    delivery: Delivery,
    feed: Feed,
    raw: contracts.Raw,
    arrival: contracts.Arrival,
) -> FeedOutcome:
    source, name = delivery.contract.source, delivery.name
    mode = delivery.contract.mode_of(feed)
    target = landed_path(lake, source, name, feed.entity, feed.name)
    plan = contracts.plan_feed(delivery.contract, feed, raw.columns)
    # Most small files repeat no key, and looking for repeats in what was written is cheaper than
    # planning the query for it. A large file is costly to write twice, so it is looked at before.
    beforehand = raw.rows >= LARGE
    mapped = contracts.bind(con, plan, raw, arrival, repeats=beforehand)
    landed = write_parquet(con, mapped.landed_sql, target)
    newest, repeats = _look(con, feed, target, not beforehand)
    if repeats:
        mapped = contracts.bind(con, plan, raw, arrival, repeats=True)
        landed = write_parquet(con, mapped.landed_sql, target)
        newest, _ = _look(con, feed, target, False)
    quarantined = _write_quarantine(con, lake, delivery, feed, mapped, landed)
    if mapped.read != landed + quarantined:
        raise UnreconciledError(
            f"feed {feed.name}: {mapped.read} records were read but {landed} landed and "
            f"{quarantined} went to quarantine; nothing of it counts, report this"
        )
    if mapped.wide_sql:
        write_parquet(con, mapped.wide_sql, wide_path(lake, source, name, feed.name))
    if mode != "snapshot":
        keys = f"select record_key from {_table(target)} order by record_key"
        write_parquet(con, keys, keys_path(lake, source, name, feed.name))
    figures = profile(con, target, feed)
    return FeedOutcome(
        feed.name, feed.entity, mode, mapped.read, landed, quarantined, newest, figures
    )


def _look(
    con: duckdb.DuckDBPyConnection, feed: Feed, landed: Path, for_repeats: bool
) -> tuple[str | None, bool]:
    """The newest data time of what was written, and whether a unique column holds a value twice."""
    unique = [name for name, column in feed.columns.items() if column.unique and for_repeats]
    twice = " or ".join(f"count({name}) > count(distinct {name})" for name in unique) or "false"
    row = con.execute(f"select max(data_time), {twice} from {_table(landed)}").fetchone()
    newest, repeats = row or (None, False)
    return newest.isoformat() if newest else None, bool(repeats)


def _write_quarantine(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    delivery: Delivery,
    feed: Feed,
    mapped: contracts.Mapped,
    landed: int,
) -> int:
    path = quarantine_path(lake, delivery.contract.source, delivery.name, feed.name)
    if landed == mapped.read:
        path.unlink(missing_ok=True)
        return 0
    return write_parquet(con, mapped.quarantine_sql, path)


def _table(path: Path) -> str:
    return f"read_parquet({sql_path(path)}, hive_partitioning=false)"


def discard(lake: Lake, delivery: Delivery) -> None:
    """Remove what a delivery that did not land had already written."""
    names = {f"{feed.name}.parquet" for feed in delivery.feeds}
    for folder in delivery_folders(lake, delivery.contract.source, delivery.name):
        for path in folder.iterdir():
            if path.name in names:
                path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def sweep(lake: Lake) -> None:
    """Remove the aside files and spools that a killed landing left; none is running now."""
    for name in ("landing", "landing_keys", "quarantine", "wide", "changes", "context"):
        for aside in (lake.root / name).rglob(".*.aside"):
            aside.unlink(missing_ok=True)
    for spool in lake.spill.glob(f"{SPOOL}*"):
        shutil.rmtree(spool, ignore_errors=True)


def delivery_folders(lake: Lake, source: str, delivery: str) -> list[Path]:
    """Every folder that holds something of a delivery."""
    tail = f"source={source}/delivery={delivery}"
    places = [
        *(lake.root / "landing").glob(f"*/{tail}"),
        *lake.quarantine.glob(tail),
        *(lake.root / "landing_keys").glob(tail),
        *lake.wide(source).glob(f"delivery={delivery}"),
    ]
    return sorted(places)


@contextmanager
def _spool(lake: Lake) -> Iterator[Path]:
    lake.spill.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=SPOOL, dir=lake.spill) as folder:
        yield Path(folder)


def _sentence(fault: BaseException) -> str:
    """Why it failed, without the fault's own text: that may quote a person's values."""
    if isinstance(fault, OSError) and fault.strerror:
        return f"it could not be taken in: {fault.strerror.lower()}; the next run tries again"
    kind = fault.__class__.__name__
    return f"it could not be taken in ({kind}); the next run tries again, if it stays report it"
