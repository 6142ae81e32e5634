"""The register of lists: what was asked for, approved, made, and until when each may be used.

Append-only, one event a line; the state of a list follows from its events and the day. Who stands
on a list is a table beside, in the lake, so that results tie to it and a leak can be traced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from orchestration.lake import Lake
from orchestration.ledger import audit, journal
from orchestration.settings import UserError

State = Literal["unfinished", "awaiting approval", "ready", "expired", "revoked"]


@dataclass(frozen=True)
class Request:
    """What somebody asked for, in full: a list is made from this and nothing else.

    Attributes:
        list: The kind of list.
        audience: A segment of the release, or ``universe``.
        where: County FIPS or precinct ids; empty is everywhere.
        most: The most rows wanted; 0 is all.
        role: In which role it is asked for; caps hang on it.
        recipients: Public keys to which the file is encrypted; empty keeps it on this machine.
    """

    list: str
    audience: str
    purpose: str
    role: str
    who: str
    where: tuple[str, ...] = ()
    most: int = 0
    autodial: bool = False
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One list as the register knows it."""

    list_id: str
    request: Request
    state: State
    asked_at: str
    expires_at: str
    approved_by: str = ""
    made: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Made:
    """What came of asking for a list.

    Attributes:
        rows: Rows of the file, the canaries not counted.
        people: People whom these rows stand for.
        withheld: People of the audience who are not on it, by reason.
        files: Paths written; none while the list awaits approval.
    """

    list_id: str
    state: str
    release: str
    rows: int
    people: int
    withheld: Mapping[str, int]
    expires_at: str
    files: tuple[str, ...] = ()
    manifest: Mapping[str, Any] | None = None


def list_folder(lake: Lake, list_id: str) -> Path:
    """Where a list's file and manifest lie."""
    return lake.home / "handoff" / list_id


def members_path(lake: Lake, list_id: str) -> Path:
    """Who stands on a list: line_id and person_id, kept when the list itself has gone."""
    return lake.root / "handoff" / f"{list_id}.parquet"


def note(lake: Lake, event: str, list_id: str, who: str, moment: datetime, **detail: Any) -> None:
    """Write one event of a list, here and into the audit."""
    entry = {"event": event, "list_id": list_id, "who": who, "at": moment.isoformat(), **detail}
    journal.append(_file(lake), [entry])
    told = {k: v for k, v in detail.items() if k in ("rows", "people", "purpose", "release", "why")}
    audit.record(lake, moment.isoformat(), who, f"list {event}", list_id, **told)


def note_asked(
    lake: Lake, list_id: str, request: Request, moment: datetime, expires_at: datetime
) -> None:
    """Write that a list was asked for."""
    note(
        lake,
        "asked",
        list_id,
        request.who,
        moment,
        purpose=request.purpose,
        request=asdict(request),
        expires_at=expires_at.isoformat(),
    )


def entries(lake: Lake, moment: datetime) -> dict[str, Entry]:
    """Every list, oldest first, in the state that it has at a moment."""
    events: dict[str, list[dict[str, Any]]] = {}
    for event in journal.read(_file(lake)):
        events.setdefault(str(event["list_id"]), []).append(event)
    return {list_id: _entry(list_id, told, moment) for list_id, told in events.items()}


def entry_of(lake: Lake, list_id: str, moment: datetime) -> Entry:
    """One list.

    Raises:
        UserError: there is none of that id.
    """
    found = entries(lake, moment).get(list_id)
    if found is None:
        raise UserError(f"there is no list {list_id!r}; see tminus export --show")
    return found


def _entry(list_id: str, events: list[dict[str, Any]], moment: datetime) -> Entry:
    asked = events[0]
    last = {event["event"]: event for event in events}
    written = dict(asked["request"])
    for name in ("where", "recipients"):
        written[name] = tuple(written[name])
    state: State = "unfinished"  # asked for, and the run ended before it was made
    if "made" in last:
        state = "ready"
    elif "held" in last:
        state = "awaiting approval"
    if "revoked" in last:
        state = "revoked"
    elif moment >= datetime.fromisoformat(asked["expires_at"]):
        state = "expired"
    return Entry(
        list_id=list_id,
        request=Request(**written),
        state=state,
        asked_at=asked["at"],
        expires_at=asked["expires_at"],
        approved_by=str(last.get("approved", {}).get("who", "")),
        made=last.get("made"),
    )


def _file(lake: Lake) -> Path:
    return lake.ledger / "lists.ndjson"
