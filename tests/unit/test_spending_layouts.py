"""Spending: every layout and version, and what is damaged is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.spending.layouts import OPERATING
from tests.spending_files import COMMITTEE, Write, line, one, refusal

# Layouts.


@pytest.mark.parametrize("version", ["3.00", "5.3", "6.1", "7.0", "8.0", "8.4", "8.5"])
def test_every_version_that_fecfile_knows(filing: Write, version: str) -> None:
    path = filing("700001.fec", [line("T1", "10.25"), line("T2", "-0.25")], version=version)
    found = one(path)
    assert (found["lines"], found["total"], found["by_quarter"]) == (
        2,
        "10.00",
        {"2015-Q4": "10.00"},
    )


@pytest.mark.parametrize(
    ("form", "schedule", "field"),
    [
        ("F3N", "SB17", "col_a_operating_expenditures"),
        ("F3XT", "SB21B", "col_a_other_federal_operating_expenditures"),
        ("F3PA", "SB28A", "col_a_individuals"),
    ],
)
def test_every_form_against_its_own_summary_line(
    filing: Write, form: str, schedule: str, field: str
) -> None:
    path = filing(
        "700001.fec", [line("T1", "7.00")], form=form, schedule=schedule, **{field: "9.50"}
    )
    (filed,) = one(path)["filings"]
    assert [(s["line"], s["difference"]) for s in filed["summary"]] == [(schedule[2:], "2.50")]


def test_the_bulk_layout_with_an_amended_report(tmp_path: Path) -> None:
    def row(number: str, kind: str, transaction: str, amount: str, memo: str = "") -> str:
        fields = {
            "cmte_id": COMMITTEE,
            "amndt_ind": kind,
            "rpt_yr": "2015",
            "rpt_tp": "YE",
            "line_num": "21B",
            "form_tp_cd": "F3X",
            "sched_tp_cd": "SB",
            "name": 'THE "INVENTED" COMPANY',
            "transaction_dt": "10/20/2015",
            "transaction_amt": amount,
            "purpose": "LIST RENTAL",
            "memo_cd": memo,
            "file_num": number,
            "tran_id": transaction,
        }
        return "|".join([*(fields.get(name, "") for name in OPERATING), ""])

    path = tmp_path / "oppexp.txt"
    path.write_text(
        "\n".join(
            [
                row("700001", "N", "T1", "100"),
                row("700002", "A", "T1", "90.5"),
                row("700002", "A", "T2", "9.5", memo="X"),
            ]
        )
        + "\n"
    )
    found = one(path)
    assert (found["total"], found["memo_total"]) == ("90.50", "9.50")
    assert found["by_category"] == {"data_and_lists": "90.50"}


# Bad input: one sentence that names the file and says what to do.


def test_a_file_that_is_missing_or_empty_or_of_no_layout(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.fec")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert "is empty" in refusal(empty)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert "line 1" in refusal(other)


def test_a_wrong_delimiter(table: Write) -> None:
    path = table("t.csv", [{"tran_id": "T1", "disb_amt": "1"}])
    path.write_text(path.read_text().replace(",", ";"))
    assert "delimiter is no comma" in refusal(path)


@pytest.mark.parametrize("lost", [2, 3, 8, 20])
def test_a_cut_last_line_of_a_table(table: Write, lost: int) -> None:
    rows = [{"tran_id": f"T{n}", "disb_amt": "1", "election_tp": "P2016"} for n in range(3)]
    path = table("t.csv", rows)
    path.write_text(path.read_text()[:-lost])
    assert "t.csv, line 4" in refusal(path)


def test_a_cut_last_line_of_a_filing(filing: Write) -> None:
    path = filing("700001.fec", [line("T1", "10.00"), line("T2", "1234.56")])
    text = path.read_text(encoding="latin-1")
    path.write_text(text[: text.index("1234.56") + 5], encoding="latin-1")
    assert "700001.fec, line 4: it is cut short" in refusal(path)


@pytest.mark.parametrize(
    ("written", "total"),
    [
        ("1,234.5-", "-1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("$1,234.5", "1234.50"),
        ("-7", "-7.00"),
    ],
)
def test_amounts_as_people_write_them(filing: Write, written: str, total: str) -> None:
    assert one(filing("700001.fec", [line("T1", written)]))["total"] == total


def test_two_filings_with_one_number(filing: Write, tmp_path: Path) -> None:
    first = filing("700001.fec", [line("T1", "10.00")])
    moved = tmp_path / "other"
    moved.mkdir()
    first = first.rename(moved / "700001.fec")
    second = filing("700001.fec", [line("T1", "11.00")])
    assert "both carry filing number 700001" in refusal(first, second)


def test_one_transaction_with_two_amounts(filing: Write, table: Write) -> None:
    filed = filing("700001.fec", [line("T1", "10.00")])
    other = table("t.csv", [{"tran_id": "T1", "disb_amt": "11"}])
    assert "transaction T1 of filing 700001 has one amount" in refusal(filed, other)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("disb_amt", "12.345", "amount"),
        ("disb_amt", "1,23", "amount"),
        ("disb_amt", "", "amount"),
        ("disb_dt", "31-FEB-15", "date"),
        ("cmte_id", "C123", "committee"),
        ("cmte_id", "", "committee"),
    ],
)
def test_a_value_that_cannot_be_read(table: Write, field: str, value: str, said: str) -> None:
    rows = [{"tran_id": "T1", "disb_amt": "1"}, {"tran_id": "T2", "disb_amt": "1", field: value}]
    sentence = refusal(table("t.csv", rows))
    assert "t.csv, line 3" in sentence
    assert said in sentence
    assert not value or value not in sentence


def test_a_form_without_schedule_b(filing: Write) -> None:
    path = filing("700001.fec", [])
    path.write_text(path.read_text().replace("F3PN", "F99N"))
    assert "form 'F99N'" in refusal(path)
