"""What a list's columns mean, how its cells are read, and what mistakes are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.identity import short_names
from orchestration.identity.match import Request, match
from orchestration.identity.match_ages import align
from orchestration.identity.match_fields import (
    guess_mapping,
    list_year,
    plain_name,
    sampled,
    shared_extras,
)
from orchestration.identity.match_read import Source, make_table, open_list
from orchestration.settings import UserError


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ("rec_id", "given_name", "surname", "street_number", "address_1", "suburb", "postcode",
             "state", "date_of_birth", "soc_sec_id"),
            {"first_name": "given_name", "last_name": "surname", "house_number": "street_number",
             "street": "address_1", "city": "suburb", "zip": "postcode", "state": "state",
             "birth_date": "date_of_birth", "national_id": "soc_sec_id"},
        ),
        (("fname_1915", "lname_1915", "YOB"),
         {"first_name": "fname_1915", "last_name": "lname_1915", "birth_year": "YOB"}),
        (("First Name", "LastName", "Street"),
         {"first_name": "First Name", "last_name": "LastName", "address_line": "Street"}),
        (("FullName", "id", "cluster"), {"full_name": "FullName"}),
    ],
)  # fmt: skip
def test_columns_are_understood(columns: tuple[str, ...], expected: dict[str, str]) -> None:
    told = {"address_1": "rowley street", "state": "nsw", "postcode": "4223"}
    cells = {name: [told.get(name, "")] * 20 for name in columns}
    assert guess_mapping(cells, 2030) == expected


def test_the_answer_is_no_evidence() -> None:
    cells: dict[str, list[str | None]] = {"surname": [], "name": []}
    assert guess_mapping(cells, 2030, without=("surname",)) == {"full_name": "name"}
    both = ("Birth Place", "person_id", "occupation", "label")
    assert shared_extras(both, both, ({}, {}), without=("occupation",)) == [
        ("Birth Place", "Birth Place")
    ]
    assert plain_name("Birth Place") == plain_name("birthPlace_1915") == "birth_place"
    assert not shared_extras(("race", "church"), ("race", "church"), ({}, {}))


def test_the_year_of_a_list() -> None:
    told: dict[str, list[str | None]] = {"census_year": ["1915", "1915", ""]}
    assert list_year("list.csv", told) == 1915
    assert list_year("list.csv", {"age_1940": ["3"], "name_1940": ["x"]}) == 1940
    assert list_year("iowa1915.csv", {"age": ["3"]}) == 1915
    assert list_year("from_1915_to_1940.csv", {"age": ["3"]}) is None


def read(folder: Path, text: str, extras: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    file = folder / "list.csv"
    file.write_text(text)
    with duckdb.connect() as con:
        short_names.create_table(con)
        with open_list(con, file, folder / "spool") as raw:
            cells = sampled(con, raw)
            source = Source(
                raw, guess_mapping(cells, 2030), extras, year=list_year(file.name, cells)
            )
            make_table(con, source, "t")
        found = con.execute("select * from t order by idx")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_births_of_any_century_and_days_that_are_none(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "name,dob\nAda Lovelace,1815-12-10\nBo Day,19401399\nCy,10.12.1815\nD,?\n"
    )
    assert [row["born"] for row in rows] == ["18151210", "19401399", "18151210", None]
    assert [row["birth_year"] for row in rows] == [1815, 1940, 1815, None]
    assert (rows[0]["first_name"], rows[0]["last_name"]) == ("ADA", "LOVELACE")


def test_ages_are_counted_from_the_year_of_the_list(tmp_path: Path) -> None:
    rows = read(tmp_path, "name,age,year\nAda Lovelace,30,1845\nBo Day,,1845\n")
    assert [row["birth_year"] for row in rows] == [1815, None]
    rows = read(tmp_path, "name,born\nAda Lovelace,1815\nBo Day,1899\n")
    assert [row["birth_year"] for row in rows] == [1815, 1899]


def test_all_given_names_in_one_field(tmp_path: Path) -> None:
    rows = read(tmp_path, "fname1915,lname1915\ndonald d,cutler\njohn dean,hornsten jr\n")
    assert [(r["first_name"], r["middle_name"]) for r in rows] == [
        ("DONALD", "D"),
        ("JOHN", "DEAN"),
    ]
    assert rows[1]["suffix"] == "JR"
    rows = read(tmp_path, "full_name,first_name,surname\ntom a fry,,fry\nann lee,ann,\n")
    assert [(r["first_name"], r["last_name"]) for r in rows] == [("TOM", "FRY"), ("ANN", "LEE")]


def test_days_without_separators_month_first(tmp_path: Path) -> None:
    rows = read(tmp_path, "name,dob\nA B,12042018\nC D,02172018\n")
    assert [row["born"] for row in rows] == ["20181204", "20180217"]


def people(con: duckdb.DuckDBPyConnection, table: str, shift: int) -> None:
    con.execute(
        f"create table {table} as select 'F' || i as first_name, 'L' || i as last_name, "
        f"1900 + i % 40 + {shift} + (i % 5 = 0)::int as birth_year from range(60) t(i)"
    )


def test_the_years_between_two_lists_are_learnt_from_rare_names() -> None:
    with duckdb.connect() as con:
        people(con, "early", 0)
        people(con, "late", -25)
        assert align(con, "early", "late") == 25
        same = "select count(*) from early join late using (first_name, birth_year)"
        assert con.execute(same).fetchone() == (60,)
        con.execute("update late set birth_year = 1700 + (hash(last_name) % 400)::int")
        assert align(con, "early", "late") is None
        assert con.execute("select count(birth_year) from late").fetchone() == (0,)


def test_day_first_dates_are_told_by_the_list(tmp_path: Path) -> None:
    rows = read(tmp_path, "surname,born\nMcKay,25/12/1880\nLee,01/02/1881\n")
    assert [row["born"] for row in rows] == ["18801225", "18810201"]


def test_birth_in_three_columns_and_a_semicolon(tmp_path: Path) -> None:
    rows = read(tmp_path, "fname_c1;lname_c1;by;bm;bd\nCARSTEN;MEIER;1949;7;22\nX;Y;;7;1\n")
    assert [row["born"] for row in rows] == ["19490722", None]


def test_addresses_and_codes_of_other_countries(tmp_path: Path) -> None:
    rows = read(tmp_path, "last,address,postcode\nRae,12 Oak Street,TQ13 8DF\nOh,PO Box 7,4223.0\n")
    assert (rows[0]["house_number"], rows[0]["street"]) == ("12", "OAK ST")
    assert [row["zip"] for row in rows] == ["TQ138DF", "4223"]


def test_mistakes_are_told_in_one_sentence(tmp_path: Path) -> None:
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text("sex,state\nF,IA\nM,NY\n")
    two.write_text("first,last,dob\nAnn,Lee,1990-01-01\n")
    with pytest.raises(UserError, match="tells people apart"):
        match(tmp_path, Request(one, within=True))
    with pytest.raises(UserError, match="no file"):
        match(tmp_path, Request(tmp_path / "none.csv", within=True))
    with pytest.raises(UserError, match="no voter file"):
        match(tmp_path, Request(two))
    with pytest.raises(UserError, match="no column 'human'"):
        match(tmp_path, Request(two, within=True, answer="human"))
    with pytest.raises(UserError, match="--against"):
        match(tmp_path, Request(two, two, within=True))


def test_a_handful_is_matched_without_training(tmp_path: Path) -> None:
    one, two, out = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "out.csv"
    one.write_text("first,last,dob,zip\nAnn,Lee,1890-01-01,50309\nBob,Orr,1855-05-05,50310\n")
    two.write_text("given_name,surname,date_of_birth,postcode\nAnn,Lee,18900101,50309\n"
                   "Cyd,Fox,19010203,50001\n")  # fmt: skip
    report = match(tmp_path, Request(one, two, out=out))
    assert (report.records, report.matched) == (2, 1)
    assert report.by_class == {"exact": 1, "strong": 0, "possible": 0, "none": 1}
    first, second = out.read_text().splitlines()[1:]
    assert "exact" in first
    assert "born equal" in first
    assert "none" in second
