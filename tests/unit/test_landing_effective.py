"""Which deliveries count: superseded, withdrawn and later ones are out, by the ledger alone."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.landing.effective import (
    entity_version,
    in_force,
    landed_by,
    snapshot_pairs,
)
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome, State

FEEDS = frozenset({("s", "f")})


def record(
    delivery: str,
    file: str,
    mode: str = "append",
    state: State = "landed",
    recorded_at: str = "2016-01-21T06:00:00-06:00",
    contract_version: str = "c1",
) -> DeliveryRecord:
    outcome = FeedOutcome("f", "contact", mode, 10, 9, 1, "2016-01-19T00:00:00")
    return DeliveryRecord(
        source="s",
        delivery=delivery,
        file=file,
        received=file[:10],
        state=state,
        recorded_at=recorded_at,
        feeds=(outcome,) if state == "landed" else (),
        contract_version=contract_version,
    )


def counted(records: list[DeliveryRecord], day: str = "2016-02-01") -> list[str]:
    return [d.delivery for d in in_force(landed_by(records, date.fromisoformat(day), FEEDS))]


def test_every_append_delivery_counts() -> None:
    records = [record("a", "2016-01-19/x.csv"), record("b", "2016-01-20/y.csv")]
    assert counted(records) == ["a", "b"]


def test_a_later_file_of_the_same_name_supersedes() -> None:
    records = [record("a", "2016-01-19/x.csv"), record("b", "2016-01-20/x.csv")]
    assert counted(records) == ["b"]
    assert counted(records, "2016-01-19") == ["a"]


def test_the_day_decides_and_not_the_order_of_landing() -> None:
    records = [record("b", "2016-01-20/x.csv"), record("a", "2016-01-19/x.csv")]
    assert counted(records) == ["b"]


def test_a_file_replaced_in_place_supersedes_itself() -> None:
    records = [record("a", "2016-01-19/x.csv"), record("b", "2016-01-19/x.csv")]
    assert counted(records) == ["b"]


def test_a_newer_full_file_supersedes_the_older() -> None:
    records = [record(d, f"2016-01-{n}/{d}.csv", "snapshot") for d, n in (("a", 10), ("b", 20))]
    assert counted(records) == ["b"]
    assert counted(records, "2016-01-12") == ["a"]


def test_a_delivery_after_the_day_is_not_known_yet() -> None:
    assert counted([record("a", "2016-01-22/x.csv")], "2016-01-21") == []


def test_a_withdrawn_delivery_is_out_from_its_day_on() -> None:
    records = [
        record("a", "2016-01-19/x.csv", recorded_at="2016-01-19T06:00:00-06:00"),
        record("a", "2016-01-19/x.csv", state="withdrawn", recorded_at="2016-01-25T06:00:00-06:00"),
    ]
    assert counted(records, "2016-01-26") == []
    assert counted(records, "2016-01-24") == ["a"]


def test_withdrawing_a_correction_brings_back_what_it_corrected() -> None:
    records = [
        record("a", "2016-01-19/x.csv"),
        record("b", "2016-01-20/x.csv"),
        record("b", "2016-01-20/x.csv", state="withdrawn"),
    ]
    assert counted(records) == ["a"]


def test_a_delivery_that_its_new_contract_refuses_is_out() -> None:
    records = [
        record("a", "2016-01-19/x.csv"),
        record("a", "2016-01-19/x.csv", state="refused", contract_version="c2"),
    ]
    assert counted(records) == []


def test_landing_an_old_delivery_again_does_not_make_it_newer() -> None:
    records = [
        record("a", "2016-01-19/x.csv"),
        record("b", "2016-01-19/x.csv"),
        record("a", "2016-01-19/x.csv", contract_version="c2"),
    ]
    assert counted(records) == ["b"]


def test_a_repeated_content_changes_nothing() -> None:
    records = [
        record("a", "2016-01-19/x.csv"),
        record("b", "2016-01-20/x.csv"),
        record("a", "2016-01-21/x.csv", state="duplicate"),
    ]
    assert counted(records) == ["b"]


def test_a_feed_that_left_the_contract_does_not_count() -> None:
    known = landed_by([record("a", "2016-01-19/x.csv")], date(2016, 2, 1), frozenset())
    assert known == []


def test_full_files_are_paired_in_order() -> None:
    records = [
        record(d, f"2016-01-{n}/{d}.csv", "snapshot") for d, n in (("c", 25), ("a", 10), ("b", 20))
    ]
    pairs = snapshot_pairs(landed_by(records, date(2016, 2, 1), FEEDS))
    assert [(old.delivery, new.delivery) for old, new in pairs] == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize("change", ["delivery", "contract", "none"])
def test_the_data_version_changes_exactly_with_what_counts(change: str) -> None:
    def version(records: list[DeliveryRecord]) -> str:
        return entity_version(landed_by(records, date(2016, 2, 1), FEEDS), "contact")

    before = [record("a", "2016-01-19/x.csv")]
    after = {
        "delivery": [*before, record("b", "2016-01-20/y.csv")],
        "contract": [record("a", "2016-01-19/x.csv", contract_version="c2")],
        "none": [*before, record("a", "2016-01-20/x.csv", state="duplicate")],
    }[change]
    assert (version(before) == version(after)) == (change == "none")
