"""How the app says things: segments, licences, cells, beside what readiness says as well.

Words alone; a judgement (what is late) belongs to ``readiness``, a figure to the release.
"""

from __future__ import annotations

from orchestration.readiness.phrases import (
    NUMBERS,
    STATES,
    StateWords,
    age,
    chance,
    count,
    day,
    likelihood,
    moment,
    moment_or_dash,
    plural,
    slack,
    state_words,
    tminus,
)
from orchestration.release.small_cells import SMALLEST_CELL

__all__ = [
    "LICENCES",
    "NUMBERS",
    "SEGMENTS",
    "STATES",
    "StateWords",
    "age",
    "age_of",
    "cell",
    "chance",
    "count",
    "day",
    "likelihood",
    "moment",
    "moment_or_dash",
    "percent",
    "plural",
    "segment_words",
    "slack",
    "span",
    "state_words",
    "tminus",
]


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


def segment_words(name: str) -> tuple[str, str]:
    """Title and explanation of a segment; a new one is shown under its own name."""
    if name in SEGMENTS:
        return SEGMENTS[name]
    return name.removeprefix("seg_").replace("_", " ").capitalize(), ""


def cell(people: float | None) -> str:
    """A published cell: none means that fewer people than may be shown are in it."""
    return f"under {SMALLEST_CELL}" if people is None else count(people)


def percent(share: float | None) -> str:
    """A share as a percentage with one digit; none is a dash."""
    return "–" if share is None else f"{share:.1%}"


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
