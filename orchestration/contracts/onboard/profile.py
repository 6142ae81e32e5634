"""What the cells of a column look like: which share of them is a ZIP code, a date, a name.

Only looking belongs here; what the shares say of a field is ``support.py``. Distinct values are
looked at once, so a column costs no more for being long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from orchestration.contracts.onboard import hints

MOST_DISTINCT = 400
_SPLIT = re.compile(r"[ ,]+")
_PATTERNS = {
    "email": r"(?i)[^@\s,;]+@[^@\s,;]+\.[a-z]{2,}",
    "zip": r"\d{5}(?:[-. ]?\d{4}|\.0)?|\d{4}(?:\.0)?",
    "zip5": r"\d{5}(?:\.0)?|\d{5}-\d{4}",
    "zip4": r"\d{3,4}(?:\.0)?",
    "digits": r"\d+(?:\.0+)?",
    "number": r"-?[$]? ?[\d,]*\.?\d+",
    "money": r"-?[$] ?[\d,]+(?:\.\d{1,2})?|-?[\d,]*\.\d{2}",
    "year": r"(?:1[89]|20)\d\d(?:\.0)?",
    "year_month": r"(?:19|20)\d\d(?:0[1-9]|1[0-2])",
    "month_day": r"\d{1,2}/\d{1,2}",
    "letters": r"[^\W\d_][^\d_]*",
    "one_letter": r"[A-Za-z]\.?",
    "address": r"(?i)\d+[a-z]?(?:-\d+)?(?: 1/2)? +[^,]*[a-z].*|p\.? ?o\.? ?box .*|rr? \d+.*",
    "city_line": r"(?i)[^\d,]+,? +[a-z]{2},? +\d{5}(?:-?\d{4})?",
    "unit": r"(?i)(?:apt|apartment|unit|suite|ste|lot|trlr|rm|room|fl|floor|bldg|#)[. #]*[\w-]+",
    "house_number": r"\d+(?:\.0)?[A-Za-z]?|\d+-\d+[A-Za-z]?",
    "phone_line": r"\d{7}|\d{3}-\d{4}",
    "area_code": r"[2-9]\d\d(?:\.0)?",
    "code": r"[A-Za-z0-9][A-Za-z0-9._/ -]{0,14}",
    "short": r".{1,12}",
    "rating": r"[1-5](?:\.0)?",
    "id": r"(?i)(?=.*\d)[a-z0-9][a-z0-9:._/-]{2,63}|[0-9a-f-]{32,36}|\d+",
    "handle": r"@?[A-Za-z0-9_.]{2,40}",
    "url": r"(?i)https?://.*|www\..*",
    "list": r"\[.*\]|\{.*\}",
    "long": r".{60,}",
    "fec_id": r"[CPHS]\d[\dA-Z]{7}",
}  # fmt: skip
_COMPILED = {kind: re.compile(pattern, re.DOTALL) for kind, pattern in _PATTERNS.items()}
_PHONE = re.compile(
    r"(?:p:)?\+?1?[ .-]*\(?([2-9]\d\d)\)?[ .-]*(\d{3})[ .-]*(\d{4})(?:\.0)?(?: ?x.*)?"
)
_SUFFIXES = frozenset(
    "JR SR II III IV V JUNIOR SENIOR 2ND 3RD 4TH MD DDS PHD ESQ DVM DO RN CPA I".split()
)
FORMATS = (
    "%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%m-%d-%Y", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%Y/%m/%d",
    "%d/%m/%Y", "%b %d, %Y", "%B %d, %Y", "%m%d%Y", "%d %b %Y", "%m.%d.%Y",
)  # fmt: skip
"""Formats of a day, the likelier first; where two fit all values, the first is taken."""
_DATE_LIKE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9/ ,.-]{4,17}")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$")


@dataclass(frozen=True)
class Profile:
    """What a column's sampled cells look like.

    Attributes:
        rows: Cells looked at.
        filled: Those that hold more than blanks.
        distinct: Different values among them.
        counts: The values with how often each came; at most ``MOST_DISTINCT``, the commonest.
        shares: By kind, the share of filled cells that are of it.
        formats: Formats of dates that together read nearly all, the commonest first.
        years: The years of the dates, sorted, one a distinct value.
        timed: Whether the dates carry a time of day.
        position: Place in the file, from 0.
    """

    rows: int = 0
    filled: int = 0
    distinct: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    timed: bool = False
    position: int = 0

    def share(self, kind: str) -> float:
        """The share of filled cells that are of a kind."""
        return self.shares.get(kind, 0.0)

    @property
    def unique(self) -> bool:
        """Whether every sampled row has a value of its own."""
        return self.rows > 1 and self.filled == self.rows == self.distinct

    @property
    def few(self) -> bool:
        """Whether its values are a code list: few, and each seen again."""
        return self.filled > 5 and self.distinct <= 30 and self.distinct * 3 <= self.filled


def profile(cells: Sequence[str | None], position: int = 0) -> Profile:
    """Look at a column's cells; blanks around a value do not count, one space is empty."""
    values = [cell.strip(" \t\r\n\xa0\ufeff") for cell in cells if cell]
    counted = Counter(value for value in values if value)
    filled = counted.total()
    if not filled:
        return Profile(rows=len(cells), position=position)
    counts = dict(counted.most_common(MOST_DISTINCT))
    seen = sum(counts.values())
    shares = {kind: _share(counts, seen, test) for kind, test in _TESTS.items()}
    days = {value: _TIME.sub("", value) for value in counts}
    formats, read = _formats(days, counts, seen)
    shares["date"] = read
    return Profile(
        rows=len(cells),
        filled=filled,
        distinct=len(counted),
        counts=counts,
        shares={kind: share for kind, share in shares.items() if share},
        formats=formats,
        years=_years(days, formats),
        timed=any(days[value] != value for value in counts),
        position=position,
    )


