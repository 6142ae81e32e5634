"""Invented files of suppliers for onboarding, and how a proposal is held against what is right."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orchestration.contracts.onboard import FeedProposal, onboard

TODAY = date(2026, 11, 24)
Right = str | tuple[str, ...] | frozenset[str]
"""A column, one of several, or a pool from which all sources must come."""

_FIRST = "James Mary Robert Linda John Susan David Karen Paul Nancy Mark Betty Kevin Ruth".split()
_LAST = (
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Moore Taylor Thomas Lee Clark"
).split()
_STREETS = "Maple Oak Pine Cedar Elm Washington Lake Hill Walnut Spring".split()
_TOWNS = "Ames Dayton Salem Clinton Madison Georgetown Arlington Ashland Dover Milton".split()


def _day(n: int, first: int, span: int, fmt: str) -> str:
    return (date(first, 1, 1) + timedelta(days=(n * 3571) % (span * 365))).strftime(fmt)


@dataclass(frozen=True)
class Look:
    """How a supplier writes things."""

    date: str = "%m/%d/%Y"
    state: str = "IA"
    zip3: str = "503"
    upper: bool = False


def cell(kind: str, n: int, look: Look) -> str:
    """An invented cell of a kind; a kind that nobody knows is a word without meaning."""
    makers: dict[str, Callable[[], str]] = {
        "record_id": lambda: str(7_000_000 + 17 * n),
        "state_id": lambda: str(900_000_000 + 131 * n),
        "party_id": lambda: f"R{500_000 + n}",
        "first_name": lambda: _FIRST[(n * 5) % len(_FIRST)],
        "middle_name": lambda: "" if n % 3 else _FIRST[n % len(_FIRST)][:1],
        "last_name": lambda: _LAST[(n * 3) % len(_LAST)],
        "full_name": lambda: f"{_FIRST[(n * 5) % len(_FIRST)]} {_LAST[(n * 3) % len(_LAST)]}",
        "suffix": lambda: ("", "", "", "Jr")[n % 4],
        "gender": lambda: "FM"[n % 2],
        "birth_date": lambda: _day(n, 1935, 65, look.date),
        "birth_year": lambda: str(1935 + (n * 7) % 65),
        "age": lambda: str(20 + (n * 7) % 65),
        "phone": lambda: f"515{2_345_678 + 91 * n}",
        "phone_2": lambda: f"(641) 23{n % 10}-{4_000 + n}",
        "email": lambda: f"someone{n}@example.org",
        "address_line": lambda: f"{100 + n} {_STREETS[n % 10]} St",
        "address_line_2": lambda: "" if n % 4 else f"Apt {n}",
        "house_number": lambda: str(100 + n),
        "street_name": lambda: _STREETS[n % 10],
        "street_type": lambda: ("St", "Ave", "Rd")[n % 3],
        "pre_direction": lambda: ("", "", "N", "SW")[n % 4],
        "post_direction": lambda: ("", "", "", "E")[n % 4],
        "unit_type": lambda: "" if n % 4 else "APT",
        "unit": lambda: "" if n % 4 else str(n),
        "city": lambda: _TOWNS[(n * 3) % 10],
        "state": lambda: look.state,
        "zip5": lambda: f"{look.zip3}{n % 90 + 10:02}",
        "zip4": lambda: f"{1_000 + n}",
        "county": lambda: ("Polk", "Story", "Linn", "Wayne")[n % 4],
        "registration_date": lambda: _day(n, 2001, 14, look.date),
        "created_at": lambda: _day(n, 2014, 1, "%Y-%m-%d") + " 10:15:00",
        "updated_at": lambda: _day(n, 2015, 1, "%Y-%m-%d") + " 11:30:00",
        "date": lambda: _day(n, 2012, 3, look.date),
        "party": lambda: ("REP", "DEM", "NOP")[n % 3],
        "voter_status": lambda: ("A", "A", "A", "I")[n % 4],
        "precinct_id": lambda: f"{n % 40 + 1:02}-{n % 3}",
        "district": lambda: str(n % 8 + 1),
        "yes_no": lambda: "YN"[n % 2],
        "mark": lambda: "Y" if n % 2 else "",
        "amount": lambda: f"{10 + n % 7 * 15}.00",
        "support": lambda: str(n % 5 + 1),
        "tags": lambda: ("vip", "yard sign, vip", "")[n % 3],
        "number": lambda: str((n * 37) % 1_000),
        "empty": lambda: "",
        "serial": lambda: str(41_000 + n),
        "repeated_id": lambda: str(900_000_000 + 131 * (n // 3)),
        "repeated_nc": lambda: f"EH{100_000 + 7 * (n // 3)}",
        "nc_id": lambda: f"IA-{10_000_000 + 13 * n}",
        "lal_id": lambda: f"LALIA{100_000_000 + 13 * n}",
        "nj_id": lambda: f"A{1_000_000_000 + 311 * n}",
        "r_id": lambda: f"R_{(n * 7919 + 13) * 104729 % 10**9:x}AbC{n}",
        "uuid": lambda: f"{(n + 1) * 2654435761 % 2**32:08x}-1f2e-4a3b-8c4d-{(n + 7) * 40503:012x}",
        "one_day": lambda: date(2016, 1, 5).strftime(look.date),
        "area": lambda: ("515", "319", "641")[n % 3],
        "exchange": lambda: str(234 + n % 50),
        "last_four": lambda: f"{1_000 + 37 * n}"[-4:],
        "phone_line": lambda: f"{2_345_678 + 91 * n}",
        "phone_3": lambda: f"(515) 24{n % 10}-{5_000 + n}",
        "status_word": lambda: ("Active", "Active", "Active", "Inactive")[n % 4],
        "registered_word": lambda: ("Registered", "Registered", "Unregistered")[n % 3],
        "tx_status": lambda: ("V", "V", "V", "S")[n % 4],
        "active": lambda: "A",
        "gender_word": lambda: ("Female", "Male")[n % 2],
        "party_word": lambda: ("Democratic", "Republican", "Unaffiliated", "Libertarian")[n % 4],
        "county_word": lambda: ("POLK COUNTY", "LINN COUNTY", "WAYNE COUNTY")[n % 3],
        "county_letters": lambda: ("KI", "PI", "SN")[n % 3],
        "fl_county": lambda: ("ALA", "DAD", "BRO")[n % 3],
        "district_name": lambda: f"District {n % 8 + 1}",
        "street_line": lambda: f"{_STREETS[n % 10]} {('St', 'Ave', 'Rd')[n % 3]}",
        "city_state_zip": lambda: f"{_TOWNS[n % 10]}, {look.state} {look.zip3}{n % 90 + 10:02}",
        "wisconsin": lambda: look.state,
        "birthplace": lambda: ("Iowa", "Illinois", "Germany", "Sweden", "Ohio")[n % 5],
        "old_year": lambda: str(1838 + (n * 7) % 75),
        "election_date": lambda: (date(2012, 11, 6), date(2014, 11, 4), date(2016, 2, 1))[
            n % 3
        ].strftime(look.date),
        "election_year": lambda: ("2012", "2014", "2016")[n % 3],
        "election_type": lambda: ("GEN", "PRI", "GEN", "OTH")[n % 4],
        "election_words": lambda: ("General", "Primary", "Special", "General")[n % 4],
        "dated_election": lambda: (
            "11/06/2012 General",
            "11/04/2014 General",
            "02/01/2016 Primary",
        )[n % 3],
        "election_code": lambda: ("GN2012", "PR2014", "GN2014", "")[n % 4],
        "vote_code": lambda: ("PP", "EV", "MB", "")[n % 4],
        "method_word": lambda: ("At Polls", "Absentee", "Early", "")[n % 4],
        "ak_vote": lambda: ("14GENR P", "12GENR A", "14PRIM P")[n % 3],
        "mn_leg": lambda: f"{n % 8 + 1:02}A",
        "letter": lambda: "YNAEB"[n % 5],
        "latitude": lambda: f"41.{5_000 + 17 * n}",
        "score": lambda: f"{(n * 37) % 100}.{n % 10}",
        "percent": lambda: f"{(n * 20) % 100}%",
        "hundred": lambda: "100",
        "ip": lambda: f"10.{n % 250}.3.{n % 200}",
        "url": lambda: f"https://example.org/{n}",
        "month": lambda: str(n % 12 + 1),
        "day": lambda: str(n % 28 + 1),
        "month_day": lambda: f"{n % 12 + 1:02}/{n % 28 + 1:02}",
        "gf_time": lambda: f"{n % 12 + 1}/{n % 28 + 1}/2016 {n % 12 + 8}:15:32",
        "yes_no_maybe": lambda: ("Yes", "No", "Maybe")[n % 3],
        "optin": lambda: ("subscribed", "unsubscribed")[n % 2],
        "last_first": lambda: f"{_LAST[(n * 3) % 14].upper()}, {_FIRST[(n * 5) % 14].upper()} A",
        "zip9": lambda: f"{look.zip3}{n % 90 + 10:02}{1_000 + n}",
        "long_serial": lambda: str(4_010_120_161_000_000_000 + n),
        "committee": lambda: f"C0058{n % 4}100",
        "old_date": lambda: f"18{40 + n % 55}-{n % 12 + 1:02}-{n % 28 + 1:02}",
        "door": lambda: ("Walk", "Phone")[n % 2],
        "true_false": lambda: ("True", "False")[n % 2],
        "clock": lambda: f"{n % 24:02}:{n % 60:02}:15",
        "one_email": lambda: "donate@example.org",
        "employer": lambda: f"{_LAST[n % 14]} Works",
    }
    made = makers[kind]() if kind in makers else f"{kind[:6]} {n % 5}"
    return made.upper() if look.upper else made


def table_text(columns: Mapping[str, str], look: Look, rows: int = 60, delimiter: str = ",") -> str:
    """A file with a header: each column with the kind of its cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(kind, n, look) for kind in columns.values()] for n in range(rows))
    return out.getvalue()


