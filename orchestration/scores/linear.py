"""The linear half: a ridge logistic regression and how sure the households make us of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestration.scores.encode import Matrix
from orchestration.scores.folds import Codes, sum_by_group
from orchestration.scores.measure import Floats, sigmoid


def fit_logistic(columns: Matrix, y: Floats, w: Floats, strength: float) -> Any:
    """A logistic regression; a larger ``strength`` lets the coefficients grow further."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=50)
    return model.fit(columns.astype(np.float64), y.astype(np.int64), sample_weight=w)


def logits(model: Any, columns: Matrix) -> Floats:
    """The model's logit for each row."""
    weights = model.coef_[0].astype(np.float32)
    return np.asarray(columns @ weights, dtype=np.float64) + float(model.intercept_[0])


def spread_factor(
    model: Any, columns: Matrix, y: Floats, w: Floats, groups: Codes, strength: float
) -> Matrix:
    """A matrix whose product with a row has the length of the standard error of its logit.

    It is the sandwich estimate clustered by household: what a bootstrap of whole households
    converges to, at the price of one matrix. A row for the intercept comes last.
    """
    wide = np.column_stack([columns.astype(np.float64), np.ones(len(columns))])
    p = sigmoid(logits(model, columns))
    ridge = np.eye(wide.shape[1]) / strength
    ridge[-1, -1] = 1e-9
    bread = np.linalg.inv((wide * (w * p * (1 - p))[:, None]).T @ wide + ridge)
    scores = sum_by_group(wide * (w * (y - p))[:, None], groups)
    covariance = bread @ (scores.T @ scores) @ bread
    values, vectors = np.linalg.eigh(0.5 * (covariance + covariance.T))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), dtype=np.float32)


def standard_errors(factor: Matrix, columns: Matrix) -> Floats:
    """Standard error of each row's logit."""
    product = columns @ factor[:-1] + factor[-1]
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", product, product)), dtype=np.float64)
