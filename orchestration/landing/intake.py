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
from orchestration.contracts import Contract, Feed, Refusal, normaliser_version
from orchestration.lake import Lake, text_hash
from orchestration.landing.arrivals import Arrival, current_stamp
from orchestration.landing.places import parts_pattern
from orchestration.landing.writing import Place, UnreconciledError, write_feed
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome

SPOOL = "spool-"


@dataclass(frozen=True)
class Delivery:
    """A file about to be taken in: where it lies, what it is called, when it came."""

    arrival: Arrival
    name: str
    received: date
    contract: Contract
    feeds: tuple[Feed, ...]


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
        normaliser_version=normaliser_version(*delivery.feeds),
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
    for reading, group in groupby(ordered, key=lambda f: f.reading):
        feeds = tuple(group)
        note = contracts.looked_at_before(delivery.contract, feeds)
        with (
            _spool(lake) as spool,
            contracts.open_raw(con, delivery.arrival.path, reading, spool, note) as raw,
        ):
            encoding = raw.encoding or encoding
            outcomes += _land_feeds(con, lake, delivery, feeds, raw)
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
    place = Place(lake, delivery.contract, delivery.name)
    for feed in feeds:
        yield write_feed(con, place, feed, raw, arrival)


def discard(lake: Lake, delivery: Delivery) -> None:
    """Remove what a delivery that did not land had already written."""
    patterns = [parts_pattern(feed.name) for feed in delivery.feeds]
    for folder in delivery_folders(lake, delivery.contract.source, delivery.name):
        for path in folder.iterdir():
            if any(pattern.fullmatch(path.name) for pattern in patterns):
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
