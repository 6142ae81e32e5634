"""The page *Money* in every state it can be in, without a browser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from apps.lib import money
from orchestration.release.read import current_release
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.apps.invented import NOW, write_release
from tests.apps.test_today_page import said, show

PAGE = str(PROJECT_ROOT / "apps" / "app_pages" / "money.py")
OURS, RIVAL = "C00999017", "C00999992"
DUE = [
    {
        "report": "Year-end 2015",
        "filers": "all committees",
        "covers_from": "2015-10-01",
        "covers_until": "2015-12-31",
        "due": "2016-01-31",
        "days_left": 10,
        "t_minus": "T-1d",
        "source": "https://www.fec.gov/updates/reports-due-in-2016/",
    }
]


def totals(committee: str, amount: str, data: str, media: str) -> dict[str, object]:
    return {
        "committee_id": committee,
        "committee_name": "Ours" if committee == OURS else "Rival for President",
        "filings": 2,
        "lines": 3,
        "amount": Decimal(amount),
        "memo_lines": 1,
        "memo_amount": Decimal("5.00"),
        "data_amount": Decimal(data),
        "media_amount": Decimal(media),
        "amount_per_week": Decimal("10.00"),
        "stated_amount": None,
        "difference_amount": None,
        "first_payment_date": date(2015, 7, 2),
        "last_payment_date": date(2015, 12, 9),
        "reported_until_date": None,
        "has_terminated": False,
    }


def marts() -> dict[str, pd.DataFrame]:
    """What two committees reported."""
    quarters = [
        (OURS, "2015-Q3", "data_and_lists", "1234567.89"),
        (OURS, "2015-Q4", "media", "20000.10"),
        (OURS, "2015-Q4", "travel", "1.01"),
        (RIVAL, "2015-Q4", "software", "1200.50"),
    ]
    vendors = [
        (OURS, "CEDAR DATA SERVICES", "data_and_lists", "1234567.89", 2, 7, 9, False, True),
        (OURS, "HEARTLAND MEDIA", "media", "20000.10", 1, 11, 11, True, False),
        (RIVAL, "NATIONBUILDER", "software", "1200.50", 2, 10, 12, False, False),
    ]
    return {
        "committee_totals": pd.DataFrame(
            [
                totals(RIVAL, "1200.50", "0.00", "0.00"),
                totals(OURS, "1254569.00", "1234567.89", "20000.10"),
            ]
        ),
        "spending_by_quarter": pd.DataFrame(
            [(c, q, k, Decimal(a)) for c, q, k, a in quarters],
            columns=["committee_id", "quarter", "category", "amount"],
        ),
        "vendors": pd.DataFrame(
            [
                (c, v, k, Decimal(a), n, date(2015, m, 2), date(2015, last, 9), new, gone)
                for c, v, k, a, n, m, last, new, gone in vendors
            ],
            columns=["committee_id", "vendor", "category", "amount", "lines",
                     "first_payment_date", "last_payment_date", "has_appeared", "has_stopped"],
        ),
        "spending_notes": pd.DataFrame(
            [("Filing 700001 was amended by 700002; its 3 lines are not counted.", False)],
            columns=["note", "is_mistake"],
        ),
    }  # fmt: skip


def shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return show(home, monkeypatch, PAGE)


def test_without_a_release_or_without_reports_it_says_what_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No release yet" in said(shown(home, monkeypatch))
    write_release(home, filings_due=DUE)
    text = said(shown(home, monkeypatch))
    assert "No spending reports" in text
    assert "inbox of fec" in text
    assert "the Year-end 2015 report of all committees, due Sun 31 Jan 2016 (T−1d)" in text


def test_committees_stand_side_by_side_to_the_cent(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, marts=marts(), committee=OURS, filings_due=DUE)
    page = shown(home, monkeypatch)
    side, categories, calendar = (element.value for element in page.dataframe)
    assert list(side["Committee"]) == ["Ours (ours)", "Rival for President"]
    assert list(side["Spent ($)"]) == ["1,254,569.00", "1,200.50"]
    assert list(categories["All"]) == ["1,234,567.89", "20,000.10", "1.01"]
    assert list(calendar["Countdown"]) == ["T−1d"]
    assert "1 remark" in page.expander[0].label

    page.selectbox[0].select(RIVAL).run()
    assert "What Rival for President bought" in said(page)
    assert list(page.dataframe[1].value["All"]) == ["1,200.50"]


def test_it_says_when_only_rivals_report_or_ours_is_unknown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, marts=marts(), committee="C00000001")
    assert "only rivals are shown" in said(shown(home, monkeypatch))
    write_release(home, "2016-01-21.bbbbbbbbbb", marts=marts(), committee=None)
    assert "set candidate.committee in campaign.yaml" in said(shown(home, monkeypatch))


def test_a_contradiction_is_said_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = pd.DataFrame([("No spending is shown, for two differ.", True)],
                          columns=["note", "is_mistake"])  # fmt: skip
    empty = {name: table.iloc[:0] for name, table in marts().items()}
    write_release(home, marts={**empty, "spending_notes": broken}, committee=OURS)
    assert "No spending is shown, for two differ." in said(shown(home, monkeypatch))


def test_the_timeline_shows_the_machine_by_first_payment(home: Path) -> None:
    write_release(home, marts=marts(), committee=OURS)
    release = current_release(home)
    assert release is not None
    view = money.load(release, load_settings(home).campaign.contest_plan(), NOW)
    table = money.timeline(view, OURS)
    assert list(table["vendor"]) == ["CEDAR DATA SERVICES", "HEARTLAND MEDIA"]
    assert list(table["change"]) == ["not paid in the latest quarter", "new in the latest quarter"]
    drawn = money.quarters_drawn(view)
    assert set(drawn["kind"]) == {"Data and lists", "Media", "Everything else"}
