"""Normal forms for any text: the same twice as once, in the promised alphabet, never a crash."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.normalise.parsers import Situation, reading_sql

CON = duckdb.connect(":memory:", config={"threads": 1})
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
LIKE_ADDRESSES = st.from_regex(
    r"[0-9]{1,5} (North|N|West|SAINT)? ?[A-Za-z']{1,8} (Street|Ave|RD|North|Lake)"
    r"( (Apt|#|Unit) ?[0-9A-Z]{1,3})?",
    fullmatch=True,
)
LIKE_PHONES = st.from_regex(
    r"\+?1?[ (]{0,2}[0-9]{3}[) .-]{0,2}[0-9]{3}[ .-]?[0-9]{4}( ?x[0-9]{1,3})?", fullmatch=True
)
PATTERNS = {
    "name": "[A-Z]+( [A-Z]+)*",
    "phone": r"\+1[2-9]\d{2}[2-9]\d{6}",
    "zip": r"\d{5}",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "state": "[A-Z]{2}",
    "suffix": "JR|SR|II|III|IV",
    "gender": "F|M",
    "party": "REP|DEM|LIB|NOP|OTH",
}
TWICE = (*PATTERNS, "city", "county", "house_number", "unit", "street", "code", "id", "full_name")


def read_all(kind: str, texts: list[str], *formats: str) -> list[object]:
    situation = Situation(formats, "America/Chicago", "date '2016-01-20'")
    query = reading_sql(kind, "select unnest(?::varchar[]) as v", situation)
    return [row[0] for row in CON.execute(query, [texts]).fetchall()]


def read(kind: str, text: str, *formats: str) -> object:
    return read_all(kind, [text], *formats)[0]


@pytest.mark.parametrize("kind", TWICE)
@settings(max_examples=12)
@given(texts=st.lists(st.one_of(TEXTS, LIKE_ADDRESSES, LIKE_PHONES), min_size=1, max_size=40))
def test_normal_is_normal_already(kind: str, texts: list[str]) -> None:
    once = [str(value) for value in read_all(kind, texts) if value is not None]
    assert read_all(kind, once) == once
    if kind in PATTERNS:
        assert all(re.fullmatch(PATTERNS[kind], value) for value in once)


@given(digits=st.from_regex(r"[2-9][0-8][2-9][2-9][2-9][2-9][0-9]{4}", fullmatch=True))
def test_a_phone_is_the_same_in_any_dress(digits: str) -> None:
    plain = read("phone", digits)
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    for dressed in (
        f"({area}) {exchange}-{line}", f"1{digits}", f"+1 {area}.{exchange}.{line}", f"{digits}.0"
    ):  # fmt: skip
        assert read("phone", dressed) == plain


@given(day=st.dates(), fmt=st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%Y%m%d"]))
def test_a_date_is_the_same_in_any_format(day: object, fmt: str) -> None:
    text = day.strftime(fmt)  # type: ignore[attr-defined]
    if day.year >= 1000:  # type: ignore[attr-defined]
        assert read("date", text) == read("date", text, fmt) == read("date", text + " 00:00:00")


@given(zipcode=st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_a_zip_survives_a_spreadsheet(zipcode: str) -> None:
    plain = read("zip", zipcode)
    assert read("zip", f"{zipcode}-1234") == read("zip", f"{zipcode}.0") == plain
    if int(zipcode) >= 100:
        assert read("zip", str(int(zipcode))) == plain


@pytest.mark.parametrize("kind", ["date", "birth_date", "timestamp", "year", "integer", "double"])
@settings(max_examples=12)
@given(texts=st.lists(TEXTS, min_size=1, max_size=40))
def test_any_text_is_read_or_null(kind: str, texts: list[str]) -> None:
    assert len(read_all(kind, texts)) == len(texts)
