"""The committee's own reports to the FEC: electronic F3P filings of layout version 8.1.

Payees are invented; the line layout is the Commission's. Schedule B without its memo lines adds
up to line 23 of the summary, as it does in a true filing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import stream
from orchestration.demo.text import day
from orchestration.demo.writers.inbox import Inbox

FS = "\x1c"
COMMITTEE, NAME = "C00999017", "Prairie Forward for President"
SUMMARY_FIELDS, SCHEDULE_B_FIELDS = 206, 44
FIRST_AMOUNT = 23  # place of the summary's first amount
PAYEES = (
    ("Heartland Media Group LLC", "Des Moines", "IA", "Media Buy", 18_000),
    ("Corn Belt Mail House", "Ames", "IA", "Printing and Postage", 6_400),
    ("Cedar Data Services", "Cedar Rapids", "IA", "Voter Data", 4_200),
    ("Plainsman Air Charter", "Omaha", "NE", "Travel: Air", 7_900),
    ("Riverbend Inn", "Davenport", "IA", "Travel: Lodging", 410),
    ("Tallgrass Strategies", "Alexandria", "VA", "Political Strategy Consulting", 9_500),
    ("Prairie Payroll Inc", "Des Moines", "IA", "Payroll", 21_000),
    ("Hawkeye Print & Sign", "Waterloo", "IA", "Yard Signs", 2_300),
    ("Capitol Compliance Co", "Washington", "DC", "Compliance Consulting", 5_000),
    ("Main Street Office Supply", "Ankeny", "IA", "Office Supplies", 260),
    ("Bluff Country Catering", "Council Bluffs", "IA", "Event Catering", 1_150),
    ("Loess Hills Telephone", "Sioux City", "IA", "Telephone", 640),
    ("Open Sky Digital", "Austin", "TX", "Digital Advertising", 12_700),
    ("County Fair Board", "Indianola", "IA", "Facility Rental", 900),
)
TRAVELLERS = (("Hollis", "Dana"), ("Ferris", "Quinn"), ("Marlow", "Tess"))


@dataclass(frozen=True)
class Report:
    """One report: the file's number, its code and days, and how much it holds."""

    number: int
    received: str
    code: str
    first: str
    last: str
    lines: int
    cash: float


REPORTS = (
    Report(9_000_137, "2015-12-21", "Q3", "2015-07-01", "2015-09-30", 160, 3_120_455.18),
    Report(9_000_291, "2016-01-31", "YE", "2015-10-01", "2015-12-31", 240, 2_655_010.42),
)


def _line(fields: dict[int, str], size: int) -> str:
    return FS.join(fields.get(place, "") for place in range(size))


def _payment(
    number: int,
    kind: str,
    payee: dict[int, str],
    place: tuple[str, str],
    paid: tuple[str, float, str],
) -> dict[int, str]:
    """Fields of a Schedule B line by their place in the layout."""
    on, amount, purpose = paid
    return {
        0: "SB23", 1: COMMITTEE, 2: f"SB23.{number}", 5: kind, **payee,
        12: f"{100 + number % 900} Commerce St", 14: place[0], 15: place[1], 16: "503090000",
        17: "P2016", 19: on, 20: f"{amount:.2f}", 21: "0.00", 22: purpose,
    }  # fmt: skip


def _schedule_b(rng: np.random.Generator, report: Report) -> tuple[list[str], float]:
    """The lines, and what they add up to without memo items."""
    lines: list[str] = []
    total, number = 0, report.number % 1000 * 10_000
    span = day(report.last) - day(report.first)
    days = np.sort(day(report.first) + rng.integers(0, span + 1, report.lines))
    for paid in days.tolist():  # payments, a few hundred
        number += 1
        on = str(np.datetime64(paid, "D")).replace("-", "")
        name, city, state, purpose, usual = PAYEES[int(rng.integers(0, len(PAYEES)))]
        cents = max(2_500, int(usual * 100 * rng.lognormal(0, 0.6)))
        total += cents
        if rng.random() < 0.08:
            total -= cents
            spent = _reimbursement(rng, number, on)
            lines += spent[0]
            total += spent[1]
            number += 3
            continue
        fields = _payment(number, "ORG", {6: name}, (city, state), (on, cents / 100, purpose))
        lines.append(_line(fields, SCHEDULE_B_FIELDS))
    return lines, total / 100


def _reimbursement(rng: np.random.Generator, number: int, on: str) -> tuple[list[str], int]:
    """A staff member paid back, and what the money went to as memo items that do not count."""
    last, first = TRAVELLERS[int(rng.integers(0, len(TRAVELLERS)))]
    parts = rng.integers(1_500, 42_000, 2).tolist()
    whole = sum(parts)
    paid = (on, whole / 100, "Travel Expense Reimbursement")
    fields = _payment(number, "IND", {7: last, 8: first}, ("Des Moines", "IA"), paid)
    lines = [_line({**fields, 42: "Details below"}, SCHEDULE_B_FIELDS)]
    for place, cents in enumerate(parts, start=1):
        name, purpose = (("Riverbend Inn", "Lodging"), ("Plainsman Fuel Stop", "Fuel"))[place - 1]
        memo = _payment(number + place, "ORG", {6: name}, ("Davenport", "IA"),
                        (on, cents / 100, f"Travel: {purpose}"))  # fmt: skip
        memo |= {3: f"SB23.{number}", 4: "SB23", 41: "X", 42: f"[{last.upper()}: SB23.{number}]"}
        lines.append(_line(memo, SCHEDULE_B_FIELDS))
    return lines, whole


def _summary(report: Report, spent: float) -> str:
    receipts = round(spent * 0.94, 2)
    fields = dict.fromkeys(range(FIRST_AMOUNT, SUMMARY_FIELDS), "0.00")
    signed = report.received.replace("-", "")
    fields |= {
        0: "F3PN", 1: COMMITTEE, 2: NAME, 4: "200 Locust St", 6: "Des Moines", 7: "IA",
        8: "50309", 9: "X", 11: report.code, 15: report.first.replace("-", ""),
        16: report.last.replace("-", ""), 17: "Whitfield", 18: "Rowan", 22: signed,
        23: f"{report.cash:.2f}", 24: f"{receipts:.2f}", 25: f"{report.cash + receipts:.2f}",
        26: f"{spent:.2f}", 27: f"{report.cash + receipts - spent:.2f}", 35: f"{receipts:.2f}",
        36: f"{receipts:.2f}", 40: f"{receipts:.2f}", 50: f"{receipts:.2f}", 51: f"{spent:.2f}",
        63: f"{spent:.2f}",
    }  # fmt: skip
    return _line(fields, SUMMARY_FIELDS)


def write(inbox: Inbox, seed: int) -> None:
    """Write both reports; their size does not depend on the number of voters."""
    header = FS.join(["HDR", "FEC", "8.1", "PrairieFiler", "2.4", "", "", ""])
    for report in REPORTS:
        lines, spent = _schedule_b(stream(seed, "fec", report.code), report)
        text = "\n".join([header, _summary(report, spent), *lines]) + "\n"
        name = f"{report.number}.fec"
        inbox.add("fec", day(report.received), name, b"", text.encode())
        inbox.rows["fec/filings"] += len(lines)
