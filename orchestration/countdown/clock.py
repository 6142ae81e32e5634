"""The clock: a home carries its own time, so that nobody needs a computer set to 2016.

``TMINUS_NOW`` wins when set; else the home's clock, when the home has one; else the real
time. A home's clock only moves forward: looking back is done in a scratch home.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

CLOCK_FILE = "home.json"


def parse_moment(text: str, zone: str) -> datetime:
    """Read an ISO date or date-time; one without a zone is local time of the contest.

    Raises:
        ValueError: the text is no ISO date or date-time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no date; write it like 2016-01-21 or 2016-01-21T06:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def read_home_clock(home: Path) -> datetime | None:
    """The home's own time, or ``None`` when it lives in real time."""
    file = home / CLOCK_FILE
    if not file.exists():
        return None
    text = json.loads(file.read_text()).get("now")
    return datetime.fromisoformat(text) if text else None


def set_home_clock(home: Path, moment: datetime) -> datetime:
    """Move the home's clock forward to ``moment``; an earlier moment leaves it where it is.

    Returns:
        The time that the home now shows.
    """
    if moment.tzinfo is None:
        raise ValueError("a home's clock needs a time zone")
    current = read_home_clock(home)
    if current and current >= moment:
        return current
    home.mkdir(parents=True, exist_ok=True)
    file = home / CLOCK_FILE
    content = json.loads(file.read_text()) if file.exists() else {"layout": 1}
    content["now"] = moment.isoformat()
    aside = file.with_suffix(".aside")
    with aside.open("w") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(aside, file)
    return moment


def now(home: Path, zone: str, environ: Mapping[str, str] | None = None) -> datetime:
    """The time in force for this home, aware, in the contest's zone.

    Raises:
        ValueError: ``TMINUS_NOW`` is no date.
    """
    stated = (os.environ if environ is None else environ).get("TMINUS_NOW")
    if stated:
        try:
            return parse_moment(stated, zone).astimezone(ZoneInfo(zone))
        except ValueError as mistake:
            raise ValueError(f"TMINUS_NOW: {mistake}") from None
    moment = read_home_clock(home) or datetime.now(timezone.utc)
    return moment.astimezone(ZoneInfo(zone))
