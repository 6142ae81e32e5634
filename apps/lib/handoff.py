"""What the page *Hand-off* shows and lets be asked: the register, cut to who looks.

Every rule of leaving is ``orchestration.handoff``'s; here is only who may ask for which places.
"""

from __future__ import annotations

import os
import pkgutil
import re
from collections.abc import Callable, Mapping
from datetime import datetime

import orchestration.handoff
from apps.lib import words
from apps.lib.auth import Visitor
from apps.lib.home import HomeView, open_home
from orchestration.handoff import lists, register
from orchestration.handoff.register import Entry, Request
from orchestration.lake import Lake
from orchestration.release.read import Release
from orchestration.release.small_cells import SMALLEST_CELL
from orchestration.settings import Role, UserError
from orchestration.settings.access import EVERYWHERE

Act = Callable[[], str]
STATES: Mapping[str, words.StateWords] = {
    "ready": words.StateWords("✓", "ready", "good", 2),
    "awaiting approval": words.StateWords("!", "awaits approval", "warn", 1),
    "unfinished": words.StateWords("!", "unfinished", "warn", 1),
    "expired": words.StateWords("✕", "expired", "bad", 0),
    "revoked": words.StateWords("✕", "called back", "bad", 0),
}
# Who sees people sees the lists of their own places; who does not sees that they exist.
_BY_PLACE: tuple[Role, ...] = ("field", "processor")
_APPROVES: tuple[Role, ...] = ("engineer", "leadership")


def seen(home: HomeView, visitor: Visitor) -> list[Entry]:
    """The lists that this visitor may know of, newest first."""
    every = list(register.entries(Lake(home.path), home.now).values())
    return [entry for entry in reversed(every) if _may_know(visitor, entry)]


def _may_know(visitor: Visitor, entry: Entry) -> bool:
    if visitor.roles & {"engineer", "leadership"}:
        return True
    if entry.request.who == visitor.who:
        return True
    return "field" in visitor.roles and visitor.holds("field", entry.request.where)


def may_take(visitor: Visitor, entry: Entry) -> bool:
    """Whether the file may go to this visitor: within their places, a processor's own alone."""
    if entry.state != "ready":
        return False
    if "field" in visitor.roles and visitor.holds("field", entry.request.where):
        return True
    is_own = entry.request.who == visitor.who
    return (
        is_own and "processor" in visitor.roles and visitor.holds("processor", entry.request.where)
    )


def may_approve(visitor: Visitor, entry: Entry) -> bool:
    """Whether this visitor may approve it; that it is not their own is asked when they do."""
    if entry.state != "awaiting approval":
        return False
    return bool(visitor.roles & set(_APPROVES)) or (
        "field" in visitor.roles and visitor.holds("field", entry.request.where)
    )


def asking_roles(home: HomeView, visitor: Visitor) -> list[Role]:
    """The roles in which this visitor may ask for a list."""
    caps = home.settings.campaign.handoff.most_people
    return [role for role in _BY_PLACE if role in visitor.roles and caps.get(role, 0) > 0]


def audiences(release: Release) -> dict[str, str]:
    """The audiences of a release with their titles; the planned universe first."""
    titles = {"universe": "Universe: whom to contact with the hours left"}
    for file in sorted(release.manifest["files"]):
        name = file.removeprefix("segments/").removesuffix(".parquet")
        if file.startswith("segments/seg_"):
            titles[name] = words.segment_words(name)[0]
    return (
        titles
        if "segments/universe.parquet" in release.manifest["files"]
        else ({name: title for name, title in titles.items() if name != "universe"})
    )


def places(visitor: Visitor, role: Role, text: str) -> tuple[str, ...]:
    """Where a list is asked for: as written, or all places of a role that has some.

    Raises:
        UserError: a place is not one of the role's.
    """
    written = tuple(dict.fromkeys(re.findall(r"[^\s,;]+", text)))
    mine = visitor.within(role)
    wanted = written or tuple(place for place in mine if place != EVERYWHERE)
    if EVERYWHERE in mine:
        return written
    if not visitor.holds(role, wanted):
        raise UserError(
            f"your role {role} holds for {', '.join(mine) or 'no place'} alone; ask within it"
        )
    return wanted


def people(visitor: Visitor, entry: Entry) -> str:
    """How many are on a list; few are not told to who does not see people."""
    told = (entry.made or {}).get("people")
    if told is None:
        return "–"
    if not visitor.sees_people and told < SMALLEST_CELL:
        return words.cell(None)
    return words.count(told)


def deferred_file(entry: Entry, visitor: Visitor) -> Callable[[], bytes]:
    """Reads the file at the moment it is asked for, so that one that expired meanwhile is not."""

    def fetch() -> bytes:
        home = open_home(dict(os.environ))
        file = lists.take_file(home.settings, entry.list_id, visitor.who, home.now)
        return file.read_bytes()

    return fetch


def file_name(entry: Entry) -> str:
    """The name under which a list is taken away."""
    return str((entry.made or {}).get("file", entry.list_id))


def ask(home: HomeView, request: Request) -> str:
    """Make a list, or have it held for approval; what came of it in a sentence.

    Raises:
        UserError: some rule of hand-off forbids it.
    """
    return _told(lists.make_list(home.settings, request, home.now))


def approve(home: HomeView, list_id: str, who: str) -> str:
    """Approve a list; what came of it in a sentence.

    Raises:
        UserError: it awaits none, or who approves is who asked.
    """
    return _told(lists.approve_list(home.settings, list_id, who, home.now))


def _told(made: register.Made) -> str:
    if made.state != "ready":
        return (
            f"{made.list_id} has {words.count(made.people)} people and awaits somebody else's "
            "approval."
        )
    left_out = ", ".join(
        f"{reason.replace('_', ' ')} {words.count(n)}" for reason, n in made.withheld.items()
    )
    expires = words.moment(datetime.fromisoformat(made.expires_at))
    return (
        f"{made.list_id} is made: {words.plural(made.rows, 'row')} for "
        f"{words.plural(made.people, 'person', 'people')}, to be used until {expires}. "
        f"Left out: {left_out or 'nobody'}."
    )


def has_give_back() -> bool:
    """Whether this version gives anything back to the party."""
    found = (module.name for module in pkgutil.iter_modules(orchestration.handoff.__path__))
    return any(name.replace("_", "").startswith("giveback") for name in found)
