"""Making a model's logits mean what they say, and moving their level to a known total.

Two different things: *calibration* is learnt from labels; the *shift* moves every logit alike
to a stated level of turnout, because from one election to the next it is the base rate that
moves (bending the curve on the earlier year does not help, shifting the intercept does).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from orchestration.scores.measure import Floats, log_loss, logit, sigmoid, sigmoid_fit

Kind = Literal["none", "level", "sigmoid", "isotonic"]
FLEXIBLE: tuple[tuple[Kind, int], ...] = (("sigmoid", 50), ("isotonic", 1_000))
"""More flexible curves with the rarer outcomes that each needs."""
WORTHWHILE = 0.002  # relative gain in log loss for which a more flexible curve is taken


@dataclass(frozen=True)
class Calibration:
    """A monotone curve from logit to logit.

    ``none`` leaves it; ``level`` adds ``intercept``; ``sigmoid`` is ``slope * z + intercept``;
    ``isotonic`` goes straight between ``knots``, pairs of (logit in, logit out).
    """

    kind: Kind = "none"
    slope: float = 1.0
    intercept: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()

    def apply(self, z: Floats) -> Floats:
        """The calibrated logit."""
        if self.kind == "isotonic":
            before, after = np.array(self.knots).T
            return np.asarray(np.interp(z, before, after), dtype=np.float64)
        return self.slope * z + self.intercept

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "kind": self.kind,
            "slope": self.slope,
            "intercept": self.intercept,
            "knots": [list(k) for k in self.knots],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Calibration:
        """From plain data."""
        knots = tuple((float(a), float(b)) for a, b in data["knots"])
        return cls(data["kind"], float(data["slope"]), float(data["intercept"]), knots)


def fit_calibration(y: Floats, z: Floats, w: Floats, kind: Kind) -> Calibration:
    """Learn one curve from logits that were made out of fold."""
    if kind == "sigmoid":
        slope, intercept = sigmoid_fit(y, z, w)
        return Calibration("sigmoid", max(slope, 0.0), intercept)
    if kind == "level":
        return Calibration("level", 1.0, shift_to(z, w, float((w * y).sum())))
    if kind == "isotonic":
        return _isotonic(y, z, w)
    return Calibration()


def diluted(curve: Calibration, share: float, base: float) -> Calibration:
    """A curve whose chances are, for a share of all, no better than the base rate.

    Example:
        Of those whom the model gives .8, a fifth choose anew at a rate of .3: .8 * .8 + .2 * .3
        is .7.
    """
    before = np.linspace(-12.0, 12.0, 97)
    after = logit((1 - share) * sigmoid(curve.apply(before)) + share * base)
    return Calibration(
        "isotonic", knots=tuple(zip(before.tolist(), after.round(9).tolist(), strict=True))
    )


def choose_calibration(
    y: Floats, z: Floats, w: Floats, folds: Any, simplest: Kind = "none"
) -> tuple[Calibration, Floats]:
    """The simplest curve that predicts unseen rows about as well as any.

    Each kind is tried out of fold; a more flexible one is taken only when it lowers the log
    loss by ``WORTHWHILE`` of it. Rows of weight zero have no say.

    Returns:
        The curve learnt from all rows, and the rows' logits each calibrated by the others.
    """
    seen = w > 0
    rarer = min(y[seen].sum(), (1 - y[seen]).sum())
    best, honest = simplest, _out_of_fold(y, z, w, folds, simplest)
    loss = log_loss(y, sigmoid(honest), w)
    for kind, needed in FLEXIBLE:
        if rarer < needed:
            break
        tried = _out_of_fold(y, z, w, folds, kind)
        found = log_loss(y, sigmoid(tried), w)
        if found < loss * (1 - WORTHWHILE):
            best, honest, loss = kind, tried, found
    return fit_calibration(y, z, w, best), honest


def _out_of_fold(y: Floats, z: Floats, w: Floats, folds: Any, kind: Kind) -> Floats:
    out = z.copy()
    for fold in np.unique(folds):
        held = folds == fold
        if w[~held].sum() <= 0:
            continue
        curve = fit_calibration(y[~held], z[~held], w[~held], kind)
        out[held] = curve.apply(z[held])
    return out


def _isotonic(y: Floats, z: Floats, w: Floats) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    # 200 bins first: steps of single rows at the ends would promise 0 and 1.
    order = np.argsort(z, kind="stable")
    parts = [p for p in np.array_split(order, 200) if len(p) and w[p].sum() > 0]
    mean_z = np.array([np.average(z[p], weights=w[p]) for p in parts])
    mean_y = np.array([np.average(y[p], weights=w[p]) for p in parts])
    weight = np.array([w[p].sum() for p in parts])
    smoothed = (mean_y * weight + y.mean() * 0.5) / (weight + 0.5)
    level = IsotonicRegression().fit(mean_z, smoothed, sample_weight=weight).predict(mean_z)
    knots = {float(a): float(b) for a, b in zip(mean_z, logit(level), strict=True)}
    return Calibration("isotonic", knots=tuple(sorted(knots.items())))


def shift_to(z: Floats, w: Floats, expected: float) -> float:
    """The amount to add to every logit so that the weighted probabilities sum to ``expected``.

    An expectation that no probability can reach (none, or more than everybody) is kept a
    little inside what can be.
    """
    total = float(w.sum())
    if total <= 0:
        return 0.0
    wanted = min(max(expected, 1e-6 * total), (1 - 1e-6) * total)
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if float((w * sigmoid(z + middle)).sum()) < wanted:
            low = middle
        else:
            high = middle
    return round(0.5 * (low + high), 9)