def _share(counts: dict[str, int], total: int, test: Callable[[str], bool]) -> float:
    return sum(count for value, count in counts.items() if test(value)) / total


def _full(kind: str) -> Callable[[str], bool]:
    matches = _COMPILED[kind].fullmatch
    return lambda value: matches(value) is not None


def _words(value: str) -> list[str]:
    return [word.strip(".") for word in _SPLIT.split(value.upper()) if word.strip(".")]


def _is_phone(value: str) -> bool:
    return _PHONE.fullmatch(value) is not None


def _is_given(value: str) -> bool:
    words = _words(value)
    return bool(words) and len(words) < 3 and words[0].replace("'", "") in hints.given_names()


def _is_family(value: str) -> bool:
    return value.upper().replace("'", "").replace("-", " ").split(" ")[0] in hints.family_names()


def _is_whole_name(value: str) -> bool:
    words = _words(value)
    if not 2 <= len(words) <= 5 or any(c.isdigit() for c in value):
        return False
    return any(word in hints.given_names() for word in words[:3])


def _is_state(value: str) -> bool:
    return value.upper() in hints.STATE_CODES or value.upper() in hints.STATE_NAMES


def _is_county(value: str) -> bool:
    return value.upper().removesuffix(" COUNTY") in hints.counties()


def _is_street_type(value: str) -> bool:
    return value.upper().strip(".") in hints.STREET_WORDS


def _has_street_word(value: str) -> bool:
    return any(word in hints.STREET_WORDS for word in _words(value)[1:])


_TESTS: dict[str, Callable[[str], bool]] = {
    **{kind: _full(kind) for kind in _PATTERNS},
    "phone": _is_phone,
    "given": _is_given,
    "family": _is_family,
    "whole_name": _is_whole_name,
    "words": lambda value: 2 <= len(_words(value)) <= 5 and not any(c.isdigit() for c in value),
    "comma": lambda value: "," in value,
    "state": _is_state,
    "county": _is_county,
    "direction": lambda value: value.upper().strip(".") in hints.DIRECTION_WORDS,
    "street_type": _is_street_type,
    "street_word": _has_street_word,
    "suffix": lambda value: value.upper().strip(".") in _SUFFIXES,
}


def _formats(
    days: dict[str, str], counts: dict[str, int], total: int
) -> tuple[tuple[str, ...], float]:
    """The formats that read the values, and the share that they read."""
    left = {v: day for v, day in days.items() if _DATE_LIKE.fullmatch(day)}
    if sum(counts[value] for value in left) < 0.5 * total:
        return (), 0.0
    some = list(left.values())[:30]
    if not any(parsed(day, fmt) for day in some for fmt in FORMATS):
        return (), 0.0
    chosen: list[str] = []
    read = 0
    while left and len(chosen) < 3:
        fits = {fmt: [v for v, day in left.items() if parsed(day, fmt)] for fmt in FORMATS}
        best = max(FORMATS, key=lambda fmt: sum(counts[v] for v in fits[fmt]))
        gained = sum(counts[value] for value in fits[best])
        if gained < 0.05 * total:
            break
        chosen.append(best)
        read += gained
        left = {value: day for value, day in left.items() if value not in set(fits[best])}
    return tuple(chosen), read / total


def parsed(day: str, fmt: str) -> date | None:
    """A day by a strptime format, or None; a year before 1000 is none."""
    try:
        found = datetime.strptime(day, fmt).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return found if found.year >= 1000 else None


def _years(days: dict[str, str], formats: tuple[str, ...]) -> tuple[int, ...]:
    found = []
    for day in days.values():
        for fmt in formats:
            read = parsed(day, fmt)
            if read:
                found.append(read.year)
                break
    return tuple(sorted(found))
