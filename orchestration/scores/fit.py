"""Fitting one score on one table: choose the family, calibrate, keep the honest predictions.

The choice is made on predictions for rows whose household was not in training. What the
labels are and where the rows come from is ``training``; measuring is ``measure``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from orchestration.scores.boosted import fit_boosted, may_boost
from orchestration.scores.calibrate import Calibration, Kind, choose_calibration
from orchestration.scores.design import fit_design
from orchestration.scores.encode import Encoder, Matrix, fit_encoder
from orchestration.scores.features import MAX_LEVELS, FeatureSpec
from orchestration.scores.folds import Codes, grouped_folds
from orchestration.scores.linear import fit_logistic, logits, spread_factor
from orchestration.scores.measure import Floats, log_loss, sigmoid
from orchestration.scores.model import Family, ScoreModel
from orchestration.scores.outcome import MINIMUM_LABELS, RefusedFitError
from orchestration.scores.threads import one_thread

STRENGTHS = (0.02, 0.3)
SMALL = 20_000
ENOUGH_FOR_SLOPE = 200
# Trees must beat the regression by this share of its log loss to be worth their weight.
WORTHWHILE = 0.003


@dataclass(frozen=True)
class Labels:
    """What is to be learnt about each row of a table.

    Attributes:
        y: 1 or 0.
        w: Weight in fitting.
        groups: Households, as numbers; no group stands on both sides of a split.
        level: Weight in calibrating and measuring, where it differs from ``w``: zero for rows
            that were chosen, not drawn.
    """

    y: Floats
    w: Floats
    groups: Codes
    level: Floats | None = None

    @property
    def measured(self) -> Floats:
        """Weights for calibrating and measuring."""
        return self.w if self.level is None else self.level


@dataclass(frozen=True)
class FitOptions:
    """How much is tried.

    Attributes:
        straight: Numeric features that enter the regression as they are, without bends.
        levels: Levels kept of each text feature at most.
    """

    folds: int = 3
    seed: int = 20160201
    families: tuple[Family, ...] = ("linear", "boosted")
    strengths: tuple[float, ...] = STRENGTHS
    straight: tuple[str, ...] = ()
    levels: int = MAX_LEVELS


@dataclass(frozen=True)
class Fitted:
    """A model and, for the rows that it was fitted on, logits from models that never saw them.

    Attributes:
        losses: Log loss of every candidate out of fold.
    """

    model: ScoreModel
    honest: Floats
    labels: Labels
    losses: dict[str, float] = field(default_factory=dict)


def refuse_bad_labels(y: Floats) -> None:
    """Stop early on labels that teach nothing.

    Raises:
        RefusedFitError: fewer than 20 labels, one class only, or fewer than 5 of one class.
    """
    if len(y) < MINIMUM_LABELS:
        raise RefusedFitError(f"only {len(y)} labels; at least {MINIMUM_LABELS} are needed")
    ones = int(y.sum())
    if ones in (0, len(y)):
        raise RefusedFitError(f"all {len(y)} labels are {int(y[0])}; both outcomes are needed")
    if min(ones, len(y) - ones) < 5:
        raise RefusedFitError(
            f"only {min(ones, len(y) - ones)} of {len(y)} labels are of the rarer outcome; "
            "at least 5 are needed"
        )


def fit_model(
    name: str,
    table: pa.Table,
    spec: FeatureSpec,
    labels: Labels,
    options: FitOptions | None = None,
) -> Fitted:
    """Fit, choose and calibrate one score.

    Raises:
        RefusedFitError: the labels teach nothing, or no feature is left.
    """
    options = options or FitOptions()
    refuse_bad_labels(labels.y)
    with one_thread():
        return _fit_model(name, table, spec, labels, options)


def _fit_model(
    name: str, table: pa.Table, spec: FeatureSpec, labels: Labels, options: FitOptions
) -> Fitted:
    if not spec.names:
        raise RefusedFitError("no usable feature: all columns are keys, constant, empty or refused")
    encoder = fit_encoder(table, spec, options.levels)
    raw = encoder.encode(table)
    folds = _folds(labels, options)
    candidates = _candidates(encoder, raw, labels, folds, options)
    losses = {k: log_loss(labels.y, sigmoid(z), labels.measured) for k, z in candidates.items()}
    chosen = _choose(losses)
    curve, honest = choose_calibration(
        labels.y, candidates[chosen], labels.measured, folds, _simplest(labels)
    )
    family: Family = "boosted" if chosen == "boosted" else "linear"
    model = _final(name, family, encoder, raw, labels, _strength(losses), options)
    model = replace(
        model,
        calibration=curve,
        extra_variance=model.extra_variance + _level_variance(labels, honest),
    )
    return Fitted(model, honest, labels, {k: round(v, 6) for k, v in losses.items()})


def _simplest(labels: Labels) -> Kind:
    """The plainest calibration of these labels.

    Where what is fitted on and what is measured on differ, the boldness of the first says
    nothing about the second: its slope is learnt too, once there are outcomes enough.
    """
    if labels.level is None:
        return "none"
    drawn = labels.y[labels.level > 0]
    rarer = min(drawn.sum(), len(drawn) - drawn.sum())
    return "sigmoid" if rarer >= ENOUGH_FOR_SLOPE else "level"


def _level_variance(labels: Labels, honest: Floats) -> float:
    """Variance of the level, where it hangs on drawn rows alone and so is everybody's."""
    if labels.level is None:
        return 0.0
    p = sigmoid(honest)
    noise = labels.level * p * (1 - p)
    return float((labels.level * noise).sum()) / max(float(noise.sum()), 1e-9) ** 2


