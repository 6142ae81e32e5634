"""Whether today's people still look like those that a model learnt from.

The measure is the population stability index of each feature: 0 is the same, above 0.25 is
commonly called a shift. A shift is reported, not blocked: turnout models are always used on
another year's people, and the card should say how different they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestration.scores.encode import Encoder, Matrix

SHIFTED = 0.25
BINS = 10
FLOOR = 1e-4


def profile(encoder: Encoder, raw: Matrix) -> dict[str, Any]:
    """Shares of the training rows by bin or level, and of missing ones, for each feature."""
    out: dict[str, Any] = {}
    for place, name in enumerate(encoder.names):
        column = raw[:, place]
        is_level = place >= len(encoder.numeric)
        edges = _level_edges(encoder, place) if is_level else _edges(column)
        out[name] = {"edges": edges, "shares": _shares(column, edges)}
    return out


def drift(known: dict[str, Any], encoder: Encoder, raw: Matrix) -> dict[str, float]:
    """Stability index of each feature, the most shifted first."""
    found = {}
    for place, name in enumerate(encoder.names):
        before = known[name]
        shares = np.maximum(_shares(raw[:, place], before["edges"]), FLOOR)
        old = np.maximum(before["shares"], FLOOR)
        found[name] = round(float(((shares - old) * np.log(shares / old)).sum()), 4)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _edges(column: Matrix) -> list[float]:
    values = column[~np.isnan(column)].astype(np.float64)
    if not len(values):
        return []
    at = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    return [round(float(v), 6) for v in at]


def _level_edges(encoder: Encoder, place: int) -> list[float]:
    levels = encoder.categorical[place - len(encoder.numeric)][1]
    return [code + 0.5 for code in range(min(len(levels), 30))]


def _shares(column: Matrix, edges: list[float]) -> list[float]:
    """Shares of the rows in each bin, the missing ones last."""
    missing = np.isnan(column)
    place = np.searchsorted(np.asarray(edges), column[~missing], side="left")
    counts = np.bincount(place, minlength=len(edges) + 1)
    total = max(len(column), 1)
    return [round(float(c) / total, 6) for c in (*counts, missing.sum())]