@dataclass(frozen=True)
class Score:
    """A proposal against what is right."""

    right: int
    asked: int
    marked: tuple[str, ...]
    missed: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of columns that is right without a human."""
        return self.right / self.asked if self.asked else 1.0

    def told(self) -> str:
        """In one line."""
        return (
            f"{self.right} of {self.asked} right unaided, {len(self.marked)} marked, "
            f"silent mistakes: {list(self.silent) or 'none'}, missed: {list(self.missed) or 'none'}"
        )


def is_right(sources: tuple[str, ...], right: Right) -> bool:
    """Whether the columns that are read are those that should be."""
    if isinstance(right, frozenset):
        return bool(sources) and set(sources) <= right
    return len(sources) == 1 and sources[0] in ((right,) if isinstance(right, str) else right)


def score(feed: FeedProposal, golden: Mapping[str, Right]) -> Score:
    """Count; what is proposed without a mark and should not be is a silent mistake."""
    found = {column.name: column for column in feed.columns}
    right, marked, missed = 0, [], []
    silent = [n for n, c in found.items() if not c.review and n not in golden]
    for name, expected in golden.items():
        column = found.get(name)
        if column is None:
            missed.append(name)
        elif column.review:
            marked.append(name)
        elif is_right(column.sources, expected):
            right += 1
        else:
            silent.append(f"{name} from {column.sources}")
    return Score(right, len(golden), tuple(marked), tuple(missed), tuple(silent))


def proposed(file: Path, **more: Any) -> FeedProposal:
    """The main feed of a proposal for one file; nothing is written."""
    return onboard([file], today=TODAY, **more).feeds[0]
