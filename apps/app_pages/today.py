"""*Today*: will we be ready, what is late, and how large the audiences are."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import pandas as pd
import streamlit as st

from apps.lib import charts, parts, releases, today, words
from apps.lib.home import HomeView, open_home
from apps.lib.releases import Nothing, Opened
from apps.lib.today import Today
from orchestration.settings import UserError

LOOK_EVERY = timedelta(seconds=5)  # for a new release; costs one small file and no drawing
JUDGE_EVERY = timedelta(minutes=5)  # a page left open overnight must not show yesterday's ages

EXPECTED = "The sum of P(attends) × P(supports the candidate) over its people."

LOCAL = (
    "Local single-user mode: the app listens on this computer only and has no sign-in; "
    "whoever uses this computer sees what you see."
)


def main() -> None:
    """Open the home and its release, and draw the page or say what is missing."""
    try:
        home = open_home(dict(os.environ))
    except UserError as mistake:
        parts.empty("The campaign's settings cannot be read", str(mistake), [])
        return
    opened = releases.open_release(
        home.path, lambda release: today.load(release, home.contest, home.now)
    )
    watch(home, None if isinstance(opened, Nothing) else opened.release.id)
    if isinstance(opened, Nothing):
        say_nothing(home, opened)
    else:
        draw(home, opened)
    parts.foot([LOCAL, f"Home: {home.path}"])


def watch(home: HomeView, shown: str | None) -> None:
    """Take up a new release by itself: look at the pointer, and rerun when it moved."""
    before = releases.live_id(home.path)
    drawn_at = datetime.now(timezone.utc)

    @st.fragment(run_every=LOOK_EVERY)
    def look() -> None:
        is_old = datetime.now(timezone.utc) - drawn_at > JUDGE_EVERY
        if is_old or releases.live_id(home.path) not in (before, shown):
            st.rerun()

    look()


def say_nothing(home: HomeView, nothing: Nothing) -> None:
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


def draw(home: HomeView, opened: Opened[Today]) -> None:
    """The whole page, from what was read already."""
    view = opened.view
    as_of = words.day(view.as_of)
    parts.top(home.contest.name, as_of, opened.release.id, words.moment(view.made_at))
    if opened.notice:
        parts.note(opened.notice, bad=True)
    left, right = st.columns([3, 2], gap="large")
    with left:
        parts.say(today.headline(view.sources))
        draw_funnel(view, as_of)
    with right:
        parts.countdown(home)
        parts.tiers(home)
    parts.heading(
        "Readiness",
        f"Every source against the tier in force, as of {words.moment(home.now)}. "
        "Set aside: rows that broke their contract. Linked: records tied to a voter.",
    )
    parts.readiness(view.sources)
    draw_checks(view)
    draw_segments(view, as_of)
    draw_links(view, as_of)


def draw_checks(view: Today) -> None:
    """Checks that do not hold: below the sources, for none of them held the release back."""
    if view.failed_checks:
        number = words.plural(len(view.failed_checks), "check does", "checks do")
        with st.expander(f"For the data engineer: {number} not hold"):
            parts.note(f"{number} not hold; none holds the release back:", view.failed_checks)


def draw_funnel(view: Today, as_of: str) -> None:
    """From contacts to those expected on the day."""
    parts.heading("From contacts to the caucus room", f"Number at each step, as of {as_of}.")
    if view.funnel:
        parts.funnel(view.funnel)
    else:
        parts.note("This release holds no funnel; the next `tminus run` makes it.")


def draw_segments(view: Today, as_of: str) -> None:
    """Tiles, the map with its two choices, and the same figures as a table."""
    parts.heading("Segments", f"People in each named audience, as of {as_of}.")
    parts.tiles(view.segments)
    if view.counties is None or not view.segments:
        parts.note("This release holds no segments by county; the next `tminus run` makes them.")
        return
    titles = {name: words.segment_words(name)[0] for name in view.segments}
    one, two = st.columns(2)
    with one:
        segment = choice("Segment", titles)
    with two:
        short = {name: measure.short for name, measure in charts.MEASURES.items()}
        measure = charts.MEASURES[choice("Measure", short)]
    counties = today.segment_counties(view.counties, segment, charts.county_names())
    left, right = st.columns([3, 2], gap="large")
    with left:
        with st.container(key="county_map_box"):
            st.altair_chart(
                charts.county_map(counties, measure, ground()),
                width="stretch",
                height="stretch",
                key="county_map",
                alt=charts.county_text(counties, measure),
            )
        parts.caption(
            f"{titles[segment]}, {measure.title.lower()} by county, as of {as_of}. Grey, and a "
            f"dash in the table: fewer than {words.SMALLEST_CELL} people, not shown."
        )
    with right:
        draw_table(counties)


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


def draw_table(counties: pd.DataFrame) -> None:
    """The map's figures by county, sortable; a cell too small to be shown is empty."""
    st.dataframe(
        counties[["county", "people", "value", "per_hundred"]].round({"value": 0}),
        hide_index=True,
        height=430,
        width="stretch",
        placeholder="–",
        column_config={
            "county": st.column_config.TextColumn("County", pinned=True),
            "people": st.column_config.NumberColumn("People", format="localized"),
            "value": st.column_config.NumberColumn("Exp. votes", format="localized", help=EXPECTED),
            "per_hundred": st.column_config.NumberColumn(
                "Per 100", format="%.1f", help="Expected votes per 100 people."
            ),
        },
    )


def draw_links(view: Today, as_of: str) -> None:
    """The link rate as one figure and by source."""
    parts.heading(
        f"Link rate {words.percent(view.link_rate)}",
        f"Records tied to a voter, by source and by the evidence that tied them, as of {as_of}.",
    )
    if view.links is None:
        parts.note("This release holds no links by source; the next `tminus run` makes them.")
        return
    titles = {source.name: source.title for source in view.sources}
    st.altair_chart(
        charts.link_bars(view.links, titles, ground()),
        width="stretch",
        key="link_bars",
        alt="Bars: share of each source's records linked to a voter. "
        "The table of readiness has the same rates.",
    )


def ground() -> charts.Ground:
    """Whether the reader's page is light or dark; light until the browser has said."""
    return "dark" if st.context.theme.type == "dark" else "light"


main()
