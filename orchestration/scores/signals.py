"""What is known of this contest only: sign-ups, events, pledges, purchased interests.

No past election can teach what such a signal is worth, for nobody held it then. It is learnt
from what people answered when asked whether they will attend, beside what their record says.
A signal that misleads comes out negative, one that says nothing is left out: a family of
signals is used only when it foretells the answers of households that it was not fitted on.
The effect is taken at face value in log odds, never enlarged, and the general level is not
taken from the answers at all; it is the turnout scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.scores.encode import Matrix
from orchestration.scores.features import FeatureSpec
from orchestration.scores.fit import FitOptions, Fitted, Labels, fit_model
from orchestration.scores.measure import Floats
from orchestration.scores.model import Prediction, ScoreModel
from orchestration.scores.outcome import RefusedFitError

NAME = "signals"
BASE = "base_logit"
ASKED = "asked_by"
# Beside the signals, never part of their effect: what the record says already, and who asked.
CONTROLS = (BASE, ASKED, "party")
ACTS = ("donated_amount", "has_pledge", "days_since_engagement")
SURROUNDINGS = ("household_voters", "household_republicans", "voter_status")
MINIMUM_ANSWERS = 200
MAXIMUM_EFFECT = 2.5
# A family of signals must lower the log loss on unseen households by this share of it.
WORTHWHILE = 0.001
STRENGTHS = (0.01, 0.1, 1.0)


def fit_signals(
    answers: pa.Table, base: Floats, spec: FeatureSpec, labels: Labels, seed: int
) -> Fitted:
    """Fit answers on the record's logit and those families of signals that help.

    Args:
        answers: One row per answer, with features as of today and ``asked_by``.
        base: The record's logit for each of these people.
        spec: The signals: features that no past election had.
        labels: Whether they say that they will attend.
        seed: For the splits.

    Raises:
        RefusedFitError: too few answers, no signal, or the signals foretell nothing.
    """
    if len(base) < MINIMUM_ANSWERS:
        raise RefusedFitError(
            f"only {len(base)} answers on attending; {MINIMUM_ANSWERS} are needed for signals"
        )
    if not spec.names:
        raise RefusedFitError("no signal of this contest varies among those who answered")
    table = answers.append_column(BASE, pa.array(base))
    options = FitOptions(
        folds=5, seed=seed, families=("linear",), strengths=STRENGTHS, straight=(BASE,)
    )
    used: tuple[str, ...] = ()
    best: Fitted | None = None
    loss = _loss(fit_model(NAME, table, _with_controls(table, spec, used), labels, options))
    for family in _families(spec):
        tried = fit_model(
            NAME, table, _with_controls(table, spec, (*used, *family)), labels, options
        )
        if _loss(tried) < loss * (1 - WORTHWHILE):
            used, best, loss = (*used, *family), tried, _loss(tried)
    if best is None:
        raise RefusedFitError(
            "the signals tell no more about who says they will attend than the record does"
        )
    return best


def effect(model: ScoreModel, table: Any) -> Floats:
    """What the signals add to each row's logit."""
    raw = model.encoder.encode(table)
    for name in CONTROLS:
        if name in model.encoder.names:
            place = model.encoder.names.index(name)
            raw[:, place] = 0.0 if name == BASE else np.nan
    moved = _logit(model, raw) - _logit(model, _silence(model))[0]
    return np.asarray(np.clip(moved, -MAXIMUM_EFFECT, MAXIMUM_EFFECT), dtype=np.float64)


def add(base: Prediction, model: ScoreModel | None, table: Any) -> Prediction:
    """The record's prediction with the signals' effect on it."""
    if model is None:
        return base
    return Prediction(base.z + effect(model, table), base.error)


def _families(spec: FeatureSpec) -> Iterator[tuple[str, ...]]:
    """Signals in families, the fewest and plainest first."""
    acts = tuple(n for n in spec.names if n in ACTS or n.startswith("n_"))
    near = tuple(n for n in spec.names if n in SURROUNDINGS)
    rest = tuple(n for n in spec.names if n not in (*acts, *near))
    yield from (f for f in (acts[:1], acts[1:], near, rest) if f)


def _with_controls(table: pa.Table, spec: FeatureSpec, names: tuple[str, ...]) -> FeatureSpec:
    chosen = spec.only(names).without(CONTROLS)
    levels = [n for n in CONTROLS[1:] if n in table.column_names]
    return FeatureSpec((BASE, *chosen.numeric), (*chosen.categorical, *levels), spec.dropped)


def _loss(fitted: Fitted) -> float:
    return min(fitted.losses.values())


def _silence(model: ScoreModel) -> Matrix:
    """The row of somebody of whom no signal is known: unknown, or in the middle where known."""
    middle = [np.expm1(b.centre) if b.is_log else b.centre for b in model.design.bends]
    pairs = zip(model.design.bends, middle, strict=True)
    known = [np.nan if bend.has_missing else m for bend, m in pairs]
    row = np.full((1, len(model.encoder.names)), np.nan, dtype=np.float32)
    row[0, : len(known)] = known
    row[0, model.encoder.names.index(BASE)] = 0.0
    return row


def _logit(model: ScoreModel, raw: Matrix) -> Floats:
    columns = model.design.expand(raw)
    z = columns @ model.linear.coef_[0].astype(np.float32)
    slope = model.calibration.slope if model.calibration.kind == "sigmoid" else 1.0
    return np.asarray(slope * z, dtype=np.float64)
