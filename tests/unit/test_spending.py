"""Spending: real reports to the cent, and small made-up ones for every rule."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fecfile.cache import getMapping
from fecfile.fecparser import mappings

from orchestration.settings import UserError
from orchestration.spending import report, tables
from orchestration.spending.categories import RULES, Apart, classify, load_rules
from orchestration.spending.layouts import OPERATING, PRESIDENTIAL
from orchestration.spending.read import read_reports
from orchestration.spending.vendors import alike

COMMITTEE = "C00999991"
Line = dict[str, str]
Write = Callable[..., Path]


def line(number: str, amount: str, **more: str) -> Line:
    """One line of Schedule B in fecfile's names."""
    return {
        "transaction_id_number": number,
        "expenditure_amount": amount,
        "expenditure_date": "20151020",
        "expenditure_purpose_descrip": "Travel",
        "payee_organization_name": "Invented Travel Inc.",
        **more,
    }


@pytest.fixture
def filing(tmp_path: Path) -> Write:
    """Writes an electronic filing of any version; the layout is fecfile's."""

    def row(form: str, version: str, values: Line) -> str:
        names = getMapping(mappings, form, version)
        fields = [values.get(name, "") for name in names]
        fields[0] = form
        if version[0] in "35":
            return ",".join(f'"{field}"' for field in fields)
        return "\x1c".join(fields)

    def write(
        name: str,
        lines: list[Line],
        *,
        form: str = "F3PN",
        schedule: str = "SB23",
        version: str = "8.1",
        header: Line | None = None,
        others: Sequence[tuple[str, Line]] = (),
        **page: str,
    ) -> Path:
        period = {"coverage_from_date": "20151001", "coverage_through_date": "20151231"}
        who = {"filer_committee_id_number": COMMITTEE, "committee_name": "Invented for All"}
        start = {"ef_type": "FEC", "fec_version": version, **(header or {})}
        rows = [row("HDR", version, start), row(form, version, {**who, **period, **page})]
        rows += [row(schedule, version, {**who, **values}) for values in lines]
        rows += [row(kind, version, {**who, **values}) for kind, values in others]
        path = tmp_path / name
        path.write_text("\n".join(rows) + "\n", encoding="latin-1")
        return path

    return write


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Writes a presidential disbursement CSV as the FEC does: rows end with a comma."""

    def write(name: str, rows: list[Line]) -> Path:
        path = tmp_path / name
        with path.open("w", newline="") as stream:
            stream.write(",".join(PRESIDENTIAL) + "\n")
            for row in rows:
                fields = {
                    "cmte_id": COMMITTEE,
                    "disb_dt": "20-OCT-15",
                    "form_tp": "SB23",
                    "file_num": "700001",
                    **row,
                }
                values = [fields.get(field, "") for field in PRESIDENTIAL]
                csv.writer(stream, lineterminator="\n").writerow([*values, ""])
        return path

    return write


def one(*paths: Path) -> dict[str, Any]:
    """The only committee that these files are of."""
    (committee,) = report(paths)["committees"]
    found: dict[str, Any] = committee
    return found


def refusal(*paths: Path) -> str:
    """The sentence with which these files are refused."""
    with pytest.raises(UserError) as mistake:
        report(paths)
    return str(mistake.value)


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


# Categories.


@pytest.mark.parametrize(
    ("payee", "purpose", "category"),
    [
        ("NATIONAL BUILDER", "STRATEGY CONSULTING", "software"),
        ("Labels & Lists, Inc.", "RESEARCH CONSULTING", "data_and_lists"),
        ("NEWSMAX MEDIA", "LIST RENTAL", "data_and_lists"),
        ("ANYBODY", "TTW - FIELD CONSULTING", "field"),
        ("ANYBODY", "DIRECT MAIL: PRINTING AND POSTAGE", "mail"),
        ("ANYBODY", "COLLATERAL: FREIGHT", "merchandise"),
        ("ANYBODY", "EVENT STAGING EXPENSE", "events"),
        ("STRIPE", "", "fundraising"),
        ("AMEX", "CREDIT CARD PAYMENT: SEE MEMO ENTRIES", "other"),
        ("ANYBODY", "OUTDOOR ADVERTISING", "media"),
        ("ANYBODY", "Zzz", "other"),
    ],
)
def test_a_payment_lands_in_its_category(
    table: Write, payee: str, purpose: str, category: str
) -> None:
    row = {"tran_id": "T1", "disb_amt": "1", "recipient_nm": payee, "disb_desc": purpose}
    assert one(table("t.csv", [row]))["by_category"] == {category: "1.00"}


def test_what_no_rule_knows_is_shown_the_largest_first(table: Write) -> None:
    rows = [
        {"tran_id": "T1", "disb_amt": "1", "disb_desc": "Zzz"},
        {"tran_id": "T2", "disb_amt": "3", "disb_desc": "Yyy"},
        {"tran_id": "T3", "disb_amt": "9", "disb_desc": "Polling"},
    ]
    found = one(table("t.csv", rows))
    assert [(kind["purpose"], kind["total"]) for kind in found["unmatched"]] == [
        ("YYY", "3.00"),
        ("ZZZ", "1.00"),
    ]


def test_names_of_one_vendor_are_one(table: Write) -> None:
    names = [
        "NATION BUILDER",
        "3DNA Corp.",
        "NationBuilder",
        "WEISERMAZARS, LLP",
        "WeiserMazars LLP",
    ]
    rows = [
        {"tran_id": f"T{n}", "disb_amt": "1", "recipient_nm": name} for n, name in enumerate(names)
    ]
    vendors = one(table("t.csv", rows))["by_vendor"]
    assert [(vendor["vendor"], vendor["lines"]) for vendor in vendors] == [
        ("NATIONBUILDER", 3),
        ("WEISERMAZARS", 2),
    ]


@pytest.mark.parametrize(
    ("one_name", "other"),
    [
        ("NATIONBUILDER", "NATIONAL BUILDER"),
        ("Labels & Lists, Inc.", "LABELS AND LISTS"),
        ("The Acme Company", "ACME COMPANY LLC"),
        ("G.O.P. CALLS L.L.C.", "GOP CALLS"),
    ],
)
def test_two_spellings_are_one_vendor(table: Write, one_name: str, other: str) -> None:
    rows = [
        {"tran_id": f"T{n}", "disb_amt": "1", "recipient_nm": name}
        for n, name in enumerate([one_name, other])
    ]
    assert len(one(table("t.csv", rows))["by_vendor"]) == 1


def test_names_that_look_alike_are_shown_until_somebody_decides(table: Write) -> None:
    rows = [
        {"tran_id": "T1", "disb_amt": "9", "recipient_nm": "SPECTRUM MARKETING"},
        {"tran_id": "T2", "disb_amt": "1", "recipient_nm": "SPECTRUM MARKETNG"},
        {"tran_id": "T3", "disb_amt": "5", "recipient_nm": "SOMEBODY ELSE"},
    ]
    path = table("t.csv", rows)
    (pair,) = report([path])["vendors_to_review"]
    assert (pair["vendor"], pair["looks_like"]) == ("SPECTRUM MARKETNG", "SPECTRUM MARKETING")
    with duckdb.connect(":memory:") as con:
        read_reports(con, [path])
        classify(con, load_rules(RULES))
        names = ("SPECTRUM MARKETING", "SPECTRUM MARKETNG")
        assert alike(con, [Apart(names=names, reason="two firms")]) == ()


def test_receipts_and_debts_stand_beside_the_summary_page(filing: Write) -> None:
    path = filing(
        "700001.fec",
        [line("T1", "10.00")],
        form="F3PT",
        others=[
            ("SA17A", {"contribution_amount": "250.00"}),
            ("SA17A", {"contribution_amount": "-50.00"}),
            ("SA17A", {"contribution_amount": "7.00", "memo_code": "X"}),
            ("SD12", {"balance_at_close_this_period": "99.5"}),
        ],
        col_a_individual_contribution_total="300.00",
        col_a_debts_by="100.00",
    )
    (filed,) = one(path)["filings"]
    assert filed["is_termination"]
    assert [(s["line"], s["itemized"], s["difference"]) for s in filed["receipts"]] == [
        ("17A", "200.00", "100.00")
    ]
    assert [(s["line"], s["difference"]) for s in filed["debts"]] == [("12", "0.50")]
    assert (filed["lines"], filed["total"]) == (1, "10.00")


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("category: software", "no category is called 'software'"),
        ("category: mail, colour: red", "unknown key '.*colour'"),
        ("category: mail, purpose: '('", "a pattern is no regular expression"),
    ],
)
def test_a_mistake_in_the_rules_is_said_with_its_line(
    tmp_path: Path, mistake: str, said: str
) -> None:
    file = tmp_path / "rules.yaml"
    purpose = "" if "purpose" in mistake else ", purpose: MAIL"
    file.write_text(
        "version: 2\ncategories: {mail: Mail}\nvendors: []\n"
        f"rules:\n  - {{id: mail, {mistake}{purpose}, reason: by its name}}\n"
    )
    with pytest.raises(UserError, match=said) as refused:
        load_rules(file)
    assert "rules.yaml, line" in str(refused.value)


def test_every_category_has_a_rule() -> None:
    rules = load_rules(RULES)
    assert {rule.category for rule in rules.rules} == set(rules.categories)


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
