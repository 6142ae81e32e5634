"""The part of *Segments* that orders packets: one list for the precincts that were chosen.

Every rule of leaving is ``orchestration.handoff``'s, and who may ask for which precincts is
``apps.lib.handoff``'s; lists that were ordered stand on *Hand-off*.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from apps.lib import auth, handoff, parts
from apps.lib.home import HomeView
from orchestration.handoff.law import law_of
from orchestration.handoff.register import Request
from orchestration.settings import UserError

KINDS = {"walk": "Walk lists", "phone": "Phone lists"}


def draw(home: HomeView, segment: str, title: str, precincts: Sequence[str]) -> None:
    """A form for packets of one segment; nothing for whom no role lets ask for lists."""
    visitor = auth.of_home(home)
    roles = handoff.asking_roles(home, visitor)
    if not roles or not precincts:
        return
    try:
        purposes = law_of(home.settings.campaign.contest.jurisdiction).purposes
    except UserError:
        return  # Nothing may leave; Hand-off says why.
    parts.subheading("Order packets")
    with st.form(f"packets_{segment}", enter_to_submit=False):
        left, right = st.columns(2)
        wanted = left.multiselect("Precincts", list(precincts), key=f"packets_in_{segment}")
        kind = right.selectbox("Packets of", list(KINDS), format_func=KINDS.__getitem__)
        purpose = left.selectbox("What for", list(purposes), format_func=str.capitalize)
        role = right.selectbox("Your role", roles, format_func=str.capitalize)
        pressed = st.form_submit_button("Order packets")
    if not pressed:
        parts.caption(
            f"{title}, without those who asked not to be contacted until this minute. What is "
            "ordered stands on Hand-off, where it is approved and taken away."
        )
        return
    if not wanted:
        parts.note("Choose the precincts first; packets are not made for everywhere at once.")
        return
    try:
        with st.spinner("Drawing the packets"):
            told = handoff.ask(
                home,
                Request(
                    list=kind,
                    audience=segment,
                    purpose=purpose,
                    role=role,
                    who=visitor.who,
                    where=handoff.places(visitor, role, " ".join(wanted)),
                ),
            )
    except (UserError, KeyError) as mistake:
        # A release that lacks a table of people is a KeyError, whose text is its first part.
        parts.note(f"Not made: {mistake.args[0]}.", bad=True)
        return
    parts.note(told)
