"""The desk: one arrival after the other is settled, turned away, left waiting or taken in.

Each gets one outcome record. What is inside a file is ``intake``'s business; the lock and what
follows once all are handled are ``land``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import duckdb

from orchestration.contracts import Contract
from orchestration.lake import Lake
from orchestration.landing.arrivals import Arrival, Sightings, being_written
from orchestration.landing.changes import forget_changes
from orchestration.landing.inbox import History, histories
from orchestration.landing.intake import Delivery, outline, take_in
from orchestration.ledger import cuts, deliveries
from orchestration.ledger.deliveries import DeliveryRecord


class Desk:
    """Where the arrivals of one landing are handled, one after the other."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        lake: Lake,
        contracts: Mapping[str, Contract],
        moment: datetime,
        today: date,
        retry: bool,
        run_id: str,
    ) -> None:
        self._con, self._lake, self._contracts = con, lake, contracts
        self._moment, self._today, self._retry, self._run_id = moment, today, retry, run_id
        self._sightings = Sightings(lake)
        self._records = deliveries.read(lake)
        self._histories = histories(lake, list(contracts))
        self._revoked = cuts.revoked(lake, moment)

    def handle(self, arrival: Arrival) -> DeliveryRecord | None:
        """Take one file in; ``None`` when it is not due or its state is settled."""
        received = arrival.received or self._today
        if received > self._today:
            return None
        problem = arrival.problem or self._no_contract(arrival)
        if problem:
            return self._turn_away(arrival, received, problem)
        if arrival.waiting or being_written(arrival.path):
            return self._wait(arrival, arrival.waiting or "somebody is still writing it")
        try:
            seen = self._sightings.see(arrival, self._today)
        except OSError as fault:
            why = (fault.strerror or "unknown reason").lower()
            return self._turn_away(arrival, received, f"it cannot be read: {why}")
        if seen is None:
            return self._wait(arrival, "it changed while it was read")
        received = arrival.received or date.fromisoformat(seen.first_seen)
        if received > self._today:
            return None
        return self._decide(arrival, seen.delivery, received)

    def _decide(self, arrival: Arrival, name: str, received: date) -> DeliveryRecord | None:
        contract = self._contracts[arrival.source]
        decision = self._history(arrival.source).decide(arrival, name, contract, self._retry)
        if decision.action == "nothing":
            return None
        feeds = contract.feeds_for(arrival.file)
        delivery = Delivery(arrival, name, received, contract, feeds)
        if decision.action == "duplicate":
            record = replace(
                outline(delivery, self._moment, self._run_id),
                state="duplicate",
                reason=f"its content is that of {decision.repeats}; nothing changes",
            )
            return self._write_down(record)
        forget_changes(self._lake, arrival.source, name)
        record = take_in(self._con, self._lake, delivery, self._moment, self._run_id)
        return record if record.state == "waiting" else self._write_down(record)

    def _no_contract(self, arrival: Arrival) -> str:
        if arrival.source in self._revoked:
            return "the licence of this source was revoked; nothing of it may be read"
        if arrival.source in self._contracts:
            return ""
        known = ", ".join(self._contracts)
        return f"there is no source {arrival.source!r}; put it under one of {known}, or onboard it"

    def _turn_away(self, arrival: Arrival, received: date, reason: str) -> DeliveryRecord | None:
        """Refuse a file unread, once for as long as it stays as it is."""
        record = DeliveryRecord(
            source=arrival.source,
            delivery="",
            file=arrival.name,
            received=received.isoformat(),
            state="refused",
            recorded_at=self._moment.isoformat(),
            reason=reason,
            bytes=arrival.bytes,
            run_id=self._run_id,
        )
        before = [
            r
            for r in self._records
            if (r.source, r.delivery, r.file) == (record.source, "", record.file)
        ]
        if before and before[-1].reason == reason and not self._retry:
            return None
        return self._write_down(record)

    def _wait(self, arrival: Arrival, reason: str) -> DeliveryRecord:
        return DeliveryRecord(
            source=arrival.source,
            delivery="",
            file=arrival.name,
            received=(arrival.received or self._today).isoformat(),
            state="waiting",
            recorded_at=self._moment.isoformat(),
            reason=reason,
            bytes=arrival.bytes,
            run_id=self._run_id,
        )

    def _write_down(self, record: DeliveryRecord) -> DeliveryRecord:
        deliveries.append(self._lake, record)
        self._records.append(record)
        if record.source in self._histories:
            self._histories[record.source] = History(
                self._lake, [r for r in self._records if r.source == record.source]
            )
        return record

    def _history(self, source: str) -> History:
        return self._histories[source]
