"""A crowded little county for late deliveries: everybody shares something with somebody.

Few names, homes, births, phones and emails, so that one more record makes a phone a household's, a
key two people's, a block too large or an address a crowd. What a delivery changes is drawn here;
what must hold afterwards is in the tests.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

FIRST = ["ANNA", "ANNE", "ROBERT", "BOB", "MARIA", "JOHN", "J"]
LAST = ["OVERMAN", "OVERMANN", "KRUSE", "DE LA CRUZ", "MILLER"]
STREETS = [("12", "OAK ST"), ("14", "OAK ST"), ("7", "ELM AVE"), ("9", "MAIN ST")]
PLACES = [("50010", "19169", "AMES"), ("50011", "19169", "AMES"), ("50309", "19153", "DES MOINES")]
BIRTHS = [date(1950 + 3 * n, 1 + n % 12, 2 + n) for n in range(12)]
MARKS = ["phone", "phone_2", "email", "birth_date", "first_name", "last_name", "middle_name",
         "suffix", "gender", "state_id", "address"]  # fmt: skip
ADDRESS = ["house_number", "street", "zip5", "city", "county_fips"]
NOW = datetime(2016, 1, 5)


def people(count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """So many people, in few homes."""
    found = []
    for number in range(count):
        house, street = STREETS[rng.integers(len(STREETS))]
        zip5, county, city = PLACES[rng.integers(len(PLACES))]
        born = BIRTHS[rng.integers(len(BIRTHS))]
        first = FIRST[rng.integers(len(FIRST))]
        found.append({
            "state_id": f"IA:{number}", "party_id": None, "first_name": first,
            "middle_name": _maybe(rng, "ABC"), "last_name": LAST[rng.integers(len(LAST))],
            "suffix": rng.choice(["JR", "SR", None], p=[0.1, 0.1, 0.8]),
            "gender": rng.choice(["F", "M", None]), "birth_date": born, "birth_year": born.year,
            "phone": _maybe(rng, [f"+1515555{n:04d}" for n in range(20)]),
            "phone_2": _maybe(rng, [f"+1515555{n:04d}" for n in range(20)], 0.2),
            "email": _maybe(rng, [f"home{n}@mail.example" for n in range(16)]),
            "house_number": house, "street": street, "zip5": zip5, "city": city,
            "county_fips": county, "state": "IA",
        })  # fmt: skip
    return found


def voters(all_people: list[dict[str, Any]]) -> pd.DataFrame:
    """Three in four of the people, as the party's file has them."""
    rows = [p | {"record_key": f"party/voterfile:{p['state_id'][3:]}"} for p in all_people]
    return pd.DataFrame([row for n, row in enumerate(rows) if n % 4])


def record(
    number: int, all_people: list[dict[str, Any]], rng: np.random.Generator
) -> dict[str, Any]:
    """One record of somebody, with much missing and something wrong."""
    who = dict(all_people[rng.integers(len(all_people))])
    source = rng.choice(["website", "events", "vendor_a"])
    who |= {
        "record_key": f"{source}/people:{number}", "source": source, "feed": "people",
        "entity": "trait" if source == "vendor_a" else "contact",
        "data_time": NOW + timedelta(minutes=int(rng.integers(10_000))),
    }  # fmt: skip
    if rng.random() < 0.9:
        who["state_id"] = None
    for column in ("phone", "phone_2", "email", "birth_date", "middle_name", "suffix", "gender"):
        if rng.random() < 0.35:
            who[column] = None
    if rng.random() < 0.35:
        who |= dict.fromkeys(ADDRESS)
    if who["birth_date"] is None and rng.random() < 0.6:
        who["birth_year"] = None
    return changed(who, all_people, rng) if rng.random() < 0.3 else who


def changed(
    row: dict[str, Any], all_people: list[dict[str, Any]], rng: np.random.Generator
) -> dict[str, Any]:
    """The same record with one thing of somebody else's, or with one thing less."""
    other = all_people[rng.integers(len(all_people))]
    mark = MARKS[rng.integers(len(MARKS))]
    columns = ADDRESS if mark == "address" else [mark]
    keep = rng.random() < 0.8
    return row | {column: other[column] if keep else None for column in columns}


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Records as staging has them; dates stay dates where a column is empty."""
    table = pd.DataFrame(rows)
    for column in ("birth_date", "data_time"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return table


def _maybe(rng: np.random.Generator, of: Any, share: float = 0.6) -> Any:
    return of[rng.integers(len(of))] if rng.random() < share else None
