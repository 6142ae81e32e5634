"""Spending: real reports to the cent, what counts, and what a person sees."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.settings import UserError
from orchestration.spending import report, tables
from tests.spending_files import Write, line, one, refusal

# Real reports.


def test_a_presidential_table_to_the_cent(shared_data: Path) -> None:
    found = one(shared_data / "fec" / "C00580100_schedule_b_2015_q2_q3.csv")
    assert found["by_quarter"] == {"2015-Q2": "1413626.62", "2015-Q3": "3932870.90"}
    assert found["lines_by_quarter"] == {"2015-Q2": 165, "2015-Q3": 668}
    assert [(f["id"], f["lines"], f["total"], f["memo_lines"]) for f in found["filings"]] == [
        ("1015464", 165, "1413626.62", 76),
        ("1036338", 668, "3932870.90", 660),
    ]
    assert (found["lines"], found["memo_lines"]) == (833, 736)
    assert sum(map(Decimal, found["by_category"].values())) == Decimal(found["total"])
    assert sum(Decimal(v["total"]) for v in found["by_vendor"]) == Decimal(found["total"])


def test_an_electronic_filing_against_its_summary_page(shared_data: Path) -> None:
    found = one(shared_data / "fec" / "1527862.fec")
    (filed,) = found["filings"]
    lines = {line["line"]: line for line in filed["summary"]}
    # What is too small to be itemised is the difference, and nothing else is.
    assert lines["23"] == {
        "line": "23",
        "stated": "501531.93",
        "itemized": "501256.52",
        "difference": "275.41",
    }
    assert lines["29"]["difference"] == "0.00"
    assert found["total"] == "508393.52"
    assert (found["lines"], found["memo_lines"], found["memo_total"]) == (226, 141, "148422.86")


def test_a_filing_without_lines_is_there_with_zero(shared_data: Path) -> None:
    found = one(shared_data / "fec" / "1385191.fec")
    assert (found["id"], found["lines"], found["total"]) == ("C00693234", 0, "0.00")


def test_a_damaged_filing_is_refused_with_a_sentence(shared_data: Path) -> None:
    sentence = refusal(shared_data / "fec" / "filing_invalid_version.fec")
    assert "filing_invalid_version.fec" in sentence
    assert "180.5" in sentence
    assert "\n" not in sentence


def test_many_files_at_once(shared_data: Path) -> None:
    fec = shared_data / "fec"
    found = report([fec / "1527862.fec", fec / "C00580100_schedule_b_2015_q2_q3.csv"])
    assert [committee["id"] for committee in found["committees"]] == ["C00580100", "C00703975"]


# What counts.


def test_an_amendment_replaces_what_it_amends(filing: Write) -> None:
    first = filing("700001.fec", [line("T1", "10.00"), line("T2", "5.00")])
    second = filing(
        "700002.fec",
        [line("T1", "11.00")],
        form="F3PA",
        header={"report_id": "FEC-700001", "report_number": "1"},
    )
    third = filing(
        "700009.fec",
        [line("T1", "12.00")],
        form="F3PA",
        header={"report_id": "FEC-700001", "report_number": "2"},
    )
    found = report([third, first, second])
    (committee,) = found["committees"]
    assert committee["total"] == "12.00"
    assert [filed["id"] for filed in committee["filings"]] == ["700009"]
    assert len([note for note in found["notes"] if "was amended by 700009" in note]) == 2


def test_an_amendment_of_a_filing_that_stands_in_a_table(filing: Write, table: Write) -> None:
    before = table("table.csv", [{"tran_id": "T1", "disb_amt": "10", "file_num": "700001"}])
    header = {"report_id": "FEC-700001", "report_number": "1"}
    after = filing("700002.fec", [line("T1", "8.00")], form="F3PA", header=header)
    assert one(before, after)["total"] == "8.00"


def test_the_same_line_in_two_files_counts_once(filing: Write, table: Write) -> None:
    rows = [{"tran_id": "T1", "disb_amt": "10"}, {"tran_id": "T2", "disb_amt": "5"}]
    both = table("both.csv", rows)
    first = table("first.csv", rows[:1])
    filed = filing("700001.fec", [line("T1", "10.00"), line("T2", "5.00"), line("T3", "1.00")])
    assert one(both, first, filed)["total"] == "16.00"


def test_the_same_file_under_another_name_counts_once(filing: Write, tmp_path: Path) -> None:
    path = filing("700001.fec", [line("T1", "10.00")])
    copy = tmp_path / "700001 (1).fec"
    copy.write_bytes(path.read_bytes())
    found = report([path, copy])
    assert found["committees"][0]["total"] == "10.00"
    assert "the same file" in found["notes"][0]


def test_memo_items_are_apart_and_never_added(filing: Write) -> None:
    path = filing("700001.fec", [line("T1", "10.00"), line("T2", "4.00", memo_code="X")])
    found = one(path)
    assert (found["lines"], found["total"], found["memo_lines"], found["memo_total"]) == (
        1,
        "10.00",
        1,
        "4.00",
    )


def test_a_line_dated_outside_its_period_counts_in_it_and_is_said(filing: Write) -> None:
    path = filing("700001.fec", [line("T1", "10.00", expenditure_date="20160105")])
    found = report([path])
    assert found["committees"][0]["by_quarter"] == {"2015-Q4": "10.00"}
    assert "1 lines are dated outside its period" in found["notes"][0]


# What a person sees.


@pytest.mark.parametrize("by", ["category", "vendor", "quarter"])
def test_tables_show_the_total_whatever_they_are_by(
    shared_data: Path, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    tables(report([shared_data / "fec" / "1527862.fec"]), by)
    shown = capsys.readouterr().out
    assert "508,393.52" in shown
    assert "difference 275.41" in shown


def test_tables_refuse_what_they_cannot_show_by() -> None:
    with pytest.raises(UserError, match="choose category, vendor or quarter"):
        tables({"committees": [], "notes": []}, "colour")
