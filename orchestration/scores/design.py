"""The linear model's view of an encoded matrix: scaled, bent at quantiles, levels spread out.

Everything learnt here is plain data. It gives a logistic regression the few curves that it
needs (age, days since registration) without a second library.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from orchestration.scores.encode import Encoder, Matrix

CLIP = 5.0
KNOTS = (0.2, 0.5, 0.8)
MINIMUM_DISTINCT_FOR_KNOTS = 12


@dataclass(frozen=True)
class Bend:
    """How one numeric column is read.

    Attributes:
        is_log: Counts and amounts with a long tail are read as ``log(1 + x)``.
        centre: Taken off before scaling; also stands in for a missing value.
        knots: Scaled places where the slope may change.
        has_missing: Whether being missing is a column of its own.
    """

    is_log: bool
    centre: float
    scale: float
    knots: tuple[float, ...]
    has_missing: bool


@dataclass(frozen=True)
class Design:
    """How an encoded matrix becomes the columns of a linear model."""

    bends: tuple[Bend, ...]
    levels: tuple[int, ...]

    @property
    def width(self) -> int:
        """Number of columns made."""
        numeric = sum(1 + len(b.knots) + b.has_missing for b in self.bends)
        return numeric + sum(self.levels)

    def expand(self, raw: Matrix) -> Matrix:
        """The columns of the linear model for these rows."""
        out = np.zeros((len(raw), self.width), dtype=np.float32)
        at = 0
        for place, bend in enumerate(self.bends):
            at = _expand_number(raw[:, place], bend, out, at)
        rows = np.arange(len(raw))
        for place, count in enumerate(self.levels, start=len(self.bends)):
            code = raw[:, place]
            known = ~np.isnan(code)
            out[rows[known], at + code[known].astype(np.int64)] = 1.0
            at += count
        return out

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        bends = [[b.is_log, b.centre, b.scale, list(b.knots), b.has_missing] for b in self.bends]
        return {"bends": bends, "levels": list(self.levels)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Design:
        """From plain data."""
        bends = tuple(Bend(a, b, c, tuple(d), e) for a, b, c, d, e in data["bends"])
        return cls(bends, tuple(data["levels"]))


def fit_design(encoder: Encoder, raw: Matrix, straight: Collection[str] = ()) -> Design:
    """Learn centres, scales and knots from the training rows; ``straight`` ones get no knots."""
    bends = tuple(
        _fit_bend(raw[:, place], name in straight) for place, name in enumerate(encoder.numeric)
    )
    return Design(bends, tuple(len(levels) for _, levels in encoder.categorical))


def _fit_bend(column: Matrix, straight: bool) -> Bend:
    values = column[~np.isnan(column)].astype(np.float64)
    has_missing = 0 < len(values) < len(column)
    if not len(values):
        return Bend(False, 0.0, 1.0, (), False)
    spread = np.quantile(values, [0.5, 0.99])
    is_log = not straight and bool(values.min() >= 0 and spread[1] >= 2 * (spread[0] + 1))
    values = np.log1p(values) if is_log else values
    centre, scale = float(np.median(values)), float(values.std())
    scaled = (values - centre) / (scale or 1.0)
    knots: tuple[float, ...] = ()
    if not straight and len(np.unique(scaled[:5000])) >= MINIMUM_DISTINCT_FOR_KNOTS:
        at = np.unique(np.quantile(scaled, KNOTS).round(6))
        knots = tuple(float(k) for k in at if -CLIP < k < CLIP)
    return Bend(is_log, centre, scale or 1.0, knots, has_missing)


def _expand_number(column: Matrix, bend: Bend, out: Matrix, at: int) -> int:
    missing = np.isnan(column)
    values = np.log1p(np.maximum(column, 0)) if bend.is_log else column
    scaled = np.clip((values - bend.centre) / bend.scale, -CLIP, CLIP)
    scaled[missing] = 0.0
    out[:, at] = scaled
    for number, knot in enumerate(bend.knots, start=1):
        out[:, at + number] = np.maximum(scaled - knot, 0.0)
        out[missing, at + number] = 0.0
    at += 1 + len(bend.knots)
    if bend.has_missing:
        out[:, at] = missing
        at += 1
    return at
