"""How good a set of probabilities is: ranking, error, calibration, lift. Plain numpy.

Every figure takes weights. Comparing figures with limits is ``checks``; writing them down is
``card``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
TINY = 1e-6
BINS = 10


def sigmoid(z: Floats) -> Floats:
    """Probability of a logit, safe at both ends."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)), dtype=np.float64)


def logit(p: Floats) -> Floats:
    """Logit of a probability, kept off 0 and 1."""
    q = np.clip(p, TINY, 1 - TINY)
    return np.asarray(np.log(q) - np.log1p(-q), dtype=np.float64)


def auc(y: Floats, p: Floats, w: Floats | None = None) -> float | None:
    """Chance that a random positive ranks above a random negative; ties count half.

    ``None`` when only one class is there.
    """
    weights = np.ones_like(p) if w is None else w
    order = np.argsort(p, kind="stable")
    ranked, positive = p[order], (weights * y)[order]
    negative = weights[order] - positive
    if positive.sum() <= 0 or negative.sum() <= 0:
        return None
    first = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    pos, neg = np.add.reduceat(positive, first), np.add.reduceat(negative, first)
    below = np.cumsum(neg) - neg
    return float((pos * (below + 0.5 * neg)).sum() / (pos.sum() * neg.sum()))


def auc_interval(found: dict[str, Any]) -> list[float] | None:
    """90 % interval of the AUC of a set of figures (Hanley & McNeil 1982); ``None`` without one."""
    area, ones = found.get("auc"), int(found.get("positives", 0))
    zeros = int(found.get("rows", 0)) - ones
    if area is None or not ones or not zeros:
        return None
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    spread = area * (1 - area) + (ones - 1) * (q1 - area**2) + (zeros - 1) * (q2 - area**2)
    half = 1.645 * float(np.sqrt(max(spread, 0.0) / (ones * zeros)))
    return [round(max(area - half, 0.0), 4), round(min(area + half, 1.0), 4)]


def brier(y: Floats, p: Floats, w: Floats) -> float:
    """Mean squared error of the probability."""
    return float(np.average((y - p) ** 2, weights=w))


def log_loss(y: Floats, p: Floats, w: Floats) -> float:
    """Mean negative log likelihood."""
    q = np.clip(p, TINY, 1 - TINY)
    return float(-np.average(y * np.log(q) + (1 - y) * np.log1p(-q), weights=w))


def sigmoid_fit(y: Floats, z: Floats, w: Floats, steps: int = 50) -> tuple[float, float]:
    """Slope and intercept of a logistic regression of ``y`` on the logit ``z``.

    Newton's steps, halved until the fit gets better: far from the level a whole step jumps over.
    """
    design = np.column_stack([z, np.ones_like(z)])
    weight = w / max(float(w.sum()), 1e-12)
    beta = np.array([1.0, 0.0])
    loss = _loss(design @ beta, y, weight)
    for _ in range(steps):
        p = sigmoid(design @ beta)
        gradient = design.T @ (weight * (y - p))
        curve = (design * (weight * p * (1 - p))[:, None]).T @ design + np.eye(2) * 1e-9
        step = np.linalg.solve(curve, gradient)
        found = _loss(design @ (beta + step), y, weight)
        while found > loss and np.abs(step).max() > 1e-9:
            step = step / 2
            found = _loss(design @ (beta + step), y, weight)
        beta, gained, loss = beta + step, loss - found, found
        if gained < 1e-12:
            break
    return float(beta[0]), float(beta[1])


def _loss(z: Floats, y: Floats, w: Floats) -> float:
    return float((w * (np.logaddexp(0.0, z) - y * z)).sum())


def figures(y: Floats, p: Floats, w: Floats | None = None) -> dict[str, Any]:
    """All figures of one set of predictions; what one class alone cannot give is ``None``."""
    weights = np.ones_like(p) if w is None else w
    if not len(y) or weights.sum() <= 0:
        return {"rows": len(y), "positives": 0}
    base = float(np.average(y, weights=weights))
    of_base = brier(y, np.full_like(p, base), weights)
    both = 0.0 < base < 1.0
    slope, intercept = sigmoid_fit(y, logit(p), weights) if both else (None, None)
    score = brier(y, p, weights)
    expected = float((weights * p).sum())
    return {
        "rows": len(y),
        "positives": int(y.sum()),
        "base_rate": _r(base),
        "auc": _r(auc(y, p, weights)),
        "brier": _r(score),
        "brier_skill": _r(1 - score / of_base) if of_base > 0 else None,
        "log_loss": _r(log_loss(y, p, weights)),
        "ece": _r(ece(y, p, weights)),
        "slope": _r(slope),
        "intercept": _r(intercept),
        "observed_over_expected": _r(float((weights * y).sum()) / expected) if expected else None,
    }


def reliability(y: Floats, p: Floats, w: Floats, bins: int = BINS) -> list[dict[str, Any]]:
    """Bins of equal weight, lowest first: mean prediction beside the share that came true."""
    order = np.argsort(p, kind="stable")
    share = np.cumsum(w[order]) - 0.5 * w[order]
    place = np.minimum((share / w.sum() * bins).astype(int), bins - 1)
    rows = []
    for number in range(bins):
        inside = order[place == number]
        if not len(inside):
            continue
        weight = float(w[inside].sum())
        predicted = float(np.average(p[inside], weights=w[inside]))
        observed = float(np.average(y[inside], weights=w[inside]))
        rows.append(
            {
                "bin": number + 1,
                "rows": len(inside),
                "share": _r(weight / float(w.sum())),
                "predicted": _r(predicted),
                "observed": _r(observed),
                "observed_over_expected": _r(observed / predicted) if predicted else None,
            }
        )
    return rows


def ece(y: Floats, p: Floats, w: Floats, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of predicted and observed over equal bins."""
    return float(
        sum(r["share"] * abs(r["predicted"] - r["observed"]) for r in reliability(y, p, w, bins))
    )


def lift(y: Floats, p: Floats, w: Floats) -> list[dict[str, Any]]:
    """By tenth, best first: share of all positives found in it, and times the base rate."""
    total = float((w * y).sum())
    base = total / float(w.sum())
    found, rows = 0.0, []
    for number, row in enumerate(reversed(reliability(y, p, w)), start=1):
        found += row["observed"] * row["share"] * float(w.sum())
        rows.append(
            {
                "tenth": number,
                "lift": _r(row["observed"] / base) if base else None,
                "found_so_far": _r(found / total) if total else None,
                "observed_over_expected": row["observed_over_expected"],
            }
        )
    return rows


def _r(value: float | None, digits: int = 6) -> float | None:
    return None if value is None else round(float(value), digits)
