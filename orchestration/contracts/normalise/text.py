"""Plain text: SQL literals, trimming, ASCII and codes; the ground the other modules stand on."""

from __future__ import annotations

from collections.abc import Mapping

BLANKS = " \t\r\n\x0b\x0c\u00a0\u2007\u202f\u200b\ufeff"
_MARKS = {
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201b": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-",
    "\u00a0": " ", "\u2007": " ", "\u202f": " ",
    "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Ħ": "H", "ħ": "h",
    "Ð": "D", "ð": "d",
}  # fmt: skip
_PAIRS = {"ß": "SS", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th"}


def literal(value: str) -> str:
    """A text as a SQL literal, whatever is in it; a NUL, which none may hold, is spelled out."""
    quoted = "'" + value.replace("'", "''") + "'"
    return quoted if "\0" not in value else "(" + quoted.replace("\0", "' || chr(0) || '") + ")"


def identifier(name: str) -> str:
    """A column's name quoted for SQL, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def clean(ref: str, blanks: str = "odd") -> str:
    """A cell without the blanks around it, null when nothing is left (one space is empty).

    Trimming spaces costs as much as reading a cell, and other blanks four times as much: a reader
    that knows its file better says ``spaces`` or ``none``, for the same result. ``none`` says as
    well that an empty cell is null already.
    """
    if blanks == "none":
        return ref
    marks = f", {literal(BLANKS)}" if blanks == "odd" else ""
    return f"nullif(trim({ref}{marks}), '')"


def ascii_text(ref: str) -> str:
    """Without accents and with plain quotes and dashes; ß, Æ and Þ are spelled out.

    Letters of other scripts stay as they are; ``names.name`` then drops them. Most words need
    nothing, most of the others only their accents off; ``translate`` takes ten times as long.
    """
    keys, values = "".join(_MARKS), "".join(_MARKS.values())
    text = f"translate({ref}, {literal(keys)}, {literal(values)})"
    for letter, letters in _PAIRS.items():
        text = f"replace({text}, {literal(letter)}, {literal(letters)})"
    bare = f"strip_accents({ref})"
    return (
        f"case when strlen({ref}) = length({ref}) then {ref} "
        f"when strlen({bare}) = length({bare}) then {bare} else strip_accents({text}) end"
    )


def without_apostrophes(text: str) -> str:
    """A text without apostrophes, straight or as a backtick; curly ones are straight by then."""
    return f"replace(replace({text}, '''', ''), '`', '')"


def upper_text(ref: str) -> str:
    """Upper case ASCII with single blanks and no full stops or commas, as places are written."""
    return (
        f"nullif(case when regexp_full_match({ref}, '[A-Za-z0-9]+(?: [A-Za-z0-9]+)*') "
        f"then upper({ref}) else trim(regexp_replace("
        f"{without_apostrophes(f'upper({ascii_text(ref)})')}, '[^A-Z0-9&/#-]+', ' ', 'g')) end, '')"
    )


def word(ref: str, number: int) -> str:
    """A word of several by its number; -1 is the last.

    Not ``split_part``: DuckDB 2.0 cannot compare it inside nested cases when a file's whole
    column is null ("BindBuiltinScalarFunction did not return ..."); try it again after an upgrade.
    """
    return f"string_split({ref}, ' ')[{number}]"


def code(ref: str) -> str:
    """A code: lower case, words joined by underscores."""
    return (
        f"nullif(case when regexp_full_match({ref}, '[a-z0-9_]+') then {ref} else "
        f"regexp_replace(lower(trim({ref})), '[\\s-]+', '_', 'g') end, '')"
    )


def cases(ref: str, table: Mapping[str, str], otherwise: str = "null") -> str:
    """A code list as SQL; what is not in it becomes ``otherwise``.

    A long one is a map: it runs as fast as a ``case`` and is planned in half the time, which
    small files feel.
    """
    if len(table) <= 8:
        whens = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in table.items())
        return f"case {ref} {whens} else {otherwise} end"
    pairs = ", ".join(f"{literal(k)}: {literal(v)}" for k, v in table.items())
    found = f"(map {{{pairs}}})[{ref}]"
    return found if otherwise == "null" else f"coalesce({found}, {otherwise})"
