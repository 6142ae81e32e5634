"""Hindsight: how good past forecasts were, measured against what then happened.

Pure: days and arrivals in, scores out. Living the days again is ``replay``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ALARM = 0.5  # below this chance a forecast says that it will not be on time


@dataclass(frozen=True)
class Outlooked:
    """What was said on one day about one thing that has a deadline.

    Attributes:
        name: A deliverable, or a source whose next delivery was waited for.
        said_at: The moment of the forecast.
        deadline: When the thing was due.
        p50: Moment by which it was expected in half the futures; ``None`` for never.
        plain: Chance by plain rule: ``status`` (as of today), ``burn_up`` (linear).
    """

    kind: str
    name: str
    said_at: datetime
    deadline: datetime
    p_on_time: float
    p50: datetime | None
    p90: datetime | None
    plain: Mapping[str, float]


@dataclass(frozen=True)
class Judged:
    """One saying with what happened: when it was done, ``None`` for not until ``seen_until``."""

    said: Outlooked
    done: datetime | None
    seen_until: datetime

    @property
    def on_time(self) -> bool | None:
        """Whether the deadline was kept; ``None`` when that is not known yet."""
        if self.done is not None:
            return self.done <= self.said.deadline
        return False if self.seen_until > self.said.deadline else None


def said(
    kind: str, entry: Mapping[str, Any], due: str, moment: datetime, plain: Mapping[str, float]
) -> Outlooked:
    """What a forecast's report (``forecast_report.as_json``) said of one of its entries."""
    p50, p90 = (datetime.fromisoformat(entry[q]) if entry[q] else None for q in ("p50", "p90"))
    return Outlooked(
        kind=kind,
        name=entry["name"],
        said_at=moment,
        deadline=datetime.fromisoformat(due),
        p_on_time=entry["p_on_time"],
        p50=p50,
        p90=p90,
        plain=plain,
    )


def score(judged: Sequence[Judged]) -> dict[str, Any]:
    """Coverage of P50 and P90, Brier score, warning and false alarms, beside the plain rules.

    A saying whose outcome cannot be known yet counts nowhere.
    """
    settled = [j for j in judged if j.on_time is not None]
    rules = sorted({rule for j in settled for rule in j.said.plain})
    return {
        "sayings": len(settled),
        "coverage_p50": _coverage(judged, "p50"),
        "coverage_p90": _coverage(judged, "p90"),
        "brier": _brier([(j.said.p_on_time, bool(j.on_time)) for j in settled]),
        "brier_plain": {
            rule: _brier([(j.said.plain[rule], bool(j.on_time)) for j in settled]) for rule in rules
        },
        **_alarms(settled, None),
        "alarms_plain": {rule: _alarms(settled, rule) for rule in rules},
    }


def _coverage(judged: Sequence[Judged], quantile: str) -> float | None:
    """Share of things that were done by the moment named, among those where that is known."""
    hits = []
    for one in judged:
        named: datetime | None = getattr(one.said, quantile)
        if named is None:
            continue
        if one.done is not None:
            hits.append(one.done <= named)
        elif named < one.seen_until:
            hits.append(False)
    return round(sum(hits) / len(hits), 4) if hits else None


def _brier(pairs: Sequence[tuple[float, bool]]) -> float | None:
    if not pairs:
        return None
    return round(sum((chance - happened) ** 2 for chance, happened in pairs) / len(pairs), 4)


def _alarms(settled: Sequence[Judged], rule: str | None) -> dict[str, Any]:
    """Per thing and deadline: days from the first alarm that lasted, and alarms for nothing."""
    things: dict[tuple[str, str, datetime], list[Judged]] = {}
    for one in settled:
        things.setdefault((one.said.kind, one.said.name, one.said.deadline), []).append(one)
    warnings: list[float] = []
    misses = false_alarms = 0
    for (_, _, deadline), told in things.items():
        told.sort(key=lambda j: j.said.said_at)
        first = _lasting_alarm(told, rule)
        if told[-1].on_time is False:
            misses += 1
            warnings.append((deadline - first).total_seconds() / 86400 if first else 0.0)
        elif any(_chance(j, rule) < ALARM for j in told):
            false_alarms += 1
    middle = sorted(warnings)[len(warnings) // 2] if warnings else None
    return {
        "misses": misses,
        "warning_days": None if middle is None else round(max(middle, 0.0), 2),
        "false_alarms": false_alarms,
    }


def _lasting_alarm(told: Sequence[Judged], rule: str | None) -> datetime | None:
    """When the alarm began that was still on at the last saying."""
    first = None
    for one in reversed(told):
        if _chance(one, rule) >= ALARM:
            break
        first = one.said.said_at
    return first


def _chance(one: Judged, rule: str | None) -> float:
    return one.said.p_on_time if rule is None else one.said.plain[rule]
