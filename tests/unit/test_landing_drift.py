"""Drift between two deliveries: what a profile holds, and when a contract's limits are broken."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts import Contract
from orchestration.landing.drift import LEAST_ROWS, Drift, category_shift, null_rise
from orchestration.landing.effective import landed_by
from orchestration.landing.land import land
from orchestration.landing.lateness import Lateness
from orchestration.landing.rules import Evidence, category_drift, null_drift
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import load_settings

CONTRACT = """
source: desk
title: A desk
owner: data director
licence: first_party
checks: {max_null_rise_pct: 10, max_category_shift_pct: 10}
feeds:
  - name: cards
    files: "*.csv"
    format: csv
    entity: contact
    columns:
      record_id: {from: id, required: true}
      city: {from: town}
      party: {from: party, values: {R: REP, D: DEM}}
"""


def landed(home: Path, moment: datetime, *deliveries: tuple[int, int], rows: int = 200) -> Evidence:
    """What the rules see after deliveries of so many towns and so many republicans in 200."""
    folder = home / "sources" / "desk"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(CONTRACT)
    settings = load_settings(home).model_copy(update={"sources": folder.parent})
    for number, (towns, republicans) in enumerate(deliveries):
        lines = [
            f"{n},{'Ames' if n < towns else ''},{'R' if n < republicans else 'D'}"
            for n in range(rows)
        ]
        path = home / "inbox" / "desk" / f"2016-01-{10 + number}" / f"{number}.csv"
        path.parent.mkdir(parents=True)
        path.write_text("id,town,party\n" + "\n".join(lines) + "\n")
    return evidence(settings.sources, land(settings, moment))


def evidence(sources: Path, records: list[DeliveryRecord]) -> Evidence:
    from orchestration.contracts import load_contract

    contract: Contract = load_contract(sources / "desk" / "source.yaml")
    known = landed_by(records, date(2016, 2, 1), frozenset({("desk", "cards")}))
    fresh = Lateness("on_time", timedelta(hours=1), timedelta(days=3), None, "T-21d", "fresh")
    return Evidence(contract, records, known, known, fresh)


def test_a_profile_holds_shares_and_nobody(home: Path, moment: datetime) -> None:
    seen = landed(home, moment, (150, 100))
    (outcome,) = seen.records[0].feeds
    assert outcome.profile == {
        "nulls": {"city": 25.0, "party": 0.0},
        "shares": {"party": {"DEM": 50.0, "REP": 50.0}},
    }


@pytest.mark.parametrize(
    ("second", "nulls_hold", "codes_hold"),
    [((200, 100), True, True), ((181, 81), True, True), ((179, 100), False, True),
     ((200, 79), True, False)],
)  # fmt: skip
def test_limits(
    home: Path, moment: datetime, second: tuple[int, int], nulls_hold: bool, codes_hold: bool
) -> None:
    seen = landed(home, moment, (200, 100), second)
    assert (null_drift(seen).passed, category_drift(seen).passed) == (nulls_hold, codes_hold)


def test_the_last_delivery_is_compared_with_the_one_before_it(home: Path, moment: datetime) -> None:
    seen = landed(home, moment, (200, 100), (120, 100), (120, 101))
    assert null_drift(seen).passed


def test_a_few_rows_say_nothing(home: Path, moment: datetime) -> None:
    seen = landed(home, moment, (LEAST_ROWS, 50), (0, 0), rows=LEAST_ROWS - 1)
    assert null_drift(seen).passed
    assert "no two deliveries" in category_drift(seen).detail


def test_what_moved_is_named() -> None:
    before: dict[str, Any] = {
        "nulls": {"city": 1.0, "party": 0},
        "shares": {"party": {"REP": 50.0, "DEM": 50.0}},
    }
    now: dict[str, Any] = {
        "nulls": {"city": 31.0, "party": 2},
        "shares": {"party": {"REP": 60.0, "OTH": 40.0}},
    }
    assert null_rise(before, now) == Drift("city", 30.0)
    assert category_shift(before, now) == Drift("party", 50.0)
