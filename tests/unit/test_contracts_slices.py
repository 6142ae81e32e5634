"""A large delimited file, mapped slice by slice from its text, gives what it gives as a whole."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.contracts import Contract
from orchestration.contracts.readers import delimited, slices
from tests.contract_files import Outcome, contract_of, take

FEED = """\
  - name: people
    files: "*"
    format: csv
    entity: contact
    skip_rows: SKIP
    columns:
      record_id: {from: id, required: true, unique: true}
      last_name: {from: last, required: true}
      birth_date: {from: born}
    wide: {score: {from: score, type: INTEGER}}
    rest: keep
"""
HEAD = "id,last,born,score,note"


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "WHOLE", 0)
    monkeypatch.setattr(slices, "SLICE", 400)
    monkeypatch.setattr(slices, "BLOCK", 64)


def contract(folder: Path, skip: int = 0) -> Contract:
    return contract_of(folder, FEED.replace("SKIP", str(skip)))


def both(folder: Path, text: str, skip: int = 0, end: str = "\n") -> tuple[Outcome, Outcome]:
    """The same file as a whole and in pieces."""
    file = folder / "people.csv"
    file.write_bytes(text.replace("\n", end).encode())
    asked = contract(folder, skip)
    return take(asked, file), take(asked, file, in_pieces=True)


def rows(count: int, odd: dict[int, str]) -> str:
    lines = [odd.get(n, f"{n},Last{chr(65 + n % 26)},1980-01-02,{n % 7},n") for n in range(count)]
    return "\n".join(lines) + "\n"


def is_same(whole: Outcome, pieces: Outcome) -> bool:
    assert whole.pieces == 1
    return whole == replace(pieces, pieces=1)


ODD = {
    "plain": {},
    "line breaks in cells": {5: '5,"La\nst",,,\n'[:-1], 33: '33,X,,,"a\n\nb"'},
    "empty lines": {0: "\n0,A,,,", 7: "\n\n7,B,,,", 40: "40,C,,,\n"},
    "ragged": {3: "3,x", 20: "20,a,b,c,d,e", 21: "21", 59: "59,x"},
    "no name": {4: "4,,,,", 41: "41, ,,,", 42: "42,?,,,"},
    "repeats": {8: "7,Again,,,", 50: "2,Far,,,", 51: "2.0,Further,,,", 55: ",None,,,"},
    "blanks around": {9: " 9 , Ann ,,,", 30: "30,\u00a0Bo,,,"},
    "all of it": {
        2: "2,x", 6: "\n6,,,,", 9: '9,"A\n\nB",,,', 10: "10,y", 31: "31,,,,", 44: "1,Zed,,,"
    },
}  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_pieces_are_the_whole(tmp_path: Path, odd: dict[int, str], end: str) -> None:
    whole, pieces = both(tmp_path, f"{HEAD}\n{rows(60, odd)}", end=end)
    assert pieces.pieces > 3
    assert is_same(whole, pieces)


def test_lines_before_the_header_and_no_end(tmp_path: Path) -> None:
    text = f"a list\nof people\n{HEAD}\n{rows(60, {4: '4,,,,', 50: '50,x'})}".rstrip("\n")
    whole, pieces = both(tmp_path, text, skip=2)
    assert is_same(whole, pieces)
    assert [(q["row_number"], q["line"]) for q in pieces.quarantined] == [(5, 8), (51, 54)]


def test_a_delimiter_at_the_end_of_each_line(tmp_path: Path) -> None:
    text = f"{HEAD}\n{rows(40, {7: '7,,,,'})}".replace("\n", ",\n").replace("note,", "note", 1)
    whole, pieces = both(tmp_path, text)
    assert is_same(whole, pieces)
    assert whole.column("record_id")[:2] == ["0", "1"]


def test_a_stray_quotation_mark_leaves_the_file_whole(tmp_path: Path) -> None:
    for mark in ('"', '""x"'):
        odd = {20: f"20,{mark}Ann,,,"}
        whole, pieces = both(tmp_path, f"{HEAD}\n{rows(60, odd)}")
        assert pieces.pieces == 1
        assert whole == pieces


def test_physical_lines_stand_beside_record_numbers(tmp_path: Path) -> None:
    odd = {1: '1,"A\nB",,,', 2: "2,,,,", 3: "\n3,x", 4: "4,,,,", 30: "30,,,,"}
    whole, pieces = both(tmp_path, f"{HEAD}\n{rows(40, odd)}")
    told = [(q["row_number"], q["line"]) for q in pieces.quarantined]
    assert told == [(3, 5), (4, 7), (5, 8), (31, 34)]
    assert whole.quarantined == pieces.quarantined


def test_any_mixture(tmp_path: Path) -> None:
    draw = random.Random(2016)
    oddities = [
        "{n}",
        "{n},,,,",
        '{n},"A\n{n}",,,',
        "\n{n},B,,,",
        "{n},a,b,c,d,e",
        "3,C,,,",
        '{n},"x, y",,,',
    ]
    for _ in range(2):
        odd = {n: draw.choice(oddities).format(n=n) for n in draw.sample(range(90), 25)}
        whole, pieces = both(tmp_path, f"{HEAD}\n{rows(90, odd)}")
        assert pieces.pieces > 3
        assert is_same(whole, pieces)
