"""Which steps read which kind of column: the table from ``parse:`` to SQL.

A kind is read in steps, each a function from a column reference to SQL text, because DuckDB does
not share work inside a ``case``; the mapping gives each step a layer of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from orchestration.contracts.normalise import codes, names, places, reach, text, times

Step = Callable[[str], str]

UNREADABLE_KINDS = frozenset(
    {
        "date", "birth_date", "timestamp", "year", "integer", "decimal", "double", "boolean",
        "party", "zip", "state",
    }
)  # fmt: skip
"""Kinds whose unreadable text is worth keeping: the others keep it in a ``_given`` column."""

NOUNS = {
    "date": "a date", "birth_date": "a past date", "timestamp": "a time", "year": "a year",
    "integer": "a whole number", "decimal": "a number", "double": "a number",
    "boolean": "yes or no", "phone": "a US phone number", "email": "an e-mail address",
    "zip": "a ZIP code", "state": "a state", "party": "a party", "gender": "F or M",
    "name": "a name", "full_name": "a name",
}  # fmt: skip


OUTCOMES: dict[str, tuple[str, ...]] = {
    "gender": codes.GENDERS,
    "party": codes.PARTIES,
    "suffix": names.SUFFIXES,
}
"""All that a kind of short code can be read as."""


@dataclass(frozen=True)
class Situation:
    """What reading depends on beside the text: formats, the files' zone, the day it was known by.

    ``known_by`` is SQL of a date: a birth date after it is impossible.
    """

    formats: tuple[str, ...] = ()
    zone: str = "UTC"
    known_by: str = "date '2199-12-31'"


def _cast(ref: str, type_: str) -> str:
    return f"try_cast({ref} as {type_})"


def _same(ref: str) -> str:
    return ref


def steps_for(kind: str, situation: Situation) -> tuple[Step, ...]:
    """The steps that read one kind of column from clean text.

    Raises:
        KeyError: there is no such kind.
    """
    formats, zone, known_by = situation.formats, situation.zone, situation.known_by
    days = partial(times.date_text, formats=formats)
    table: dict[str, tuple[Step, ...]] = {
        "text": (_same,),
        "id": (codes.identity,),
        "code": (text.code,),
        "name": (names.name,),
        "full_name": (names.name_line, names.name),
        "suffix": (names.suffix,),
        "gender": (codes.gender,),
        "party": (codes.party,),
        "phone": (reach.phone_digits, reach.phone),
        "email": (reach.email_text, reach.email),
        "zip": (places.zip5,),
        "state": (places.state,),
        "county": (text.upper_text, places.county),
        "city": (text.upper_text, places.city),
        "house_number": (places.house_number,),
        "street": (text.upper_text, places.street_end, places.street),
        "address": (text.upper_text,),
        "unit": (places.unit,),
        "date": (days, times.date),
        "birth_date": (days, partial(times.birth_date, formats=formats, known_by=known_by)),
        "timestamp": (partial(times.timestamp, formats=formats, zone=zone),),
        "year": (partial(times.year, known_by=known_by),),
        "integer": (codes.whole_text, codes.integer),
        "decimal": (codes.number,),
        "double": (codes.number, partial(_cast, type_="double")),
        "boolean": (codes.boolean,),
    }
    return table[kind]


def reading_sql(kind: str, source: str, situation: Situation | None = None) -> str:
    """A query that reads column ``v`` (raw text) of ``source`` as ``kind``; for small uses."""
    query = f"select {text.clean('v')} as v from ({source})"
    for step in steps_for(kind, situation or Situation()):
        query = f"select {step('v')} as v from ({query})"
    return query
