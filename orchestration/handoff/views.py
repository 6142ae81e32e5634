"""Looking at people: who may see whom, and the record of every look.

Nobody reads a person but through here, so no look goes unwritten. The audit holds who looked, when
and at which id; never a value, never what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestration.handoff import people, person
from orchestration.handoff.people import Person, Search
from orchestration.lake import Lake, connect, text_hash
from orchestration.ledger import alerts, audit
from orchestration.release.read import Release
from orchestration.settings import Settings, UserError

SEARCHED, LOOKED, REFUSED, BULK = (
    "people searched", "person viewed", "person refused", "people read in bulk",
)  # fmt: skip
NOBODY = "nobody"
_COUNTED = timedelta(hours=1)


@dataclass(frozen=True)
class Viewer:
    """Who looks, and within which precinct ids and county FIPS; ``all`` is everywhere."""

    who: str
    places: tuple[str, ...]


def search(
    settings: Settings, release: Release, viewer: Viewer, text: str, moment: datetime
) -> Search:
    """Find people, and write that somebody searched.

    Raises:
        UserError: the search is too long or too short.
    """
    found = people.find(settings, release, viewer.places, text)
    _note(settings, viewer, moment, SEARCHED, release.id, by=found.by, found=len(found.people))
    return found


def look(
    settings: Settings, release: Release, viewer: Viewer, person_id: str, moment: datetime
) -> Person:
    """One person in full; the look is written before anything is read.

    Raises:
        UserError: the release has nobody of this id in the viewer's places. Whether there is
            somebody elsewhere is not told.
    """
    with connect(settings.home, settings.memory) as con:
        if not people.is_within(con, release, person_id, viewer.places):
            # An id comes from an address line, into which anything may have been written.
            _note(settings, viewer, moment, REFUSED, NOBODY, release=release.id)
            raise UserError(
                "nobody of this id is in your precincts and in this release; search by name"
            )
        _note(settings, viewer, moment, LOOKED, person_id, release=release.id)
        return person.read_person(con, settings, release, person_id, moment)


def _note(
    settings: Settings,
    viewer: Viewer,
    moment: datetime,
    action: str,
    subject: str,
    **detail: object,
) -> None:
    lake = Lake(settings.home)
    audit.record(lake, moment.isoformat(), viewer.who, action, subject, **detail)
    since = moment - _COUNTED
    recent = [
        entry["action"]
        for entry in audit.entries(lake)
        if entry["actor"] == viewer.who and datetime.fromisoformat(entry["at"]) >= since
    ]
    looks = sum(done in (SEARCHED, LOOKED, REFUSED) for done in recent)
    if looks > settings.campaign.app.looks_per_hour and BULK not in recent:
        _alert(lake, viewer, moment, looks)


def _alert(lake: Lake, viewer: Viewer, moment: datetime, looks: int) -> None:
    """Tell that somebody reads people in bulk; once an hour."""
    at = moment.isoformat()
    audit.record(lake, at, viewer.who, BULK, "people", looks=looks)
    told = alerts.messages(lake)
    alerts.write(
        lake,
        alerts.MessageRecord(
            id=text_hash(BULK, viewer.who, at),
            kind="alert",
            day=moment.date().isoformat(),
            at=at,
            written_at=datetime.now(moment.tzinfo).isoformat(),
            title=f"{viewer.who} looks at many people",
            text=(
                f"{viewer.who} searched for or opened people {looks} times within an hour. To do: "
                "ask them why; tminus audit verify shows that the record of it is whole."
            ),
            # What was told of sources and deliverables still holds.
            states=dict(told[-1].states) if told else {},
        ),
    )
