"""Vote history in wide files: which columns hold an election, and of which kind.

Three habits are known: repeated groups of a date and a method (Iowa), one column an election whose
name holds its day (Ohio), one column an election whose name holds its year (``General_2016``,
``G16``, ``CAUCUS_2012``).
"""

from __future__ import annotations

import re
from collections import Counter
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
_SERIES = re.compile(
    r"(?P<prefix>[A-Za-z]{1,4}?[_ .]?)"
    r"(?:(?P<before>PP|P|G|C|GE|PR|PRI|GEN)_?(?P<year>\d{2}|20\d\d)|"
    r"(?P<year2>\d{2}|20\d\d)_?(?P<after>PP|P|G|C|GE|PR|PRI|GEN))",
    re.IGNORECASE,
)
LEAST_SERIES = 3
_NUMBER = re.compile(r"[ _.]?\d+")
_REPEAT = re.compile(r"^(.*?)[._ ](\d{1,2})$")
_VENDOR = frozenset(
    "vb vf voterbase tsmart voted vote votes election pres presidential participation history "
    "voter in the of flag".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sep sept oct nov dec".split()
)
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
    if named.columns:
        return named
    series = _series(columns, profiles)
    if series.columns:
        return series
    years = _named_years(columns, profiles)
    return years if years.columns else _dates_of_any_kind(columns)


def _speaks_of_votes(words: set[str]) -> bool:
    history = {"history", "hist"} & words and {"voter", "vote", "voting"} & words
    return bool({"election", "date"} <= words or {"election", "code"} <= words or history)


def _dates_of_any_kind(columns: tuple[str, ...]) -> History:
    """Repeated columns of elections whose kind stands elsewhere or in a code: for a human."""
    spoken = [
        name for name in columns
        if _speaks_of_votes(words := set(plain_words(name)))
        and not any(word.isdigit() and int(word) > 99 for word in words)
    ]  # fmt: skip
    bases = Counter(_NUMBER.sub("", name).lower() for name in spoken)
    # one date of an election and one id of a history are no columns of one kind
    read = tuple(name for name in spoken if bases[_NUMBER.sub("", name).lower()] > 1)
    if len(read) < 2:
        return History()
    why = f"{len(read)} columns hold dates of elections whose kind stands elsewhere"
    return History({"G": {"dates": list(read)}}, read, (), False, (), why)


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
        votes,
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
    """``General_2016``, ``vf_g2016``, ``2008 Gen Participation``: the name holds kind and year."""
    votes: dict[str, dict[str, Any]] = {}
    sure = True
    beside: list[str] = []
    for name in columns:
        said = _kind_and_year(name)
        if said is None:
            continue
        word, year, plain = said
        if not plain or not _is_mark(profiles[name]):
            beside.append(name)
            continue
        if word not in _MONTHS:
            votes.setdefault(_KINDS[word], {"flags": {}})["flags"][name] = year
            sure = sure and word in SURE_KINDS
        elif word.startswith("nov") and year % 2 == 0:
            # a month does not say what was elected, though in November of an even year it is plain
            votes.setdefault("G", {"flags": {}})["flags"][name] = year
            sure = False
    read = tuple(name for kind in votes.values() for name in kind["flags"])
    if len(read) == 1:
        # one column alone may be anything that is called P10
        sure = sure and any(len(word) == 4 for word in plain_words(read[0]) if word.isdigit())
    evidence = f"{len(read)} columns are named by kind and year of an election" if read else ""
    months = any(_kind_and_year(name)[0] in _MONTHS for name in read)  # type: ignore[index]
    certain = sure or (len(read) > 3 and not months)
    return History(votes, read, tuple(beside), certain, evidence=evidence)


def _series(columns: tuple[str, ...], profiles: Mapping[str, Profile]) -> History:
    """``VH14G VH14P VH12G``: one prefix, and behind it the year and a letter, or the other way."""
    groups: dict[tuple[str, bool], list[tuple[str, str, int]]] = {}
    for name in columns:
        found = _SERIES.fullmatch(name)
        if found and (kind := _KINDS.get((found["after"] or found["before"]).lower())):
            key = (found["prefix"].lower(), bool(found["after"]))
            digits = found["year"] or found["year2"]
            year = int(digits) + (2000 if len(digits) == 2 else 0)
            groups.setdefault(key, []).append((name, kind, year))
    best = max(groups.values(), key=len, default=[])
    kinds = {kind for _, kind, _ in best}
    marks = all(_is_mark(profiles[name]) for name, _, _ in best)
    if len(best) < LEAST_SERIES or len({y for *_, y in best}) < 2 or "G" not in kinds or not marks:
        return History()
    votes: dict[str, dict[str, Any]] = {}
    for name, kind, year in best:
        votes.setdefault(kind, {"flags": {}})["flags"][name] = year
    read = tuple(name for name, _, _ in best)
    evidence = f"{len(read)} columns of one series are named by year and kind of an election"
    return History(votes, read, evidence=evidence)


def _kind_and_year(name: str) -> tuple[str, int, bool] | None:
    """The word for a kind of election (or a month) and the year; whether nothing else is said."""
    words = [word for word in plain_words(name) if word not in _VENDOR]
    kinds = [w for w in words if (w in _KINDS or w in _MONTHS) and w not in {"city", "school"}]
    years = [(w, year) for w in words if (year := _year(w)) is not None]
    if len(kinds) != 1 or len(years) != 1 or kinds[0] not in (words[0], words[-1], words[1]):
        return None
    text, year = years[0]
    if len(text) == 2 and words[-2:] != [kinds[0], text]:
        return None
    return kinds[0], year, len(words) == 2


def _year(text: str) -> int | None:
    if not text.isdigit():
        return None
    if len(text) == 2:
        return 2000 + int(text) if int(text) < 60 else 1900 + int(text)
    return int(text) if len(text) == 4 and "1960" <= text < "2060" else None


def _is_mark(seen: Profile) -> bool:
    """Whether cells can be marks of having voted: few different ones, and short."""
    return not seen.filled or (seen.distinct <= 40 and seen.share("short") > 0.9)
