"""P(supports the candidate | attends), from what people said at the door and in the survey.

Answers from the door are weighted for who was chosen; pledges and sign-ups are positives only
and are no labels. The level comes from the random survey alone, where the likelier somebody is to
attend, the more they count, for the share among those who attend is what matters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.lake import sql_path
from orchestration.scores.calibrate import diluted
from orchestration.scores.card import part_card
from orchestration.scores.columns import ANSWERS, PERSON
from orchestration.scores.context import Recipe, ScoreContext, Scorer
from orchestration.scores.features import KEYS, FeatureSpec, infer_spec
from orchestration.scores.fit import FitOptions, Fitted, Labels, fit_model
from orchestration.scores.folds import household_codes
from orchestration.scores.groups import voter_groups
from orchestration.scores.labels import numbers
from orchestration.scores.measure import Floats, sigmoid
from orchestration.scores.model import ScoreModel
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.selection import selection_weights
from orchestration.scores.tables import query, rows_of, sample, thinned

NAME = "support"
LABEL_COLUMNS = ("answer", "answer_weight", "answer_kind")
MINIMUM_DRAWN = 100
MINIMUM_EACH = 10
UNDECIDED = 3
MAXIMUM_ANSWERS = 20_000  # beyond, the learning curve is flat
LATE = 0.15
"""Of those who named a choice in the weeks before, who choose anew.

About half of those who came to the Iowa Republican caucus of 2012 decided in the last few days
(entrance poll, AP, 2012-01-03). Most of them were undecided before, and are no labels; about a
third is assumed to have told something else. Whom they turn to their features do not say.
"""
TRUSTS = (0.05, 0.3, 1.0)


def fit(context: ScoreContext, attends: Scorer, only: frozenset[str] | None = None) -> Recipe:
    """Fit on canvass and survey, calibrate on the survey.

    Args:
        context: Marts, day and seed.
        attends: Scores attendance, at the scenario's level.
        only: Features to read; default all that are allowed.

    Raises:
        RefusedFitError: there are no labels that teach.
    """
    answers = _answers(context)
    if not answers.num_rows:
        raise RefusedFitError("nobody has said yet whom they support")
    everybody = sample(context.lake, context.marts.people, maximum=40_000)
    spec = infer_spec(answers, {*KEYS, *ANSWERS, *LABEL_COLUMNS})
    spec = spec.only(infer_spec(everybody).names)
    spec = spec if only is None else spec.only(only)
    labels = _labels(answers, everybody, spec, attends)
    found, trust = _fit(answers, spec, labels, context.seed)
    model = _with_late(found)
    groups = voter_groups(answers)
    card = part_card(found, spec, found.model.encoder.encode(answers), groups, context.seed)
    kinds, counts = np.unique(answers.column("answer_kind").to_pylist(), return_counts=True)
    return Recipe(
        {NAME: model},
        {
            "label": "support 1 or 2 of 5, among canvass and survey answers",
            "labels_by_kind": {str(k): int(n) for k, n in zip(kinds, counts, strict=True)},
            "level_from": "survey" if labels.level is not None else "all answers",
            "weight_of_chosen_doors": trust,
            "choose_anew": LATE,
            "figures": card.pop("figures"),
            "parts": {NAME: card},
        },
    )


def _fit(answers: pa.Table, spec: FeatureSpec, labels: Labels, seed: int) -> tuple[Fitted, float]:
    """Fit, and choose how far the answers of chosen doors are believed beside drawn ones.

    What made a campaign choose a door may go with support in ways that no feature shows. How
    much that misleads is seen on the random survey alone: each trust is tried, and the one
    kept is the one that foretells unseen survey answers best.
    """
    # A few thousand answers do not feed trees.
    options = FitOptions(seed=seed, families=("linear",), strengths=(0.005, 0.03, 0.3))
    if labels.level is None:
        return fit_model(NAME, answers, spec, labels, options), 1.0
    drawn = np.array(answers.column("answer_kind").to_pylist(), dtype=object) == "survey"
    found = {
        trust: fit_model(
            NAME,
            answers,
            spec,
            replace(labels, w=np.where(drawn, labels.w, trust * labels.w)),
            options,
        )
        for trust in TRUSTS
    }
    best = min(found, key=lambda trust: min(found[trust].losses.values()))
    return found[best], best


def _with_late(found: Fitted) -> ScoreModel:
    """The model of what people say, as a model of what they will do."""
    share = float(np.average(sigmoid(found.honest), weights=found.labels.measured))
    return replace(found.model, calibration=diluted(found.model.calibration, LATE, share))


def _answers(context: ScoreContext) -> pa.Table:
    share = MAXIMUM_ANSWERS / max(rows_of(context.marts.support), 1)
    return query(
        context.lake,
        f"""
        select
            features.*,
            cast(answers.label as double) as answer,
            cast(answers.weight as double) as answer_weight,
            answers.kind as answer_kind
        from read_parquet({sql_path(context.marts.support)}) as answers
        inner join read_parquet({sql_path(context.marts.people)}) as features using ({PERSON})
        left join read_parquet({sql_path(context.marts.canvasses)}) as asked
            on answers.answer_key = asked.record_key
        where
            answers.label is not null
            and answers.kind <> 'pledge'
            -- Who has not decided is no label: they will split, and counting them as against
            -- would understate every candidate.
            and coalesce(asked.support, 0) <> {UNDECIDED}
            and {thinned(share, "household_key", "features.")}
        order by answers.answer_key
        """,
    )


def _labels(answers: pa.Table, everybody: pa.Table, spec: FeatureSpec, attends: Scorer) -> Labels:
    y = numbers(answers, "answer")
    given = np.nan_to_num(numbers(answers, "answer_weight"), nan=1.0)
    drawn = np.array(answers.column("answer_kind").to_pylist(), dtype=object) == "survey"
    chosen = answers.filter(pa.array(~drawn))
    asked = np.isin(
        everybody.column(PERSON).to_numpy(zero_copy_only=False),
        chosen.column(PERSON).to_numpy(zero_copy_only=False),
    ).astype(np.float64)
    w = given.copy()
    w[~drawn] *= selection_weights(everybody, asked, chosen, spec)
    for part in (drawn, ~drawn):
        if part.any() and w[part].sum() > 0:
            w[part] /= w[part].mean()
    return Labels(y, w, household_codes(answers), _level(y, w, drawn, attends, answers))


def _level(y: Floats, w: Floats, drawn: Any, attends: Scorer, answers: pa.Table) -> Floats | None:
    enough = min(y[drawn].sum(), (1 - y[drawn]).sum()) >= MINIMUM_EACH
    if drawn.sum() < MINIMUM_DRAWN or not enough:
        return None
    # The root: the whole chance would leave a few dozen answers to set everybody's level.
    level = np.where(drawn, w * np.sqrt(attends(answers).probability), 0.0)
    return np.asarray(level / level[drawn].mean(), dtype=np.float64)


def scorer(parts: dict[str, ScoreModel]) -> Scorer:
    """Scores support among those who attend."""
    return parts[NAME].predict
