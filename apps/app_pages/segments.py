"""*Segments*: where each audience lives, why people are in it, and the models behind it."""

from __future__ import annotations

import streamlit as st

from apps.lib import (
    charts,
    charts_models,
    downloads,
    frame,
    parts,
    parts_packets,
    parts_universe,
    segments,
    today,
    words,
)
from apps.lib.home import HomeView
from apps.lib.releases import Opened
from apps.lib.segments import Card, Segments
from orchestration.release.small_cells import SMALLEST_CELL

LEANS = ("Feature", "Log loss when shuffled")
EVERY_COUNTY = "Every county"
FIGURES = ("Group", "People", "AUC", "Brier skill", "Happens in", "Slope")


def main() -> None:
    """Show the page on the release in force."""
    frame.show(segments.load, draw)


def draw(home: HomeView, opened: Opened[Segments]) -> None:
    """The whole page, from what was read already."""
    view = opened.view
    as_of = words.day(view.as_of)
    parts.heading("Segments", f"People in each named audience, as of {as_of}.")
    parts.tiles(view.sizes)
    if view.gain:
        parts.note(f"Non-traditional supporters: {view.gain}")
    if view.sizes:
        titles = {name: words.segment_words(name)[0] for name in view.sizes}
        segment = frame.choice("Segment", titles)
        draw_map(view, segment, titles[segment], as_of)
        draw_counts(view, segment, titles[segment], as_of)
        draw_precincts(home, view, segment, titles[segment], as_of)
    parts_universe.draw(view.curve, as_of)
    draw_cards(view)


def draw_map(view: Segments, segment: str, title: str, as_of: str) -> None:
    """The counties by any measure."""
    if view.counties is None:
        parts.note("This release holds no segments by county; the next `tminus run` makes them.")
        return
    short = {name: measure.short for name, measure in charts.MEASURES.items()}
    measure = charts.MEASURES[frame.choice("Measure", short)]
    counties = today.segment_counties(view.counties, segment, charts.county_names())
    with st.container(key="county_map_box"):
        st.altair_chart(
            charts.county_map(counties, measure, frame.ground()),
            width="stretch",
            height="stretch",
            key="county_map",
            alt=charts.county_text(counties, measure),
        )
    parts.caption(
        f"{title}, {measure.title.lower()} by county, as of {as_of}. Grey: fewer than "
        f"{SMALLEST_CELL} people, not shown."
    )


def draw_counts(view: Segments, segment: str, title: str, as_of: str) -> None:
    """Why people are in it, how they can be reached, and who else has them."""
    parts.heading(f"{title}: reasons, channels, overlap", f"Numbers of people, as of {as_of}.")
    told = (
        ("Why they are in it", "Reason", segments.counted(view.reasons, segment, "reason")),
        ("How they can be reached", "Channel", segments.counted(view.channels, segment, "channel")),
        ("Who is in another segment too", "Also in", segments.overlaps(view, segment)),
    )
    if not any(rows for _, _, rows in told):
        parts.note("This release holds no reasons; the next `tminus run` makes them.")
        return
    for column, (name, head, rows) in zip(st.columns(3, gap="large"), told, strict=True):
        with column:
            parts.subheading(name)
            if rows:
                cells = [[parts.row_head(n), parts.cell("People", p, "tm-num")] for n, p in rows]
                parts.table(name, (head, "People"), cells, ("People",))


def draw_precincts(home: HomeView, view: Segments, segment: str, title: str, as_of: str) -> None:
    """The precincts that may be shown, as a table."""
    if view.precincts is None:
        return
    shown = segments.precincts(view, segment, charts.county_names())
    hidden = segments.hidden_precincts(view, segment)
    parts.heading(
        f"{title} by precinct",
        f"As of {as_of}. {words.plural(hidden, 'precinct')} not shown: under "
        f"{SMALLEST_CELL} people, or one that would give such a one away.",
    )
    if shown.empty:
        return
    county = st.selectbox(
        "County", [EVERY_COUNTY, *sorted(shown["county"].dropna().unique())], key="county"
    )
    if county != EVERY_COUNTY:
        shown = shown[shown["county"] == county]
    st.dataframe(
        shown,
        hide_index=True,
        height=min(360, 36 * (len(shown) + 1)),
        width="stretch",
        column_config={
            "county": st.column_config.TextColumn("County", pinned=True),
            "precinct_id": st.column_config.TextColumn("Precinct"),
            "people": st.column_config.NumberColumn("People", format="localized"),
            "value": st.column_config.NumberColumn("Expected votes", format="%.1f"),
        },
    )
    downloads.offer(home, f"{segment}_by_precinct", view.as_of, shown)
    parts_packets.draw(home, segment, title, shown["precinct_id"].tolist())


