"""Spending of a home: what is landed and what the command line reads come to the same."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.lake import Lake, sql_path
from orchestration.landing.land import land
from orchestration.settings import load_settings
from orchestration.spending import report
from orchestration.spending.landed import spending_path, write_spending
from orchestration.spending.layouts import PRESIDENTIAL

MOMENT = datetime.fromisoformat("2016-01-21T06:00:00-06:00")
SAMPLES = Path(__file__).parents[2] / "orchestration/sources/fec/sample/2016-01-18"


def home_with(home: Path, *files: Path) -> Path:
    """A home in which these files came from the FEC and were landed."""
    inbox = home / "inbox" / "fec" / "2016-01-18"
    inbox.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, inbox / file.name)
    land(load_settings(home), MOMENT)
    write_spending(home)
    return home


def rows(home: Path, table: str, what: str) -> list[tuple[object, ...]]:
    """Some of one of the tables that the marts are made from."""
    file = sql_path(spending_path(Lake(home), table))
    query = f"select {what} from read_parquet({file}) group by all order by all"
    return duckdb.connect().execute(query).fetchall()


def told(files: list[Path]) -> list[tuple[object, ...]]:
    """The same by the command line: committee, category, lines and money."""
    return sorted(
        (c["id"], name, c["lines_by_category"][name], Decimal(amount))
        for c in report(files)["committees"]
        for name, amount in c["by_category"].items()
    )


BY_CATEGORY = (
    "committee_id, category, count(*) filter (not is_memo) as n, "
    "sum(amount) filter (not is_memo) as amount"
)


def test_categories_and_sums_are_those_of_the_command_line(tmp_path: Path) -> None:
    files = sorted(SAMPLES.iterdir())
    home = home_with(tmp_path, *files)
    found = [row for row in rows(home, "lines", BY_CATEGORY) if row[2]]
    assert found == told(files)


def test_real_reports_too(tmp_path: Path, shared_data: Path) -> None:
    files = [
        shared_data / "fec" / "1527862.fec",
        shared_data / "fec" / "C00580100_schedule_b_2015_q2_q3.csv",
    ]
    home = home_with(tmp_path, *files)
    found = [row for row in rows(home, "lines", BY_CATEGORY) if row[2]]
    assert found == told(files)
    (biden,) = (r for r in rows(home, "filings", "filing_id, difference_amount") if r[1])
    assert biden == ("1527862", Decimal("275.41"))


def test_a_table_that_was_sent_again_counts_once(tmp_path: Path) -> None:
    def written(name: str, amount: str) -> Path:
        values = {
            "cmte_id": "C00999991",
            "disb_amt": amount,
            "disb_dt": "20-OCT-15",
            "form_tp": "SB23",
            "file_num": "700001",
            "tran_id": "T1",
        }
        path = tmp_path / name
        fields = ",".join(values.get(field, "") for field in PRESIDENTIAL)
        path.write_text(f"{','.join(PRESIDENTIAL)}\n{fields},\n")
        return path

    one, other = written("a.csv", "1.00"), written("b.csv", "2.00")
    home = home_with(tmp_path / "home", one, other)
    # A table that was sent again, mended: the later one counts.
    assert rows(home, "lines", "amount") in ([(Decimal("1.00"),)], [(Decimal("2.00"),)])
    assert rows(home, "notes", "is_mistake") == []


def test_a_filing_and_a_table_that_differ_are_a_note_and_no_sum(tmp_path: Path) -> None:
    sample = SAMPLES / "999991.fec"
    columns = ",".join(PRESIDENTIAL)
    values = {
        "cmte_id": "C00999990",
        "disb_amt": "1",
        "disb_dt": "20-OCT-15",
        "form_tp": "SB23",
        "file_num": "999991",
        "tran_id": "T1",
    }
    table = tmp_path / "other.csv"
    table.write_text(f"{columns}\n{','.join(values.get(f, '') for f in PRESIDENTIAL)},\n")
    home = home_with(tmp_path / "home", sample, table)
    assert rows(home, "lines", "count(*)") == [(0,)]
    ((note, is_mistake),) = rows(home, "notes", "note, is_mistake")
    assert is_mistake
    assert "999991" in str(note)


@pytest.mark.parametrize("table", ["lines", "filings", "notes"])
def test_a_home_without_reports_has_empty_tables(tmp_path: Path, table: str) -> None:
    home = home_with(tmp_path)
    assert rows(home, table, "count(*)") == [(0,)]
