"""The part of *Sources* that follows one delivery from the first look to what took its place."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from apps.lib import downloads, parts, sources, story
from apps.lib.home import HomeView
from apps.lib.sources import Sources

NUMERIC = ("Read", "Taken in", "Set aside")


def listed(home: HomeView, view: Sources, source: str, came: pd.DataFrame) -> None:
    """Every file with what became of it; a click on one tells its story below."""
    known = story.files(view.stories, source)
    table, choice = f"came_{source}", f"story_{source}"

    def take_up() -> None:
        rows = st.session_state[table]["selection"]["rows"]
        if rows and came["file"].iloc[rows[0]] in known:
            st.session_state[choice] = came["file"].iloc[rows[0]]

    counts = {
        name: st.column_config.NumberColumn(title, format="localized")
        for name, title in (
            ("read", "Read"), ("landed", "Taken in"), ("quarantined", "Set aside")
        )
    }  # fmt: skip
    st.dataframe(
        came,
        hide_index=True,
        height=320,
        width="stretch",
        placeholder="–",
        key=table,
        on_select=take_up if known else "ignore",
        selection_mode="single-row",
        column_config={
            "file": st.column_config.TextColumn("File", pinned=True),
            "received": st.column_config.DateColumn("Received", format="D MMM"),
            "state": st.column_config.TextColumn("State"),
            **counts,
            "data_time": st.column_config.DatetimeColumn("Data until (UTC)", format="D MMM, HH:mm"),
            "reason": st.column_config.TextColumn("Why", width="large"),
        },
    )
    downloads.offer(home, f"deliveries_{source}", view.as_of, came)
    if view.stories is None:
        parts.note("This release holds no stories of deliveries; the next `tminus run` makes them.")
    if not known:
        return
    file = st.selectbox("A delivery's whole story (or click its row)", known, key=choice)
    tell(view, source, file)


def tell(view: Sources, source: str, file: str) -> None:
    """One delivery's story."""
    assert view.stories is not None
    told = story.tell(view.stories, view.changes, source, file, view.now.tzinfo)
    parts.facts(told.facts)
    parts.subheading("Each look at it")
    parts.table(
        "Each look at it",
        story.STEPS,
        [
            [
                parts.row_head(row[0]),
                parts.state_cell(story.STEPS[1], state),
                *(
                    parts.cell(name, text, "tm-num" if name in NUMERIC else "tm-why")
                    for name, text in zip(story.STEPS[2:], row[1:], strict=True)
                ),
            ]
            for state, row in told.steps
        ],
        NUMERIC,
    )
    _rows("What it held", story.FEEDS, told.feeds, NUMERIC)
    kept = sources.set_aside(view, source)
    if any(row[3] != "0" for row in told.feeds) and not kept.empty:
        parts.caption("Why rows were set aside stands above, over all deliveries of the source.")
    _rows("What changed against the full file before", ("Change", "Records"), told.changes,
          ("Records",))  # fmt: skip


def _rows(
    title: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numeric: tuple[str, ...]
) -> None:
    if not rows:
        return
    parts.subheading(title)
    cells = [
        [
            parts.row_head(row[0]),
            *(
                parts.cell(name, text, "tm-num" if name in numeric else "")
                for name, text in zip(head[1:], row[1:], strict=True)
            ),
        ]
        for row in rows
    ]
    parts.table(title, head, cells, numeric)
