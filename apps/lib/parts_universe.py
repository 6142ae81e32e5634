"""The part of *Segments* on how many people to contact: a slider over sizes worked out before."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from apps.lib import charts_universe, frame, parts, universe, words


def draw(curve: pd.DataFrame | None, as_of: str) -> None:
    """The slider, what the chosen size comes to, and the curve it lies on."""
    parts.heading(
        "How many people to contact",
        f"Expected votes gained by those who are worth most an hour, at three turnouts, beside "
        f"the plain rule (registered party and past caucuses), as of {as_of}.",
    )
    if curve is None:
        parts.note("This release holds no universe by size; the next `tminus run` makes it.")
        return
    found = universe.sizes(curve)
    at_capacity = universe.capacity(found)
    people = st.select_slider(
        "People to contact",
        list(found),
        value=at_capacity,
        format_func=words.count,
        help="The size that the volunteers' hours allow is chosen at first.",
        key="universe_size",
    )
    size = found[people]
    parts.facts(universe.facts(size))
    if size.hours_left is not None and size.hours_left < 0:
        parts.note(
            f"Volunteers have no hours for so many: they reach {words.count(at_capacity)} people."
        )
    left, right = st.columns(2, gap="large")
    with left:
        cells = [
            [
                parts.row_head(row[0].capitalize()),
                *(
                    parts.cell(name, text, "tm-num")
                    for name, text in zip(universe.HEAD[1:], row[1:], strict=True)
                ),
            ]
            for row in universe.rows(size)
        ]
        parts.table(f"Votes gained by {words.count(people)} people", universe.HEAD, cells,
                    universe.HEAD[1:])  # fmt: skip
        parts.caption(
            "Whom to contact is chosen at the turnout in force. The effect of a contact is "
            "assumed until the campaign's own holdout has measured it; who is held out is "
            "counted here as if contacted."
        )
    with right:
        st.altair_chart(
            charts_universe.curve(universe.drawn(curve), people, frame.ground()),
            width="stretch",
            key="universe_curve",
            alt=f"Lines: expected votes gained by people contacted; at {words.count(people)} "
            "people the table has the figures.",
        )
