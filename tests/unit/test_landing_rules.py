"""The rules that a contract's limits make: each is judged on counts of the ledger alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from orchestration.contracts import Contract
from orchestration.landing.effective import in_force, landed_by
from orchestration.landing.lateness import Lateness
from orchestration.landing.rules import RULES, Evidence, blocks, evaluate
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome, State


def contract(**parts: Any) -> Contract:
    feed = {
        "name": "cards",
        "files": "*.csv",
        "format": "csv",
        "entity": "contact",
        "columns": {"record_id": {"from": "id"}},
    }
    whole = {"source": "desk", "title": "Desk", "owner": "data director", "licence": "first_party"}
    return Contract.model_validate({**whole, "feeds": [feed], **parts})


def record(
    day: int, landed: int = 10, quarantined: int = 0, state: State = "landed", read: int = 0
) -> DeliveryRecord:
    outcome = FeedOutcome(
        "cards", "contact", "snapshot", read or landed + quarantined, landed, quarantined
    )
    return DeliveryRecord(
        source="desk",
        delivery=f"d{day}",
        file=f"2016-01-{day:02d}/{day}.csv",
        received=f"2016-01-{day:02d}",
        state=state,
        recorded_at="2016-01-21T06:00:00-06:00",
        feeds=(outcome,) if state == "landed" else (),
        reason="" if state == "landed" else "the column 'id' is missing",
    )


def findings(records: list[DeliveryRecord], **parts: Any) -> dict[str, bool]:
    known = landed_by(records, date(2016, 2, 1), frozenset({("desk", "cards")}))
    lateness = Lateness("on_time", timedelta(hours=1), timedelta(days=3), None, "T-21d", "fresh")
    evidence = Evidence(contract(**parts), records, known, in_force(known), lateness)
    return {f.check: f.passed for f in evaluate(evidence)}


def test_a_good_delivery_keeps_every_rule() -> None:
    assert findings([record(19)], checks={"min_rows": 10}) == dict.fromkeys(RULES, True)


def test_a_refused_file_is_told_until_a_newer_one_lands() -> None:
    assert not findings([record(18), record(19, state="refused")])["accepted"]
    assert findings([record(19, state="refused"), record(20)])["accepted"]


@pytest.mark.parametrize(("rows", "held"), [(80, True), (79, False)])
def test_a_full_file_may_shrink_only_so_far(rows: int, held: bool) -> None:
    limits = {"max_drop_pct": 20}
    assert findings([record(18, 100), record(19, rows)], checks=limits)["row_drop"] is held


@pytest.mark.parametrize(("quarantined", "held"), [(2, True), (3, False)])
def test_only_so_many_rows_may_be_quarantined(quarantined: int, held: bool) -> None:
    records = [record(19, 100 - quarantined, quarantined)]
    assert findings(records, checks={"max_quarantine_pct": 2})["quarantine_share"] is held


def test_too_few_rows_are_told() -> None:
    assert not findings([record(19, 9)], checks={"min_rows": 10})["min_rows"]


def test_rows_that_do_not_add_up_are_told() -> None:
    assert not findings([record(19, 10, 1, read=12)])["reconciles"]


def test_only_what_the_contract_says_holds_a_release() -> None:
    lax, strict = contract(), contract(delivery={"if_late": "block"})
    assert [c for c in RULES if blocks(lax, c)] == ["reconciles"]
    assert [c for c in RULES if blocks(strict, c)] == ["accepted", "reconciles", "on_time"]
