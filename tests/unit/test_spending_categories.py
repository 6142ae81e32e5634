"""Spending: which category and which vendor a payment is of."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.settings import UserError
from orchestration.spending import report
from orchestration.spending.categories import RULES, Apart, classify, load_rules
from orchestration.spending.read import read_reports
from orchestration.spending.vendors import alike
from tests.spending_files import Write, line, one

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
