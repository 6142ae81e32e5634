"""The learning curve: whether more labelled rows would make a score better.

Samples are large enough where the curve is flat; the card shows it, so that nobody has to
believe it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestration.scores.boosted import fit_boosted, may_boost
from orchestration.scores.design import fit_design
from orchestration.scores.encode import Matrix
from orchestration.scores.fit import Fitted
from orchestration.scores.folds import grouped_folds
from orchestration.scores.linear import fit_logistic, logits
from orchestration.scores.measure import Floats, auc, log_loss, sigmoid
from orchestration.scores.threads import one_thread

PARTS = (0.125, 0.25, 0.5, 1.0)
HELD = 4
# Twice the rows must lower the log loss by this share of it, or the curve is called flat.
FLAT = 0.005
STRENGTH = 0.3
FEWEST = 20


def learning_curve(fitted: Fitted, raw: Matrix, seed: int) -> list[dict[str, Any]]:
    """Log loss and AUC on a fourth of the households, by how many other rows were learnt from.

    Each size holds the one before. The family is the one that was chosen, at one strength; the
    figures are not calibrated and serve to be compared with each other.
    """
    labels = fitted.labels
    folds = grouped_folds(labels.groups, 2 * HELD, seed + 1)
    held, order = folds < 2, _order(labels.groups, seed + 2)
    rest = np.flatnonzero(~held)
    rest = rest[np.argsort(order[rest], kind="stable")]
    weight = labels.measured[held]
    if weight.sum() <= 0 or len(np.unique(labels.y[held])) < 2:
        return []
    found = []
    with one_thread():
        for part in PARTS:
            rows = rest[: int(part * len(rest))]
            if min(labels.y[rows].sum(), (1 - labels.y[rows]).sum()) < FEWEST:
                continue
            p = sigmoid(_learnt(fitted, raw, rows, held))
            area = auc(labels.y[held], p, weight)
            found.append(
                {
                    "rows": len(rows),
                    "log_loss": round(log_loss(labels.y[held], p, weight), 6),
                    "auc": None if area is None else round(area, 5),
                }
            )
    return found


def is_flat(curve: list[dict[str, Any]]) -> bool | None:
    """Whether the last doubling brought next to nothing; ``None`` when there was none."""
    if len(curve) < 2:
        return None
    before, after = curve[-2]["log_loss"], curve[-1]["log_loss"]
    return bool(before - after < FLAT * before)


def _learnt(fitted: Fitted, raw: Matrix, rows: Any, held: Any) -> Floats:
    labels, encoder = fitted.labels, fitted.model.encoder
    y, w = labels.y[rows], labels.w[rows]
    if fitted.model.family == "boosted" and may_boost(y):
        trees = fit_boosted(encoder, raw[rows], y, w, 0)
        return np.asarray(trees.decision_function(raw[held]), dtype=np.float64)
    design = fit_design(encoder, raw[rows])
    model = fit_logistic(design.expand(raw[rows]), y, w, STRENGTH)
    return logits(model, design.expand(raw[held]))


def _order(groups: Any, seed: int) -> Any:
    """A random place for each household, its rows together."""
    _, compact = np.unique(groups, return_inverse=True)
    return np.random.default_rng(seed).permutation(int(compact.max(initial=0)) + 1)[compact]
