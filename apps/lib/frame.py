"""What every page has in common: it opens the release, follows it, and says what is missing.

A page brings what it reads (``load``) and how it is drawn (``draw``), and nothing more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import streamlit as st

from apps.lib import auth, charts, parts, releases, words
from apps.lib.home import HomeView, open_home
from apps.lib.releases import Nothing, Opened, View
from orchestration.release.read import Release
from orchestration.settings import UserError

LOOK_EVERY = timedelta(seconds=5)  # for a new release; costs one small file and no drawing
JUDGE_EVERY = timedelta(minutes=5)  # a page left open overnight must not show yesterday's ages


def show(
    load: Callable[[Release, HomeView], View],
    draw: Callable[[HomeView, Opened[View]], None],
    page: str = "",
) -> None:
    """Open the home and its release, and draw the page or say what is missing.

    Args:
        load: What the page reads.
        draw: How it is drawn.
        page: Its name in ``auth.PAGES``, of a page that shows people: the router has kept others
            away already, and here it is asked once more.
    """
    try:
        home = open_home(dict(os.environ))
    except UserError as mistake:
        parts.empty("The campaign's settings cannot be read", str(mistake), [])
        return
    visitor = auth.of_home(home)
    if page and not visitor.may_see(page):
        parts.empty("Not for your role", "Your role does not open this page.", [])
        return
    opened = releases.open_release(home.path, lambda release: load(release, home))
    _watch(home, None if isinstance(opened, Nothing) else opened.release.id)
    if isinstance(opened, Nothing):
        _say_nothing(home, opened)
    else:
        made_at = datetime.fromisoformat(opened.release.manifest["made_at"])
        parts.top(
            home.contest.name,
            words.day(opened.release.as_of),
            opened.release.id,
            words.moment(made_at.astimezone(home.now.tzinfo)),
        )
        if opened.notice:
            parts.note(opened.notice, bad=True)
        # Who delivers one source reads nothing of another's.
        if visitor.only_sources is None:
            parts.caveats(opened.release.caveats)
        draw(home, opened)
    where = [f"Home: {home.path}"] if visitor.is_local else []
    parts.foot([visitor.described(), *where])


def ground() -> charts.Ground:
    """Whether the reader's page is light or dark; light until the browser has said."""
    return "dark" if st.context.theme.type == "dark" else "light"


def choice(label: str, titles: dict[str, str]) -> str:
    """One of a few, all in sight: one touch, and no list that a redraw could close."""
    first = next(iter(titles))
    chosen: str | None = st.segmented_control(
        label,
        list(titles),
        default=first,
        required=True,
        format_func=lambda name: titles[name],
        wrap=True,
    )
    return chosen or first


def _watch(home: HomeView, shown: str | None) -> None:
    """Take up a new release by itself: look at the pointer, and rerun when it moved."""
    before = releases.live_id(home.path)
    drawn_at = datetime.now(timezone.utc)

    @st.fragment(run_every=LOOK_EVERY)
    def look() -> None:
        is_old = datetime.now(timezone.utc) - drawn_at > JUDGE_EVERY
        if is_old or releases.live_id(home.path) not in (before, shown):
            st.rerun()

    look()


def _say_nothing(home: HomeView, nothing: Nothing) -> None:
    """No release can be shown: say how one is made."""
    if home.contest.time_left(home.now) > timedelta(0):
        parts.countdown(home)
    if nothing.damaged:
        number = words.plural(len(nothing.damaged), "release")
        parts.empty(
            "No release can be read",
            f"{number} under {home.path / 'releases'} exist, but none is whole. Publish anew from "
            "the lake; what was landed is not touched by this.",
            ["tminus run"],
        )
        return
    parts.empty(
        "No release yet",
        "This page shows a release, and none has been published in this home. Make an invented "
        "campaign and run it, or run your own; the page then fills by itself.",
        [
            "make demo     # an invented campaign",
            "tminus run    # your own",
        ],
    )
