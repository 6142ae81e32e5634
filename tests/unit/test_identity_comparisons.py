"""Each comparison on pairs that this field knows: which level a pair of values is at."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.identity.comparisons import COMPARISONS, LINK_COLUMNS, RARITY_COLUMNS, settings
from orchestration.identity.short_names import related_names

TYPES = {"birth_date": "date", "birth_year": "integer", "birth_month": "integer",
         "nicks": "varchar[]", "last_tokens": "varchar[]"}  # fmt: skip
DAY = date(1960, 2, 3)
HOME = {"house_number": "12", "street": "OAK ST", "zip5": "50010", "county_fips": "19169"}
PHONE = "+15155550001"


def person(**given: Any) -> dict[str, Any]:
    """A row with the columns that are derived from others filled in."""
    row = dict.fromkeys(LINK_COLUMNS) | {"nicks": [], "last_tokens": []} | given
    if first := row["first_name"]:
        row["first_token"] = first.split()[0]
        row["nicks"] = sorted(related_names().get(row["first_token"], ()))
    if row["last_name"]:
        row["last_tokens"] = row["last_name"].split()
    if row["birth_date"]:
        row["birth_year"], row["birth_month"] = row["birth_date"].year, row["birth_date"].month
    return row


def level(name: str, left: dict[str, Any], right: dict[str, Any]) -> str | None:
    """The level of one comparison, as Splink would find it."""
    (comparison,) = (c for c in COMPARISONS if c.name == name)
    sides = {f"{k}_{s}": v for s, row in (("l", left), ("r", right)) for k, v in row.items()}
    columns = ", ".join(f"?::{TYPES.get(c[:-2], 'varchar')} as {c}" for c in sides)
    cases = " ".join(
        f"when {each.sql} then '{each.name.replace(chr(39), chr(39) * 2)}'"
        for each in comparison.levels[:-1]
    )
    last = comparison.levels[-1].name
    sql = f"select case when {comparison.null} then null {cases} else '{last}' end from pair"
    with duckdb.connect() as con:
        con.execute(f"create table pair as select {columns}", list(sides.values()))
        found: str | None = con.execute(sql).fetchall()[0][0]
    return found


@pytest.mark.parametrize(
    ("name", "left", "right", "expected"),
    [
        ("first_name", {"first_name": "ANNA"}, {"first_name": "ANNA"}, "equal"),
        ("first_name", {"first_name": "BILL"}, {"first_name": "WILLIAM"}, "short form"),
        ("first_name", {"first_name": "MARY ANN"}, {"first_name": "MARY"}, "equal first word"),
        ("first_name", {"first_name": "MICHEAL"}, {"first_name": "MICHAEL"}, "nearly equal"),
        ("first_name", {"first_name": "J"}, {"first_name": "JOHN"}, "initial"),
        ("first_name", {"first_name": "LEE"}, {"first_name": "JOHN", "middle_name": "LEE"},
         "is the middle name"),
        ("first_name", {"first_name": "OVERMAN", "last_name": "ANNA"},
         {"first_name": "ANNA", "last_name": "OVERMAN"}, "exchanged with surname"),
        ("last_name", {"last_name": "SMITH"}, {"last_name": "SMITH JONES"},
         "one part of a double name"),
        ("last_name", {"last_name": "SMYTHE"}, {"last_name": "SMYTHES"},
         "one part of a double name"),
        ("last_name", {"last_name": "OVERMAN"}, {"last_name": "OVERMANN"},
         "one part of a double name"),
        ("last_name", {"last_name": "OVERMAN"}, {"last_name": "OVREMAN"}, "nearly equal"),
        ("last_name", {"last_name": "OVERMAN", "gender": "F"}, {"last_name": "KRAMER"},
         "differs, a woman's"),
        ("last_name", {"last_name": "OVERMAN", "gender": "M"}, {"last_name": "KRAMER"}, "differs"),
        ("middle_initial", {"middle_initial": "A"}, {"middle_initial": "B"}, "differs"),
        ("middle_initial", {"middle_initial": "A"}, {}, None),
        ("suffix", {"suffix": "JR"}, {"suffix": "SR"}, "differs"),
        ("suffix", {"suffix": "JR"}, {}, "one lacks it"),
        ("suffix", {}, {}, None),
        ("birth", {"birth_date": date(1960, 2, 3)}, {"birth_date": date(1960, 3, 2)},
         "day and month exchanged"),
        ("birth", {"birth_date": DAY}, {"birth_date": date(1961, 2, 3)}, "one digit off"),
        ("birth", {"birth_date": DAY}, {"birth_date": date(1960, 2, 19)}, "equal in two of three"),
        ("birth", {"birth_date": DAY}, {"birth_year": 1960}, None),
        ("birth_year", {"birth_date": DAY}, {"birth_year": 1960}, "equal year"),
        ("birth_year", {"birth_date": DAY}, {"birth_year": 1959}, "one year off"),
        ("birth_year", {"birth_date": DAY}, {"birth_date": DAY}, None),
        ("address", HOME, HOME, "equal"),
        ("address", HOME, HOME | {"zip5": "50011"}, "equal house and street"),
        ("address", HOME, HOME | {"street": "OAKS ST"}, "nearly equal"),
        ("address", HOME, HOME | {"house_number": "14"}, "equal street and zip"),
        ("address", HOME, HOME | {"street": "ELM RD"}, "equal zip"),
        ("address", HOME, HOME | {"street": "ELM RD", "zip5": "50014"}, "equal county"),
        ("place", {"zip5": "50010"}, HOME, "equal zip"),
        ("place", HOME, HOME, None),
        ("town", {"city": "AMES", "area": "+1515"}, HOME | {"city": "AMES", "area": "+1515"},
         "equal town"),
        ("town", {"area": "+1515"}, HOME | {"area": "+1515"}, "equal area"),
        ("town", {"area": "+1515"}, HOME | {"area": "+1319"}, "differs"),
        ("phone", {"phone": PHONE, "solo_phone": PHONE}, {"phone": PHONE, "solo_phone": PHONE},
         "equal, one person's"),
        ("phone", {"phone": PHONE}, {"phone": PHONE}, "equal, a household's"),
        ("phone", {"phone": PHONE}, {"phone": "+15155550009", "phone_2": PHONE},
         "equal, a household's"),
        ("email", {"email": "a@b.example"}, {"email": "a@b.example"}, "equal, a household's"),
    ],
)  # fmt: skip
def test_a_pair_is_at_the_level_this_field_expects(
    name: str, left: dict[str, Any], right: dict[str, Any], expected: str | None
) -> None:
    assert level(name, person(**left), person(**right)) == expected


def test_rare_names_weigh_more() -> None:
    adjusted = {
        entry["tf_adjustment_column"]
        for comparison in settings(0.1)["comparisons"]
        for entry in comparison["comparison_levels"]
        if "tf_adjustment_column" in entry
    }
    assert adjusted == set(RARITY_COLUMNS)


def test_every_column_that_a_comparison_reads_is_handed_over() -> None:
    with duckdb.connect() as con:
        for side in "lr":
            columns = ", ".join(
                f"null::{TYPES.get(c, 'varchar')} as {c}_{side}" for c in LINK_COLUMNS
            )
            con.execute(f"create table side_{side} as select {columns}")
        for comparison in COMPARISONS:
            for condition in (comparison.null, *(each.sql for each in comparison.levels[:-1])):
                con.execute(f"select {condition} from side_l, side_r")
