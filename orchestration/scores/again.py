"""Scoring people with the models of another day: what would they have had, had only data changed?

Which model is in force is ``live``; here a card names the version, whatever is in force now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.lake import Lake
from orchestration.scores import attendance, support
from orchestration.scores.level import Level, at_level
from orchestration.scores.measure import Floats
from orchestration.scores.store import UnknownModelError, load_models
from orchestration.scores.threads import one_thread

Card = Mapping[str, Any]


def chances(lake: Lake, cards: Mapping[str, Card], rows: Any) -> dict[str, Floats] | None:
    """P(attends) and P(supports) of these rows by the models that these cards name.

    Args:
        lake: Where the models lie.
        cards: The cards ``attendance`` and ``support`` of one day.
        rows: Rows of the feature mart, of any day.

    Returns:
        By name of the score; ``None`` when a model of then is not kept, or there was none.
    """
    try:
        attends = attendance.scorer(load_models(lake, str(cards[attendance.NAME]["version"])))
        supports = support.scorer(load_models(lake, str(cards[support.NAME]["version"])))
        level = Level.from_json(cards[attendance.NAME]["turnout"])
    except (UnknownModelError, KeyError):
        return None
    with one_thread():
        return {
            attendance.NAME: at_level(attends, level)(rows).probability,
            support.NAME: supports(rows).probability,
        }
