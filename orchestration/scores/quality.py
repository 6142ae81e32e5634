"""What must hold of the scores before anybody uses them; Dagster's view is ``checks``.

Each measure gives a verdict with its figures. A blocking one holds the release.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orchestration.lake import Lake, connect, sql_path
from orchestration.scores.card import read_card
from orchestration.scores.columns import PERSON
from orchestration.scores.refused import refused_reason
from orchestration.scores.tables import Marts

SCORES = ("attendance", "support", "lean", "conventional")
# The calibration that a card must show on households that its model never saw.
SLOPE_LIMITS = (0.8, 1.25)
LARGEST_LEVEL_ERROR = 0.15
LARGEST_TURNOUT_ERROR = 0.05
# People of whom a model was taught nothing, as far as one leading feature goes.
LARGEST_UNTAUGHT = 0.2
# Below so many positives a slope is mostly noise and is not judged.
ENOUGH_POSITIVES = 100

ONCE = "everybody_scored_once"
CALIBRATED = "calibrated_on_unseen_households"
TURNOUT = "expected_attendance_matches_scenario"
REFUSED = "no_refused_feature"
TAUGHT = "people_like_those_of_training"
LEARNT = "learnt_from_labels"

DESCRIPTIONS = {
    ONCE: "Every eligible person has exactly one score, a probability inside its own interval.",
    CALIBRATED: "Slope and level, measured on unseen households, are within limits.",
    TURNOUT: "Probabilities add up to the turnout scenario in force.",
    REFUSED: "No feature of a model in force speaks of race, ethnicity, religion or health.",
    TAUGHT: "Of few people a feature that matters is missing or out of the range of training.",
    LEARNT: "A model was learnt; nobody is scored by a base rate alone.",
}
BLOCKING = frozenset({ONCE, REFUSED})


@dataclass(frozen=True)
class Verdict:
    """One check of one score."""

    score: str
    check: str
    passed: bool
    detail: str
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def blocking(self) -> bool:
        """Whether a failure holds the release."""
        return self.check in BLOCKING


def checks_of(score: str) -> tuple[str, ...]:
    """The checks that a score has."""
    leveled = (TURNOUT,) if score in ("attendance", "conventional") else ()
    return (ONCE, REFUSED, CALIBRATED, *leveled, TAUGHT, LEARNT)


def measure(lake: Lake) -> list[Verdict]:
    """Every check of every score, as the scores and cards lie in the lake now."""
    verdicts = []
    for score in SCORES:
        card = read_card(lake, score) or {}
        found = [_once(lake, score), _refused(score, card), _calibrated(score, card)]
        if TURNOUT in checks_of(score):
            found.append(_turnout(lake, score, card))
        verdicts += [*found, _taught(score, card), _learnt(score, card)]
    return verdicts


def _once(lake: Lake, score: str) -> Verdict:
    people, file = Marts(lake).people, lake.scores(score)
    if not people.exists() or not file.exists():
        return Verdict(score, ONCE, False, "the score or the feature mart is not there; run both")
    with connect(lake.home) as con:
        row = con.execute(
            f"""
            select
                count(*) filter (where scored.n is null),
                count(*) filter (where scored.n > 1),
                count(*) filter (where people.{PERSON} is null),
                count(*) filter (where scored.is_odd)
            from read_parquet({sql_path(people)}) as people
            full join (
                select
                    {PERSON},
                    count(*) as n,
                    bool_or(
                        probability is null or isnan(probability)
                        or probability not between 0 and 1
                        or not (low <= probability and probability <= high)
                    ) as is_odd
                from read_parquet({sql_path(file)})
                group by {PERSON}
            ) as scored on people.{PERSON} = scored.{PERSON}
            """
        ).fetchone()
    names = ("not_scored", "scored_twice", "not_eligible", "no_probability")
    figures = dict(zip(names, row or (0, 0, 0, 0), strict=True))
    held = not any(figures.values())
    detail = (
        "everybody has one score"
        if held
        else ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in figures.items() if n)
    )
    return Verdict(score, ONCE, held, detail, figures)


def _refused(score: str, card: dict[str, Any]) -> Verdict:
    names = [n for part in card.get("parts", {}).values() for n in part.get("features", [])]
    found = sorted({f"{n}: {why}" for n in names if (why := refused_reason(n))})
    detail = "; ".join(found) or f"{len(set(names))} features, none refused"
    return Verdict(score, REFUSED, not found, detail, {"features": len(set(names))})


def _calibrated(score: str, card: dict[str, Any]) -> Verdict:
    figures = card.get("figures", {})
    slope, ratio = figures.get("slope"), figures.get("observed_over_expected")
    shown = {
        k: figures.get(k)
        for k in ("auc", "brier", "brier_skill", "log_loss", "ece", "slope", "positives")
    }
    shown["observed_over_expected"] = ratio
    if slope is None or ratio is None:
        return Verdict(score, CALIBRATED, True, "no model, so nothing to calibrate", shown)
    level = abs(ratio - 1) <= LARGEST_LEVEL_ERROR
    enough = figures.get("positives", 0) >= ENOUGH_POSITIVES
    straight = SLOPE_LIMITS[0] <= slope <= SLOPE_LIMITS[1] or not enough
    detail = f"observed over expected {ratio:.3f}, slope {slope:.3f}"
    if not enough:
        detail += f", from {figures.get('positives', 0)} positives only"
    return Verdict(score, CALIBRATED, level and straight, detail, shown)


def _turnout(lake: Lake, score: str, card: dict[str, Any]) -> Verdict:
    level = card.get("turnout")
    if not level or not lake.scores(score).exists():
        return Verdict(score, TURNOUT, False, "the card names no turnout; make the scores again")
    wanted = float(level["expected_attendance"][level["scenario"]])
    with connect(lake.home) as con:
        row = con.execute(
            f"""
            select coalesce(sum(scored.probability), 0)
            from read_parquet({sql_path(lake.scores(score))}) as scored
            inner join read_parquet({sql_path(Marts(lake).people)}) as people
                on scored.{PERSON} = people.{PERSON}
            where people.kind = 'voter'
            """
        ).fetchone()
    found = float(row[0]) if row else 0.0
    figures = {"expected": round(found, 1), "scenario": round(wanted, 1)}
    held = abs(found - wanted) <= max(LARGEST_TURNOUT_ERROR * wanted, 1.0)
    detail = f"{found:,.0f} expected of those registered, scenario {wanted:,.0f}"
    return Verdict(score, TURNOUT, held, detail, figures)


def _taught(score: str, card: dict[str, Any]) -> Verdict:
    """How elections differ is told on the card; here is asked what no election brings."""
    found = {
        f"{part}/{name}": share
        for part, names in card.get("beyond_training", {}).items()
        for name, share in names.items()
        if name in _leading(card, part) and share > LARGEST_UNTAUGHT
    }
    worst = sorted(found, key=lambda n: -found[n])[:3]
    detail = (
        "missing or out of range for many: " + ", ".join(f"{n} ({found[n]:.0%})" for n in worst)
        if worst
        else "within what was taught"
    )
    return Verdict(score, TAUGHT, not found, detail, found)


def _leading(card: dict[str, Any], part: str) -> set[str]:
    """The five features that a part leans on most; the rest may move without harm."""
    ranked = card.get("parts", {}).get(part, {}).get("importances", [])
    return {r["feature"] for r in ranked[:5] if r["log_loss_added"] > 0}


def _learnt(score: str, card: dict[str, Any]) -> Verdict:
    state = card.get("state", "missing")
    refused = card.get("refused_parts", {})
    detail = str(card.get("reason", "there is no card"))
    if refused:
        detail += "; not learnt: " + "; ".join(f"{p} ({why})" for p, why in refused.items())
    return Verdict(score, LEARNT, state in ("live", "reused"), detail, {"state": state})
