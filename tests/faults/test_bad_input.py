"""Every bad file of the list in ``README.md`` beside a good one, through a whole landing.

A bad file is refused in one sentence or loses only the rows that are bad; the good file beside it
always lands. The readers' own tests (``tests/unit/test_contracts_readers.py``) go into detail.
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.contracts.readers import delimited
from orchestration.landing import intake
from tests.faults.desk import GOOD, HEAD, Desk, open_desk

Opened = Callable[..., object]


@pytest.fixture
def desk(home: Path, moment: datetime) -> Desk:
    return open_desk(home, moment)


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def lying_zip(claims: int) -> bytes:
    """An archive whose directory claims less than what comes out."""
    packed = zipped(**{"a.csv": "id,who\n" + "1,Ann\n" * 200_000})
    real = struct.pack("<I", len("id,who\n" + "1,Ann\n" * 200_000))
    assert packed.count(real) == 2
    return packed.replace(real, struct.pack("<I", claims))


MANY = ",".join(f"c{n}" for n in range(5_000))
REFUSED = {
    "empty": ("cards.csv", "", "empty"),
    "header only": ("cards.csv", HEAD, "only a header"),
    "duplicated column": ("cards.csv", HEAD.replace("who", "ID") + "1,2,,\n", "'ID' twice"),
    "5,000 columns": ("cards.csv", f"id,who,born,written,{MANY}\n1\n", "5,004 columns"),
    "truncated gz": ("cards.csv.gz", gzip.compress(GOOD.encode() * 99)[:-40], "cut off"),
    "truncated zip": ("archive.zip", zipped(**{"a.csv": GOOD})[:-30], "cut off"),
    "no archive at all": ("archive.zip", b"PK\x03\x04 and nothing more", "damaged"),
    "bomb in a zip": ("archive.zip", zipped(**{"a.csv": "0" * (60 << 20)}), "no honest file"),
    "bomb in a gz": ("cards.csv.gz", gzip.compress(b"0" * (60 << 20)), "honest file"),
    "an archive that lies": ("archive.zip", lying_zip(100), "damaged"),
    "../ in a zip": ("archive.zip", zipped(**{"../evil.csv": GOOD}), "leaves its folder"),
    "absolute name in a zip": ("archive.zip", zipped(**{"/evil.csv": GOOD}), "leaves its folder"),
    "no text": ("cards.csv", bytes(range(256)) * 40, "cards.csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_and_its_neighbour_lands(desk: Desk, case: str) -> None:
    name, content, reason = REFUSED[case]
    desk.put(name, content)
    desk.put("cards_good.csv", GOOD)
    records = desk.land()
    assert records[name].state == "refused"
    assert reason in records[name].reason
    assert records["cards_good.csv"].landed == 2
    assert not list(desk.settings.home.rglob("evil.csv"))
    assert not list(desk.lake.spill.glob(f"{intake.SPOOL}*"))
    assert desk.land() == {}


def test_a_bomb_is_refused_before_anything_is_unpacked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a member was opened")

    desk.put("archive.zip", zipped(**{"a.csv": "0" * (60 << 20)}))
    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    assert "no honest file" in desk.land()["archive.zip"].reason


def test_ragged_rows_lose_only_themselves(desk: Desk) -> None:
    desk.put("cards.csv", GOOD + "3,Cy\n4,Di Day,,,one,too,many\n5,Ed Eel,,\n")
    record = desk.land()["cards.csv"]
    assert [row["record_id"] for row in desk.rows(record)] == ["1", "2", "5"]
    told = desk.quarantine(record)
    assert [row["row_number"] for row in told] == [3, 4]
    assert ["fewer" in told[0]["reason"], "more" in told[1]["reason"]] == [True, True]


def test_nul_bytes_are_left_out(desk: Desk) -> None:
    desk.put("cards.csv", GOOD.replace("Ann", "A\0nn"))
    assert desk.rows(desk.land()["cards.csv"])[0]["full_name"] == "ANN AMES"


def test_a_line_longer_than_any_record_loses_only_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MAX_RECORD", 1 << 20)
    desk.put("cards.csv", GOOD + f"3,{'x' * (3 << 20)},,\n4,Di Day,,\n")
    record = desk.land()["cards.csv"]
    assert [row["record_id"] for row in desk.rows(record)] == ["1", "2", "4"]
    (told,) = desk.quarantine(record)
    assert told["row_number"] == 3
    assert len(told["record"]) <= 10_000


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_line_of_one_gigabyte(desk: Desk, place: str) -> None:
    path = desk.put("cards.csv", GOOD if place == "last" else "")
    with path.open("ab") as stream:
        for _ in range(64):
            stream.write(b"x" * (16 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    record = desk.land()["cards.csv"]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    path.unlink()
    assert grown < 600_000, f"the peak of memory grew by {grown:,} kB"
    if place == "first":
        assert record.state == "refused"
    else:
        assert (record.landed, record.quarantined) == (2, 1)


def test_a_symbolic_link_is_refused_unread(desk: Desk) -> None:
    secret = desk.settings.home / "secret.csv"
    secret.write_text(GOOD)
    link = desk.put("cards.csv", "")
    link.unlink()
    link.symlink_to(secret)
    record = desk.land()["cards.csv"]
    assert (record.state, record.delivery) == ("refused", "")
    assert "symbolic link" in record.reason


@pytest.mark.parametrize("moment_of", ["before the first byte", "after the last byte"])
def test_a_file_replaced_while_it_is_read_lands_whole_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment_of: str
) -> None:
    path = desk.put("cards.csv", GOOD)
    other = path.with_name(".cards.csv")
    other.write_text(HEAD + "7,Gus Green,,\n8,Hal Hill,,\n9,Ida Ives,,\n")
    real: Opened = intake._land_feeds

    def replaced(*args: object, **kwargs: object) -> object:
        if moment_of == "before the first byte":
            other.replace(path)
            return real(*args, **kwargs)
        found = list(real(*args, **kwargs))  # type: ignore[call-overload]
        other.replace(path)
        return found

    monkeypatch.setattr(intake, "_land_feeds", replaced)
    assert desk.land()["cards.csv"].state == "waiting"
    assert not list(desk.lake.landing("contact").rglob("cards.parquet"))
    monkeypatch.undo()
    record = desk.land()["cards.csv"]
    assert [row["record_id"] for row in desk.rows(record)] == ["7", "8", "9"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_another_encoding_than_expected_is_found(desk: Desk, encoding: str) -> None:
    text = HEAD + "".join(f"{n},Señor Núñez {n},,\n" for n in range(1, 40))
    desk.put("cards.csv", text.encode(encoding))
    record = desk.land()["cards.csv"]
    assert record.landed == 39
    assert desk.rows(record)[0]["name_given"] == "Señor Núñez 1"


def test_days_that_cannot_be_are_unknown_and_kept_as_told(desk: Desk) -> None:
    told = {
        "impossible": "2015-02-30",
        "no date": "31/31/1980",
        "year 1900": "1900-01-01",
        "in the future": "2031-05-05",
        "the day after": "2016-01-21",
        "the day": "2016-01-20",
    }
    rows = "".join(f"{n},Ann Ames,{born},2016-13-45\n" for n, born in enumerate(told.values()))
    desk.put("cards.csv", HEAD + rows)
    landed = dict(zip(told, desk.rows(desk.land()["cards.csv"]), strict=True))
    assert [name for name, row in landed.items() if row["birth_date"]] == ["the day"]
    assert landed["the day"]["birth_date"] == date(2016, 1, 20)
    lost = {name: json.loads(row["rest"]).get("_unreadable", {}) for name, row in landed.items()}
    assert [name for name in told if "birth_date" in lost[name]] == [
        "impossible",
        "no date",
        "in the future",
        "the day after",
    ]
    assert all(row["created_at"] is None for row in landed.values())


def test_sql_and_formulas_are_only_text(desk: Desk) -> None:
    evil = "x\"); copy (select 1) to 'evil.csv'; --"
    quoted = evil.replace('"', '""')
    formula = "=cmd|' /C calc'!A0"
    desk.put(
        "cards.csv", f'id,who,born,written,"{quoted}","; drop"\n1,{formula},,,"{quoted}",@SUM\n'
    )
    (row,) = desk.rows(desk.land()["cards.csv"])
    assert row["name_given"] == formula
    assert json.loads(row["rest"]) == {evil: evil, "; drop": "@SUM"}
    assert not list(Path.cwd().glob("evil.csv"))
