"""Vote history in wide files: which columns hold an election, and of which kind.

Three habits are known: repeated groups of a date and a method (Iowa), one column an election whose
name holds its day (Ohio), one column an election whose name holds its year (``General_2016``,
``G16``, ``CAUCUS_2012``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.words import plain_words

_KINDS = {
    "general": "G", "gen": "G", "g": "G", "ge": "G", "primary": "P", "pri": "P", "prim": "P",
    "p": "P", "pp": "P", "presprimary": "P", "caucus": "C", "cau": "C", "special": "S", "spec": "S",
    "municipal": "M", "city": "M", "school": "E",
}  # fmt: skip
_DAY = re.compile(r"^(.*?)(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4})$")
_YEAR = re.compile(r"^(.*?)[ _.-]?((?:19|20)\d\d|\d\d)$")
_REPEAT = re.compile(r"^(.*?)[._ ](\d{1,2})$")
_VENDOR = frozenset("vb vf voterbase tsmart voted vote votes election pres presidential".split())
SURE_KINDS = frozenset("general gen primary pri prim caucus special".split())


@dataclass(frozen=True)
class History:
    """The vote columns of a file.

    Attributes:
        votes: As a contract writes them, by the letter of the election's kind.
        columns: The file's columns that are read.
        beside: Columns of the same groups that are not (methods, parties).
        sure: Whether each column says plainly what it is.
        formats: Formats of the dates in the cells.
        evidence: In words.
    """

    votes: dict[str, dict[str, Any]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    sure: bool = True
    formats: tuple[str, ...] = ()
    evidence: str = ""


def find_history(columns: tuple[str, ...], profiles: Mapping[str, Profile]) -> History:
    """Look for vote history among a file's columns."""
    grouped = _groups(columns, profiles)
    if grouped.columns:
        return grouped
    named = _named_days(columns, profiles)
    return named if named.columns else _named_years(columns, profiles)


def _kind(name: str) -> str | None:
    """The letter of the election's kind that a name's first telling word says."""
    words = [word for word in plain_words(name) if word not in _VENDOR]
    return _KINDS.get(words[0]) if words else None


def _groups(columns: tuple[str, ...], profiles: Mapping[str, Profile]) -> History:
    """Groups of a date, a method and more that repeat with a number behind their names."""
    bases: dict[str, list[str]] = {}
    known = set(columns)
    for name in columns:
        found = _REPEAT.fullmatch(name)
        base = found[1] if found and found[1] in known else name
        bases.setdefault(base, []).append(name)
    repeated = {base: names for base, names in bases.items() if len(names) > 2}
    votes: dict[str, dict[str, Any]] = {}
    read: list[str] = []
    formats: dict[str, None] = {}
    for base, names in repeated.items():
        words = plain_words(base)
        letter = _kind(base)
        # an election of city and school at once has no letter of its own
        if "date" not in words or letter is None or "/" in base:
            continue
        votes.setdefault(letter, {"dates": []})["dates"].append(f"{base}*")
        read += names
        formats.update(dict.fromkeys(f for n in names for f in profiles[n].formats))
    beside = [n for names in repeated.values() for n in names if n not in read] if read else []
    return History(
        {k: v for k, v in votes.items()},
        tuple(read),
        tuple(beside),
        True,
        tuple(formats),
        f"{len(read)} columns in repeated groups hold dates of elections" if read else "",
    )


def _named_days(columns: tuple[str, ...], profiles: Mapping[str, Profile]) -> History:
    """``PRIMARY-05/07/2013``: the name holds the kind and the day."""
    votes: dict[str, dict[str, Any]] = {}
    read: list[str] = []
    for name in columns:
        found = _DAY.fullmatch(name)
        letter = _kind(found[1]) if found else None
        if not found or letter is None or not _is_mark(profiles[name]):
            continue
        pattern = f"{found[1].replace('%', '')}{_day_format(found[2])}"
        listed = votes.setdefault(letter, {"headers": []})["headers"]
        if pattern not in listed:
            listed.append(pattern)
        read.append(name)
    evidence = f"{len(read)} columns are named by the day of an election" if read else ""
    return History(votes, tuple(read), evidence=evidence)


def _day_format(day: str) -> str:
    if "/" in day:
        return "%m/%d/%Y"
    return "%Y-%m-%d" if day[4] == "-" else "%m-%d-%Y"


def _named_years(columns: tuple[str, ...], profiles: Mapping[str, Profile]) -> History:
    """``General_2016``, ``vf_g2016``, ``P14``: the name holds the kind and the year."""
    votes: dict[str, dict[str, Any]] = {}
    sure = True
    beside: list[str] = []
    for name in columns:
        words = [w for w in plain_words(name) if w not in _VENDOR]
        if len(words) < 2 or words[0] not in _KINDS or words[0] in {"city", "school"}:
            continue
        year = _year(words[-1])
        if year is None:
            continue
        if len(words) > 2 or not _is_mark(profiles[name]):
            beside.append(name)
            continue
        votes.setdefault(_KINDS[words[0]], {"flags": {}})["flags"][name] = year
        sure = sure and words[0] in SURE_KINDS
    read = tuple(name for kind in votes.values() for name in kind["flags"])
    if len(read) < 2:
        return History()
    evidence = f"{len(read)} columns are named by kind and year of an election"
    return History(votes, read, tuple(beside), sure or len(read) > 3, evidence=evidence)


def _year(text: str) -> int | None:
    if not text.isdigit():
        return None
    if len(text) == 2:
        return 2000 + int(text) if int(text) < 60 else 1900 + int(text)
    return int(text) if len(text) == 4 and "1960" <= text < "2060" else None


def _is_mark(seen: Profile) -> bool:
    """Whether cells can be marks of having voted: few different ones, and short."""
    return not seen.filled or (seen.distinct <= 40 and seen.share("short") > 0.9)
