"""How the app says things: days, moments, counts, the names of states and segments.

Words alone; a judgement (what is late) belongs to ``readiness``, a figure to the release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orchestration.release.small_cells import SMALLEST_CELL


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

SEGMENTS = {
    "seg_first_time": ("First-time", "No caucus or primary on record, worthiest first"),
    "seg_non_traditional": (
        "Non-traditional",
        "Likely to come and support; the usual model does not expect them",
    ),
    "seg_base": (
        "Base",
        "Have pledged, or came to the last caucus and lean our way",
    ),
    "seg_new_registrants": (
        "New registrants",
        "On the newest voter file and not on the one before",
    ),
    "seg_party_switchers": ("Party switchers", "Changed their party between two voter files"),
    "seg_event_regulars": ("Event regulars", "Came to our events, or to one and did more"),
    "seg_lapsed": ("Lapsed", "Came to an earlier caucus or primary and not to the last"),
    "seg_persuadable": ("Persuadable", "Likely to come, and may support us or another"),
}

LICENCES = {
    "first_party": "own data",
    "party_exchange": "party exchange",
    "purchased": "purchased",
    "public_record": "public record",
}


NUMBERS = {1: "one", 2: "two", 3: "three"}


def state_words(state: str) -> StateWords:
    """The words of a state; one that this app does not know is shown as it is, as a warning."""
    return STATES.get(state, StateWords("?", state.replace("_", " "), "warn", 3))


def segment_words(name: str) -> tuple[str, str]:
    """Title and explanation of a segment; a new one is shown under its own name."""
    if name in SEGMENTS:
        return SEGMENTS[name]
    return name.removeprefix("seg_").replace("_", " ").capitalize(), ""


def count(people: float | None) -> str:
    """A whole number with thousands apart; none is a dash."""
    return "–" if people is None else f"{people:,.0f}"


def cell(people: float | None) -> str:
    """A published cell: none means that fewer people than may be shown are in it."""
    return f"under {SMALLEST_CELL}" if people is None else count(people)


def percent(share: float | None) -> str:
    """A share as a percentage with one digit; none is a dash."""
    return "–" if share is None else f"{share:.1%}"


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


def age_of(hours: float, allowed: float) -> str:
    """An age beside the age allowed, in one unit: ``62 of 72 h``, ``1.3 of 14 days``."""
    if allowed <= 96:
        return f"{hours:,.0f} of {allowed:.0f} h"
    return f"{hours / 24:.1f} of {allowed / 24:.0f} days"


def span(text: str) -> str:
    """A cadence in words: ``day``, ``7 days``, ``4 hours``."""
    number, unit = text[:-1], {"d": "day", "h": "hour", "w": "week"}.get(text[-1:], "")
    if not number.isdigit() or not unit:
        return text
    return unit if number == "1" else f"{number} {unit}s"


def tminus(text: str | None) -> str:
    """T-minus notation with a real minus; none is a dash."""
    return "–" if text is None else text.replace("T-", "T−")


def plural(number: int, one: str, many: str | None = None) -> str:
    """``1 source``, ``2 sources``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
