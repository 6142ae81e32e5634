"""*People*: somebody found by name, and all that is known of one person. Every look is written."""

from __future__ import annotations

import streamlit as st

from apps.lib import auth, frame, parts, people, segments, words
from apps.lib.home import HomeView
from apps.lib.releases import Opened
from orchestration.handoff.people import Person, Search
from orchestration.settings import UserError

PERSON = "person"
NAMES = dict[str, str]


def main() -> None:
    """Show the page on the release in force."""
    frame.show(people.titles, draw, page="people")


def draw(home: HomeView, opened: Opened[NAMES]) -> None:
    """The search, or one person when the address names one."""
    person_id = st.query_params.get(PERSON)
    if not person_id:
        draw_search(home, opened)
        return
    st.button("Back to the search", key="back", on_click=st.query_params.clear)
    told = _look(home, opened, person_id)
    if isinstance(told, str):
        parts.note(f"Not shown: {told}.", bad=True)
    else:
        draw_person(told, opened.view)


def draw_search(home: HomeView, opened: Opened[NAMES]) -> None:
    """A form, and who was found."""
    parts.heading(
        "Find a person",
        "At least three letters of a name, or a whole phone number or email. Every search and "
        "every look at somebody is written down, with your name.",
    )
    with st.form("search"):
        text = st.text_input("Name, phone or email", autocomplete="off")
        asked = st.form_submit_button("Find")
    if asked:
        try:
            found = people.find(home, opened.release, auth.of_home(home), text)
        except UserError as mistake:
            st.session_state.pop("found", None)
            parts.note(f"Not searched: {mistake}.", bad=True)
            return
        st.session_state["found"] = (opened.release.id, found)
        st.session_state["opened"] = None
    release, kept = st.session_state.get("found", ("", None))
    if kept is not None and release == opened.release.id:
        draw_found(kept)


def draw_found(found: Search) -> None:
    """Who was found, and one of them to open."""
    number = words.plural(len(found.people), "person", "people")
    more = "; more were found, so write more of the name" if found.is_cut else ""
    parts.subheading(f"{number} found{more}")
    if not found.people:
        return
    head = ("Name", "Age", "Town", "Precinct")
    parts.table(
        "People found",
        head,
        [
            [
                parts.row_head(one.name),
                parts.cell("Age", "–" if one.age is None else str(one.age), "tm-num"),
                parts.cell("Town", one.city or "–"),
                parts.cell("Precinct", one.precinct_id or "–"),
            ]
            for one in found.people
        ],
        ("Age",),
    )
    labels = {one.person_id: people.label(one) for one in found.people}
    st.selectbox(
        "Open a person",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose",
        key="opened",
        on_change=_open,
    )


def _open() -> None:
    chosen = st.session_state.get("opened")
    if chosen:
        st.query_params[PERSON] = chosen


def _look(home: HomeView, opened: Opened[NAMES], person_id: str) -> Person | str:
    """Read and write down once, not again whenever the page draws itself anew."""
    visitor = auth.of_home(home)
    wanted = (visitor, opened.release.id, person_id)
    known, told = st.session_state.get("looked", (None, ""))
    if known != wanted:
        try:
            told = people.look(home, opened.release, visitor, person_id)
        except UserError as mistake:
            told = str(mistake)
        st.session_state["looked"] = (wanted, told)
    kept: Person | str = told
    return kept


def draw_person(person: Person, names: NAMES) -> None:
    """One person in full."""
    parts.heading(person.name, "What this release knows, who says so, and what may be done.")
    parts.facts(
        {
            "Kind": "on the voter file" if person.kind == "voter" else "on no voter file",
            "May take part": "yes" if person.is_eligible else "no",
            "Party on the file": person.party or "unknown",
            "Precinct": person.precinct_id or "unknown",
            "Id": person.person_id,
        }
    )
    draw_ways(person)
    draw_values(person, names)
    draw_scores(person)
    draw_links(person, names)
    draw_engagements(person, names)


def draw_ways(person: Person) -> None:
    """What may be done, with requests of this minute."""
    parts.subheading("How they may be contacted")
    rows = [
        [
            parts.row_head(people.WAYS[way]),
            parts.state_cell("State", people.SHUT if why else people.OPEN),
            parts.cell("Why not", why or "–", "tm-why"),
        ]
        for way, why in person.ways.items()
    ]
    parts.table("How they may be contacted", ("Way", "State", "Why not"), rows)


def draw_values(person: Person, names: NAMES) -> None:
    """Every value with its sources; what lists use first."""
    parts.subheading("What is known, and who says so")
    rows = [
        [
            parts.row_head(people.field_name(value)),
            parts.cell("Value", value.text, "tm-why"),
            parts.cell("Source", people.said_by(value, names)),
            parts.cell("As of", people.said_on(value)),
            parts.state_cell("State", people.CHOSEN if value.is_chosen else people.BESIDE),
        ]
        for value in person.values
    ]
    parts.table("What is known", ("Field", "Value", "Source", "As of", "State"), rows)


def draw_scores(person: Person) -> None:
    """Chances with their intervals, and the audiences with their reasons."""
    if person.scores:
        parts.subheading("Chances, with the interval of nine in ten")
        rows = [
            [
                parts.row_head(people.SCORES[score.model]),
                parts.cell("Chance", f"{score.probability:.0%}", "tm-num"),
                parts.cell("From", f"{score.low:.0%}", "tm-num"),
                parts.cell("To", f"{score.high:.0%}", "tm-num"),
                parts.cell("Learnt from", segments.group_words(score.group)),
            ]
            for score in person.scores
        ]
        head = ("Of what", "Chance", "From", "To", "Learnt from")
        parts.table("Chances", head, rows, ("Chance", "From", "To"))
    if person.reasons:
        parts.subheading("In these audiences, and why")
        rows = [
            [parts.row_head(words.segment_words(name)[0]), parts.cell("Why", why or "–", "tm-why")]
            for name, why in person.reasons
        ]
        parts.table("Audiences", ("Audience", "Why"), rows)


def draw_links(person: Person, names: NAMES) -> None:
    """Which records are taken for this person, on which evidence."""
    if not person.links:
        return
    parts.subheading("Records taken for this person, and on which evidence")
    rows = [
        [
            parts.row_head(record),
            parts.cell("Source", names.get(source, source)),
            parts.cell("Evidence", f"{method.replace('_', ' ')}{f': {rule}' if rule else ''}"),
            parts.cell("Chance", chance or "–", "tm-num"),
            parts.cell("Finding", finding or "–"),
        ]
        for record, source, method, rule, chance, finding in person.links
    ]
    head = ("Record", "Source", "Evidence", "Chance", "Finding")
    parts.table("Records", head, rows, ("Chance",))


def draw_engagements(person: Person, names: NAMES) -> None:
    """What they did with us and we with them."""
    if not person.engagements:
        return
    parts.subheading("What happened, newest first")
    rows = [
        [
            parts.row_head(day or "no day"),
            parts.cell("What", kind.replace("_", " ")),
            parts.cell("Source", names.get(source, source)),
            parts.cell("Result", result.replace("_", " ") or "–"),
        ]
        for day, kind, source, result in person.engagements
    ]
    parts.table("What happened", ("Day", "What", "Source", "Result"), rows)


main()
