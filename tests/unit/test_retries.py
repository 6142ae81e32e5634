"""A source that fails is tried again by itself after growing pauses, and then left to people."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestration.ledger.deliveries import DeliveryRecord, State
from orchestration.readiness.retries import PAUSES, resting

START = datetime.fromisoformat("2016-01-21T06:00:00-06:00")


def record(state: State, at: datetime, name: str = "a", source: str = "website") -> DeliveryRecord:
    return DeliveryRecord(source, name, f"2016-01-20/{name}.csv", "2016-01-20", state,
                          at.isoformat())  # fmt: skip


def test_each_failure_makes_the_pause_longer_until_it_is_left() -> None:
    records, now = [record("failed", START)], START
    for pause in PAUSES:
        assert resting(records, now + pause - timedelta(seconds=1)) == {"website"}
        now += pause
        assert resting(records, now) == set()
        records.append(record("failed", now))
    assert resting(records, now + timedelta(days=9)) == {"website"}


def test_what_landed_or_was_refused_rests_not() -> None:
    mended = [record("failed", START), record("landed", START)]
    assert resting(mended, START) == set()
    assert resting([record("refused", START)], START) == set()
    assert resting([], START) == set()


def test_a_new_file_of_a_source_that_was_left_gets_its_first_tries() -> None:
    worn = [record("failed", START)] * (len(PAUSES) + 1)
    soon = START + PAUSES[0]
    assert resting(worn, soon) == {"website"}
    assert resting([*worn, record("failed", START, "b")], soon) == set()
    assert resting([*worn, record("failed", START, source="party")], START) == {"website", "party"}
