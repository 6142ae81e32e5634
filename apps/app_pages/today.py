"""*Today*: will we be ready, what is late, and how large the audiences are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from apps.lib import charts, downloads, frame, parts, parts_closer, parts_outlook, today, words
from apps.lib.home import HomeView
from apps.lib.releases import Opened
from apps.lib.today import Today
from orchestration.readiness import outlook
from orchestration.release.small_cells import SMALLEST_CELL

EXPECTED = "The sum of P(attends) × P(supports the candidate) over its people."


def main() -> None:
    """Show the page on the release in force."""
    frame.show(lambda release, home: today.load(release, home.contest, home.now), draw)


def draw(home: HomeView, opened: Opened[Today]) -> None:
    """The whole page, from what was read already."""
    view = opened.view
    as_of = words.day(view.as_of)
    left, right = st.columns([3, 2], gap="large")
    with left:
        parts_outlook.say(outlook.headline(view.outlook, view.sources))
        parts_outlook.deeds(outlook.deeds(view.outlook, view.sources))
    with right:
        parts.countdown(home)
        parts.tiers(home)
    if view.past is not None:
        parts_closer.since_before(view, view.past)
    draw_outlook(view)
    parts_closer.closer_look(home, view)
    draw_funnel(view, as_of)
    parts.heading(
        "Sources",
        f"Every source against the tier in force, as of {words.moment(home.now)}. "
        "Set aside: rows that broke their contract. Linked: records tied to a voter.",
    )
    parts.readiness(view.sources)
    draw_checks(view)
    draw_segments(home, view, as_of)
    draw_links(view, as_of)


def draw_outlook(view: Today) -> None:
    """Each deliverable's chance against its deadline."""
    seen = view.outlook
    if seen is None or not seen.goals:
        return
    parts.heading(
        "Will each deliverable be on time?",
        f"Chances out of {words.count(seen.futures)} drawn futures, as of "
        f"{words.moment(seen.made_at)}; the mark is the chance aimed at, "
        f"{words.chance(seen.target)}. Slack: between the moment by which it is done in nine "
        "futures of ten and its deadline.",
    )
    parts_outlook.goals(seen)
    if seen.notes:
        parts.note("To know when reading the forecast:", seen.notes)


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


def draw_segments(home: HomeView, view: Today, as_of: str) -> None:
    """Tiles, the map with its two choices, and the same figures as a table."""
    parts.heading("Segments", f"People in each named audience, as of {as_of}.")
    parts.tiles(view.segments)
    if view.counties is None or not view.segments:
        parts.note("This release holds no segments by county; the next `tminus run` makes them.")
        return
    titles = {name: words.segment_words(name)[0] for name in view.segments}
    one, two = st.columns(2)
    with one:
        segment = frame.choice("Segment", titles)
    with two:
        short = {name: measure.short for name, measure in charts.MEASURES.items()}
        measure = charts.MEASURES[frame.choice("Measure", short)]
    counties = today.segment_counties(view.counties, segment, charts.county_names())
    left, right = st.columns([3, 2], gap="large")
    with left:
        with st.container(key="county_map_box"):
            st.altair_chart(
                charts.county_map(counties, measure, frame.ground()),
                width="stretch",
                height="stretch",
                key="county_map",
                alt=charts.county_text(counties, measure),
            )
        parts.caption(
            f"{titles[segment]}, {measure.title.lower()} by county, as of {as_of}. Grey, and a "
            f"dash in the table: fewer than {SMALLEST_CELL} people, not shown."
        )
    with right:
        draw_table(counties)
        columns = ["county_fips", "county", "people", "value", "per_hundred"]
        downloads.offer(home, f"{segment}_by_county", view.as_of, counties[columns])


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
        charts.link_bars(view.links, titles, frame.ground()),
        width="stretch",
        key="link_bars",
        alt="Bars: share of each source's records linked to a voter. "
        "The table of readiness has the same rates.",
    )


main()
