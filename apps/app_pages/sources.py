"""*Sources*: what came of whom and when, what is due, and what was set aside and why."""

from __future__ import annotations

import streamlit as st

from apps.lib import auth, charts, charts_sources, frame, parts, parts_story, sources, words
from apps.lib.home import HomeView
from apps.lib.releases import Opened
from apps.lib.sources import Sources
from orchestration.readiness.standing import SourceRow


def main() -> None:
    """Show the page on the release in force."""
    frame.show(
        lambda release, home: sources.cut(
            sources.load(release, home), auth.of_home(home).only_sources
        ),
        draw,
    )


def draw(home: HomeView, opened: Opened[Sources]) -> None:
    """The whole page, from what was read already."""
    view = opened.view
    as_of = words.day(view.as_of)
    draw_calendar(view, as_of)
    draw_due(view)
    draw_states(view)
    if not view.rows:
        return
    parts.heading("One source in full", f"As of {as_of}.")
    titles = {row.name: row.title for row in view.rows}
    chosen = frame.choice("Source", titles)
    draw_source(home, view, next(row for row in view.rows if row.name == chosen), as_of)


def draw_calendar(view: Sources, as_of: str) -> None:
    """Every source's deliveries by day."""
    parts.heading(
        "Delivery calendar",
        f"Each mark is a day on which something came or is due, as of {as_of}.",
    )
    if view.deliveries is None:
        parts.note("This release holds no deliveries; the next `tminus run` makes them.")
        return
    marks = sources.calendar(view)
    today = view.now.date()
    st.altair_chart(
        charts_sources.calendar(
            marks, [row.title for row in view.rows], today, view.contest_day, frame.ground()
        ),
        width="stretch",
        key="calendar",
        alt=charts_sources.calendar_text(marks, today),
    )


def draw_due(view: Sources) -> None:
    """What is still to come, soonest first."""
    parts.heading(
        "What is due",
        "The next day by the cadence agreed on; the delivery that a deliverable waits for; and "
        "the last arrival with which every deliverable is still likely enough.",
    )
    dues = sources.open_dues(view)
    if not dues:
        parts.note("Nothing is due any more.")
        return
    head = ("Source", "Expected next", "The one that counts", "Latest useful", "Needed by")
    rows = [
        [
            parts.row_head(due.title),
            parts.cell(
                head[1],
                (words.day(due.expected) if due.expected else "–")
                + (", overdue" if due.is_overdue(view.now) else ""),
            ),
            parts.cell(head[2], words.moment_or_dash(due.counts)),
            parts.cell(head[3], words.moment_or_dash(due.latest_useful)),
            parts.cell(head[4], words.moment_or_dash(due.needed_by)),
        ]
        for due in dues
    ]
    parts.table("What is due", head, rows)


def draw_states(view: Sources) -> None:
    """One row a source: freshness against the tier and the contract's state."""
    parts.heading(
        "Freshness and contracts",
        f"Against the tier in force, as of {words.moment(view.now)}. Age is the data's own.",
    )
    head = ("Source", "State", "Why", "Data age", "Rows", "Set aside", "Linked", "Contract")
    rows = []
    for row in view.rows:
        kept = sources.contract_state(row, view.contracts.get(row.name), view.now.date())
        rows.append([*parts.readiness_cells(row)[:-1], parts.state_cell("Contract", kept)])
    parts.table("Freshness and contracts", head, rows, parts.NUMERIC)


def draw_source(home: HomeView, view: Sources, row: SourceRow, as_of: str) -> None:
    """What was agreed, what came, what was set aside, and how it is linked."""
    contract = view.contracts.get(row.name)
    parts.facts(sources.facts(row, contract))
    draw_quarantine(view, row)
    if view.links is not None:
        mine = view.links[view.links["source"] == row.name]
        if not mine.empty:
            parts.subheading(f"Linked by which evidence, as of {as_of}")
            st.altair_chart(
                charts.link_bars(mine, {row.name: row.title}, frame.ground()),
                width="stretch",
                key=f"links_{row.name}",
                alt=f"Bar: share of the records of {row.title} linked to a voter.",
            )
    came = sources.delivered(view, row.name)
    if came is not None:
        parts.subheading(f"{words.plural(len(came), 'delivery', 'deliveries')}, newest first")
        parts_story.listed(home, view, row.name, came)


def draw_quarantine(view: Sources, row: SourceRow) -> None:
    """Reasons for which rows were set aside, with what to do."""
    bad = sources.set_aside(view, row.name)
    if bad.empty:
        return
    parts.subheading("Rows set aside, and what to do")
    head = ("Column", "Rows", "Reason", "What to do")
    parts.table(
        "Rows set aside",
        head,
        [
            [
                parts.row_head(f"{column or 'whole row'} ({feed})"),
                parts.cell("Rows", words.count(rows), "tm-num"),
                parts.cell("Reason", reason, "tm-why"),
                parts.cell("What to do", fix or "–", "tm-why"),
            ]
            for feed, column, reason, fix, rows in sources.faults(bad)
        ],
        ("Rows",),
    )


main()
