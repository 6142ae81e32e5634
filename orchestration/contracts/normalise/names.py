"""Names of people: upper case ASCII letters and blanks, suffix apart, whole names split."""

from __future__ import annotations

from orchestration.contracts.normalise.text import ascii_text, cases, without_apostrophes

_SUFFIX = {
    "JR": "JR", "JUNIOR": "JR", "SR": "SR", "SENIOR": "SR", "II": "II", "2ND": "II", "2": "II",
    "III": "III", "3RD": "III", "3": "III", "IV": "IV", "4TH": "IV", "4": "IV",
}  # fmt: skip
SUFFIXES = tuple(dict.fromkeys(_SUFFIX.values()))
SUFFIX_PATTERN = "JR|JUNIOR|SR|SENIOR|II|III|IV|2ND|3RD|4TH"
_CREDENTIALS = "MD|DO|DDS|DVM|PHD|ESQ|CPA|RN|USMC|RET"
_TITLES = "MR|MRS|MS|MISS|DR|REV|HON|SEN|REP|PROF|SGT|CAPT"
_PARTICLES = (
    "DE LA|DE LOS|DE|DEL|DELA|DI|DA|DU|LA|LE|VAN DER|VAN DEN|VAN|VON|DER|DEN|TEN|TER|ST|EL|AL|"
    "MC|MAC"
)


def name(ref: str) -> str:
    """A name part: ``O’Brien-Muñoz`` becomes ``OBRIEN MUNOZ``; nothing but letters is null.

    Apostrophes and full stops join, all else that is no letter parts.
    """
    joined = f"replace({without_apostrophes(f'upper({ascii_text(ref)})')}, '.', '')"
    return (
        f"nullif(case when regexp_full_match({ref}, '[A-Za-z]+(?: [A-Za-z]+)*') then upper({ref}) "
        f"else trim(regexp_replace({joined}, '[^A-Z]+', ' ', 'g')) end, '')"
    )


def name_line(ref: str) -> str:
    """A whole name in one field, normal but for commas and digits, which still mean something."""
    joined = f"replace({without_apostrophes(f'upper({ascii_text(ref)})')}, '.', '')"
    return (
        f"nullif(trim(regexp_replace(regexp_replace({joined}, '[^A-Z0-9,]+', ' ', 'g'), "
        f"' *,[ ,]*', ', ', 'g'), ' ,'), '')"
    )


def suffix(ref: str) -> str:
    """JR, SR, II, III or IV; a degree or a title is no suffix and null."""
    return cases(f"regexp_replace(upper({ref}), '[^A-Z0-9]', '', 'g')", _SUFFIX)


def suffix_in(ref: str) -> str:
    """The suffix at the end of a normal last name (``SMITH JR``), else null."""
    found = cases(f"regexp_extract({ref}, '[A-Z ]+ ({SUFFIX_PATTERN})$', 1)", _SUFFIX)
    return f"case when contains({ref}, ' ') then {found} end"


def without_suffix(ref: str) -> str:
    """A normal last name without the suffix at its end; a name that is all suffix stays."""
    return (
        f"case when not contains({ref}, ' ') then {ref} "
        f"when regexp_matches({ref}, ' (?:{SUFFIX_PATTERN})$') then "
        f"regexp_replace({ref}, ' (?:{SUFFIX_PATTERN})$', '') else {ref} end"
    )


def first_of(ref: str, has_middle: str) -> str:
    """A given name without a trailing initial (``JOHN A``), if that initial has no other place."""
    return (
        f"case when {has_middle} or not contains({ref}, ' ') then {ref} "
        f"else regexp_replace({ref}, '^([A-Z ]+[A-Z]) [A-Z]$', '\\1') end"
    )


def initial_in(ref: str) -> str:
    """The trailing initial of a given name (``JOHN A``), else null."""
    found = f"regexp_extract({ref}, '^[A-Z ]+[A-Z] ([A-Z])$', 1)"
    return f"case when contains({ref}, ' ') then nullif({found}, '') end"


def line_core(ref: str) -> str:
    """A name line without titles before it and suffixes and degrees after it."""
    tail = f"(?:,? (?:{SUFFIX_PATTERN}|{_CREDENTIALS}))*"
    return (
        f"regexp_replace(regexp_replace({ref}, '^(?:(?:{_TITLES}) )+', ''), '^(.+?){tail}$', '\\1')"
    )


def line_suffix(ref: str) -> str:
    """The suffix of a name line, at its end or before its comma, else null."""
    degrees = f"(?:,? (?:{_CREDENTIALS}))*"
    at_end = f"regexp_extract({ref}, '[ ,]({SUFFIX_PATTERN}){degrees}$', 1)"
    before = f"regexp_extract({ref}, '^[^,]+ ({SUFFIX_PATTERN}){degrees},', 1)"
    return cases(f"coalesce(nullif({at_end}, ''), {before})", _SUFFIX)


def split_core(ref: str, part: str) -> str:
    """First, middle or last name out of a line's core, still with any digits in it.

    ``LAST, FIRST MIDDLE`` and ``FIRST MIDDLE LAST`` both; particles (``VAN DER``) stay with the
    last name, and one word alone is a given name.
    """
    comma = f"^([^,]+?)(?: (?:{SUFFIX_PATTERN}|{_CREDENTIALS}))*, ?([^ ,]+)(?: (.*))?$"
    plain = f"^([^ ]+)(?: (?:(.*?) )??((?:(?:{_PARTICLES}) )*[^ ]+))?$"
    in_comma = {"last": 1, "first": 2, "middle": 3}[part]
    in_plain = {"first": 1, "middle": 2, "last": 3}[part]
    return (
        f"nullif(case when contains({ref}, ',') then regexp_extract({ref}, '{comma}', {in_comma}) "
        f"else regexp_extract({ref}, '{plain}', {in_plain}) end, '')"
    )
