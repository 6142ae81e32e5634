"""T-minus notation: ``T-7d`` is seven days before the contest; every deadline is written so."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestration.countdown.contest import Contest

_NOTATION = re.compile(r"^T([-+])(\d{1,4})([dh])$")
_AGE = re.compile(r"^(\d{1,5})([mhdw])$")
_UNIT = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_offset(text: str) -> timedelta:
    """Turn ``T-7d`` or ``T-4h`` into the (negative) distance from the contest.

    Raises:
        ValueError: the text is not T-minus notation.
    """
    found = _NOTATION.match(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is not T-minus notation; write it like T-7d or T-4h")
    sign = -1 if found[1] == "-" else 1
    return sign * timedelta(**{_UNIT[found[3]]: int(found[2])})


def parse_age(text: str) -> timedelta:
    """Turn ``24h``, ``3d`` or ``2w`` into a duration.

    Raises:
        ValueError: the text is not a whole number with one of the units m, h, d, w.
    """
    found = _AGE.match(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is not a duration; write it like 24h, 3d or 2w")
    return timedelta(**{_UNIT[found[2]]: int(found[1])})


def deadline(contest: Contest, text: str) -> datetime:
    """The moment that ``T-7d`` (end of that local day) or ``T-4h`` (to the second) names.

    Days are calendar days of the contest's zone, so a change of daylight saving between
    does not move the deadline to another hour; hours are elapsed time.
    """
    offset = parse_offset(text)
    if text.strip().endswith("d"):
        return contest.end_of_day(contest.day + offset)
    return (contest.start.astimezone(ZoneInfo("UTC")) + offset).astimezone(ZoneInfo(contest.zone))


def day_label(contest: Contest, day: date) -> str:
    """Write a local day as T-minus notation: ``T-7d``, ``T-0d``, ``T+1d``."""
    left = (contest.day - day).days
    return f"T-{left}d" if left >= 0 else f"T+{-left}d"
