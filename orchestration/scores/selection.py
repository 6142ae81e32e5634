"""Who gets asked: weights that undo a campaign's choice of doors.

Canvassers go where the campaign expects friends, so raw answers describe the list, not the
electorate. Each answer is weighted by one over the chance that somebody with these features
was asked and answered. What the features do not show stays; the random survey sets the level.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.scores.design import fit_design
from orchestration.scores.encode import fit_encoder
from orchestration.scores.features import FeatureSpec
from orchestration.scores.linear import fit_logistic, logits
from orchestration.scores.measure import Floats, sigmoid
from orchestration.scores.threads import one_thread

LARGEST = 5.0
MINIMUM_ASKED = 50


def selection_weights(
    everybody: pa.Table, asked: Floats, answers: pa.Table, spec: FeatureSpec
) -> Floats:
    """A weight for each answer, 1 on average and at most ``LARGEST`` times that.

    Args:
        everybody: A sample of all people, features as of today.
        asked: 1 for those of the sample who were asked and answered.
        answers: The answers' people.
        spec: The features by which people were chosen.
    """
    if asked.sum() < MINIMUM_ASKED or asked.sum() == len(asked) or not spec.names:
        return np.ones(answers.num_rows)
    encoder = fit_encoder(everybody, spec)
    raw = encoder.encode(everybody)
    design = fit_design(encoder, raw)
    with one_thread():
        model = fit_logistic(design.expand(raw), asked, np.ones(len(asked)), 0.1)
    chance = sigmoid(logits(model, design.expand(encoder.encode(answers))))
    weight = 1.0 / np.maximum(chance, 1e-6)
    weight = np.minimum(weight / np.median(weight), LARGEST)
    return np.asarray(weight / weight.mean(), dtype=np.float64)
