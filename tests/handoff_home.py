"""A small invented home with a release, from which lists can be made; for the tests of hand-off.

People are rows of text: what a test says of one stands over what everybody has.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lake import Lake, file_hash, sql_path
from orchestration.settings import Settings, load_settings

MOMENT = datetime.fromisoformat("2016-01-21T12:00:00-06:00")
RELEASE = "2016-01-21.invented"

_PERSONS: dict[str, str] = {
    "person_id": "varchar", "kind": "varchar", "voter_key": "varchar", "first_name": "varchar",
    "middle_name": "varchar", "last_name": "varchar", "suffix": "varchar",
    "name_source": "varchar", "gender": "varchar", "gender_source": "varchar",
    "birth_date": "date", "birth_year": "bigint", "birth_source": "varchar",
    "age_on_contest": "bigint", "is_eligible": "boolean", "phone": "varchar",
    "phone_source": "varchar", "email": "varchar", "email_source": "varchar",
    "house_number": "varchar", "street": "varchar", "unit": "varchar", "city": "varchar",
    "state": "varchar", "zip5": "varchar", "address_source": "varchar", "county_fips": "varchar",
    "precinct_id": "varchar", "household_key": "varchar", "email_consent": "boolean",
    "sms_consent": "boolean", "phone_consent": "boolean", "is_deletion": "boolean",
    "channels": "varchar[]",
}  # fmt: skip
_KEYS: dict[str, str] = {
    "person_id": "varchar", "first_name": "varchar", "last_name": "varchar", "phone": "varchar",
    "phone_2": "varchar", "email": "varchar", "house_number": "varchar", "street": "varchar",
    "zip5": "varchar",
}  # fmt: skip
_CONTACTS = {**_KEYS, "source": "varchar", "data_time": "timestamp"}
_LINKS: dict[str, str] = {
    "record_key": "varchar", "person_id": "varchar", "source": "varchar", "probability": "double",
    "method": "varchar", "rule": "varchar", "finding": "varchar",
}  # fmt: skip
_SITES = {
    "precinct_id": "varchar", "site_name": "varchar", "address_line": "varchar", "city": "varchar",
    "starts_at": "timestamp", "data_time": "timestamp",
}  # fmt: skip
_SEGMENT = {
    "person_id": "varchar", "value": "double", "reason": "varchar", "best_time_seen": "varchar",
    "county_fips": "varchar", "precinct_id": "varchar",
}  # fmt: skip
_SCORE = {
    "person_id": "varchar", "probability": "double", "low": "double", "high": "double",
    "group_name": "varchar",
}  # fmt: skip
_VALUES = {
    "person_id": "varchar", "field": "varchar", "value": "varchar", "sources": "varchar[]",
    "newest_at": "timestamp", "is_chosen": "boolean",
}  # fmt: skip
_DEEDS = {
    "person_id": "varchar", "occurred_at": "timestamp", "kind": "varchar", "source": "varchar",
    "result": "varchar",
}  # fmt: skip
_UNIVERSE = {**_SEGMENT, "channel": "varchar", "place": "bigint"}

ALL_WAYS = ["door", "phone", "text", "mail", "email"]


# What is known of the first person besides: a link, another phone, a deed and a score.
KNOWN_OF_ONE: dict[str, Any] = {
    "links": [
        {"record_key": "website/signups:7", "person_id": "p0001", "source": "website",
         "probability": 0.987, "method": "splink", "rule": "model"}
    ],
    "values": [
        {"person_id": "p0001", "field": "phone", "value": "+15155550123",
         "sources": ["vendor_b"], "newest_at": "2015-08-28", "is_chosen": False}
    ],
    "deeds": [
        {"person_id": "p0001", "occurred_at": "2016-01-10 18:00:00", "kind": "attended",
         "source": "events", "result": "checked_in"}
    ],
    "scores": [
        {"person_id": "p0001", "probability": 0.42, "low": 0.3, "high": 0.55,
         "group_name": "generals_only"}
    ],
}  # fmt: skip


def person(number: int, **more: Any) -> dict[str, Any]:
    """An invented voter of Polk County whom the website knows too, reachable in every way."""
    return {
        "person_id": f"p{number:04d}",
        "kind": "voter",
        "voter_key": f"party/voterfile:{number}",
        "first_name": f"ADA{number}",
        "last_name": f"ABEL{number}",
        "name_source": "party",
        "gender": "F",
        "gender_source": "party",
        "birth_date": "1970-05-06",
        "birth_source": "party",
        "age_on_contest": 45,
        "is_eligible": True,
        "phone": f"+1515555{number:04d}",
        "phone_source": "website",
        "email": f"ada{number}@example.org",
        "email_source": "website",
        "house_number": str(100 + number),
        "street": "MAIN ST",
        "city": "TOWN",
        "state": "IA",
        "zip5": "50001",
        "address_source": "party",
        "county_fips": "19153",
        "precinct_id": "19153-001",
        "household_key": f"h{number:04d}",
        "email_consent": True,
        "sms_consent": True,
        "phone_consent": True,
        "channels": ALL_WAYS,
        "value": 1 / (number + 1),
        "best_time_seen": "weekday evening",
        "channel": "door",
        "place": number,
        **more,
    }


def make_release(
    home: Path,
    people: Sequence[Mapping[str, Any]],
    links: Sequence[Mapping[str, Any]] = (),
    contacts: Sequence[Mapping[str, Any]] = (),
    sites: Sequence[Mapping[str, Any]] = (),
    values: Sequence[Mapping[str, Any]] = (),
    deeds: Sequence[Mapping[str, Any]] = (),
    scores: Sequence[Mapping[str, Any]] = (),
) -> Settings:
    """A home whose live release holds these people, all of them in every audience.

    Args:
        home: The home, which may be new.
        people: Rows of :func:`person`.
        links: Evidence; likewise the next two, rows of the marts of that name.
        contacts: Records as they said it themselves.
        sites: Where precincts meet.
        values: Values that stand beside the chosen ones.
        deeds: Engagements.
        scores: Chances to attend.
    """
    folder = Lake(home).releases / RELEASE
    nowhere = [{**p, "phone_2": None} for p in people]
    tables = {
        "marts/persons": (_PERSONS, people),
        "marts/voters": (_KEYS, nowhere),
        "marts/contacts": (_CONTACTS, contacts),
        "marts/sites": (_SITES, sites),
        "identity/links": (_LINKS, links),
        "segments/seg_first_time": (_SEGMENT, people),
        "segments/universe": (_UNIVERSE, people),
        "marts/voter_values": (_VALUES, values),
        "marts/engagements": (_DEEDS, deeds),
        "scores/attendance": (_SCORE, scores),
    }
    files = {}
    for name, (columns, rows) in tables.items():
        file = folder / f"{name}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, columns, rows)
        files[f"{name}.parquet"] = {"hash": file_hash(file), "bytes": file.stat().st_size}
    manifest = {"release": RELEASE, "made_at": MOMENT.isoformat(), "as_of": "2016-01-21"}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": files}))
    pointer = Lake(home).releases / "current"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(RELEASE)
    return load_settings(home)


def _write(file: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    with duckdb.connect() as con:
        con.execute(f"create table t ({', '.join(f'{n} {t}' for n, t in columns.items())})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            values = [[row.get(name) for name in columns] for row in rows]
            con.executemany(f"insert into t values ({marks})", values)
        con.execute(f"copy t to {sql_path(file)} (format parquet)")


REQUEST = (
    "request_id", "received_at", "kind", "channel", "first_name", "last_name", "phone", "email",
    "address", "city", "zip", "note",
)  # fmt: skip


def ask_not_to(
    home: Path, *requests: Mapping[str, str], name: str = "suppressions_20160121.csv"
) -> None:
    """Put requests into the inbox, as the web form exports them; nothing lands them here."""
    file = home / "inbox" / "suppressions" / "2016-01-21" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, REQUEST)
        writer.writeheader()
        for number, request in enumerate(requests):
            usual = {"request_id": f"{name}-{number}", "received_at": "2016-01-21T09:00:00"}
            writer.writerow({**usual, "kind": "opt_out", "channel": "all", **request})


def read_list(file: str | Path) -> list[dict[str, str]]:
    """The rows of a list without its canaries."""
    with Path(file).open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row for row in rows if row.get("street") != "INVENTED PLZ" and not _is_seed(row)]


def _is_seed(row: Mapping[str, str]) -> bool:
    return row.get("phone") == "+15155550100" or row.get("email", "").endswith("@campaign.example")
