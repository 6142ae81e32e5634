"""P(attends this caucus): one model for people with a record of voting, one for those without.

Both learn from the last caucus, with features as they stood the month before it; what is new
since is laid on top by ``signals``. The level is a turnout scenario and is set in ``level``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.lake import code_version, file_hash, sql_path, text_hash
from orchestration.scores import signals
from orchestration.scores.card import merged_figures, part_card, read_card
from orchestration.scores.columns import ANSWERS, HISTORY_FEATURES, LABEL_ATTENDED, PERSON
from orchestration.scores.context import Recipe, ScoreContext, Scorer
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Fitted, Labels, fit_model, refuse_bad_labels
from orchestration.scores.folds import household_codes
from orchestration.scores.groups import has_history, history_sql, voter_groups
from orchestration.scores.labels import numbers
from orchestration.scores.model import Prediction, ScoreModel
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.selection import selection_weights
from orchestration.scores.store import UnknownModelError, load_models
from orchestration.scores.tables import query, rows_of, sample, thinned

NAME = "attendance"
LINK_FLOOR = 0.5
ENOUGH_ATTENDED = 400
BORROWED = 0.25
MAXIMUM_ANSWERS = 20_000  # beyond, the learning curve is flat
FITTED_FOR = {"history": "people with a vote on record", "no_history": "people with none"}


def fit(context: ScoreContext) -> Recipe:
    """Fit both models and the signals.

    A part that cannot be fitted leaves its people to the other one, and the card says why.

    Raises:
        RefusedFitError: neither part can be fitted.
    """
    records = _known_records(context) or _fit_records(context)
    parts, cards, refused = dict(records.parts), dict(records.cards), dict(records.refused)
    if not parts:
        raise RefusedFitError("; ".join(f"{part}: {why}" for part, why in refused.items()))
    try:
        on_top, card = _signals(context, parts)
        parts[signals.NAME], cards[signals.NAME] = on_top.model, card
    except RefusedFitError as reason:
        refused[signals.NAME] = str(reason)
    return Recipe(
        parts,
        {
            "label": f"attended the caucus of 2012 ({LABEL_ATTENDED})",
            "features_as_of": "2011-12-31",
            "records_from": records.lesson,
            "figures": records.figures,
            "parts": cards,
            "refused_parts": refused,
            "survivorship": (
                "who died, moved away or was taken off the roll since 2012 is not in training"
            ),
        },
    )


@dataclass(frozen=True)
class _Records:
    """The models of the last caucus with what their card says; they know nothing of today.

    Attributes:
        lesson: Names what taught them, so that answers of today alone teach only the signals.
    """

    lesson: str
    parts: Mapping[str, ScoreModel]
    cards: Mapping[str, Any]
    refused: Mapping[str, str]
    figures: Mapping[str, Any]


def _lesson(context: ScoreContext) -> str:
    code = code_version(Path(__file__).parent)
    return text_hash(code, str(context.seed), file_hash(context.marts.attendance))


def _known_records(context: ScoreContext) -> _Records | None:
    """Those of the model before, when what taught them is as it was."""
    card = read_card(context.lake, NAME)
    if not card or card.get("records_from") != _lesson(context):
        return None
    try:
        models = load_models(context.lake, str(card["version"]))
    except UnknownModelError:
        return None
    return _Records(
        lesson=card["records_from"],
        parts={n: m for n, m in models.items() if n in FITTED_FOR},
        cards={n: c for n, c in card["parts"].items() if n in FITTED_FOR},
        refused={n: why for n, why in card["refused_parts"].items() if n in FITTED_FOR},
        figures=card["figures"],
    )


def _fit_records(context: ScoreContext) -> _Records:
    fitted: dict[str, tuple[Fitted, Any]] = {}
    cards: dict[str, Any] = {}
    refused: dict[str, str] = {}
    file = context.marts.attendance
    for part, where in history_sql(file).items():
        own = sample(context.lake, file, f"{LABEL_ATTENDED} is not null and {where}")
        table = _with_borrowed(context, own) if part == "no_history" else own
        groups = voter_groups(table)
        try:
            spec = infer_spec(table).without(ANSWERS)
            spec = spec.without(HISTORY_FEATURES) if part == "no_history" else spec
            labels = _labels(table, part)
            found = fit_model(part, table, spec, labels, FitOptions(seed=context.seed))
        except RefusedFitError as reason:
            refused[part] = str(reason)
            continue
        fitted[part] = (found, groups)
        raw = found.model.encoder.encode(table)
        cards[part] = {
            "fitted_for": FITTED_FOR[part],
            **part_card(found, spec, raw, groups, context.seed),
        }
    figures = merged_figures(list(fitted.values())) if fitted else {}
    parts = {name: f.model for name, (f, _) in fitted.items()}
    return _Records(_lesson(context), parts, cards, refused, figures)


def _with_borrowed(context: ScoreContext, own: pa.Table) -> pa.Table:
    """People without a history, and where too few of them came, others beside them.

    Few who never voted come to a caucus: in a small file a dozen. What party, age and place
    say is much the same for those who did vote, so they are lent at a small weight; the level
    is learnt from the own rows alone.
    """
    if not own.num_rows or numbers(own, LABEL_ATTENDED).sum() >= ENOUGH_ATTENDED:
        return own
    where = history_sql(context.marts.attendance)["history"]
    lent = sample(
        context.lake,
        context.marts.attendance,
        f"{LABEL_ATTENDED} is not null and {where}",
        maximum=20_000,
    )
    return pa.concat_tables([own, lent])


def _labels(table: pa.Table, part: str) -> Labels:
    y = numbers(table, LABEL_ATTENDED)
    lent = has_history(table) & (part == "no_history")
    if part == "no_history":
        refuse_bad_labels(y[~lent])
    weight = np.where(lent, BORROWED, 1.0)
    level = np.where(lent, 0.0, 1.0) if lent.any() else None
    return Labels(y, weight, household_codes(table), level)


def _signals(context: ScoreContext, parts: dict[str, ScoreModel]) -> tuple[Fitted, dict[str, Any]]:
    answers = stated_intentions(context)
    known = {n for model in parts.values() for n in model.encoder.names}
    everybody = sample(context.lake, context.marts.people, maximum=40_000)
    today = infer_spec(everybody).without(ANSWERS)
    asked = np.isin(
        everybody.column(PERSON).to_numpy(zero_copy_only=False),
        answers.column(PERSON).to_numpy(zero_copy_only=False),
    ).astype(np.float64)
    drawn = numbers(answers, "is_drawn") > 0
    weight = np.where(
        drawn,
        np.nan_to_num(numbers(answers, "answer_weight"), nan=1.0),
        selection_weights(everybody, asked, answers, today),
    )
    spec = infer_spec(answers).only(today.names).without(known)
    base = record_scorer(parts)(answers).z
    labels = Labels(numbers(answers, "says_yes"), weight, household_codes(answers))
    found = signals.fit_signals(answers, base, spec, labels, context.seed)
    table = answers.append_column(signals.BASE, pa.array(base))
    card = part_card(found, spec, found.model.encoder.encode(table), None, context.seed)
    return found, {
        "fitted_for": "what no past contest had, learnt from stated intention",
        **card,
    }


def stated_intentions(context: ScoreContext) -> pa.Table:
    """One row per answer on attending, with the features of the person who gave it."""
    if not context.marts.canvasses.exists():
        raise RefusedFitError("nobody has been asked yet whether they will attend")
    share = MAXIMUM_ANSWERS / max(rows_of(context.marts.canvasses), 1)
    return query(
        context.lake,
        f"""
        with answers as (
            select
                {PERSON},
                method = 'survey' as is_drawn,
                case when method = 'survey' then 'survey' else 'canvass' end as asked_by,
                arg_max(says_will_attend = 'yes', occurred_at) as says_yes,
                arg_max(weight, occurred_at) as answer_weight
            from read_parquet({sql_path(context.marts.canvasses)})
            where
                says_will_attend is not null
                and {PERSON} is not null
                -- A wrong link would put one person's answer to another's record.
                and coalesce(probability, 1) >= {LINK_FLOOR}
            group by all
        )
        select features.*, answers.* exclude ({PERSON})
        from answers
        inner join read_parquet({sql_path(context.marts.people)}) as features using ({PERSON})
        where {thinned(share, "household_key", "features.")}
        order by {PERSON}, asked_by
        """,
    )


def record_scorer(parts: dict[str, ScoreModel]) -> Scorer:
    """Scores by the record of voting alone; a part that is missing is stood in for."""
    with_votes = parts.get("history") or parts["no_history"]
    without = parts.get("no_history") or parts["history"]

    def score(rows: Any) -> Prediction:
        voted = has_history(rows)
        z, error = np.zeros(rows.num_rows), np.zeros(rows.num_rows)
        for model, mask in ((with_votes, voted), (without, ~voted)):
            if mask.any():
                found = model.predict(rows.filter(pa.array(mask)))
                z[mask], error[mask] = found.z, found.error
        return Prediction(z, error)

    return score


def scorer(parts: dict[str, ScoreModel]) -> Scorer:
    """Scores by record and signals."""
    record = record_scorer(parts)
    on_top = parts.get("signals")

    def score(rows: Any) -> Prediction:
        return signals.add(record(rows), on_top, rows)

    return score
