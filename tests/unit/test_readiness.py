"""Readiness: the plan and the row of each source, judged by the data's own age."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import build_tiers
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.ledger.steps import StepRecord
from orchestration.readiness.plan import Node, plan
from orchestration.readiness.sources import Promise, source_readiness

IOWA = Contest("Iowa", datetime(2016, 2, 1, 19), "America/Chicago", "US-IA", "REP")
TIER = build_tiers({"T-21d": "3d"})[0]
NOW = datetime(2016, 1, 21, 12, tzinfo=timezone.utc)
DAILY = Promise("website", "Sign-ups", "digital", "first_party", "1d", "T-2d", "carry_forward")
ONCE = replace(DAILY, source="vendor", cadence=None, needed_by="T-14d")


def _landed(age: timedelta, day: str = "2016-01-20", file: str = "a.csv") -> DeliveryRecord:
    data_time = (NOW - age).replace(tzinfo=None).isoformat()
    feed = FeedOutcome("signups", "contact", "append", 100, 98, 2, data_time)
    return DeliveryRecord("website", file, f"{day}/{file}", day, "landed", "t", (feed,))


def _refused(day: str) -> DeliveryRecord:
    file = f"{day}/bad.csv"
    return DeliveryRecord("website", "bad", file, day, "refused", "t", reason="no column Email")


def test_fresh_data_is_on_time_and_counts_are_summed() -> None:
    row = source_readiness(DAILY, [_landed(timedelta(hours=9))], IOWA, TIER, NOW)
    assert (row.state, row.rows, row.quarantined) == ("on_time", 98, 2)
    assert row.age_hours == 9.0


def test_an_old_file_landed_today_is_still_old() -> None:
    row = source_readiness(DAILY, [_landed(timedelta(days=9), "2016-01-21")], IOWA, TIER, NOW)
    assert row.state == "late"
    assert "9 days old" in row.reason


def test_age_near_its_limit_is_a_risk() -> None:
    row = source_readiness(DAILY, [_landed(timedelta(hours=70))], IOWA, TIER, NOW)
    assert row.state == "at_risk"


def test_a_source_cannot_be_asked_to_come_more_often_than_it_does() -> None:
    weekly = replace(DAILY, cadence="7d")
    assert source_readiness(weekly, [_landed(timedelta(days=5))], IOWA, TIER, NOW).state == (
        "on_time"
    )


def test_nothing_came_and_its_day_is_past() -> None:
    row = source_readiness(ONCE, [], IOWA, TIER, NOW)
    assert (row.state, row.received) == ("late", None)
    assert "needed by T-14d" in row.reason


def test_a_promised_day_that_passed_without_a_delivery_is_a_risk() -> None:
    promised = replace(ONCE, needed_by="T-2d", promised=(date(2016, 1, 18), date(2016, 1, 25)))
    none = source_readiness(promised, [], IOWA, TIER, NOW)
    assert none.state == "at_risk"
    first = _landed(timedelta(days=3), "2016-01-18")
    kept = source_readiness(promised, [first], IOWA, TIER, NOW)
    assert kept.state == "on_time"
    later = source_readiness(promised, [first], IOWA, TIER, NOW + timedelta(days=5))
    assert later.state == "at_risk"
    assert "promised a delivery for 2016-01-25" in later.reason
    both = [first, _landed(timedelta(0), "2016-01-26", "b.csv")]
    assert source_readiness(promised, both, IOWA, TIER, NOW + timedelta(days=5)).state == "on_time"


def test_nothing_came_but_there_is_time() -> None:
    assert source_readiness(DAILY, [], IOWA, TIER, NOW).state == "at_risk"


def test_a_single_delivery_does_not_age() -> None:
    assert source_readiness(ONCE, [_landed(timedelta(days=40))], IOWA, TIER, NOW).state == (
        "on_time"
    )


def test_a_refused_file_is_told_with_its_reason_until_a_good_one_comes() -> None:
    good = _landed(timedelta(hours=9), "2016-01-19")
    row = source_readiness(DAILY, [good, _refused("2016-01-20")], IOWA, TIER, NOW)
    assert (row.state, row.refused) == ("at_risk", 1)
    assert "no column Email" in row.reason
    mended = [good, _refused("2016-01-20"), _landed(timedelta(hours=3), "2016-01-21", "b.csv")]
    assert source_readiness(DAILY, mended, IOWA, TIER, NOW).state == "on_time"


NODES = [
    Node("source/website", "sources", (), "c1"),
    Node("landing/contact", "landing", ("source/website",), "c1"),
    Node("staging/stg_contacts", "staging", ("landing/contact",), "c1"),
    Node("marts/contacts", "marts", ("staging/stg_contacts",), "c1"),
]


def _made(asset: str, inputs: dict[str, str], seconds: float = 6.0) -> StepRecord:
    return StepRecord(asset, "c1", inputs, f"v:{asset}", "made", "t", seconds=seconds)


HISTORY = [
    _made("landing/contact", {"source/website": "any"}),
    _made("staging/stg_contacts", {"landing/contact": "v:landing/contact"}),
    _made("marts/contacts", {"staging/stg_contacts": "v:staging/stg_contacts"}),
]


def test_a_new_home_makes_everything_but_sources_without_files() -> None:
    steps = plan(NODES, [], {}, "2016-01-21")
    assert [s.asset for s in steps] == [n.key for n in NODES[1:]]
    assert {s.reason for s in steps} == {"never made"}


def test_nothing_new_means_nothing_to_do() -> None:
    assert plan(NODES, HISTORY, {}, "2016-01-21") == []


def test_a_new_file_remakes_what_lies_below_it() -> None:
    steps = plan(NODES, HISTORY, {"source/website": 2}, "2016-01-21")
    assert [s.asset for s in steps] == [n.key for n in NODES]
    assert steps[0].reason == "2 new files in the inbox"


def test_changed_code_remakes_that_asset_and_its_children_alone() -> None:
    nodes = [*NODES[:3], replace(NODES[3], code_version="c2")]
    steps = plan(nodes, HISTORY, {}, "2016-01-21")
    assert [(s.asset, s.reason) for s in steps] == [
        ("marts/contacts", "its code or contract changed")
    ]


def test_a_parent_remade_elsewhere_is_seen_by_its_version() -> None:
    moved = [*HISTORY, replace(HISTORY[1], data_version="v2")]
    steps = plan(NODES, moved, {}, "2016-01-21")
    assert [(s.asset, s.reason) for s in steps] == [
        ("marts/contacts", "staging/stg_contacts changed since")
    ]


def test_a_failed_making_leaves_the_asset_stale() -> None:
    failed = [replace(HISTORY[2], state="failed")]
    assert [s.asset for s in plan(NODES, HISTORY[:2] + failed, {}, "2016-01-21")] == [
        "marts/contacts"
    ]


def test_an_asset_made_for_another_day_is_made_anew() -> None:
    dated = [*HISTORY[:2], replace(HISTORY[2], extra={"as_of": "2016-01-20"})]
    assert plan(NODES, dated, {}, "2016-01-20") == []
    assert "2016-01-20" in plan(NODES, dated, {}, "2016-01-21")[0].reason
