"""What *Today* shows on demand, one view at a time, and what changed since the day before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from apps.lib import charts_today, closer, frame, parts, parts_outlook, past, words
from apps.lib.closer import Asked
from apps.lib.home import HomeView
from apps.lib.past import Past
from apps.lib.today import Today
from orchestration.settings import UserError

SIGNS = {"bad": "worse", "warn": "to know", "good": "better"}
WAY = ("What", "Expected", "Latest useful", "Slack", "Holds up futures")
ANSWER = ("Deliverable", "As it stands", "As asked", "Difference")


def since_before(view: Today, told: Past) -> None:
    """How the chance went, and what is not as it was on the day judged before."""
    left, right = st.columns(2, gap="large")
    with left:
        _history(view, told)
    with right:
        if told.since is None:
            parts.heading("What changed", "This is the first day that was judged.")
            return
        parts.heading("What changed", f"Since {words.day(told.since)}, and why.")
        if not told.changes:
            parts.caption("Nothing that matters.")
        items = "".join(
            f'<li class="{parts.safe(change.tone)}"><b>{parts.safe(change.what)}</b> '
            f"<span>{SIGNS.get(change.tone, '')}</span>"
            f"<small>{parts.safe(change.why)}</small></li>"
            for change in told.changes
        )
        st.html(f'<ul class="tm-changes">{items}</ul>')


def closer_look(home: HomeView, view: Today) -> None:
    """One of the views that few need each morning; none until somebody asks for it."""
    views = {
        "The way there": lambda: _way(home, view),
        "What if": lambda: _what_if(home, view),
        "Burn-up": lambda: _burn_up(home, view),
        "The forecast's record": lambda: _record(view.past),
        "Cuts": lambda: _cuts(view.past),
    }
    parts.heading("Look closer", "Choose what to see; choose it again to put it away.")
    chosen = st.segmented_control(
        "Look closer", list(views), key="closer", label_visibility="collapsed", wrap=True
    )
    if chosen:
        views[chosen]()


def _history(view: Today, told: Past) -> None:
    seen = view.outlook
    parts.heading(
        "Ready in time, day by day",
        f"Chance that every deliverable is on time, up to {words.day(view.as_of)}; dashes: the "
        "chance aimed at.",
    )
    if seen is None or told.days.empty:
        parts.caption("No day with a chance is kept yet.")
        return
    first, last = told.days["p_ready"].iloc[0], told.days["p_ready"].iloc[-1]
    st.altair_chart(
        charts_today.history(told.days, seen.target, frame.ground()),
        width="stretch",
        key="history",
        alt=f"Line: chance that everything is on time over {len(told.days)} days, first "
        f"{words.chance(first)}, last {words.chance(last)}.",
    )


def _way(home: HomeView, view: Today) -> None:
    if view.outlook:
        parts_outlook.path(view.outlook)
    if not view.ways:
        parts.caption("Nothing is awaited, or this release holds no forecast.")
        return
    parts.subheading("From expected to latest useful")
    st.altair_chart(
        charts_today.way(view.ways, home.now, frame.ground()),
        width="stretch",
        key="way",
        alt=closer.in_words(view.ways),
    )
    parts.caption(
        f"As of {words.moment(view.judged_at)}; ▸ is on the critical path. Expected: there in "
        "half of the futures. Latest useful: every deliverable is still likely enough."
    )
    rows = [
        [
            parts.row_head(way.title),
            parts.cell(WAY[1], words.moment_or_dash(way.expected)),
            parts.cell(WAY[2], words.moment_or_dash(way.latest)),
            parts.cell(WAY[3], words.slack(way.slack_hours)),
            parts.cell(WAY[4], words.chance(way.criticality), "tm-num"),
        ]
        for way in view.ways
    ]
    parts.table("Slack of everything that is still to come", WAY, rows, WAY[4:])
    if view.outlook:
        parts_outlook.awaited(view.outlook)


def _what_if(home: HomeView, view: Today) -> None:
    seen = view.outlook
    if seen is None or seen.over:
        parts.caption("There is nothing to forecast.")
        return
    parts_outlook.remedies(seen)
    parts.subheading("Ask the forecast")
    asked = _form(view)
    if asked is None:
        return
    if not asked.text:
        parts.note("Nothing is assumed; change something and ask again.")
        return
    try:
        with st.spinner("Drawing the futures twice"):
            answer = closer.ask(asked.text, home.now)
    except UserError as mistake:
        parts.note(str(mistake), bad=True)
        return
    rows = [
        [
            parts.row_head(title),
            parts.cell(ANSWER[1], words.chance(now), "tm-num"),
            parts.cell(ANSWER[2], words.chance(then), "tm-num"),
            parts.cell(ANSWER[3], f"{100 * (then - now):+.0f} points", "tm-num"),
        ]
        for title, now, then in answer.chances
    ]
    parts.table("Chances as it stands and as asked", ANSWER, rows, ANSWER[1:])
    parts.caption(
        f"Chance of being on time in {words.count(answer.futures)} futures, the same for both, "
        f"from what is known {words.moment(home.now)}. Nothing is decided by asking. At the "
        f"terminal: tminus forecast --what-if {asked.text}"
    )


def _form(view: Today) -> Asked | None:
    """The controls; what was asked once the button is pressed."""
    titles = {source.name: source.title for source in view.sources}
    came = [source.name for source in view.sources if source.rows]
    now = closer.crews()
    with st.form("what_if", border=True):
        left, right = st.columns(2, gap="large")
        with left:
            dropped = st.multiselect("Leave out", list(titles), format_func=titles.__getitem__)
            carried = st.multiselect(
                "Go on with the last good data of", came, format_func=titles.__getitem__
            )
            universe = st.slider(
                "Share of the universe, those of most worth (%)", 40, 100, 100, step=5
            )
        with right:
            people = {
                crew: st.number_input(
                    f"{crew.capitalize()} (people)", 0, 10_000, round(number), key=f"crew_{crew}"
                )
                for crew, number in now.items()
            }
        pressed = st.form_submit_button("Ask the forecast")
    if not pressed:
        return None
    changed = tuple((c, float(n)) for c, n in people.items() if n != round(now[c]))
    return Asked(tuple(dropped), tuple(carried), changed, int(universe))


def _burn_up(home: HomeView, view: Today) -> None:
    table = closer.burn_up(view.deliveries, view.contracts, view.as_of, home.contest.day)
    if table.empty:
        parts.caption("This release holds no deliveries of a source that comes again and again.")
        return
    came = table.loc[table["what"] == "came", "count"].max()
    st.altair_chart(
        charts_today.burn_up(table, view.as_of, frame.ground()),
        width="stretch",
        key="burn_up",
        alt=f"Lines: {words.count(came)} deliveries so far, beside those agreed on by cadence.",
    )
    parts.caption(
        f"Days on which a source delivered, all sources that come again and again, as of "
        f"{words.day(view.as_of)}. The forecast does not go by this line: it knows what is late."
    )


def _record(told: Past | None) -> None:
    if told is None or not told.record:
        parts.caption("No day before this one was kept, so nothing that was said can be judged.")
        return
    _plain_table("The forecast's record", past.RECORD, told.record)
    parts.caption(
        f"What was said on {words.plural(told.days_kept, 'day')} before, where it is known by now "
        "what happened. Brier score: 0 is perfect, 0.25 what always saying one half gets. Status "
        "alone: on time today means on time. P50 should hold in half of the cases, P90 in nine "
        "of ten."
    )


def _cuts(told: Past | None) -> None:
    if told is None or not told.cuts:
        parts.caption("Nobody decided to go without a source.")
        return
    _plain_table("Cuts", past.CUTS, told.cuts)


def _plain_table(label: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    cells = [
        [
            parts.row_head(row[0]),
            *(parts.cell(name, text) for name, text in zip(head[1:], row[1:], strict=True)),
        ]
        for row in rows
    ]
    parts.table(label, head, cells)
