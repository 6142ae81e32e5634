"""Days: when things happened and on which day the file that tells of it was received.

A supplier exports at night what happened until midnight, so a file received on a day tells of the
days before it. The countdown of our side belongs to ``orchestration.countdown``.
"""

from __future__ import annotations

import numpy as np

from orchestration.demo.draws import Ints, choose, coin
from orchestration.demo.text import day

FIRST, LAST = day("2015-12-21"), day("2016-02-01")
LAUNCH = day("2015-06-01")  # when the campaign's website went up
DAYS = LAST - FIRST
OFFSET = 6 * 3600  # Central time is six hours behind
BACKLOG = 0.35  # of what the first file tells happened long before


def iso(number: int) -> str:
    """A day as the inbox names its folder."""
    return str(np.datetime64(number, "D"))


def compact(number: int) -> str:
    """A day as it stands in a file's name."""
    return iso(number).replace("-", "")


def happened(rng: np.random.Generator, size: int, backlog: float = BACKLOG) -> Ints:
    """Local seconds at which things happened: more every week, mostly after supper."""
    old = coin(rng, backlog, size)
    long_ago = LAUNCH + (FIRST - LAUNCH) * rng.random(size) ** 0.5
    growing = np.linspace(1.0, 2.6, DAYS)
    recent = FIRST + choose(rng, growing, size)
    hour = np.where(coin(rng, 0.6, size), rng.normal(19.5, 1.6, size), rng.uniform(7, 23, size))
    days = np.where(old, np.floor(long_ago), recent)
    seconds: Ints = (days * 86_400 + np.clip(hour, 0.1, 23.9) * 3600).astype(np.int64)
    return seconds


def received(seconds: Ints) -> Ints:
    """The day on which a daily export that tells of it was received."""
    return np.maximum(seconds // 86_400 + 1, FIRST)


def every(first: str, step: int) -> list[int]:
    """Days from ``first`` on, each ``step`` days after the one before, up to the contest."""
    return list(range(day(first), LAST + 1, step))


def received_on(seconds: Ints, exports: list[int]) -> Ints:
    """The first of the export days after the moment; past the last one, the day after it."""
    place = np.searchsorted(np.array(exports), seconds // 86_400 + 1)
    return np.array([*exports, LAST + 1])[place]
