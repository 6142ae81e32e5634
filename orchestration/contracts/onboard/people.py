"""Which columns of any list say what of a person, for whoever compares people.

The same reading of names and values as for a contract, without a contract: nothing is asked, for
a wrong column costs a comparison and not a record. What is done with them is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from orchestration.contracts.onboard.candidates import Candidate, candidates
from orchestration.contracts.onboard.profile import profile
from orchestration.contracts.onboard.readings import promoted, reading_of
from orchestration.contracts.traits import refused_trait

FIELDS = {
    "first_name": "first_name", "middle_name": "middle_name", "last_name": "last_name",
    "full_name": "full_name", "suffix": "suffix", "gender": "gender", "birth_date": "birth_date",
    "birth_year": "birth_year", "birth_month": "birth_month", "birth_day": "birth_day",
    "age": "age", "email": "email", "house_number": "house_number", "street_name": "street",
    "address_line": "address_line", "city": "city", "state": "state", "zip5": "zip",
    "county": "county", "state_id": "state_id", "party_id": "party_id",
    "national_id": "national_id", "phone_mobile": "phone", "phone_any": "phone",
    "phone_home": "phone", "phone_second": "phone",
}  # fmt: skip
"""Fields of the vocabulary that say something of a person, with the names they have here."""
LEAST, BELIEVED = 0.5, 0.85
_MARK = re.compile(r"_?(?:1[5-9]|20)\d\d$|_[ablr]$")
"""The year of a list, or its side, behind a name: ``fname_1915``, ``surname_l``."""


def people_columns(
    columns: Sequence[str], cells: Mapping[str, Sequence[str | None]], this_year: int
) -> dict[str, str]:
    """The column of each field that a list has.

    Args:
        columns: Those that may be used.
        cells: Some of each column's cells; what a name says is held against them.
        this_year: To tell births from other dates.
    """
    kept = [name for name in columns if refused_trait(name) is None]
    profiles = {name: profile(cells[name], at) for at, name in enumerate(kept)}
    readings = promoted({name: reading_of(_unmarked(name), "contact") for name in kept}, "contact")
    listed = candidates(readings, profiles, "contact", this_year, wanted=FIELDS, least=0.0)
    chosen: dict[str, Candidate] = {}
    used: set[str] = set()
    for candidate in listed:
        # a plain name is believed: people are born in any century, and codes differ by country
        if (
            max(candidate.total, candidate.named - BELIEVED + LEAST) < LEAST
            or candidate.column in used
        ):
            continue
        field = FIELDS[candidate.field]
        field = "phone_2" if field == "phone" and "phone" in chosen else field
        if field not in chosen:
            chosen[field] = candidate
            used.add(candidate.column)
    return {field: candidate.column for field, candidate in chosen.items()}


def _unmarked(name: str) -> str:
    return _MARK.sub("", name) or name
