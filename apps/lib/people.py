"""What the page *People* tells of somebody, in words.

Who may look at whom, and the record of it, is ``handoff.views``'s.
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.lib import words
from apps.lib.auth import Visitor
from apps.lib.home import HomeView
from orchestration.handoff import views
from orchestration.handoff.people import Found, Person, Search, Value
from orchestration.handoff.views import Viewer
from orchestration.release.read import Release

SCORES = {
    "attendance": "Comes to the contest",
    "support": "Supports us, coming",
    "lean": "Leans to the party",
}
FIELDS = {"birth": "Born"}
WAYS = {
    "door": "At the door",
    "phone": "By telephone",
    "text": "By text message",
    "mail": "By mail",
    "email": "By email",
}
OPEN = words.StateWords("✓", "may be used", "good", 1)
SHUT = words.StateWords("✕", "no", "bad", 0)
CHOSEN = words.StateWords("✓", "used", "good", 1)
BESIDE = words.StateWords("·", "also said", "warn", 0)


def titles(release: Release, home: HomeView) -> dict[str, str]:
    """The name of every source; ``home`` is not needed.

    Raises:
        OSError, ValueError, KeyError: the release cannot be read, or holds no people.
    """
    release.table("marts/persons")
    return {row["name"]: row["title"] for row in release.summary["sources"]}


def find(home: HomeView, release: Release, visitor: Visitor, text: str) -> Search:
    """Search within the visitor's precincts; it is written down.

    Raises:
        UserError: the search is too long or too short.
    """
    return views.search(home.settings, release, _viewer(visitor), text, home.now)


def look(home: HomeView, release: Release, visitor: Visitor, person_id: str) -> Person:
    """One person in full; it is written down.

    Raises:
        UserError: there is nobody of this id in the visitor's precincts.
    """
    return views.look(home.settings, release, _viewer(visitor), person_id, home.now)


def _viewer(visitor: Visitor) -> Viewer:
    return Viewer(visitor.who, visitor.within("field"))


def label(found: Found) -> str:
    """One person of a search, told apart from another of the name."""
    age = f"{found.age}" if found.age is not None else "age unknown"
    return f"{found.name}, {age}, {found.city or 'no town'}, {found.precinct_id or 'no precinct'}"


def field_name(value: Value) -> str:
    """A field as people say it."""
    return FIELDS.get(value.field, value.field.replace("_", " ").capitalize())


def said_by(value: Value, names: Mapping[str, str]) -> str:
    """Who says a value."""
    return ", ".join(names.get(source, source) for source in value.sources) or "unknown"


def said_on(value: Value) -> str:
    """When the newest of them said it."""
    return words.day(value.newest) if value.newest else "–"