def _folds(labels: Labels, options: FitOptions) -> Codes:
    folds = grouped_folds(labels.groups, options.folds, options.seed)
    for fold in range(options.folds):
        held = folds == fold
        if not held.any() or len(np.unique(labels.y[~held])) < 2:
            raise RefusedFitError("too few households carry both outcomes to hold some of them out")
    return folds


def _candidates(
    encoder: Encoder, raw: Matrix, labels: Labels, folds: Codes, options: FitOptions
) -> dict[str, Floats]:
    """Out-of-fold logits of every candidate.

    Trees cost ten times a regression: on the first fold they must show that they are worth
    their weight, or they are left out of the others.
    """
    y = labels.y
    strengths = options.strengths if len(y) < SMALL else options.strengths[-1:]
    out = {f"linear {strength}": np.zeros(len(y)) for strength in strengths}
    boosts = "boosted" in options.families and may_boost(y)
    trees = np.zeros(len(y))
    for fold in range(options.folds):
        held, rest = folds == fold, folds != fold
        design = fit_design(encoder, raw[rest], options.straight)
        inside, outside = design.expand(raw[rest]), design.expand(raw[held])
        for strength in strengths:
            model = fit_logistic(inside, y[rest], labels.w[rest], strength)
            out[f"linear {strength}"][held] = logits(model, outside)
        if boosts:
            grown = fit_boosted(encoder, raw[rest], y[rest], labels.w[rest], options.seed)
            trees[held] = grown.decision_function(raw[held])
        if boosts and fold == 0:
            weight = labels.measured[held]
            losses = [log_loss(y[held], sigmoid(z[held]), weight) for z in (trees, *out.values())]
            boosts = losses[0] < min(losses[1:]) * (1 - WORTHWHILE)
    return {**out, "boosted": trees} if boosts else out


def _choose(losses: dict[str, float]) -> str:
    linear = min((k for k in losses if k != "boosted"), key=lambda k: losses[k])
    if losses.get("boosted", np.inf) < losses[linear] * (1 - WORTHWHILE):
        return "boosted"
    return linear


def _strength(losses: dict[str, float]) -> float:
    linear = min((k for k in losses if k != "boosted"), key=lambda k: losses[k])
    return float(linear.split()[1])


def _final(
    name: str,
    family: Family,
    encoder: Encoder,
    raw: Matrix,
    labels: Labels,
    strength: float,
    options: FitOptions,
) -> ScoreModel:
    design = fit_design(encoder, raw, options.straight)
    columns = design.expand(raw)
    linear = fit_logistic(columns, labels.y, labels.w, strength)
    spread, rest = spread_factor(linear, columns, labels.y, labels.w, labels.groups, strength)
    booster = (
        fit_boosted(encoder, raw, labels.y, labels.w, options.seed) if family == "boosted" else None
    )
    return ScoreModel(name, family, encoder, design, linear, spread, booster, Calibration(), rest)
