"""Working time: when work that starts at a moment is done, given hours, days off and zones.

All moments are hours from the forecast's present, so that thousands of futures are one array.
Which days are worked is decided in ``campaign.yaml``; how much work there is, in the laws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from orchestration.readiness.forecast_model import WorkTime

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Stretches of working time, as hours from the present.

    Attributes:
        opens: Begin of each stretch, ascending.
        before: Working hours in all stretches before it.
        length: Its own working hours.
    """

    opens: Floats
    before: Floats
    length: Floats

    def worked(self, moment: Floats) -> Floats:
        """Working hours between the calendar's begin and each moment."""
        which = np.clip(np.searchsorted(self.opens, moment, side="right") - 1, 0, None)
        inside = np.clip(moment - self.opens[which], 0, self.length[which])
        return np.asarray(self.before[which] + inside, dtype=np.float64)

    def finish(self, start: Floats, work: Floats) -> Floats:
        """When work that may begin at ``start`` is done; never, when the calendar ends first.

        No work takes no time, at night too: nobody has to come in for it.
        """
        goal = self.worked(start) + work
        ends = self.before + self.length
        which = np.searchsorted(ends, goal - 1e-9, side="left")
        known = np.minimum(which, len(ends) - 1)
        done = self.opens[known] + np.maximum(goal - self.before[known], 0)
        done = np.where((which < len(ends)) & np.isfinite(start), done, np.inf)
        return np.asarray(np.where(work > 0, np.maximum(done, start), start), dtype=np.float64)

    def latest_start(self, finish: Floats, work: Floats) -> Floats:
        """The last moment at which the work can begin and still be done by ``finish``."""
        goal = self.worked(np.minimum(finish, self.opens[-1] + self.length[-1])) - work
        which = np.searchsorted(self.before, goal + 1e-9, side="right") - 1
        known = np.maximum(which, 0)
        begin = self.opens[known] + np.minimum(goal - self.before[known], self.length[known])
        begin = np.where(goal < -1e-9, -np.inf, begin)
        return np.asarray(np.where(work > 0, np.minimum(begin, finish), finish), dtype=np.float64)


def work_calendar(work: WorkTime, now: datetime, zone: str, last: date) -> WorkCalendar:
    """Lay out the working time from three weeks before ``now`` to ``last``.

    It begins in the past so that a latest start can lie there: the answer then is that the
    start was missed by so much. A day on which the clock changes keeps its wall-clock hours.
    """
    stretches = [
        (_hours(now, opens), _hours(now, closes))
        for opens, closes in _stretches(work, zone, now, last)
    ]
    if not stretches:
        return WorkCalendar(np.array([np.inf]), np.zeros(1), np.zeros(1))
    opens = np.array([s[0] for s in stretches])
    length = np.array([s[1] - s[0] for s in stretches])
    return WorkCalendar(opens, np.concatenate([[0.0], np.cumsum(length)[:-1]]), length)


def closures(work: WorkTime, now: datetime, zone: str, last: date) -> list[tuple[float, float]]:
    """Runs of days on which suppliers rest: holidays that touch each other or a weekend day off.

    Hours from the present, begin of the first day to end of the last.
    """
    found: list[tuple[float, float]] = []
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=3)
    while day <= last:
        if day not in work.holidays:
            day += timedelta(days=1)
            continue
        first = day
        while day in work.holidays or (day.weekday() not in work.days and day <= last):
            day += timedelta(days=1)
        found.append((_hours(now, _at(first, zone)), _hours(now, _at(day, zone))))
    return [span for span in found if span[1] > 0]


def _stretches(
    work: WorkTime, zone: str, now: datetime, last: date
) -> Iterator[tuple[datetime, datetime]]:
    local = ZoneInfo(zone)
    day = now.astimezone(local).date() - timedelta(days=21)
    while day <= last:
        if day.weekday() in work.days and day not in work.holidays:
            yield (
                datetime.combine(day, work.opens, local),
                datetime.combine(day, work.closes, local),
            )
        day += timedelta(days=1)


def _at(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _hours(now: datetime, moment: datetime) -> float:
    """Elapsed hours, not the difference of two wall clocks: aware times of one zone subtract so."""
    return (moment.timestamp() - now.timestamp()) / 3600
