"""Which model is in force: the new one, the same one, the one before, or an honest stand-in.

A model that cannot be fitted, or is clearly worse than the one before, does not go live.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestration.lake import Lake, text_hash
from orchestration.scores.card import INTERVAL_METHOD, MUST_NOT, read_card
from orchestration.scores.context import Recipe, ScoreContext
from orchestration.scores.model import ScoreModel
from orchestration.scores.outcome import RefusedFitError, ScoreOutcome
from orchestration.scores.store import UnknownModelError, load_models, save_models

# Both must be lost by this much: one alone is noise between two samples.
WORSE_AUC = 0.02
WORSE_SKILL = 0.01


@dataclass(frozen=True)
class InForce:
    """The model in force for one score; ``parts`` is empty for a stand-in."""

    outcome: ScoreOutcome
    parts: dict[str, ScoreModel]
    card: dict[str, Any]


def decide(context: ScoreContext, name: str, lesson: str, fit: Callable[[], Recipe]) -> InForce:
    """Fit if needed, compare with the one before, and say which is in force and why.

    Args:
        context: Day, seed and marts.
        name: The score.
        lesson: Names what the model learns from, see ``teaching``.
        fit: Makes a new model.
    """
    before = read_card(context.lake, name)
    if before and before.get("lesson") == lesson and before.get("state") != "stand_in":
        version = str(before["version"])
        parts = _load(context.lake, version)
        if parts:
            why = f"what it learns from is as on {before['as_of']}"
            return InForce(ScoreOutcome(name, "reused", why, version), parts, before)
    version = version_of(context, name, lesson)
    try:
        recipe = fit()
    except RefusedFitError as refused:
        return _fall_back(context, name, before, str(refused))
    worse = _worse(before, recipe.card)
    if worse:
        return _fall_back(context, name, before, worse)
    save_models(context.lake, version, recipe.parts)
    # What is scored with is what was stored: a file that cannot be read must not go live.
    parts = load_models(context.lake, version)
    outcome = ScoreOutcome(name, "live", "fitted and measured on unseen households", version)
    card = _card(context, outcome, {**recipe.card, "lesson": lesson})
    return InForce(outcome, parts, card)


def version_of(context: ScoreContext, name: str, lesson: str) -> str:
    """A version names what a model is made from: the lesson, and the day of its features."""
    return f"{name}-{text_hash(lesson, context.as_of)[:10]}"


def _fall_back(
    context: ScoreContext, name: str, before: dict[str, Any] | None, reason: str
) -> InForce:
    if before and before.get("state") != "stand_in":
        version = str(before["version"])
        parts = _load(context.lake, version)
        if parts:
            outcome = ScoreOutcome(name, "kept", f"the new model is refused: {reason}", version)
            return InForce(outcome, parts, {**before, "state": "kept", "reason": outcome.reason})
    outcome = ScoreOutcome(
        name, "stand_in", f"no model, everybody has the base rate: {reason}", "stand-in"
    )
    return InForce(outcome, {}, _card(context, outcome, {"figures": {}, "parts": {}}))


def _card(context: ScoreContext, outcome: ScoreOutcome, said: Any) -> dict[str, Any]:
    return {
        "model": outcome.model,
        "version": outcome.version,
        "state": outcome.state,
        "reason": outcome.reason,
        "contest": context.contest,
        "as_of": context.as_of,
        "interval": INTERVAL_METHOD,
        "must_not_be_used_for": list(MUST_NOT),
        "measured_on": "rows whose household the model had not seen",
        **said,
    }


def _worse(before: dict[str, Any] | None, card: Any) -> str | None:
    if not before or before.get("state") == "stand_in":
        return None
    old, new = before.get("figures", {}), card["figures"]
    pairs = [(old.get(k), new.get(k)) for k in ("auc", "brier_skill")]
    if any(a is None or b is None for a, b in pairs):
        return None
    (old_auc, new_auc), (old_skill, new_skill) = pairs
    if new_auc < old_auc - WORSE_AUC and new_skill < old_skill - WORSE_SKILL:
        return f"AUC {new_auc:.3f} after {old_auc:.3f}, and Brier skill fell as well"
    return None


def _load(lake: Lake, version: str) -> dict[str, ScoreModel] | None:
    try:
        return load_models(lake, version)
    except UnknownModelError:
        return None
