"""What a model leans on: how much worse it ranks and predicts when one feature is shuffled."""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestration.scores.encode import Matrix
from orchestration.scores.measure import Floats, auc, log_loss
from orchestration.scores.model import ScoreModel
from orchestration.scores.threads import one_thread

SAMPLE = 6_000
KEPT = 25


def permutation_importances(
    model: ScoreModel, raw: Matrix, y: Floats, w: Floats, seed: int
) -> list[dict[str, Any]]:
    """The features that matter, most first: the loss of AUC and the rise of log loss.

    Measured on a fixed sample of the training rows; it says what the model uses, not what
    causes anything.
    """
    with one_thread():
        return _importances(model, raw, y, w, seed)


def _importances(
    model: ScoreModel, raw: Matrix, y: Floats, w: Floats, seed: int
) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    rows = np.arange(len(y))
    if len(rows) > SAMPLE:
        rows = np.sort(rng.choice(rows, SAMPLE, replace=False))
    part, truth, weight = raw[rows], y[rows], w[rows]
    whole = model.probability_of(part)
    area, loss = auc(truth, whole, weight), log_loss(truth, whole, weight)
    found = []
    for place, name in enumerate(model.encoder.names):
        shuffled = part.copy()
        shuffled[:, place] = part[rng.permutation(len(part)), place]
        p = model.probability_of(shuffled)
        less = auc(truth, p, weight)
        found.append(
            {
                "feature": name,
                "auc_lost": None if area is None or less is None else round(area - less, 5),
                "log_loss_added": round(log_loss(truth, p, weight) - loss, 6),
            }
        )
    return sorted(found, key=lambda f: (-float(str(f["log_loss_added"])), f["feature"]))[:KEPT]
