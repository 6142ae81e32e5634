"""What every score is given: the marts, the campaign's turnout, the day, the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.lake import Lake
from orchestration.scores.model import Prediction, ScoreModel
from orchestration.scores.tables import Marts
from orchestration.settings import Settings

SEED = 20160201
SCENARIOS = ("low", "middle", "high")

Scorer = Callable[[Any], Prediction]
"""From rows of the feature mart to calibrated logits, before any shift of level."""


@dataclass(frozen=True)
class ScoreContext:
    """What every score is given.

    Attributes:
        shares: Attendance as a share of everybody registered, by scenario.
        scenario: The scenario whose level the scores carry.
        support_share: What is assumed of support where nothing can be learnt.
        party: The contest's party, as registered.
        as_of: Day of the data.
    """

    lake: Lake
    marts: Marts
    shares: Mapping[str, float]
    scenario: str
    support_share: float
    party: str
    contest: str
    as_of: str
    seed: int = SEED


def build_context(settings: Settings, as_of: str) -> ScoreContext:
    """The context of a campaign on a day."""
    lake = Lake(settings.home)
    turnout = settings.campaign.turnout
    return ScoreContext(
        lake=lake,
        marts=Marts(lake),
        shares={
            "low": turnout.share("low"),
            "middle": turnout.share("middle"),
            "high": turnout.share("high"),
        },
        scenario=turnout.scenario,
        support_share=settings.campaign.candidate.support_share,
        party=settings.campaign.contest.party,
        contest=settings.campaign.contest.name,
        as_of=as_of,
    )


@dataclass(frozen=True)
class Recipe:
    """A freshly fitted score: its parts, and what its card says of them."""

    parts: Mapping[str, ScoreModel]
    card: Mapping[str, Any]
