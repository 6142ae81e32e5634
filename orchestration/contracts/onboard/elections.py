"""Files of one row a vote: the election out of its kind and its day, and a name for each row.

The columns themselves are found as everywhere (``candidates``); here several are put together:
``ELECTION_TYPE`` says *GEN*, ``ELECTION_DATE`` the day, and the election is ``G2014``. Wide files,
one column an election, are ``history``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.onboard.ids import fits_sql
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.proposal import REVIEW_BELOW, ColumnProposal
from orchestration.contracts.onboard.words import plain_words

# The first that fits counts: a municipal primary is municipal.
KINDS = (
    ("C", r"\b(CAUCUS(ES)?|CAU)\b"),
    ("M", r"\b(MUNI|MUNICIPAL|CITY|TOWN|VILLAGE|LOCAL|COUNCIL|COUNTY|MUN)\b"),
    ("E", r"\b(SCHOOL|SCH|BOARD OF EDUCATION)\b"),
    ("S", r"\b(SPECIAL|SPEC|SPE|SPL|RUNOFF|RUN-OFF|RECALL|REFERENDUM)\b"),
    ("P", r"\b(PRIMARY|PRIM|PRI|PPP|PP|PRES(IDENTIAL)? (PREFERENCE )?PRIMARY|P)\b"),
    ("G", r"\b(GENERAL|GENR|GEN|GE|G)\b"),
)
LEAST_UNDERSTOOD = 0.5
_DATED = re.compile(r"(?:19|20)\d\d")


def election_of(
    columns: Sequence[str],
    profiles: Mapping[str, Profile],
    day: ColumnProposal | None,
    nameless: bool = False,
) -> ColumnProposal | None:
    """The proposal for ``election``: its kind's letter and its year, from one or two columns.

    In a file without names any column may hold the kind, and a human has to say so.
    """
    found = sorted(
        ((understood(profiles[n]), n) for n in columns if nameless or _speaks(n)),
        key=lambda item: (-round(item[0], 2), columns.index(item[1])),
    )
    if not found or found[0][0] < LEAST_UNDERSTOOD:
        return None
    share, kind = found[0]
    year = _year_in(kind, profiles[kind]) or _year_elsewhere(columns, profiles, day)
    if year is None or not fits_sql(kind):
        return None
    sources = (kind,) if year[0] == kind else (kind, year[0])
    unknown = sorted(v for v in profiles[kind].counts if letter_of(v) is None)[:5]
    why = f"the kind of election ({kind}) and its year ({year[0]})"
    if unknown:
        why += f"; kinds we do not know, left empty: {', '.join(unknown)}"
    mapping = {"sql": f"{_letter_sql(kind)} || {year[1]}"}
    total = 0.6 if nameless else 0.6 + 0.3 * share
    return ColumnProposal("election", sources, total, total < REVIEW_BELOW, why, mapping)


def row_of(
    columns: Sequence[str],
    cells: Mapping[str, Sequence[str | None]],
    found: Mapping[str, ColumnProposal],
) -> ColumnProposal | None:
    """A name for a row without an id: who voted in what, when no sampled row says it twice."""
    who = found.get("state_id") or found.get("party_id")
    when = [found[name] for name in ("election_date", "election") if name in found]
    if who is None or not when:
        return None
    parts = list(dict.fromkeys([*who.sources, *(s for c in when for s in c.sources)]))
    rows = list(zip(*(cells[name] for name in parts), strict=True))
    if len(rows) < 10 or len(set(rows)) < len(rows) or not all(map(fits_sql, parts)):
        return None
    sql = f"md5(concat_ws('|', {', '.join(map(identifier, parts))}))"
    why = f"who voted in what ({', '.join(parts)}); no sampled row says it twice"
    mapping = {"sql": sql, "required": True, "unique": True}
    total = min(0.8, who.confidence, *(column.confidence for column in when))
    return ColumnProposal("record_id", tuple(parts), total, total < REVIEW_BELOW, why, mapping)


def letter_of(value: str) -> str | None:
    """The letter of the kind of election that a value speaks of."""
    text = value.upper().replace("_", " ")
    return next((letter for letter, words in KINDS if re.search(words, text)), None)


def _speaks(name: str) -> bool:
    words = set(plain_words(name))
    told = {"type", "lbl", "label", "desc", "description", "name", "title", "kind", "code", "cd"}
    return "election" in words and (bool(words & told) or words == {"election"})


def understood(seen: Profile) -> float:
    """The share of values that speak of a kind of election."""
    total = sum(seen.counts.values())
    told = sum(n for value, n in seen.counts.items() if letter_of(value))
    return told / total if total else 0.0


def _letter_sql(column: str) -> str:
    text = f"replace(upper({identifier(column)}), '_', ' ')"
    whens = " ".join(
        f"when regexp_matches({text}, '{words}') then '{letter}'" for letter, words in KINDS
    )
    return f"(case {whens} end)"


def _year_in(column: str, seen: Profile) -> tuple[str, str] | None:
    told = sum(n for value, n in seen.counts.items() if _DATED.search(value))
    if not seen.filled or told < 0.9 * sum(seen.counts.values()):
        return None
    text = f"regexp_extract({identifier(column)}, '(?:19|20)\\d\\d')"
    return column, f"nullif({text}, '')"


def _year_elsewhere(
    columns: Sequence[str], profiles: Mapping[str, Profile], day: ColumnProposal | None
) -> tuple[str, str] | None:
    if day is not None and profiles[day.sources[0]].formats and fits_sql(day.sources[0]):
        name = day.sources[0]
        listed = ", ".join(f"'{fmt}'" for fmt in profiles[name].formats)
        text = identifier(name)
        if profiles[name].timed:
            text = f"regexp_extract({text}, '^[^T ]+')"
        return name, f"year(try_strptime({text}, [{listed}]))"
    for name in columns:
        words = set(plain_words(name))
        if {"election", "year"} <= words and profiles[name].share("year") > 0.9 and fits_sql(name):
            return name, f"left({identifier(name)}, 4)"
    return None
