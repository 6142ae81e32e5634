"""The stages of linking on a handful of people, each trap of a household apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.identity import deterministic, prepare, shared_ids, workspace
from orchestration.identity.assign import DOUBTS, IMPOSSIBLE, doubt_sql
from orchestration.identity.blocking import BlockLimits, make_pairs
from orchestration.identity.comparisons import COMPARISONS, FIRST_NAME
from orchestration.identity.short_names import related_names

ANNA: dict[str, Any] = {
    "record_key": "party/voterfile:1", "state_id": "IA:1", "party_id": "RNC:R1",
    "first_name": "ANNA", "middle_name": "B", "last_name": "OVERMAN", "suffix": None,
    "gender": "F", "birth_date": date(1960, 2, 3), "birth_year": 1960, "phone": "+15155550001",
    "phone_2": None, "email": "home@mail.example", "house_number": "12", "street": "OAK ST",
    "city": "AMES", "state": "IA", "zip5": "50010", "county_fips": "19169",
}  # fmt: skip
BOB = ANNA | {
    "record_key": "party/voterfile:2", "state_id": "IA:2", "party_id": "RNC:R2",
    "first_name": "ROBERT", "middle_name": "C", "gender": "M", "birth_date": date(1958, 7, 9),
    "birth_year": 1958,
}  # fmt: skip
SENIOR = BOB | {
    "record_key": "party/voterfile:3", "state_id": "IA:3", "party_id": "RNC:R3",
    "birth_date": date(1931, 5, 6), "birth_year": 1931, "suffix": "SR",
}  # fmt: skip


def record(number: int, **fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(ANNA)
    own = {"record_key": f"web/people:{number}", "source": "web", "feed": "people",
           "entity": "contact", "data_time": pd.Timestamp("2016-01-05")}  # fmt: skip
    return blank | own | fields


class Bench:
    """A connection with both sides prepared."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.con, self.folder = con, folder

    def load(self, voters: list[dict[str, Any]], records: list[dict[str, Any]]) -> prepare.Prepared:
        paths = self.folder / "v.parquet", self.folder / "r.parquet"
        for rows, path in zip((voters, records), paths, strict=True):
            pd.DataFrame(rows).to_parquet(path, index=False)
        prepared = prepare.prepare(self.con, *paths)
        workspace.create(self.con)
        self.con.execute("create temp table forbidden (rid integer, vid integer)")
        return prepared

    def decided(self) -> dict[str, str]:
        return dict(
            self.con.execute(
                "select r.record_key, v.record_key from decided d join id_records r on d.rid = "
                "r.idx join id_voters v on d.vid = v.idx"
            ).fetchall()
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with duckdb.connect() as con:
        yield Bench(con, tmp_path)


def test_an_id_links_even_without_a_name(bench: Bench) -> None:
    bench.load([ANNA, BOB], [record(1, party_id="RNC:R2"), record(2, state_id="IA:1")])
    assert shared_ids.apply(bench.con) == 2
    assert bench.decided() == {
        "web/people:1": BOB["record_key"],
        "web/people:2": ANNA["record_key"],
    }


def test_a_spouses_id_is_contested_and_links_nobody(bench: Bench) -> None:
    wrong = record(1, party_id="RNC:R2", first_name="ANNA", last_name="OVERMAN")
    bench.load([ANNA, BOB], [wrong])
    assert shared_ids.apply(bench.con) == 0
    assert bench.con.execute("select reason from contested").fetchall() == [
        ("its id and its name contradict",)
    ]


def test_two_ids_that_name_two_voters_link_nobody(bench: Bench) -> None:
    bench.load([ANNA, BOB], [record(1, party_id="RNC:R2", state_id="IA:1")])
    assert shared_ids.apply(bench.con) == 0
    assert bench.con.execute("select reason from contested").fetchall() == [
        ("its ids name two voters",)
    ]


def test_an_id_that_two_voters_have_decides_nothing(bench: Bench) -> None:
    bench.load([ANNA, BOB | {"party_id": "RNC:R1"}], [record(1, party_id="RNC:R1")])
    assert shared_ids.apply(bench.con) == 0


def test_a_repeated_voter_is_read_once_and_counted(bench: Bench) -> None:
    prepared = bench.load([ANNA, ANNA, BOB], [record(1)])
    assert (prepared.voters, prepared.repeated_voters) == (2, 1)


@pytest.mark.parametrize(
    "fields",
    [
        ("first_name", "last_name", "birth_date", "house_number", "street", "zip5"),
        ("first_name", "last_name", "birth_date", "gender", "zip5"),
        ("first_name", "last_name", "gender", "house_number", "street", "zip5"),
    ],
)
def test_any_three_keys_link(bench: Bench, fields: tuple[str, ...]) -> None:
    bench.load([ANNA, BOB], [record(1, **{name: ANNA[name] for name in fields})])
    assert deterministic.apply(bench.con) == 1
    assert bench.decided() == {"web/people:1": ANNA["record_key"]}


def test_a_key_of_father_and_son_links_neither(bench: Bench) -> None:
    fields = ("first_name", "last_name", "gender", "house_number", "street", "zip5")
    bench.load([BOB, SENIOR], [record(1, **{name: BOB[name] for name in fields})])
    assert deterministic.apply(bench.con) == 0


def test_a_twin_on_no_file_is_not_the_other(bench: Bench) -> None:
    shared = ("last_name", "birth_date", "gender", "house_number", "street", "zip5")
    twin = {name: ANNA[name] for name in shared}
    bench.load([ANNA, BOB], [record(1, first_name="CLAIRE", **twin)])
    assert deterministic.apply(bench.con) == 0


def test_a_key_that_contradicts_itself_links_nobody(bench: Bench) -> None:
    fields = ("last_name", "gender", "house_number", "street", "zip5", "first_name")
    same_home = {name: BOB[name] for name in fields}
    bench.load([BOB], [record(1, **same_home, birth_date=date(1990, 1, 1), birth_year=1990)])
    assert deterministic.apply(bench.con) == 0


def test_a_household_phone_is_nobodys_alone(bench: Bench) -> None:
    bench.load([ANNA, BOB], [record(1, first_name="ANNA", phone="+15155550001")])
    solo = bench.con.execute("select phone, solo_phone from id_voters order by idx").fetchall()
    assert solo == [("+15155550001", None)] * 2


def test_a_phone_of_a_thousand_names_is_no_evidence(bench: Bench) -> None:
    phone = "+15155559999"
    many = [record(n, first_name=f"N{n}", last_name="XAVER", phone=phone) for n in range(60)]
    prepared = bench.load([ANNA], many)
    assert prepared.shared_contacts == 1
    assert bench.con.execute("select count(phone) from id_records").fetchall() == [(0,)]


def test_names_that_are_nobodys_are_set_aside(bench: Bench) -> None:
    bench.load(
        [ANNA],
        [
            record(1, first_name="TEST", last_name="TESTING"),
            record(2, first_name="MICKEY", last_name="MOUSE"),
            record(3, first_name="ANNA", last_name="O"),
        ],
    )
    rows = bench.con.execute(
        "select first_name, last_name, has_fake_name from id_records order by idx"
    ).fetchall()
    assert rows == [(None, None, True), (None, None, True), ("ANNA", None, False)]


def test_a_supplier_that_knows_only_months_gives_no_days(bench: Bench) -> None:
    many = [record(n, first_name="A", birth_date=date(1950 + n, 1 + n % 12, 1)) for n in range(40)]
    bench.load([ANNA], many)
    rows = bench.con.execute(
        "select count(birth_date), count(birth_year), count(birth_month) from id_records"
    ).fetchall()
    assert rows == [(0, 40, 40)]


def test_oversized_blocks_are_skipped_and_reported(bench: Bench) -> None:
    voters = [ANNA | {"record_key": f"party/voterfile:{n}", "phone": None} for n in range(50)]
    named = {name: ANNA[name] for name in ("first_name", "last_name", "zip5")}
    bench.load(voters, [record(n, **named) for n in range(30)])
    reports = make_pairs(bench.con, "id_records", "id_voters", BlockLimits(voters_per_block=20))
    assert bench.con.execute("select count(*) from pairs").fetchall() == [(0,)]
    by_names = next(report for report in reports if report.rule == "names in county")
    assert (by_names.skipped_pairs, by_names.skipped_records) == (1500, 30)


def test_pairs_within_one_table_stand_once(bench: Bench) -> None:
    same = {k: ANNA[k] for k in ("first_name", "last_name", "zip5", "phone")}
    bench.load([ANNA], [record(1, **same), record(2, **same)])
    make_pairs(bench.con, "id_records", "id_records")
    assert bench.con.execute("select rid, vid from pairs").fetchall() == [(1, 2)]


def _judge(con: duckdb.DuckDBPyConnection, **levels: str | None) -> tuple[bool, str | None]:
    """What the rules say of a pair at these levels; a comparison not named says nothing."""
    columns = ", ".join(
        f"{c.gamma(level) if (level := levels.get(c.name)) else -1} as g_{c.name}"
        for c in COMPARISONS
    )
    pair = f"select {columns}, {WEIGHT} as match_weight"
    sql = f"select coalesce({IMPOSSIBLE}, false), {doubt_sql()} from ({pair})"
    return con.execute(sql).fetchall()[0]


NAMES = {"first_name": "equal", "last_name": "equal"}
KIN = {"first_name": "differs", "last_name": "equal"}
MINE = "equal, one person's"
WEIGHT = 7.0


@pytest.mark.parametrize(
    ("levels", "impossible", "doubt"),
    [
        (NAMES | {"birth": "equal"}, False, None),
        (NAMES | {"birth": "equal", "suffix": "differs"}, True, None),
        (NAMES, False, "a name and little else"),
        (NAMES | {"place": "differs"}, False, "a name and little else"),
        (NAMES | {"place": "equal zip"}, False, None),
        (NAMES | {"town": "equal town"}, False, None),
        (
            NAMES | {"first_name": "nearly equal", "town": "equal town"},
            False,
            "a name and little else",
        ),
        (NAMES | {"place": "equal zip", "birth_year": "equal year"}, False, None),
        ({"phone": MINE, "email": MINE}, True, None),
        (KIN | {"phone": MINE}, True, "first names differ"),
        (KIN | {"birth": "equal", "address": "equal"}, False, "first names differ"),
        (NAMES | {"birth": "differs", "address": "equal"}, False, "births differ"),
        (NAMES | {"last_name": "differs", "email": MINE}, False, "surnames differ"),
        (NAMES | {"first_name": "initial", "email": MINE}, False, "only an initial"),
    ],
)
def test_the_rules_hold_what_weights_cannot_see(
    levels: dict[str, str], impossible: bool, doubt: str | None
) -> None:
    with duckdb.connect() as con:
        assert _judge(con, **levels) == (impossible, doubt)


def test_every_doubt_has_plain_words() -> None:
    assert all(name and "_" not in name for name, _ in DOUBTS)


def test_levels_are_numbered_as_splink_numbers_them() -> None:
    assert FIRST_NAME.gamma("differs") == 0
    assert FIRST_NAME.gamma("equal") == len(FIRST_NAME.levels) - 1


def test_short_names_agree_both_ways_and_sisters_do_not() -> None:
    related = related_names()
    assert "BILL" in related["WILLIAM"]
    assert "WILLIAM" in related["BILL"]
    assert "MOLLY" not in related["MARIE"]
    assert "ALAN" not in related["ALBERT"]
