"""What is known of this contest only: sign-ups, events, pledges, purchased interests.

No past election can teach what such a signal is worth, for nobody held it then. It is learnt
from what people answered when asked whether they will attend, on top of what their record
says. People promise more than they do: so the record's own logit is fitted beside, and the
signals' effect is taken in its units (divided by its coefficient). A signal that misleads
comes out negative, one that says nothing comes out near nothing. The general level is not
taken from the answers at all; it is the turnout scenario's.
"""

from __future__ import annotations

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
# The record counts for less in answers than in acts, and by how much is uncertain.
SLOPE_BOUNDS = (0.4, 1.5)
MINIMUM_ANSWERS = 200
MAXIMUM_EFFECT = 2.5


def fit_signals(
    answers: pa.Table, base: Floats, spec: FeatureSpec, labels: Labels, seed: int
) -> Fitted:
    """Fit answers on the record's logit and the signals.

    Args:
        answers: One row per answer, with features as of today and ``asked_by``.
        base: The record's logit for each of these people.
        spec: The signals: features that no past election had.
        labels: Whether they say that they will attend.
        seed: For the splits.

    Raises:
        RefusedFitError: too few answers, no signal, or the answers do not follow the record
            at all, so that they cannot be put in its units.
    """
    if len(base) < MINIMUM_ANSWERS:
        raise RefusedFitError(
            f"only {len(base)} answers on attending; {MINIMUM_ANSWERS} are needed for signals"
        )
    if not spec.names:
        raise RefusedFitError("no signal of this contest varies among those who answered")
    table = answers.append_column(BASE, pa.array(base))
    wide = FeatureSpec((BASE, *spec.numeric), (*spec.categorical, ASKED), spec.dropped)
    options = FitOptions(seed=seed, families=("linear",), strengths=(0.01, 0.1), straight=(BASE,))
    fitted = fit_model(NAME, table, wide, labels, options)
    if slope_of(fitted.model) < SLOPE_BOUNDS[0] / 4:
        raise RefusedFitError("what people answered does not follow their record at all")
    return fitted


def slope_of(model: ScoreModel) -> float:
    """How much one unit of the record's logit moves an answer's logit."""
    bend = model.design.bends[model.encoder.numeric.index(BASE)]
    slope = float(model.linear.coef_[0][0]) / bend.scale
    return slope * model.calibration.slope


def effect(model: ScoreModel, table: Any) -> Floats:
    """What the signals add to each row's logit, in units of the record's logit."""
    raw = model.encoder.encode(table)
    raw[:, 0] = 0.0
    asked = model.encoder.names.index(ASKED)
    raw[:, asked] = np.nan
    slope = float(np.clip(slope_of(model), *SLOPE_BOUNDS))
    moved = _plain_logit(model, raw) - _plain_logit(model, _silence(model))[0]
    found = model.calibration.slope * moved / slope
    return np.asarray(np.clip(found, -MAXIMUM_EFFECT, MAXIMUM_EFFECT), dtype=np.float64)


def _silence(model: ScoreModel) -> Matrix:
    """The row of somebody of whom no signal is known: unknown, or in the middle where known."""
    middle = [np.expm1(b.centre) if b.is_log else b.centre for b in model.design.bends]
    known = [
        np.nan if b.has_missing else m for b, m in zip(model.design.bends, middle, strict=True)
    ]
    row = np.full((1, len(model.encoder.names)), np.nan, dtype=np.float32)
    row[0, : len(known)] = known
    row[0, 0] = 0.0
    return row


def _plain_logit(model: ScoreModel, raw: Matrix) -> Floats:
    columns = model.design.expand(raw)
    return np.asarray(columns @ model.linear.coef_[0].astype(np.float32), dtype=np.float64)


def add(base: Prediction, model: ScoreModel | None, table: Any) -> Prediction:
    """The record's prediction with the signals' effect on it."""
    if model is None:
        return base
    return Prediction(base.z + effect(model, table), base.error)
