"""Numbers, yes and no, gender and party: short values that every supplier writes differently."""

from __future__ import annotations

from orchestration.contracts.normalise.text import cases

_PARTIES = {
    "R": "REP", "REP": "REP", "REPUBLICAN": "REP", "GOP": "REP", "REPUBLICAN PARTY": "REP",
    "D": "DEM", "DEM": "DEM", "DEMOCRAT": "DEM", "DEMOCRATIC": "DEM", "DEMOCRATIC PARTY": "DEM",
    "L": "LIB", "LIB": "LIB", "LIBERTARIAN": "LIB",
    "NOP": "NOP", "NPA": "NOP", "NP": "NOP", "N": "NOP", "I": "NOP", "IND": "NOP", "UNA": "NOP",
    "NO PARTY": "NOP", "INDEPENDENT": "NOP", "UNAFFILIATED": "NOP", "NONE": "NOP",
    "NO PARTY AFFILIATION": "NOP", "NONPARTISAN": "NOP", "NON PARTISAN": "NOP",
    "OTH": "OTH", "O": "OTH", "OTHER": "OTH", "G": "OTH", "GRN": "OTH", "GREEN": "OTH",
}  # fmt: skip


PARTIES = tuple(dict.fromkeys(_PARTIES.values()))
_GENDERS = {"F": "F", "FEMALE": "F", "W": "F", "WOMAN": "F", "M": "M", "MALE": "M", "MAN": "M"}
GENDERS = tuple(dict.fromkeys(_GENDERS.values()))


def boolean(ref: str) -> str:
    """True or false from the ways people write yes and no; null for all else."""
    yes = "'y', 'yes', 'true', 't', '1', '1.0', 'x', 'on'"
    no = "'n', 'no', 'false', 'f', '0', '0.0', 'off'"
    return f"case when lower({ref}) in ({yes}) then true when lower({ref}) in ({no}) then false end"


def gender(ref: str) -> str:
    """F or M; unknown, both and neither are null."""
    return cases(f"upper({ref})", _GENDERS)


def party(ref: str) -> str:
    """REP, DEM, LIB, NOP (no party) or OTH; a code nobody listed is null, not OTH."""
    return cases(f"upper(replace({ref}, '-', ' '))", _PARTIES)


def number(ref: str) -> str:
    """A number's text without dollar signs and thousands; ``(12.50)`` is minus 12.50."""
    bare = f"regexp_replace({ref}, '[$, ]', '', 'g')"
    return (
        f"case when regexp_full_match({ref}, '[+-]?[0-9]+(?:[.][0-9]+)?') then {ref} "
        f"else regexp_replace({bare}, '^\\((.*)\\)$', '-\\1') end"
    )


def whole_text(ref: str) -> str:
    """A number's text without the ``.0`` of a spreadsheet."""
    return (
        f"case when regexp_full_match({ref}, '[0-9]+') then {ref} "
        f"else regexp_replace({number(ref)}, '[.]0*$', '') end"
    )


def integer(text: str) -> str:
    """A whole number out of :func:`whole_text`; ``5.5`` is null."""
    return (
        f"case when regexp_full_match({text}, '[+-]?[0-9]{{1,18}}') then cast({text} as bigint) end"
    )


def identity(ref: str) -> str:
    """An id as it stands, but for the ``.0`` that a spreadsheet put behind a whole number."""
    return (
        f"case when not contains({ref}, '.') then {ref} "
        f"when regexp_full_match({ref}, '[0-9]+[.]0+') "
        f"then regexp_replace({ref}, '[.]0+$', '') else {ref} end"
    )
