"""A fitted score: from a table's rows to calibrated logits and how sure we are of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from orchestration.scores.calibrate import Calibration
from orchestration.scores.design import Design
from orchestration.scores.encode import Encoder, Matrix
from orchestration.scores.linear import logits, standard_errors
from orchestration.scores.measure import Floats, sigmoid

Family = Literal["linear", "boosted"]
# 90 % interval of a normal logit.
HALF_WIDTH = 1.645
TREE_ROWS = 1 << 14


@dataclass(frozen=True)
class Prediction:
    """Calibrated logits of some rows and the standard error of each."""

    z: Floats
    error: Floats

    def moved(self, amount: float) -> Prediction:
        """The same rows with every logit moved alike."""
        return replace(self, z=self.z + amount)

    @property
    def probability(self) -> Floats:
        """The point estimate."""
        return sigmoid(self.z)

    @property
    def low(self) -> Floats:
        """Lower end of the 90 % interval of the probability."""
        return sigmoid(self.z - HALF_WIDTH * self.error)

    @property
    def high(self) -> Floats:
        """Upper end of the 90 % interval of the probability."""
        return sigmoid(self.z + HALF_WIDTH * self.error)


@dataclass(frozen=True)
class ScoreModel:
    """One fitted model.

    Attributes:
        family: Which of the two gives the logit: the ridge regression or the boosted trees.
        linear: The regression; always there, because the interval is taken from it.
        spread: Its spread factor, see :func:`linear.spread_factor`.
        booster: The trees, when they were chosen.
        extra_variance: Variance that is everybody's alike: of the calibration's level, and of
            the directions that the spread factor leaves out.
    """

    name: str
    family: Family
    encoder: Encoder
    design: Design
    linear: Any
    spread: Matrix
    booster: Any
    calibration: Calibration
    extra_variance: float = 0.0

    def predict(self, table: pa.Table | pa.RecordBatch) -> Prediction:
        """Score rows; a column that is missing counts as a missing value."""
        return self.predict_raw(self.encoder.encode(table))

    def predict_raw(self, raw: Matrix) -> Prediction:
        """Score rows that are encoded already."""
        columns = self.design.expand(raw)
        error = standard_errors(self.spread, columns)
        z = logits(self.linear, columns) if self.family == "linear" else self.trees(raw)
        slope = self.calibration.slope if self.calibration.kind == "sigmoid" else 1.0
        spread = np.sqrt((slope * error) ** 2 + self.extra_variance)
        return Prediction(self.calibration.apply(z), spread)

    def probability_of(self, raw: Matrix) -> Floats:
        """Point estimates alone, at a fraction of the price."""
        if self.family == "boosted":
            return sigmoid(self.calibration.apply(self.trees(raw)))
        return sigmoid(self.calibration.apply(logits(self.linear, self.design.expand(raw))))

    def trees(self, raw: Matrix) -> Floats:
        """The boosted trees' logit."""
        # A chunk that stays in the cache is scored a third faster.
        parts = [
            self.booster.decision_function(raw[at : at + TREE_ROWS])
            for at in range(0, len(raw), TREE_ROWS)
        ]
        return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)
