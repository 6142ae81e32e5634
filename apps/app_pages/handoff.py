"""*Hand-off*: lists that leave, by whom and for what, and until when each may be used."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from apps.lib import auth, frame, handoff, parts, words
from apps.lib.auth import Visitor
from apps.lib.home import HomeView
from apps.lib.releases import Opened
from orchestration.handoff.kinds import KINDS
from orchestration.handoff.law import law_of
from orchestration.handoff.register import Entry, Request
from orchestration.release.read import Release
from orchestration.settings import UserError

TOLD = "handoff_told"


def main() -> None:
    """Show the page on the release in force."""
    frame.show(lambda release, _: handoff.audiences(release), draw, page="handoff")


def draw(home: HomeView, opened: Opened[dict[str, str]]) -> None:
    """The register, what may be done with it, and a new list."""
    visitor = auth.of_home(home)
    entries = handoff.seen(home, visitor)
    if told := st.session_state.pop(TOLD, None):
        sentence, is_bad = told
        parts.note(sentence, bad=is_bad)
    draw_register(visitor, entries)
    draw_files(visitor, [entry for entry in entries if handoff.may_take(visitor, entry)])
    draw_approval(home, visitor, [e for e in entries if handoff.may_approve(visitor, e)])
    draw_request(home, visitor, opened.view, opened.release)
    parts.heading("Give-back to the party")
    if handoff.has_give_back():
        parts.caption("Made and checked with `tminus giveback`.")
    else:
        parts.caption("Not built yet: this version gives nothing back.")


def draw_register(visitor: Visitor, entries: list[Entry]) -> None:
    """Every list in its state."""
    parts.heading("Lists made", "Newest first. A list is void on its last day, and is made anew.")
    if not entries:
        parts.note("No list has been asked for.")
        return
    head = ("List", "State", "For", "Audience", "Where", "People", "Asked by", "Use until")
    rows = [
        [
            parts.row_head(entry.list_id),
            parts.state_cell("State", handoff.STATES[entry.state]),
            parts.cell("For", entry.request.purpose),
            parts.cell("Audience", words.segment_words(entry.request.audience)[0]),
            parts.cell("Where", ", ".join(entry.request.where) or "everywhere"),
            parts.cell("People", handoff.people(visitor, entry), "tm-num"),
            parts.cell("Asked by", _asked_by(entry)),
            parts.cell("Use until", words.moment(datetime.fromisoformat(entry.expires_at))),
        ]
        for entry in entries
    ]
    parts.table("Lists made", head, rows, ("People",))


def _asked_by(entry: Entry) -> str:
    approved = f", approved by {entry.approved_by}" if entry.approved_by else ""
    return f"{entry.request.who} ({entry.request.role}){approved}"


def draw_files(visitor: Visitor, ready: list[Entry]) -> None:
    """Files that may still be used, to take away."""
    if not ready:
        return
    parts.heading("Take a list away", "Only what may still be used; whoever takes it is noted.")
    by_id = {entry.list_id: entry for entry in ready}
    chosen = by_id[st.selectbox("List to take away", list(by_id), key="take")]
    st.download_button(
        "Download",
        handoff.deferred_file(chosen, visitor),
        file_name=handoff.file_name(chosen),
        mime="text/csv",
        key=f"download_{chosen.list_id}",
    )


def draw_approval(home: HomeView, visitor: Visitor, waiting: list[Entry]) -> None:
    """Large lists that a second person must approve."""
    if not waiting:
        return
    parts.heading("Approve", "A large list leaves when somebody else than who asked approves it.")
    chosen = st.selectbox("List that waits", [entry.list_id for entry in waiting], key="waits")
    if st.button("Approve this list", key="approve"):
        with st.spinner("Drawing the list anew…"):
            _tell(lambda: handoff.approve(home, chosen, visitor.who))


def draw_request(
    home: HomeView, visitor: Visitor, audiences: dict[str, str], release: Release
) -> None:
    """A form for a new list."""
    roles = handoff.asking_roles(home, visitor)
    if not roles:
        return
    parts.heading(
        "Ask for a list",
        f"Drawn from release {release.id} and from the requests landed until this minute.",
    )
    try:
        purposes = law_of(home.settings.campaign.contest.jurisdiction).purposes
    except UserError as mistake:
        parts.note(str(mistake), bad=True)
        return
    with st.form("ask", enter_to_submit=False):
        left, right = st.columns(2)
        kind = left.selectbox("Kind", list(KINDS), format_func=str.capitalize)
        purpose = right.selectbox("What for", list(purposes), format_func=str.capitalize)
        audience = left.selectbox(
            "Audience", list(audiences), format_func=audiences.__getitem__, key="ask_audience"
        )
        role = right.selectbox("Your role", roles, format_func=str.capitalize)
        where = left.text_input("Where: county FIPS or precinct ids; empty is all you may have")
        most = right.number_input("At most so many rows; 0 is as many as your role may have", 0)
        key = left.text_input("Encrypt to this age key; empty leaves the file readable")
        autodial = right.checkbox("A machine dials")
        if not st.form_submit_button("Make the list"):
            return

    def make() -> str:
        return handoff.ask(
            home,
            Request(
                list=str(kind),
                audience=str(audience),
                purpose=str(purpose),
                role=role,
                who=visitor.who,
                where=handoff.places(visitor, role, where),
                most=int(most),
                autodial=autodial,
                recipients=(key.strip(),) if key.strip() else (),
            ),
        )

    with st.spinner("Drawing the list…"):
        _tell(make)


def _tell(act: handoff.Act) -> None:
    """Do it, keep what came of it for the next drawing, and draw anew with the register."""
    try:
        st.session_state[TOLD] = (act(), False)
    except UserError as mistake:
        st.session_state[TOLD] = (f"Not made: {mistake}.", True)
    st.rerun()


main()
