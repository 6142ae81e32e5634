"""Drift: how far a delivery's nulls and codes are from those of the delivery before it.

Pure figures. The rules that hold them against a contract's limits are in ``rules``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.landing.effective import Effective
from orchestration.ledger.deliveries import DeliveryRecord

LEAST_ROWS = 100
"""Of fewer rows a share says little: in 100, five points are two standard errors of a rare code."""


@dataclass(frozen=True)
class Drift:
    """The column of a feed that moved most, in percentage points."""

    column: str
    points: float


def last_two(
    records: Sequence[DeliveryRecord], known: Sequence[Effective], feed: str
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The profiles of a feed's last two deliveries that are large enough to compare."""
    kept = {
        (record.delivery, outcome.feed): outcome.profile
        for record in records
        if record.state == "landed"
        for outcome in record.feeds
    }
    large = [d for d in known if d.feed == feed and d.rows >= LEAST_ROWS]
    profiles = [kept.get((d.delivery, feed)) for d in sorted(large, key=lambda d: d.order)][-2:]
    if len(profiles) < 2 or not all(profiles):
        return None
    before, now = profiles
    return (before or {}), (now or {})


def null_rise(before: Mapping[str, Any], now: Mapping[str, Any]) -> Drift | None:
    """The column whose share of nulls rose most; fewer nulls are no fault."""
    rises = {
        column: pct - before["nulls"][column]
        for column, pct in now["nulls"].items()
        if column in before["nulls"]
    }
    return _most(rises)


def category_shift(before: Mapping[str, Any], now: Mapping[str, Any]) -> Drift | None:
    """The column whose codes shifted most: the points that changed hands between codes.

    A party column that was 50 REP and 50 DEM and is 60 and 40 now shifted by ten.
    """
    shifts = {
        column: _changed_hands(before["shares"][column], shares)
        for column, shares in now["shares"].items()
        if column in before["shares"]
    }
    return _most(shifts)


def _changed_hands(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    codes = set(before) | set(now)
    return sum(abs(now.get(code, 0.0) - before.get(code, 0.0)) for code in codes) / 2


def _most(points: Mapping[str, float]) -> Drift | None:
    if not points:
        return None
    column = max(points, key=lambda name: (points[name], name))
    return Drift(column, round(points[column], 2))
