"""The inbox against the ledger: which of the files waiting there still have to be taken in.

Deciding belongs here; the files themselves are found in ``arrivals`` and read in ``intake``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from orchestration.contracts import Contract, Feed, normaliser_version
from orchestration.lake import Lake
from orchestration.landing.arrivals import Arrival, Sightings, scan
from orchestration.landing.intake import landing_version
from orchestration.landing.places import is_whole, landed_path
from orchestration.ledger import deliveries
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

Action = Literal["nothing", "land", "duplicate"]


@dataclass(frozen=True)
class Decision:
    """What to do with a file, and for a repeated content which file it repeats."""

    action: Action
    repeats: str = ""


class History:
    """What the ledger knows of one source, asked file by file."""

    def __init__(self, lake: Lake, records: Sequence[DeliveryRecord]) -> None:
        """Order a source's outcome records, given oldest first."""
        self._lake = lake
        self._latest = {(r.delivery, r.file): r for r in records if r.state != "withdrawn"}
        self._withdrawn = {r.delivery for r in records if r.state == "withdrawn"}

    def decide(
        self, arrival: Arrival, delivery: str, contract: Contract, retry: bool = False
    ) -> Decision:
        """What to do with a file of this content under the present contract.

        A landed file is read again only when its contract or the normaliser changed, or its
        outputs are gone; a refused one when its contract changed or ``retry`` asks for it; a
        failed one always.
        """
        if delivery in self._withdrawn:
            return Decision("nothing")
        feeds = contract.feeds_for(arrival.file)
        known = self._latest.get((delivery, arrival.name))
        if known is None:
            twin = self._twin(delivery, arrival.name, feeds)
            return Decision("duplicate", twin.file) if twin else Decision("land")
        versions = (landing_version(contract, feeds), normaliser_version(*feeds))
        same = versions == (known.contract_version, known.normaliser_version)
        settled = {
            "landed": same and self._whole(known),
            "refused": same and not retry,
            "duplicate": True,
        }.get(known.state, False)
        return Decision("nothing" if settled else "land")

    def _twin(self, delivery: str, name: str, feeds: Sequence[Feed]) -> DeliveryRecord | None:
        """The landed file of the same content that the same feeds took, if any."""
        names = {f.name for f in feeds}
        return next(
            (
                r
                for (content, file), r in self._latest.items()
                if content == delivery
                and file != name
                and r.state == "landed"
                and {o.feed for o in r.feeds} == names
            ),
            None,
        )

    def _whole(self, record: DeliveryRecord) -> bool:
        return all(
            is_whole(landed_path(self._lake, record.source, record.delivery, o.entity, o.feed))
            for o in record.feeds
        )


def histories(lake: Lake, sources: Sequence[str]) -> dict[str, History]:
    """What the ledger knows of each of these sources."""
    records: dict[str, list[DeliveryRecord]] = {source: [] for source in sources}
    for record in deliveries.read(lake):
        if record.source in records:
            records[record.source].append(record)
    return {source: History(lake, found) for source, found in records.items()}


def waiting_files(settings: Settings, day: date) -> dict[str, int]:
    """How many files of each source a landing on this day would take in.

    Only files that were never seen, or changed since, count as unknown; nothing is read. A
    source without one is left out.
    """
    lake = Lake(settings.home)
    contracts = load_contracts(settings.sources)
    counts: dict[str, int] = {}
    for arrival in _acceptable(lake, contracts, day):
        counts[arrival.source] = counts.get(arrival.source, 0) + 1
    return counts


def _acceptable(lake: Lake, contracts: Mapping[str, Contract], day: date) -> Iterator[Arrival]:
    sightings = Sightings(lake)
    known = histories(lake, list(contracts))
    told = {(r.source, r.file) for r in deliveries.read(lake) if not r.delivery}
    for arrival in scan(lake.inbox):
        if arrival.source not in contracts or arrival.waiting:
            continue
        if arrival.problem:
            if (arrival.source, arrival.name) not in told:
                yield arrival
            continue
        seen = sightings.known(arrival)
        received = arrival.received or (date.fromisoformat(seen.first_seen) if seen else day)
        if received > day:
            continue
        contract = contracts[arrival.source]
        history = known[arrival.source]
        if seen is None or history.decide(arrival, seen.delivery, contract).action != "nothing":
            yield arrival