def draw_cards(view: Segments) -> None:
    """The models behind the segments, one at a time."""
    if not view.cards:
        return
    parts.heading(
        "The models behind it",
        "Measured on people the model had not seen. AUC: how well it orders, 0.5 is chance. "
        "Brier skill: how much better than the plain average, 0 is none. Slope: 1 is neither "
        "too bold nor too timid.",
    )
    titles = {card.name: card.title for card in view.cards}
    chosen = frame.choice("Model", titles)
    draw_card(next(card for card in view.cards if card.name == chosen))


def draw_card(card: Card) -> None:
    """One model: figures by group, two pictures, and what it must not be used for."""
    parts.facts(
        {
            "Predicts": card.label or "–",
            "Measured on": card.measured_on or "–",
            "Features as of": card.trained_as_of or "–",
        }
    )
    rows = [
        [
            parts.row_head(row[0]),
            *(
                parts.cell(name, value, "tm-num")
                for name, value in zip(FIGURES[1:], row[1:], strict=True)
            ),
        ]
        for row in segments.figure_rows(card)
    ]
    parts.table(f"Figures of {card.title}", FIGURES, rows, FIGURES[1:])
    if card.pictures:
        draw_pictures(card)
    draw_inside(card)
    if card.notes:
        parts.note("What to know of it:", [f"{what}: {told}" for what, told in card.notes])
    if card.refused:
        parts.note("It must not be used for:", card.refused)


def draw_inside(card: Card) -> None:
    """What a part leans on, and whether more rows would teach it more."""
    told = [name for name, rows in card.leans_on.items() if rows]
    if not told:
        return
    part = told[0]
    if len(told) > 1:
        part = frame.choice("Part", {name: segments.group_words(name) for name in told})
    left, right = st.columns(2, gap="large")
    with left:
        parts.subheading("What does it lean on?")
        rows = [
            [parts.row_head(feature), parts.cell(LEANS[1], loss, "tm-num")]
            for feature, loss in card.leans_on[part]
        ]
        parts.table(f"Features of {card.title}", LEANS, rows, LEANS[1:])
    if part in card.curves:
        with right:
            parts.subheading("Would more rows teach it more?")
            st.altair_chart(
                charts_models.learning_curve(card.curves[part], frame.ground()),
                width="stretch",
                key=f"curve_{card.name}_{part}",
                alt=f"Line: log loss by rows learnt from, {card.title}, {part}.",
            )


def draw_pictures(card: Card) -> None:
    """Reliability and lift of one group of people."""
    group = next(iter(card.pictures))
    if len(card.pictures) > 1:
        group = frame.choice("People", {name: segments.group_words(name) for name in card.pictures})
    shown = card.pictures[group]
    whom = f"of {card.title}, {segments.group_words(group)}"
    left, right = st.columns(2, gap="large")
    with left:
        parts.subheading("Is a probability what it says?")
        st.altair_chart(
            charts_models.reliability(shown.reliability, frame.ground()),
            width="stretch",
            key=f"reliability_{card.name}_{group}",
            alt=f"Line: observed share against predicted probability {whom}.",
        )
    with right:
        parts.subheading("How much does its order gain?")
        st.altair_chart(
            charts_models.lift(shown.lift, frame.ground()),
            width="stretch",
            key=f"lift_{card.name}_{group}",
            alt=f"Bars: times the average in each tenth of people {whom}.",
        )
    parts.caption(
        f"{card.title}, {segments.group_words(group)}; features as of "
        f"{card.trained_as_of or 'an unknown day'}. Dashes: predicted and observed agree."
    )


main()
