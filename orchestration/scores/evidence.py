"""Is there anything to be gained beyond the usual list? What can be told before the night.

Non-traditional supporters are those on whom our scores and the conventional ones disagree. That
is worth something only while two things hold: who says that they will come has to do with
who came before, and our support foretells the answers of unseen people better than the
conventional one. Where either is not shown, the card of the conventional model says that there
is no gain, and the page says it after the card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from orchestration.scores import attendance, conventional, support
from orchestration.scores.context import ScoreContext, Scorer
from orchestration.scores.labels import numbers
from orchestration.scores.measure import Floats, auc_interval, sigmoid
from orchestration.scores.outcome import RefusedFitError

# Standard errors above nothing. The first claim is the graver: without it nothing that the record
# says can be believed.
SURE_OF_INTENTION, SURE_OF_SUPPORT = 3.0, 1.96
# Chances that spread less than this are equal.
LEAST = 1e-9
NORMAL_90 = 1.645
SAID = "non_traditional"


@dataclass(frozen=True)
class Evidence:
    """What speaks for a gain over the usual list.

    Attributes:
        is_shown: Whether both of the others are above nothing by more than chance.
        sentence: The same in words, for a page.
        intention: By how much more often those bound to come say so than those bound to stay
            away, with its standard error; ``None`` when nobody was asked.
        support: By how much our AUC of support is above the conventional one, with its standard
            error; ``None`` when either was not learnt.
    """

    is_shown: bool
    sentence: str
    intention: tuple[float, float] | None
    support: tuple[float, float] | None

    def to_json(self) -> dict[str, Any]:
        """As plain data for the card."""
        return asdict(self)


def evidence(
    context: ScoreContext, plain: Scorer, cards: Mapping[str, Mapping[str, Any]]
) -> Evidence:
    """What speaks for a gain, from people's answers and the models' cards.

    Args:
        context: The marts.
        plain: The conventional attendance, which knows no answer.
        cards: The cards of support and of the conventional model.
    """
    try:
        asked = attendance.stated_intentions(context)
        ways = np.array(asked.column("asked_by").to_pylist(), dtype=object)
        intention = agreement(numbers(asked, "says_yes"), sigmoid(plain(asked).z), ways)
    except RefusedFitError:
        intention = None
    ours = cards[support.NAME].get("figures", {})
    theirs = cards[conventional.NAME].get("parts", {}).get("support", {}).get("figures", {})
    gained = _gain(ours, theirs)
    agrees, better = _above(intention, SURE_OF_INTENTION), _above(gained, SURE_OF_SUPPORT)
    return Evidence(agrees and better, _say(intention, gained), intention, gained)


def agreement(says: Floats, chance: Floats, ways: Any) -> tuple[float, float] | None:
    """The slope of answers on chances, and its standard error; ``None`` when neither varies.

    If a share ``a`` of those who will come say so, and ``b`` of the others, then those with a
    chance ``p`` say so at ``b + (a - b) p``: the slope is ``a - b``. That answers and attendance
    were drawn from different years does not matter, that they have nothing in common does.

    Args:
        says: 1 for those who say that they will come.
        chance: Their chances by the record.
        ways: How each was asked; at the door more say yes, and doors are chosen, so only people
            asked in one way are compared.
    """
    x, left = chance.copy(), says.copy()
    for way in sorted(set(ways)):
        mine = ways == way
        x[mine] -= x[mine].mean()
        left[mine] -= left[mine].mean()
    squares = float((x * x).sum())
    if squares < LEAST or np.ptp(says) == 0:
        return None
    slope = float((x * left).sum()) / squares
    left = left - slope * x
    return round(slope, 4), round(float(np.sqrt((x * x * left * left).sum())) / squares, 4)


def _gain(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[float, float] | None:
    between = [auc_interval(dict(figures)) for figures in (ours, theirs)]
    if between[0] is None or between[1] is None:
        return None
    one, other = ((high - low) / 2 / NORMAL_90 for low, high in (between[0], between[1]))
    # Both were measured on the same answers, so the error of their difference is smaller yet.
    return round(ours["auc"] - theirs["auc"], 4), round(math.hypot(one, other), 4)


def _above(found: tuple[float, float] | None, sure: float) -> bool:
    return found is not None and found[0] > sure * found[1]


def _say(intention: tuple[float, float] | None, gained: tuple[float, float] | None) -> str:
    if intention is None or gained is None:
        return "There is no gain shown over the usual list: too few people have answered yet."
    if not _above(intention, SURE_OF_INTENTION):
        return (
            "There is no gain over the usual list that anything shows: what people say about "
            "coming has nothing to do with who came before."
        )
    if not _above(gained, SURE_OF_SUPPORT):
        return (
            "There is no gain over the usual list that anything shows: the answers on support "
            "are foretold no better than by party, past votes, age and place."
        )
    return (
        "A gain over the usual list is shown: answers of people unseen are foretold better than "
        "by party, past votes, age and place."
    )
