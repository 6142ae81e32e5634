"""*Review*: doubtful links, one at a time, decided with one key."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.lib import auth, frame, parts, review, words
from apps.lib.home import HomeView
from apps.lib.releases import Opened
from apps.lib.review import Sitting
from orchestration.identity.review import Case, pace
from orchestration.release.read import Release

# R and C are Streamlit's own keys.
KEYS = {
    "yes": ("Yes, the same", "Y"),
    "no": ("No, another", "N"),
    "second": ("It is the second voter", "2"),
    "nobody": ("On no file", "F"),
    "skip": ("Skip", "S"),
}


def main() -> None:
    """Show the page; which release it is only says of which day the voters are."""
    frame.show(lambda release, _: release.id, draw, page="review")


def draw(home: HomeView, opened: Opened[str]) -> None:
    """The queue's standing, the case to decide, and its keys."""
    parts.heading(
        "Is this the same person?",
        "The likeliest gain first. A decision binds every later run, from the next one on.",
    )
    sitting = _sitting(opened.release)
    parts.facts(
        {
            **review.standing(pace(home.settings, home.now)),
            "Decided in this sitting": words.count(len(sitting.done)),
        }
    )
    case = review.look(home.path, sitting)
    if case is None:
        parts.note("Nothing waits for a decision. The next run may find new cases.")
    else:
        draw_case(case)
    draw_keys(home, sitting, case)


def draw_case(case: Case) -> None:
    """Record and proposed voter side by side, differences marked by sign, word and colour."""
    heads = ["Field", "Mark", "Record", "Voter", *(["Second voter"] if case.runner_up else [])]
    rows = [
        [
            parts.row_head(line.field.capitalize()),
            parts.state_cell("Mark", review.MARKS[line.mark], "tm-is"),
            *(
                parts.cell(head, value or "–")
                for head, value in zip(heads[2:], line.values, strict=True)
            ),
        ]
        for line in review.lines(case)
    ]
    parts.caption(
        f"From {case.source}, record {case.record_key}: {case.reason}; "
        f"the model's chance is {case.probability:.0%}."
    )
    parts.table("The record beside the proposed voter", heads, rows)


def draw_keys(home: HomeView, sitting: Sitting, case: Case | None) -> None:
    """One button an answer, each with its key."""
    who = auth.of_home(home).who
    with st.container(horizontal=True):
        if case is not None:
            for answer, (label, key) in KEYS.items():
                if answer == "second" and not case.runner_up:
                    continue
                st.button(
                    label,
                    key=f"answer_{answer}",
                    shortcut=key,
                    on_click=partial(
                        review.decide, home.path, sitting, case.record_key, answer, who, home.now
                    ),
                )
        st.button(
            "Undo",
            key="undo",
            shortcut="U",
            disabled=not sitting.done,
            on_click=partial(review.undo, home.path, sitting, who, home.now),
        )


def _sitting(release: Release) -> Sitting:
    """The work in hand; begun anew with a new release, whose queue is another."""
    name, held = st.session_state.get("sitting", ("", None))
    if held is None or name != release.id:
        held = Sitting()
        st.session_state["sitting"] = (release.id, held)
    kept: Sitting = held
    return kept


main()
