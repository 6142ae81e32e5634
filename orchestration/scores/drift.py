"""How far people are from other people, feature by feature: of training, of the release before.

Two measures, for two questions. The population stability index says how differently a feature is
spread: 0 is the same, above 0.25 is commonly called a shift. Between one release and the next
that is an alarm. Between the last caucus and this one it is how elections are: turnout moves, party
is not known for then, who never voted then has aged; so it is told on the card and alarms nobody.
What must not be there in any year are people *beyond* what a model was taught: a value out of
the range that it saw, or missing where it was known. A file that has lost its history, a unit
that has changed or a code that nobody maps shows so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.scores.encode import Encoder, Matrix, fit_encoder
from orchestration.scores.features import KEYS, infer_spec

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
        out[name] = {"edges": edges, "shares": _shares(column, edges), "range": _range(column)}
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


def beyond(known: dict[str, Any], encoder: Encoder, raw: Matrix) -> dict[str, float]:
    """Share of the rows of which a model was taught nothing, by feature, the largest first.

    Counted are values out of the range of training and missing ones (a level never seen is
    missing), less the share that was missing in training.
    """
    found = {}
    for place, name in enumerate(encoder.names):
        column, before = raw[:, place], known[name]
        low, high = before.get("range", (-np.inf, np.inf))
        outside = float(np.mean((column < low) | (column > high))) if len(column) else 0.0
        missing = float(np.mean(np.isnan(column))) if len(column) else 0.0
        more = max(missing - before["shares"][-1], 0.0)
        found[name] = round(outside + more, 4)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def moved(before: pa.Table, after: pa.Table) -> dict[str, float]:
    """Stability index of each feature between two tables of features, the most moved first."""
    spec = infer_spec(before, keys=KEYS)
    encoder = fit_encoder(before, spec)
    return drift(profile(encoder, encoder.encode(before)), encoder, encoder.encode(after))


def _range(column: Matrix) -> tuple[float, float]:
    """The least and the largest value, with a hundredth of leeway for what a day adds."""
    values = column[~np.isnan(column)].astype(np.float64)
    if not len(values):
        return (0.0, 0.0)
    low, high = float(values.min()), float(values.max())
    leeway = 0.01 * (high - low) + 1e-6
    return round(low - leeway, 6), round(high + leeway, 6)


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
