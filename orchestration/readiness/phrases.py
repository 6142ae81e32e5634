"""How readiness says things: states, chances, moments, ages, counts.

Words alone, the same on the page, in the brief and in an alert. Judging what is late belongs to
``sources``; words that only the app needs stand in ``apps/lib/words.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class StateWords:
    """A state by sign and word, so that colour is never the only bearer; lower rank is worse."""

    sign: str
    word: str
    tone: str
    rank: int


STATES = {
    "refused": StateWords("✕", "refused", "bad", 0),
    "late": StateWords("✕", "late", "bad", 1),
    "missing": StateWords("?", "missing", "bad", 2),
    "at_risk": StateWords("!", "at risk", "warn", 3),
    "on_time": StateWords("✓", "on time", "good", 4),
}


NUMBERS = {1: "one", 2: "two", 3: "three"}


def state_words(state: str) -> StateWords:
    """The words of a state; one that this app does not know is shown as it is, as a warning."""
    return STATES.get(state, StateWords("?", state.replace("_", " "), "warn", 3))


def count(people: float | None) -> str:
    """A whole number with thousands apart; none is a dash."""
    return "–" if people is None else f"{people:,.0f}"


def chance(share: float) -> str:
    """A chance as a whole percentage; what is not certain is never rounded to certainty."""
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{share:.0%}"


def likelihood(share: float, target: float) -> str:
    """A chance as a word, against the chance that is aimed at."""
    steps = (
        (target, "likely enough"),
        (0.6, "more likely than not"),
        (0.4, "about even"),
        (0.1, "unlikely"),
    )
    return next((word for bound, word in steps if share >= bound), "very unlikely")


def slack(hours: float | None) -> str:
    """Time to spare or time that is missing; none means that it may never be done."""
    if hours is None:
        return "none"
    return f"{age(hours)} to spare" if hours >= 0 else f"{age(-hours)} short"


def day(when: date) -> str:
    """A day as people say it: ``Thu 21 Jan 2016``."""
    return f"{when:%a} {when.day} {when:%b %Y}"


def moment(when: datetime) -> str:
    """A moment of this contest's season: ``Thu 21 Jan, 06:00``; the year stands elsewhere."""
    return f"{when:%a} {when.day} {when:%b, %H:%M}"


def moment_or_dash(when: datetime | None) -> str:
    """A moment of this contest's season; none is a dash."""
    return moment(when) if when else "–"


def age(hours: float | None) -> str:
    """An age as one would say it: hours up to two days, days above."""
    if hours is None:
        return "–"
    if hours < 48:
        return f"{hours:.0f} h"
    return f"{hours / 24:.0f} days"


def tminus(text: str | None) -> str:
    """T-minus notation with a real minus; none is a dash."""
    return "–" if text is None else text.replace("T-", "T−")


def plural(number: int, one: str, many: str | None = None) -> str:
    """``1 source``, ``2 sources``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
