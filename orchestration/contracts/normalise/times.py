"""Dates and times: several formats, unknowns written as a date, years of two digits."""

from __future__ import annotations

from orchestration.contracts.normalise.text import literal

DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%m-%d-%Y", "%d-%b-%Y", "%Y/%m/%d")
UNKNOWN_DAYS = ("1900-01-01", "1800-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "9999-12-31",
                "1901-01-01", "0001-01-01")  # fmt: skip
"""What registrars and spreadsheets write when they do not know the day."""


def parsed(ref: str, formats: tuple[str, ...]) -> str:
    """The first format that fits, as a timestamp; those with years of four digits go first.

    strptime takes ``19`` for a ``%Y``, the year 19: where formats with ``%y`` stand beside, such
    a year is left to them, and else to whoever looks whether the day is a sensible one.
    """
    long = [fmt for fmt in formats if "%y" not in fmt]
    short = [fmt for fmt in formats if "%y" in fmt]
    if not (long and short):
        return _tried(ref, long or short)
    value = _tried(ref, long)
    return f"case when {value} >= timestamp '1000-01-01' then {value} else {_tried(ref, short)} end"


def _tried(ref: str, formats: list[str]) -> str:
    listed = ", ".join(literal(fmt) for fmt in formats)
    return f"try_strptime({ref}, {listed if len(formats) == 1 else f'[{listed}]'})"


def day_text(ref: str) -> str:
    """A date's text without a midnight or another time behind it."""
    time = "'[T ][0-9]{1,2}:[0-9]{2}.*$'"
    return f"case when contains({ref}, ':') then regexp_replace({ref}, {time}, '') else {ref} end"


def date_text(ref: str, formats: tuple[str, ...] = ()) -> str:
    """The date that a text spells, sensible or not; null when it spells none."""
    if not formats:
        return f"cast({parsed(day_text(ref), DATE_FORMATS)} as date)"
    keep_time = any("%H" in fmt or "%I" in fmt for fmt in formats)
    return f"cast({parsed(ref if keep_time else day_text(ref), formats)} as date)"


def date(day: str) -> str:
    """A day, or null when it is impossible or stands for "unknown"."""
    return (
        f"case when {day} between date '1753-01-02' and date '2199-12-31' "
        f"and not ({is_unknown_day(day)}) then {day} end"
    )


def birth_date(day: str, formats: tuple[str, ...], known_by: str) -> str:
    """A day of birth; null when unknown, before 1900-01-02, or after the day it was known by.

    A year of two digits that lands in the future is the century before: ``11/21/31`` is 1931.
    """
    if any("%y" in fmt for fmt in formats):
        day = (
            f"(case when {day} > {known_by} "
            f"then cast({day} - interval 100 year as date) else {day} end)"
        )
    unknown = "date '1901-01-01'"
    return (
        f"case when {day} > date '1900-01-01' and {day} <= {known_by} and {day} <> {unknown} "
        f"then {day} end"
    )


def is_unknown_day(day: str) -> str:
    """Whether a date out of :func:`date_text` means "unknown", so that null is right."""
    return " or ".join(f"{day} = date '{mark}'" for mark in UNKNOWN_DAYS)


def timestamp(ref: str, formats: tuple[str, ...], zone: str) -> str:
    """A moment in UTC; a time without an offset is local to ``zone``, a date is its midnight."""
    local = f"(try_cast({ref} as timestamp))"
    if formats:
        local = parsed(ref, formats)
    utc = local
    if zone != "UTC":
        utc = f"(({local} at time zone {literal(zone)}) at time zone 'UTC')"
    offset = f"(try_cast({ref} as timestamptz) at time zone 'UTC')"
    pattern = "[0-9]:[0-9.]+ ?(?:[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)$"
    with_offset = f"regexp_matches({ref}, '{pattern}')"
    return f"case when {with_offset} then {offset} else {utc} end"


def year(ref: str, known_by: str) -> str:
    """A year of birth out of ``1976``, ``197612``, ``19761203`` or ``1976.0``."""
    digits = f"regexp_extract({ref}, '^((?:19|20)[0-9]{{2}})(?:[0-9]{{2}}){{0,2}}(?:[.]0*)?$', 1)"
    value = f"try_cast({digits} as integer)"
    return f"case when {value} > 1900 and {value} <= year({known_by}) then {value} end"
