"""Mapping for any file: every record lands or is quarantined, with its number and its text."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.contract_files import Outcome, contract_of, take

FEW = settings(max_examples=6, phases=(Phase.explicit, Phase.generate), deadline=None)
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\x1a"), max_size=12)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zs"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=8,
)
FEED = """\
  - name: feed
    files: "*"
    format: csv
    entity: contact
    columns:
      record_id: {from: id, required: true, unique: true}
      full_name: {from: who}
      phone: {from: reach}
      address_line: {from: where}
      birth_date: {from: born}
"""
HEADER = ["id", "who", "reach", "where", "born"]
BLANKS = " \t\r\n\x0b\x0c\u00a0\u2007\u202f\u200b\ufeff"


def taken(header: list[str], rows: list[list[str]]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([header, *rows])
        file = Path(folder) / "file.csv"
        file.write_bytes(text.getvalue().encode())
        return take(contract_of(Path(folder), FEED), file)


@FEW
@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=15))
def test_every_record_lands_or_is_told_about(rows: list[list[str]]) -> None:
    outcome = taken([*HEADER, "kept"], rows)
    numbers = [*outcome.column("row_number"), *(q["row_number"] for q in outcome.quarantined)]
    assert sorted(numbers) == list(range(1, len(rows) + 1))
    for landed in outcome.landed:
        cells = rows[landed["row_number"] - 1]
        assert landed["record_id"].split(".")[0] == cells[0].strip(BLANKS).split(".")[0]
        assert (landed["name_given"] or "") == cells[1].strip(BLANKS)
        rest = json.loads(landed["rest"] or "{}")
        assert rest.get("kept", "") == cells[5].strip(BLANKS)


@FEW
@given(names=st.lists(NAMES, min_size=1, max_size=6, unique_by=str.lower))
def test_any_column_name_is_only_a_name(names: list[str]) -> None:
    extra = [n for n in names if n.lower() not in HEADER and n.strip(BLANKS) == n]
    if len({n.lower() for n in extra}) < len(extra) or "__row" in extra:
        return
    row = ["1", "Ann Ames", "", "", "", *(f"v{number}" for number in range(len(extra)))]
    outcome = taken([*HEADER, *extra], [row])
    rest = json.loads(outcome.column("rest")[0] or "{}")
    wanted = {name: f"v{number}" for number, name in enumerate(extra)}
    assert rest == {n: v for n, v in wanted.items() if n not in outcome.refused}


@FEW
@given(
    widths=st.lists(st.integers(min_value=1, max_value=8), min_size=1, max_size=20),
)
def test_ragged_records_keep_their_numbers(widths: list[int]) -> None:
    rows = [[f"k{number}", *["x"] * (width - 1)] for number, width in enumerate(widths, 1)]
    outcome = taken(HEADER, rows)
    assert outcome.column("row_number") == [n for n, w in enumerate(widths, 1) if w == 5]
    assert [q["row_number"] for q in outcome.quarantined] == [
        n for n, w in enumerate(widths, 1) if w != 5
    ]
