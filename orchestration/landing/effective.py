"""The deliveries in force: which landed files count on a day, worked out from the ledger alone.

Superseded, withdrawn and later deliveries are out. Staging reads the outcome as data
(``context/in_force.parquet`` and ``superseded_keys.parquet``) and never ranks records itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from orchestration.lake import text_hash
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome


@dataclass(frozen=True)
class Effective:
    """One feed of one delivery that counts.

    Attributes:
        order: Its place in time among the deliveries of its feed; a later one wins a key.
        version: Changes when the delivery was landed again under another contract.
    """

    source: str
    feed: str
    entity: str
    mode: str
    delivery: str
    file: str
    received: date
    data_time: str | None
    rows: int
    order: int
    version: str


def landed_by(
    records: Sequence[DeliveryRecord], as_of: date, feeds: frozenset[tuple[str, str]]
) -> list[Effective]:
    """Every feed of every delivery that was landed and known on a day, in order of time.

    Args:
        records: The ledger's outcome records, oldest first.
        as_of: Deliveries received after this day are not known yet; nor is a withdrawal that
            was made after it.
        feeds: The (source, feed) pairs that the contracts still have.
    """
    withdrawn = {
        (r.source, r.delivery)
        for r in records
        if r.state == "withdrawn" and r.recorded_at[:10] <= as_of.isoformat()
    }
    latest: dict[tuple[str, str, str], tuple[int, DeliveryRecord]] = {}
    for position, record in enumerate(records):
        if record.state not in ("withdrawn", "duplicate"):
            key = (record.source, record.delivery, record.file)
            # A delivery landed again keeps its place in time: the place of its first record.
            latest[key] = (latest[key][0] if key in latest else position, record)
    known = [
        (record.received, position, record)
        for position, record in latest.values()
        if record.state == "landed"
        and record.received <= as_of.isoformat()
        and (record.source, record.delivery) not in withdrawn
    ]
    known.sort(key=lambda k: (k[0], k[1]))
    return [
        _effective(record, outcome, order)
        for order, (_, _, record) in enumerate(known)
        for outcome in record.feeds
        if (record.source, outcome.feed) in feeds
    ]


def _effective(record: DeliveryRecord, outcome: FeedOutcome, order: int) -> Effective:
    return Effective(
        source=record.source,
        feed=outcome.feed,
        entity=outcome.entity,
        mode=outcome.mode,
        delivery=record.delivery,
        file=record.file.rpartition("/")[2],
        received=date.fromisoformat(record.received),
        data_time=outcome.data_time,
        rows=outcome.landed,
        order=order,
        version=f"{record.contract_version}.{record.normaliser_version}",
    )


def in_force(known: Iterable[Effective]) -> list[Effective]:
    """The deliveries that count: of one file name the last, of a snapshot feed the last of all."""
    groups: dict[tuple[str, ...], Effective] = {}
    for delivery in known:
        one = (delivery.source, delivery.feed)
        place = one if delivery.mode == "snapshot" else (*one, delivery.file)
        best = groups.get(place)
        if best is None or delivery.order >= best.order:
            groups[place] = delivery
    return sorted(groups.values(), key=lambda d: (d.entity, d.source, d.feed, d.order))


def snapshot_pairs(known: Iterable[Effective]) -> list[tuple[Effective, Effective]]:
    """Each full file with the one before it, oldest pair first."""
    feeds: dict[tuple[str, str], list[Effective]] = defaultdict(list)
    for delivery in known:
        if delivery.mode == "snapshot":
            feeds[delivery.source, delivery.feed].append(delivery)
    return [
        pair
        for deliveries in feeds.values()
        for ordered in [sorted(deliveries, key=lambda d: d.order)]
        for pair in pairwise(ordered)
    ]


def entity_version(
    deliveries: Iterable[Effective],
    entity: str,
    pairs: Iterable[tuple[Effective, Effective]] = (),
) -> str:
    """The data version of an entity: a name for exactly these deliveries, in this order.

    Args:
        deliveries: Those in force.
        entity: Its name.
        pairs: Full files whose differences count: the entity's changes are part of its data, and
            an older file may be withdrawn while the newest stays.
    """
    return text_hash(
        *(
            f"{d.source}|{d.feed}|{d.delivery}|{d.received}|{d.version}"
            for d in sorted(deliveries, key=lambda d: (d.order, d.source, d.feed))
            if d.entity == entity
        ),
        *(
            f"{old.source}|{old.feed}|{old.delivery} to {new.delivery}"
            for old, new in pairs
            if old.entity == entity
        ),
    )
