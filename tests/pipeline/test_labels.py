"""What every asset carries in Dagster: group, owner, kind, tags, meaning, and how old it may be."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy, TimeWindowFreshnessPolicy

from orchestration.contracts.parts import RESTRICTION
from orchestration.countdown import clock
from orchestration.definitions import build_definitions
from orchestration.readiness.assets import FRESH_GROUPS
from orchestration.settings import load_settings
from orchestration.sources.registry import load_contracts
from tests.pipeline.test_road import STAGES

LAST_SECOND = datetime.fromisoformat("2016-01-24T23:59:59-06:00")
T_MINUS_7 = datetime.fromisoformat("2016-01-25T00:00:00-06:00")
T_MINUS_3 = datetime.fromisoformat("2016-01-29T00:00:00-06:00")


def nodes_at(home: Path, moment: datetime) -> list[dg.AssetSpec]:
    clock.set_home_clock(home, moment)
    defs = build_definitions(load_settings(home))
    return [spec for assets in defs.assets or () for spec in assets.specs]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> list[dg.AssetSpec]:
    return nodes_at(tmp_path_factory.mktemp("labels"), LAST_SECOND)


def of(specs: list[dg.AssetSpec], asset: str) -> dg.AssetSpec:
    return next(s for s in specs if s.key.to_user_string() == asset)


def test_every_asset_says_what_it_is_whose_it_is_and_what_is_in_it(
    specs: list[dg.AssetSpec],
) -> None:
    for spec in specs:
        name = spec.key.to_user_string()
        assert spec.group_name in STAGES, name
        assert len(spec.description or "") > 20, name
        assert [o for o in spec.owners if re.match(r"team:[a-z]|[^@\s]+@[^@\s]+$", o)], name
        assert spec.kinds, name
        assert spec.code_version, name
        assert spec.tags["licence"] in RESTRICTION, name
        assert spec.tags["tier"] == "T-21d", name
        assert spec.tags["pii"] in ("yes", "no"), name


def test_what_grows_old_says_how_old_it_may_be(specs: list[dg.AssetSpec]) -> None:
    without = {s.key.to_user_string() for s in specs if s.freshness_policy is None}
    groups = {s.group_name for s in specs if s.key.to_user_string() in without}
    assert groups == {"landing", "staging", "identity", "readiness"}
    assert {s.group_name for s in specs} - groups <= {"sources", *FRESH_GROUPS}


def test_a_licence_travels_with_the_data(specs: list[dg.AssetSpec]) -> None:
    licence = {s.key.to_user_string(): s.tags["licence"] for s in specs}
    assert licence["source/vendor_a"] == licence["scores/support"] == "purchased"
    assert licence["landing/disbursement"] == licence["marts/committee_totals"] == "public_record"
    assert licence["landing/voter"] == "party_exchange"


def test_rows_about_people_are_marked(specs: list[dg.AssetSpec]) -> None:
    people = {s.key.to_user_string() for s in specs if s.tags["pii"] == "yes"}
    assert {"source/website", "landing/contact", "landing/engagement", "staging/stg_voters",
            "identity/links", "marts/persons", "scores/lean", "segments/seg_base",
            "release/release"} <= people  # fmt: skip
    assert not {"landing/event", "marts/committee_totals", "marts/sites",
                "readiness/readiness", "landing/context"} & people  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (LAST_SECOND, 72),
        (T_MINUS_7, 24),
        (T_MINUS_3 - timedelta(seconds=1), 24),
        (T_MINUS_3, 4),
    ],
)
def test_the_age_allowed_follows_the_tier_to_the_second(
    home: Path, moment: datetime, hours: int
) -> None:
    allowed = timedelta(hours=hours)
    specs = nodes_at(home, moment)
    for spec in specs:
        if spec.group_name in FRESH_GROUPS:
            assert isinstance(spec.freshness_policy, TimeWindowFreshnessPolicy), spec.key
            assert spec.freshness_policy.fail_window.to_timedelta() == allowed, spec.key
    website = of(specs, "source/website").freshness_policy
    assert isinstance(website, TimeWindowFreshnessPolicy)
    # It comes daily, and cannot be younger than that.
    assert website.fail_window.to_timedelta() == max(allowed, timedelta(days=1))


def test_a_source_that_comes_once_must_be_there_by_its_day(specs: list[dg.AssetSpec]) -> None:
    policy = of(specs, "source/vendor_a").freshness_policy
    assert isinstance(policy, CronFreshnessPolicy)
    assert (policy.deadline_cron, policy.timezone) == ("59 23 18 1 *", "America/Chicago")
    contracts = load_contracts()
    assert contracts["vendor_a"].delivery.needed_by == "T-14d"
