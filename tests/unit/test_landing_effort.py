"""Effort as data: what the settings say of contacts, as the models read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.lake import Lake, connect
from orchestration.landing.effort import channels_of, plan_of, write_effort
from orchestration.settings import PROJECT_ROOT, Effect, load_campaign

CAMPAIGN = load_campaign(PROJECT_ROOT / "campaign.yaml")


def effect(points: float, at: float) -> Effect:
    return Effect(points=points, at_turnout_pct=at, source="invented")


def test_an_effect_is_carried_by_odds() -> None:
    ratio = effect(5, 50).odds_ratio
    assert ratio == pytest.approx(55 / 45)
    # At one in twenty the same odds are worth a fifth of it.
    odds = 0.05 / 0.95 * ratio
    assert odds / (1 + odds) - 0.05 == pytest.approx(0.0105, abs=0.0005)


def test_an_effect_beyond_everybody_is_refused() -> None:
    with pytest.raises(ValidationError, match="add up to 100 or more"):
        effect(20, 85)


def test_only_channels_with_an_effect_are_used() -> None:
    only = CAMPAIGN.universe.model_copy(update={"effects": {"phone": effect(2, 50)}})
    channels = channels_of(CAMPAIGN.model_copy(update={"universe": only}))
    assert [(c[0], c[1], c[2]) for c in channels] == [
        ("phone", CAMPAIGN.costs.phone_minutes_per_attempt, CAMPAIGN.costs.phone_contact_rate)
    ]


def test_the_holdout_is_a_share_of_hashes() -> None:
    below = plan_of(CAMPAIGN)[3]
    assert int(below, 16) / 0x10000 == pytest.approx(0.05, abs=0.0001)


def test_settings_name_the_version(tmp_path: Path) -> None:
    lake, con = Lake(tmp_path), connect(tmp_path)
    one = write_effort(con, lake, CAMPAIGN)
    assert one == write_effort(con, lake, CAMPAIGN)
    more = CAMPAIGN.capacity.model_copy(update={"volunteers": 1})
    assert one != write_effort(con, lake, CAMPAIGN.model_copy(update={"capacity": more}))
