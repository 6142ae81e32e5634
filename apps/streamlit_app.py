"""The router: who signs in, which pages there are and who may see them; nothing is drawn here.

Start it with ``make up``. Pages live in ``app_pages``, what they are built from in ``lib``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from apps.lib import auth, parts
from apps.lib.auth import Visitor
from apps.lib.home import exposure, open_home
from orchestration.settings import UserError

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

# A file of ours: a named icon would be fetched from a host of Google's by every reader.
ICON = Path(__file__).parent / "lib" / "assets" / "icon.svg"
PAGES = {
    "today": ("Today", ":material/today:"),
    "sources": ("Sources", ":material/inbox:"),
    "segments": ("Segments", ":material/groups:"),
    "people": ("People", ":material/person_search:"),
    "review": ("Review", ":material/compare:"),
    "money": ("Money", ":material/payments:"),
    "handoff": ("Hand-off", ":material/outbox:"),
}


def main() -> None:
    """Set the page up, refuse whom it is not for, and hand over to a page."""
    st.set_page_config(
        page_title="T-minus",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    parts.style()
    refusal = exposure(st.get_option("server.address"), auth.has_sign_in())
    if refusal:
        parts.empty("Not shown on an open address", refusal, ["make up"])
        st.stop()
    try:
        home = open_home(dict(os.environ))
    except UserError as mistake:
        parts.empty("The campaign's settings cannot be read", str(mistake), [])
        st.stop()
    visitor = auth.visitor(home)
    if visitor is None:
        parts.empty("Sign in", "This app shows a campaign's data to its own people.", [])
        st.button("Sign in", on_click=st.login)
        st.stop()
    if not visitor.roles:
        parts.empty("No role", _no_role(visitor), [])
    else:
        st.navigation(_pages(visitor), position="top").run()
    if not visitor.is_local:
        st.button("Sign out", type="tertiary", on_click=st.logout)


def _pages(visitor: Visitor) -> list[StreamlitPage]:
    """Every page: those that may be seen in the menu, the first of them as the start."""
    seen = [name for name in PAGES if visitor.may_see(name)]
    return [_page(name, name in seen, name == seen[0]) for name in PAGES]


def _page(name: str, is_seen: bool, is_start: bool) -> StreamlitPage:
    title, icon = PAGES[name]
    if is_seen:
        return st.Page(f"app_pages/{name}.py", title=title, icon=icon, default=is_start)
    return st.Page(_refuse(title), title=title, url_path=name, visibility="hidden")


def _refuse(title: str) -> Callable[[], None]:
    def refuse() -> None:
        parts.empty(
            f"{title} is not for your role",
            "Your role does not open this page. Ask whoever keeps campaign.yaml when it should.",
            [],
        )

    return refuse


def _no_role(visitor: Visitor) -> str:
    return (
        f"You signed in as {visitor.who or 'somebody without a name'}, but none of your groups has "
        "a role in force. Ask whoever keeps campaign.yaml to grant one under app.roles."
    )


main()
