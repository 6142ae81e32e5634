"""Outcome records of deliveries: one for every file that was looked at, whatever became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from orchestration.lake import Lake
from orchestration.ledger import journal

# "waiting" is told to whoever asked for a landing and never written down.
State = Literal["landed", "refused", "duplicate", "withdrawn", "failed", "waiting"]


@dataclass(frozen=True)
class FeedOutcome:
    """What one feed of a delivery came to; ``read = landed + quarantined`` always.

    ``data_time`` is the age of the data itself (ISO, UTC), not of the file or the run.
    ``profile`` holds shares of nulls and codes, for the next delivery to be held against.
    """

    feed: str
    entity: str
    mode: str
    read: int
    landed: int
    quarantined: int
    data_time: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DeliveryRecord:
    """What became of one file: counts, versions, and for a refusal the sentence that says why.

    Attributes:
        delivery: Content hash, the delivery's name.
        file: Name below the source's inbox folder, with its day.
        received: Local day it came (ISO), from its folder or first sight.
        reason: Why it was refused, or which delivery it repeats; names no person.
        recorded_at: Time of the home's clock (ISO).
    """

    source: str
    delivery: str
    file: str
    received: str
    state: State
    recorded_at: str
    feeds: tuple[FeedOutcome, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    bytes: int = 0
    encoding: str = ""
    contract_version: str = ""
    normaliser_version: str = ""
    run_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Rows read over all feeds."""
        return sum(f.read for f in self.feeds)

    @property
    def landed(self) -> int:
        """Rows landed over all feeds."""
        return sum(f.landed for f in self.feeds)

    @property
    def quarantined(self) -> int:
        """Rows quarantined over all feeds."""
        return sum(f.quarantined for f in self.feeds)

    @property
    def data_time(self) -> str | None:
        """The newest data time of its feeds."""
        times = [f.data_time for f in self.feeds if f.data_time]
        return max(times) if times else None


def append(lake: Lake, *records: DeliveryRecord) -> None:
    """Write outcome records; they are never changed afterwards."""
    journal.append(_file(lake), (asdict(r) for r in records))


def read(lake: Lake, source: str | None = None) -> list[DeliveryRecord]:
    """Every record, oldest first, of one source or all."""
    return [
        _load(record)
        for record in journal.read(_file(lake))
        if source is None or record["source"] == source
    ]


def latest(lake: Lake, source: str | None = None) -> dict[tuple[str, str, str], DeliveryRecord]:
    """The last record of each (source, delivery, file): what is now true of it."""
    return {(r.source, r.delivery, r.file): r for r in read(lake, source)}


def _file(lake: Lake) -> Path:
    return lake.ledger / "deliveries.ndjson"


def _load(record: dict[str, Any]) -> DeliveryRecord:
    known = {f.name for f in fields(DeliveryRecord)}
    kept = {k: v for k, v in record.items() if k in known}
    kept["feeds"] = tuple(FeedOutcome(**feed) for feed in kept.get("feeds", ()))
    return DeliveryRecord(**kept)
