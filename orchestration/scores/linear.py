"""The linear half: a ridge logistic regression and how sure the households make us of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestration.scores.encode import Matrix
from orchestration.scores.folds import Codes, sum_by_group
from orchestration.scores.measure import Floats, sigmoid

CARRIED = 0.9


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
) -> tuple[Matrix, float]:
    """A matrix whose product with a row has the length of the standard error of its logit.

    It is the sandwich estimate clustered by household: what a bootstrap of whole households
    converges to, at the price of one matrix. A row for the intercept comes last.

    Returns:
        The few directions that carry ``CARRIED`` of the average variance, for the product is
        what scoring millions costs; and the average variance of all the others.
    """
    wide = np.column_stack([columns.astype(np.float64), np.ones(len(columns))])
    p = sigmoid(logits(model, columns))
    ridge = np.eye(wide.shape[1]) / strength
    ridge[-1, -1] = 1e-9
    bread = np.linalg.inv((wide * (w * p * (1 - p))[:, None]).T @ wide + ridge)
    scores = sum_by_group(wide * (w * (y - p))[:, None], groups)
    covariance = bread @ (scores.T @ scores) @ bread
    # Directions of the variance of rows as they are, not of coefficients as such.
    second = wide.T @ wide / len(wide)
    values, vectors = np.linalg.eigh(_root(covariance) @ second @ _root(covariance))
    order = np.argsort(-values)
    share = np.cumsum(values[order]) / max(values.sum(), 1e-12)
    kept = order[: int(np.searchsorted(share, CARRIED)) + 1]
    factor = _root(covariance) @ vectors[:, kept]
    rest = float(np.maximum(values.sum() - values[kept].sum(), 0.0))
    return np.asarray(factor, dtype=np.float32), rest


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, dtype=np.float64)


def standard_errors(factor: Matrix, columns: Matrix) -> Floats:
    """Standard error of each row's logit."""
    product = columns @ factor[:-1] + factor[-1]
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", product, product)), dtype=np.float64)
