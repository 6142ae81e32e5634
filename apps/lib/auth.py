"""Who is looking, in which roles, and which pages they may see.

With ``[auth]`` in Streamlit's secrets people sign in by OpenID Connect and their roles come from
the groups of their identity (``app.roles`` of ``campaign.yaml``). Without it there is one local
user with every role, and the app is shown on this computer only (see ``home.exposure``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from getpass import getuser
from typing import Any, get_args

import streamlit as st

from apps.lib.home import HomeView
from orchestration.settings import Role
from orchestration.settings.access import EVERYWHERE, AppSettings, Grant

ALL_ROLES: frozenset[Role] = frozenset(get_args(Role))
PAGES: Mapping[str, frozenset[Role]] = {
    "today": frozenset({"engineer", "leadership", "field"}),
    "sources": frozenset({"engineer", "leadership", "field", "vendor"}),
    "segments": frozenset({"engineer", "leadership", "field"}),
    "people": frozenset({"field"}),
    "review": frozenset({"engineer", "field"}),
    "money": frozenset({"engineer", "leadership"}),
    "handoff": frozenset({"engineer", "leadership", "field", "processor"}),
}
"""Pages in the order of the menu, with the roles that may see them."""


@dataclass(frozen=True)
class Visitor:
    """Whoever looks at the app.

    Attributes:
        who: Name of the account; stands in the audit and beside decisions.
        roles: Roles in force; empty when nobody granted one.
        places: Of each role that has some: precinct ids and county FIPS whose people it may
            see; ``all`` is everywhere.
        sources: Sources of a vendor.
        is_local: The one user of an app without a sign-in.
    """

    who: str
    roles: frozenset[Role]
    places: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    is_local: bool = False

    def may_see(self, page: str) -> bool:
        """Whether one of the roles opens this page."""
        if not self.roles & PAGES[page]:
            return False
        # The queue is not cut by precinct, so who may see one precinct alone does not review.
        return page != "review" or "engineer" in self.roles or EVERYWHERE in self.within("field")

    @property
    def sees_people(self) -> bool:
        """Whether single persons, and so counts of fewer than ten, may be shown."""
        return bool(self.roles & {"field", "processor"})

    @property
    def only_sources(self) -> tuple[str, ...] | None:
        """The sources to which the view is cut; ``None`` for who may see all."""
        return None if self.roles & (PAGES["sources"] - {"vendor"}) else self.sources

    def within(self, role: Role) -> tuple[str, ...]:
        """The places of one role."""
        return self.places.get(role, ())

    def holds(self, role: Role, places: tuple[str, ...]) -> bool:
        """Whether all of these places lie within those of the role; none is everywhere."""
        mine = self.within(role)
        if EVERYWHERE in mine:
            return True
        return bool(places) and all(place in mine or place[:5] in mine for place in places)

    def described(self) -> str:
        """Who this is, for the foot of every page."""
        if self.is_local:
            return (
                "Local single-user mode: the app listens on this computer only and has no "
                "sign-in; whoever uses this computer sees what you see, in every role."
            )
        return f"Signed in as {self.who}: {', '.join(sorted(self.roles)) or 'no role'}."


def has_sign_in() -> bool:
    """Whether a sign-in is configured."""
    return bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets


def identity() -> dict[str, Any]:
    """The claims of whoever signed in; ``is_logged_in`` is false before that."""
    return dict(st.user.to_dict())


def visitor(home: HomeView) -> Visitor | None:
    """Who is looking; ``None`` when they have to sign in first."""
    if not has_sign_in():
        return local_visitor()
    rules = home.settings.campaign.app
    return signed_in(identity(), rules, home.now.date(), datetime.now(timezone.utc))


def of_home(home: HomeView) -> Visitor:
    """Who is looking, on a page; nobody in particular, with no role, before signing in."""
    return visitor(home) or Visitor("", frozenset())


def local_visitor() -> Visitor:
    """The one user of an app without a sign-in, under the name that the command line uses."""
    everywhere: dict[Role, tuple[str, ...]] = {"field": (EVERYWHERE,), "processor": (EVERYWHERE,)}
    return Visitor(getuser(), ALL_ROLES, everywhere, is_local=True)


def signed_in(
    claims: Mapping[str, Any], rules: AppSettings, today: date, moment: datetime
) -> Visitor | None:
    """The visitor of an identity; ``None`` without one, or when its sign-in is too old.

    Args:
        claims: What the provider says.
        rules: The campaign's roles.
        today: Local day, for grants that end.
        moment: Time of the computer's clock, by which the provider issued the identity.
    """
    if not claims.get("is_logged_in") or _is_stale(claims, rules, moment):
        return None
    who = str(claims.get("email") or claims.get("sub") or "")
    granted = _granted(claims, rules, today) if who else []
    roles = frozenset(grant.role for grant in granted)
    return Visitor(
        who=who,
        roles=roles,
        places={role: _each(g.precincts for g in granted if g.role == role) for role in roles},
        sources=_each(grant.sources for grant in granted),
    )


def _is_stale(claims: Mapping[str, Any], rules: AppSettings, moment: datetime) -> bool:
    """Streamlit keeps an identity for a month and never looks at its age itself."""
    issued = claims.get("iat")
    if not isinstance(issued, int | float):
        return True
    age = moment - datetime.fromtimestamp(issued, timezone.utc)
    return age > timedelta(hours=rules.sign_in_hours)


def _granted(claims: Mapping[str, Any], rules: AppSettings, today: date) -> list[Grant]:
    said = claims.get(rules.groups_claim) or ()
    groups = [said] if isinstance(said, str) else [str(group) for group in said]
    found = [rules.roles[group] for group in groups if group in rules.roles]
    return [grant for grant in found if grant.until is None or today <= grant.until]


def _each(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in several for one in some))
