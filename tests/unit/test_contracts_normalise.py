"""Normal forms, case by case: what real files hold and what it must become."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import duckdb
import pytest

from orchestration.contracts.normalise import names, places
from orchestration.contracts.normalise.parsers import Situation, reading_sql
from orchestration.contracts.normalise.text import upper_text

KNOWN_BY = "date '2016-01-20'"


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


def read(con: duckdb.DuckDBPyConnection, kind: str, text: str, *formats: str) -> object:
    query = reading_sql(
        kind, "select ?::varchar as v", Situation(formats, "America/Chicago", KNOWN_BY)
    )
    row = con.execute(query, [text]).fetchone()
    assert row is not None
    return row[0]


CASES = [
    ("name", "O’Brien-Muñoz", "OBRIEN MUNOZ"),
    ("name", "de la Cruz", "DE LA CRUZ"),
    ("name", " ", None),
    ("name", "\u00a0\t", None),
    ("name", "Großmann", "GROSSMANN"),
    ("name", "Łukasz", "LUKASZ"),
    ("name", "Иван", None),
    ("suffix", "Jr.", "JR"),
    ("suffix", "3rd", "III"),
    ("suffix", "MD", None),
    ("phone", "(515) 555-0142", "+15155550142"),
    ("phone", "+1 515.555.0142 ext. 12", "+15155550142"),
    ("phone", "1-515-555-0142", "+15155550142"),
    ("phone", "5155550142.0", "+15155550142"),
    ("phone", "0000000000", None),
    ("phone", "9999999999", None),
    ("phone", "4115550142", None),
    ("phone", "+44 20 7946 0958", None),
    ("phone", "515-0142", None),
    ("phone", "5.15E+09", None),
    ("email", " A.B@Example.org ", "a.b@example.org"),
    ("email", "mailto:x@y.com", "x@y.com"),
    ("email", "Bob <bob@x.co>", "bob@x.co"),
    ("email", "a@x.com; b@y.com", "a@x.com"),
    ("email", "x'y@z.org", "x'y@z.org"),
    ("email", "a@b", None),
    ("email", "a..b@x.com", None),
    ("email", "none@none.com", None),
    ("zip", "27517.0", "27517"),
    ("zip", "50309-1234", "50309"),
    ("zip", "503091234", "50309"),
    ("zip", "2906", "02906"),
    ("zip", "601.0", "00601"),
    ("zip", "K1A 0B6", None),
    ("zip", "00000", None),
    ("state", "Iowa", "IA"),
    ("state", "ia", "IA"),
    ("state", "XX", None),
    ("city", "Saint  Louis", "ST LOUIS"),
    ("city", "St. Louis", "ST LOUIS"),
    ("county", "O'Brien County", "OBRIEN"),
    ("county", "POLK", "POLK"),
    ("house_number", "417.0", "417"),
    ("house_number", "0417", "417"),
    ("unit", "Apt. 2B", "2B"),
    ("unit", "#2B", "2B"),
    ("unit", "North", "NORTH"),
    ("street", "North Elm Street", "N ELM ST"),
    ("street", "Elm Ave. North", "ELM AVE N"),
    ("street", "North St", "NORTH ST"),
    ("street", "NORTHEAST 12TH AVENUE", "NE 12TH AVE"),
    ("street", "West", "WEST"),
    ("gender", "female", "F"),
    ("gender", "U", None),
    ("party", "Republican", "REP"),
    ("party", "No Party", "NOP"),
    ("party", "zz", None),
    ("boolean", "Yes", True),
    ("boolean", "0", False),
    ("boolean", "perhaps", None),
    ("integer", "1,200", 1200),
    ("integer", "5.0", 5),
    ("integer", "5.5", None),
    ("decimal", "$1,200.50", "1200.50"),
    ("decimal", "(12.50)", "-12.50"),
    ("id", "123.0", "123"),
    ("id", "0012345", "0012345"),
    ("year", "197612", 1976),
    ("year", "1976.0", 1976),
    ("year", "2020", None),
    ("code", "Lit Drop", "lit_drop"),
    ("date", "2016-01-20", date(2016, 1, 20)),
    ("date", "1/2/2016", date(2016, 1, 2)),
    ("date", "20160120", date(2016, 1, 20)),
    ("date", "2016-01-20T00:00:00", date(2016, 1, 20)),
    ("date", "2016-02-30", None),
    ("date", "13/45/2001", None),
    ("date", "01/01/1900", None),
    ("birth_date", "1931-02-03", date(1931, 2, 3)),
    ("birth_date", "2017-01-01", None),
    ("birth_date", "1899-05-05", None),
    ("birth_date", "1900-01-01", None),
    ("timestamp", "2016-01-15T16:34:04-06:00", datetime(2016, 1, 15, 22, 34, 4)),
    ("timestamp", "2016-01-15T16:34:04Z", datetime(2016, 1, 15, 16, 34, 4)),
    ("timestamp", "2016-01-15 16:34:04", datetime(2016, 1, 15, 22, 34, 4)),
    ("timestamp", "2016-07-15", datetime(2016, 7, 15, 5, 0)),
    ("timestamp", "soon", None),
]


@pytest.mark.parametrize(("kind", "text", "wanted"), CASES)
def test_reads(con: duckdb.DuckDBPyConnection, kind: str, text: str, wanted: object) -> None:
    assert read(con, kind, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("11/21/31", date(1931, 11, 21)),
        ("11/21/99", date(1999, 11, 21)),
        ("01/21/16", date(1916, 1, 21)),
        ("01/20/16", date(2016, 1, 20)),
    ],
)
def test_a_birth_year_of_two_digits_is_never_in_the_future(
    con: duckdb.DuckDBPyConnection, text: str, wanted: date
) -> None:
    assert read(con, "birth_date", text, "%m/%d/%y") == wanted


def test_a_year_of_two_digits_does_not_pass_for_one_of_four(con: duckdb.DuckDBPyConnection) -> None:
    assert read(con, "date", "5/6/19", "%m/%d/%Y") is None
    assert read(con, "date", "5/6/19", "%m/%d/%Y", "%m/%d/%y") == date(2019, 5, 6)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("OLSON, GLEN A", ("GLEN", "A", "OLSON", None)),
        ("MUÑOZ, JOSÉ", ("JOSE", None, "MUNOZ", None)),
        ("Dr. John Q. van der Berg Jr., MD", ("JOHN", "Q", "VAN DER BERG", "JR")),
        ("SMITH JR, BOB", ("BOB", None, "SMITH", "JR")),
        ("Bob Smith, Jr", ("BOB", None, "SMITH", "JR")),
        ("Van Buren, Ann Marie III", ("ANN", "MARIE", "VAN BUREN", "III")),
        ("Mary Ann De La Cruz", ("MARY", "ANN", "DE LA CRUZ", None)),
        ("Hannah O'Brien", ("HANNAH", None, "OBRIEN", None)),
        ("Cher", ("CHER", None, None, None)),
        (",", (None, None, None, None)),
    ],
)
def test_splits_whole_names(
    con: duckdb.DuckDBPyConnection, line: str, wanted: tuple[str | None, ...]
) -> None:
    parts = ", ".join(names.split_core("c", part) for part in ("first", "middle", "last"))
    query = (
        f"select {parts}, {names.line_suffix('l')} from (select l, {names.line_core('l')} as c "
        f"from (select {names.name_line('v')} as l from (select ?::varchar as v)))"
    )
    assert con.execute(query, [line]).fetchone() == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("1736 N Franklin Rd", ("1736", "N FRANKLIN RD", None)),
        ("123 North Elm Street Apt. 2B", ("123", "N ELM ST", "2B")),
        ("3164 Walnut Dr #4", ("3164", "WALNUT DR", "4")),
        ("12 1/2 Main St", ("12", "MAIN ST", None)),
        ("P.O. Box 33", (None, "PO BOX 33", None)),
        ("44B West Ave", ("44B", "WEST AVE", None)),
        ("12 Elm St North", ("12", "ELM ST N", None)),
        ("0382 POLLARD BROOKS APT. 245", ("382", "POLLARD BROOKS", "245")),
        ("55-12 41st Avenue, APT5C", ("55-12", "41ST AVE", "5C")),
        ("Main Street", (None, "MAIN ST", None)),
        ("100 Florida Ave", ("100", "FLORIDA AVE", None)),
    ],
)
def test_takes_address_lines_apart(
    con: duckdb.DuckDBPyConnection, line: str, wanted: tuple[str | None, ...]
) -> None:
    query = (
        f"select h, {places.street('e')}, {places.unit_number('u')} "
        f"from (select *, {places.street_end('s')} as e "
        f"from (select {places.line_house('l')} as h, {places.line_street('l')} as s, "
        f"{places.line_unit('l')} as u from (select {upper_text('v')} as l "
        f"from (select ?::varchar as v))))"
    )
    assert con.execute(query, [line]).fetchone() == wanted


@pytest.mark.parametrize("step", [names.name, places.zip5, upper_text, places.unit])
def test_null_stays_null(con: duckdb.DuckDBPyConnection, step: Callable[[str], str]) -> None:
    row = con.execute(f"select {step('v')} from (select null::varchar as v)").fetchone()
    assert row == (None,)
