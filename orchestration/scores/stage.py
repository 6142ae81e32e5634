"""Making all scores of a day: attendance, its level, support, lean, the conventional model.

The order matters: the level of turnout comes from attendance, and support is asked of those
who attend. Which model is in force is ``live``; writing everybody's score is ``predict``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.scores import attendance, conventional, evidence, lean, signals, support
from orchestration.scores.card import write_card
from orchestration.scores.columns import KIND, PARTY, PERSON
from orchestration.scores.context import SCENARIOS, Recipe, ScoreContext, Scorer
from orchestration.scores.drift import SHIFTED, beyond, drift
from orchestration.scores.groups import HISTORY, has_history
from orchestration.scores.level import (
    Level,
    at_level,
    people_without_record,
    registered_people,
    solve_level,
)
from orchestration.scores.live import InForce, decide
from orchestration.scores.measure import Floats, logit, sigmoid
from orchestration.scores.model import Prediction
from orchestration.scores.outcome import ScoreOutcome
from orchestration.scores.predict import Target, Written, predict_all
from orchestration.scores.tables import ordered
from orchestration.scores.teaching import lessons
from orchestration.scores.threads import workers

NAMES = (attendance.NAME, support.NAME, lean.NAME, conventional.NAME)
# A stand-in knows nothing but the base rate, and says so by the width of its interval.
UNKNOWN_ERROR = 1.0


@dataclass(frozen=True)
class ScoresMade:
    """What a making of all scores came to, by name of the score."""

    outcomes: Mapping[str, ScoreOutcome]
    written: Mapping[str, Written]
    cards: Mapping[str, Mapping[str, Any]]


def make_scores(context: ScoreContext) -> ScoresMade:
    """Fit what is stale, decide what is in force, score every eligible person, write cards.

    Raises:
        UnfitTableError: a mart is missing or has no person.
    """
    context.marts.demand()
    people, registered = registered_people(context)
    taught = lessons(context)
    with workers(2) as pool:
        force = partial(_in_force, context, pool, taught)
        leaning = force(lean.NAME, lambda: lean.fit(context))
        attending = force(attendance.NAME, lambda: attendance.fit(context))
        found = {attendance.NAME: attending.result()}
        attends = _scorer(context, found[attendance.NAME], attendance.scorer)
        level = solve_level(context, people, registered, attends, people_without_record(context))
        at_scenario = at_level(attends, level)
        others = {
            support.NAME: lambda: support.fit(context, at_scenario),
            conventional.NAME: lambda: conventional.fit(context, at_scenario),
        }
        made = {name: force(name, fit) for name, fit in others.items()}
        found |= {name: task.result() for name, task in made.items()}
        found[lean.NAME] = leaning.result()
    plain = _scorer(context, found[conventional.NAME], conventional.scorer)
    plain_level = solve_level(context, people, registered, plain)
    levels = {attendance.NAME: level, conventional.NAME: plain_level}
    scorers = {
        attendance.NAME: at_scenario,
        support.NAME: _scorer(context, found[support.NAME], support.scorer),
        lean.NAME: _scorer(context, found[lean.NAME], partial(lean.scorer, context)),
        conventional.NAME: at_level(plain, plain_level),
    }
    written = _write(context, found, scorers, levels)
    cards = {n: _finish(context, found[n], levels.get(n), people, written[n]) for n in NAMES}
    name = conventional.NAME
    cards[name][evidence.SAID] = evidence.evidence(context, plain, cards).to_json()
    write_card(context.lake, name, cards[name])
    return ScoresMade({n: found[n].outcome for n in NAMES}, written, cards)


def _in_force(
    context: ScoreContext,
    pool: ThreadPoolExecutor,
    taught: Mapping[str, str],
    name: str,
    fit: Callable[[], Recipe],
) -> Future[InForce]:
    return pool.submit(decide, context, name, taught[name], fit)


def _scorer(context: ScoreContext, force: InForce, make: Any) -> Scorer:
    if force.parts:
        scorer: Scorer = make(force.parts)
        return scorer
    return _stand_in(context, force.outcome.model)


def _stand_in(context: ScoreContext, name: str) -> Scorer:
    """Everybody's base rate: the scenario's attendance, the assumed support, even odds."""
    rates = {
        attendance.NAME: context.shares[context.scenario],
        conventional.NAME: context.shares[context.scenario],
        support.NAME: context.support_share,
        lean.NAME: 0.5,
    }
    z = float(logit(np.array([rates[name]]))[0])

    def score(rows: Any) -> Prediction:
        return Prediction(np.full(rows.num_rows, z), np.full(rows.num_rows, UNKNOWN_ERROR))

    return score


def _write(
    context: ScoreContext,
    found: Mapping[str, InForce],
    scorers: Mapping[str, Scorer],
    levels: Mapping[str, Level],
) -> dict[str, Written]:
    stand_in = _stand_in(context, support.NAME)

    def supports(_: Prediction, rows: Any) -> Floats:
        liked = conventional.support_chance(found[conventional.NAME].parts, rows)
        return stand_in(rows).probability if liked is None else liked

    extras: dict[str, dict[str, Any]] = {n: {} for n in NAMES}
    for scenario in SCENARIOS:
        extras[attendance.NAME][f"probability_{scenario}_turnout"] = _at(
            levels[attendance.NAME], scenario
        )
    extras[conventional.NAME]["support_probability"] = supports
    targets = [Target(n, found[n].outcome.version, scorers[n], extras[n]) for n in NAMES]
    written = predict_all(
        ordered(context.lake, context.marts.people),
        _columns(context, found),
        targets,
        context.lake.scores("any").parent,
    )
    return {w.name: w for w in written}


def _at(level: Level, scenario: str) -> Any:
    move = level.shifts[scenario] - level.shift

    def probability(found: Prediction, _: Any) -> Floats:
        return sigmoid(found.z + move)

    return probability


def _columns(context: ScoreContext, found: Mapping[str, InForce]) -> list[str]:
    """The columns of the feature mart that some model in force reads."""
    models = [m for force in found.values() for m in force.parts.values()]
    read = {n for m in models for n in m.encoder.names}
    read |= {PERSON, KIND, *HISTORY, *PARTY}
    return [n for n in pq.read_schema(context.marts.people).names if n in read]


def _finish(
    context: ScoreContext,
    force: InForce,
    level: Level | None,
    people: pa.Table,
    written: Written,
) -> dict[str, Any]:
    card = {
        **force.card,
        "scored_as_of": context.as_of,
        "people": written.rows,
        "mean_probability": round(written.sum_of_probabilities / max(written.rows, 1), 6),
        **_compared(context, force, people),
    }
    if level is not None:
        card["turnout"] = level.to_json()
    write_card(context.lake, force.outcome.model, card)
    return card


def _compared(
    context: ScoreContext, force: InForce, people: pa.Table
) -> dict[str, dict[str, dict[str, float]]]:
    """Today's people beside those of training, for each part among those whom it is for.

    ``drift`` tells of features that are spread otherwise, ``beyond_training`` of the share of
    people of whom the part was taught nothing.
    """
    today = lean.without_self(people.slice(0, 50_000), context.party)
    shifted: dict[str, dict[str, float]] = {}
    unknown: dict[str, dict[str, float]] = {}
    for part, model in force.parts.items():
        known = force.card.get("parts", {}).get(part, {}).get("profile")
        if not known or part == signals.NAME or not people.num_rows:
            continue
        rows = today
        if part in attendance.FITTED_FOR:
            rows = today.filter(pa.array(has_history(today) == (part == "history")))
        raw = model.encoder.encode(rows)
        found = drift(known, model.encoder, raw)
        shifted[part] = {name: value for name, value in found.items() if value > SHIFTED}
        unknown[part] = {n: v for n, v in beyond(known, model.encoder, raw).items() if v > 0}
    return {"drift": shifted, "beyond_training": unknown}
