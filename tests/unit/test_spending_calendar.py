"""The filing calendar: countdown items with their source."""

from __future__ import annotations

import csv
from datetime import date

from orchestration.spending.calendar import CALENDAR, filings_due

CONTEST = date(2016, 2, 1)


def test_the_year_end_report_falls_due_on_the_eve_of_the_caucus() -> None:
    first, *later = filings_due(date(2016, 1, 21), CONTEST)
    assert (first.report, first.due, first.days_left, first.t_minus) == (
        "Year-end 2015",
        "2016-01-31",
        10,
        "T-1d",
    )
    assert first.source.startswith("https://www.fec.gov/")
    assert [due.t_minus for due in later] == ["T+19d", "T+48d"]


def test_a_report_due_today_is_shown_and_one_of_yesterday_is_not() -> None:
    assert filings_due(date(2016, 1, 31), CONTEST)[0].days_left == 0
    assert filings_due(date(2016, 2, 1), CONTEST)[0].report == "February monthly 2016"


def test_every_date_has_a_source_and_stands_behind_its_period() -> None:
    with CALENDAR.open(newline="") as stream:
        for row in csv.DictReader(stream):
            assert row["source"]
            days = [date.fromisoformat(row[k]) for k in ("covers_from", "covers_until", "due")]
            assert days == sorted(days)
