"""Making a list: who may ask, who is on it, its file, its manifest, its place in the register.

Each rule has its own module; this one is the order in which they are kept. A list is drawn from
the release in force and from the requests landed until this minute, at the moment it is made: one
that waited for approval is drawn anew.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.countdown.tminus import parse_age
from orchestration.handoff import register, rows
from orchestration.handoff.draw import draw, land_requests, remaining
from orchestration.handoff.files import write_list
from orchestration.handoff.kinds import kind_of
from orchestration.handoff.law import PURPOSES, Law, law_of
from orchestration.handoff.register import Made, Request
from orchestration.handoff.seal import check_recipients
from orchestration.lake import Lake, connect, text_hash
from orchestration.release.read import Release, current_release
from orchestration.settings import Settings, UserError


def make_list(settings: Settings, request: Request, moment: datetime) -> Made:
    """Make a list, or hold it for a second person's approval when it is large.

    Raises:
        UserError: the kind, purpose, role, audience or place is none, the law of the contest's
            jurisdiction lets nothing leave, or there is no release.
    """
    kind, law = kind_of(request.list), law_of(settings.campaign.contest.jurisdiction)
    _check(settings, request, law)
    lake = Lake(settings.home)
    expires_at = _expiry(settings, moment)
    seed = json.dumps([str(moment), *map(str, vars(request).values())])
    list_id = f"{kind.name}-{moment:%Y%m%d}-{text_hash(seed, os.urandom(8).hex())[:6]}"
    register.note_asked(lake, list_id, request, moment, expires_at)
    return _make(settings, list_id, request, moment, expires_at, approved_by="")


def approve_list(settings: Settings, list_id: str, who: str, moment: datetime) -> Made:
    """Approve a list that waits for it, and make it.

    Raises:
        UserError: it does not wait, its time has run out, or who approves is who asked.
    """
    lake = Lake(settings.home)
    entry = register.entry_of(lake, list_id, moment)
    if entry.state != "awaiting approval":
        raise UserError(
            f"list {list_id} is {entry.state} and awaits no approval; ask for a new one"
        )
    if _same_person(who, entry.request.who):
        raise UserError(f"list {list_id} was asked for by {who}; somebody else must approve it")
    law = law_of(settings.campaign.contest.jurisdiction)
    _check(settings, entry.request, law)
    register.note(lake, "approved", list_id, who, moment)
    expires_at = datetime.fromisoformat(entry.expires_at)
    return _make(settings, list_id, entry.request, moment, expires_at, approved_by=who)


def usable_file(settings: Settings, list_id: str, moment: datetime) -> Path:
    """The file of a list that may still be used.

    Raises:
        UserError: it has expired, was called back, or was never made.
    """
    lake = Lake(settings.home)
    entry = register.entry_of(lake, list_id, moment)
    if entry.state != "ready" or entry.made is None:
        raise UserError(f"list {list_id} is {entry.state}; ask for a new one with tminus export")
    name = str(entry.made["file"])
    return register.list_folder(lake, list_id) / name


def take_file(settings: Settings, list_id: str, who: str, moment: datetime) -> Path:
    """The file of a list for somebody who takes it away, which is written down.

    Raises:
        UserError: it has expired, was called back, or was never made.
    """
    file = usable_file(settings, list_id, moment)
    register.note(Lake(settings.home), "taken", list_id, who, moment)
    return file


def _make(
    settings: Settings,
    list_id: str,
    request: Request,
    moment: datetime,
    expires_at: datetime,
    approved_by: str,
) -> Made:
    release = _release(settings)
    contracts = land_requests(settings, moment)
    lake, kind = Lake(settings.home), kind_of(request.list)
    with connect(settings.home, settings.memory) as con:
        withheld = draw(con, settings, release, contracts, request, moment)
        most = _most(settings, request)
        n_rows, people = rows.lay_out(con, kind, list_id, most, settings.campaign.contest.zone)
        over = remaining(con) - people
        if over:
            withheld["beyond_the_cap"] = over
        made = Made(list_id, "ready", release.id, n_rows, people, withheld, expires_at.isoformat())
        if people > settings.campaign.handoff.approval_above and not approved_by:
            register.note(lake, "held", list_id, request.who, moment, people=people)
            return replace(made, state="awaiting approval")
        return write_list(con, settings, made, request, moment, approved_by)


def _check(settings: Settings, request: Request, law: Law) -> None:
    rules = settings.campaign.handoff
    if request.purpose not in law.purposes:
        raise UserError(
            f"--purpose {request.purpose!r} is none that is allowed; choose "
            f"{', '.join(law.purposes or PURPOSES)}"
        )
    cap = rules.most_people.get(request.role, 0)  # type: ignore[call-overload]
    if cap <= 0:
        may = [role for role, most in rules.most_people.items() if most > 0]
        raise UserError(
            f"the role {request.role!r} may not have lists; ask in the role "
            f"{' or '.join(may) or '(none is set under handoff.most_people in campaign.yaml)'}"
        )
    if request.most > cap:
        raise UserError(
            f"--most {request.most:,} is more than the role {request.role} may have ({cap:,}); "
            "ask for less, by precinct"
        )
    check_recipients(request.recipients)


def _most(settings: Settings, request: Request) -> int:
    cap: int = settings.campaign.handoff.most_people.get(request.role, 0)  # type: ignore[call-overload]
    return min(request.most, cap) if request.most else cap


def _expiry(settings: Settings, moment: datetime) -> datetime:
    contest = settings.campaign.contest_plan()
    last = contest.end_of_day(contest.day + timedelta(days=1))
    if moment >= last:
        raise UserError(f"the contest was on {contest.day}; no list is made after it")
    return min(moment + parse_age(settings.campaign.handoff.expires_after), last)


def _release(settings: Settings) -> Release:
    release = current_release(settings.home)
    if release is None:
        raise UserError(f"{settings.home} has no release; make one with tminus run")
    return release


def _same_person(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
