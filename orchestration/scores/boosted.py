"""The boosted half: histogram gradient boosting, which reads missing values and levels itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestration.scores.encode import Encoder, Matrix
from orchestration.scores.measure import Floats

# Fewer rows or positives than this and the trees learn the sample by heart.
MINIMUM_ROWS = 4_000
MINIMUM_POSITIVES = 200


def may_boost(y: Floats) -> bool:
    """Whether there are labels enough for trees."""
    rarer = min(float(y.sum()), float(len(y) - y.sum()))
    return len(y) >= MINIMUM_ROWS and rarer >= MINIMUM_POSITIVES


def fit_boosted(encoder: Encoder, raw: Matrix, y: Floats, w: Floats, seed: int) -> Any:
    """Small trees, slowly learnt; a fixed number of them, so that equal rows give equal trees."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    levels = np.zeros(raw.shape[1], dtype=bool)
    levels[len(encoder.numeric) :] = True
    model = HistGradientBoostingClassifier(
        learning_rate=0.08,
        max_iter=120,
        max_leaf_nodes=10,
        min_samples_leaf=int(max(40, len(y) / 1000)),
        l2_regularization=5.0,
        early_stopping=False,
        categorical_features=levels if levels.any() else None,
        random_state=seed,
    )
    # Weights make scikit-learn 1.9 find its bins ten times slower, so equal ones are left out.
    weights = None if np.ptp(w) == 0 else w
    return model.fit(raw, y.astype(np.int64), sample_weight=weights)
