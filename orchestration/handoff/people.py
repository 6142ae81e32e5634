"""People of a release one at a time: found by name, phone or email, and all that is known of one.

The one place from which a person's values reach a screen. Who may look and that a look is written
down is ``views``'s, through which everybody comes; what goes onto a list is ``lists``'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from orchestration.lake import connect, sql_path
from orchestration.release.read import Release
from orchestration.settings import Settings, UserError
from orchestration.settings.access import EVERYWHERE

if TYPE_CHECKING:
    import duckdb

By = Literal["name", "phone", "email"]
MOST_FOUND = 25
LEAST_LETTERS = 3
LONGEST_SEARCH = 80

_WITHIN = """
(
    list_contains($places, $everywhere)
    or list_contains($places, persons.precinct_id)
    or list_contains($places, persons.county_fips)
)
and not coalesce(persons.is_deletion, false)
"""
_LETTERS = "regexp_replace(strip_accents(upper({})), '[^A-Z]', '', 'g')"
_BY: Mapping[By, str] = {
    "name": (
        f"len(list_filter($words, lambda w: not ("
        f"starts_with({_LETTERS.format('last_name')}, w)"
        f" or starts_with({_LETTERS.format('first_name')}, w)))) = 0"
    ),
    "phone": "person_id in (select person_id from known where phone = $words[1])",
    "email": "person_id in (select person_id from known where lower(email) = $words[1])",
}
_FOUND = f"""
with known as (
    select person_id, phone, email from read_parquet({{persons}})
    union all
    select person_id, phone, email from read_parquet({{contacts}})
)

select
    person_id,
    concat_ws(' ', first_name, middle_name, last_name, suffix) as name,
    age_on_contest,
    city,
    precinct_id
from read_parquet({{persons}}) as persons
where {{by}} and {_WITHIN}
order by last_name, first_name, person_id
limit {MOST_FOUND + 1}
"""


@dataclass(frozen=True)
class Found:
    """One line of a search: enough to tell two people of a name apart."""

    person_id: str
    name: str
    age: int | None
    city: str
    precinct_id: str


@dataclass(frozen=True)
class Search:
    """What a search came to; ``is_cut`` says that more were found than are told."""

    by: By
    people: tuple[Found, ...]
    is_cut: bool


@dataclass(frozen=True)
class Value:
    """One value of a field.

    Attributes:
        sources: Who says so.
        newest: When the newest of them was so, if known.
        is_chosen: It is the one that lists use; the others stand beside it.
    """

    field: str
    text: str
    sources: tuple[str, ...]
    newest: date | None
    is_chosen: bool


@dataclass(frozen=True)
class Score:
    """A chance with its interval, in which group of people it was learnt."""

    model: str
    probability: float
    low: float
    high: float
    group: str


@dataclass(frozen=True)
class Person:
    """All that a release tells of one person.

    Attributes:
        kind: ``voter``, or what somebody is who is on no file.
        party: As registered; empty when unknown.
        links: Rows of evidence: record, source, method, rule, chance, and a finding.
        reasons: Of each audience they are in: its name and why.
        engagements: Newest first: day, kind, source, what came of it.
        ways: door, phone, text, mail and email, and why not; empty where it may be used.
    """

    person_id: str
    name: str
    kind: str
    is_eligible: bool
    party: str
    precinct_id: str
    values: tuple[Value, ...]
    links: tuple[tuple[str, ...], ...]
    scores: tuple[Score, ...]
    reasons: tuple[tuple[str, str], ...]
    engagements: tuple[tuple[str, ...], ...]
    ways: Mapping[str, str]


def question(text: str) -> tuple[By, list[str]]:
    """What a search asks for: by what, and its words as the release writes them.

    Raises:
        UserError: it is too long, or too short to mean few people. The text is not repeated.
    """
    asked = text.strip()
    if len(asked) > LONGEST_SEARCH:
        raise UserError(
            f"a search has at most {LONGEST_SEARCH} characters and this has {len(asked):,}; "
            "write a name, a phone number or an email address"
        )
    if "@" in asked:
        return "email", [asked.lower()]
    digits = re.sub(r"\D", "", asked)
    if digits and not re.search(r"[^\W\d_]", asked):
        if len(digits) not in (10, 11):
            raise UserError("write a phone number with its area code, as 515 555 0100")
        return "phone", [f"+1{digits[-10:]}"]
    words = [_plain(word) for word in re.split(r"[\s,]+", asked)]
    words = [word for word in words if word]
    if max(map(len, words), default=0) < LEAST_LETTERS:
        raise UserError(
            f"write at least {LEAST_LETTERS} letters of a name, or a whole phone number or email"
        )
    return "name", words


def find(settings: Settings, release: Release, places: Sequence[str], text: str) -> Search:
    """People by the beginning of their names, or by a whole phone number or email.

    Args:
        settings: The campaign and its home.
        release: Whose people.
        places: Precinct ids and county FIPS within which somebody may look; ``all`` is everywhere.
        text: What was typed.

    Raises:
        UserError: the search is too long or too short.
    """
    by, words = question(text)
    query = _FOUND.format(
        persons=sql_path(release.table("marts/persons")),
        contacts=sql_path(release.table("marts/contacts")),
        by=_BY[by],
    )
    with connect(settings.home, settings.memory) as con:
        rows = con.execute(
            query, {"words": words, "places": list(places), "everywhere": EVERYWHERE}
        ).fetchall()
    people = tuple(
        Found(person_id, name or "no name", age, city or "", precinct or "")
        for person_id, name, age, city, precinct in rows[:MOST_FOUND]
    )
    return Search(by, people, len(rows) > MOST_FOUND)


def is_within(
    con: duckdb.DuckDBPyConnection, release: Release, person_id: str, places: Sequence[str]
) -> bool:
    """Whether the release has this person in one of these places."""
    query = (
        f"select count(*) from read_parquet({sql_path(release.table('marts/persons'))}) as persons "
        f"where person_id = $person and {_WITHIN}"
    )
    row = con.execute(
        query, {"person": person_id, "places": list(places), "everywhere": EVERYWHERE}
    ).fetchone()
    return bool(row and row[0])


def _plain(word: str) -> str:
    import unicodedata

    bare = unicodedata.normalize("NFKD", word).upper()
    return re.sub(r"[^A-Z]", "", bare)


def as_day(value: Any) -> date | None:
    """The day of a moment or day; ``None`` stays."""
    return value.date() if isinstance(value, datetime) else value
