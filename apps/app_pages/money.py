"""*Money*: what the reports say that each campaign bought, from whom and since when."""

from __future__ import annotations

import streamlit as st

from apps.lib import frame, money, money_charts, parts, words
from apps.lib.home import HomeView
from apps.lib.money import Money
from apps.lib.releases import Opened

NO_FILINGS = (
    "No report is in this release. Put electronic filings (NUMBER.fec) or the FEC's table of a "
    "presidential committee's disbursements (CSV) into the inbox of fec, and run."
)
FOOT = (
    "Public record: reports to the Federal Election Commission. Memo items, which repeat what is "
    "counted elsewhere, are in no sum."
)
COMMANDS = ["cp 1036338.fec $TMINUS_HOME/inbox/fec/2016-01-21/", "tminus run"]


def main() -> None:
    """Show the page on the release in force."""
    frame.show(lambda release, home: money.load(release, home.contest, home.now), draw)


def draw(home: HomeView, opened: Opened[Money]) -> None:
    """The whole page, from what was read already."""
    view = opened.view
    as_of = words.day(view.as_of)
    parts.heading("Money", money.headline(view))
    for sentence, is_mistake in view.notes:
        if is_mistake:
            parts.note(sentence, bad=True)
    if not view.committees:
        parts.empty("No spending reports", NO_FILINGS, COMMANDS)
    else:
        draw_committees(view, as_of)
        draw_committee(view, as_of)
    draw_calendar(view)
    remarks = [sentence for sentence, is_mistake in view.notes if not is_mistake]
    if remarks:
        with st.expander(f"About the reports: {words.plural(len(remarks), 'remark')}"):
            parts.note("What was left out or looks odd:", remarks)
    parts.caption(FOOT)


def draw_committees(view: Money, as_of: str) -> None:
    """All committees side by side, ours first."""
    parts.heading("Side by side", f"Itemised spending of every committee, as of {as_of}.")
    if not view.has_own_id:
        parts.note(
            "Which committee is ours is not known: set candidate.committee in campaign.yaml."
        )
    elif not any(committee.is_ours for committee in view.committees):
        parts.note("No report of our own committee is in this release; only rivals are shown.")
    st.dataframe(
        [
            {
                "Committee": money.short_name(c),
                "Spent ($)": money.dollars(c.amount),
                "A week ($)": money.dollars(c.per_week),
                "Data and lists ($)": money.dollars(c.data),
                "Media ($)": money.dollars(c.media),
                "Payments": c.lines,
                "Memo items, not added": c.memo_lines,
                "Not itemised ($)": money.dollars(c.difference),
                "Reported until": c.reported_until,
            }
            for c in view.committees
        ],
        hide_index=True,
        width="stretch",
    )
    drawn = money.quarters_drawn(view)
    if not drawn.empty:
        st.altair_chart(
            money_charts.quarter_bars(drawn, frame.ground()),
            width="stretch",
            key="quarter_bars",
            alt="Bars: dollars by quarter and committee, data and media apart. "
            "The tables on this page have the same figures.",
        )


def draw_committee(view: Money, as_of: str) -> None:
    """One committee: categories by quarter, and its vendors in time."""
    names = {c.id: money.short_name(c) for c in view.committees}
    chosen = next(iter(names))
    if len(names) > 1:
        chosen = st.selectbox("Committee", list(names), format_func=names.__getitem__)
    parts.heading(
        f"What {names[chosen]} bought",
        f"US dollars by category and quarter, as of {as_of}. Each line's rule is in the table "
        "spending_lines of the release.",
    )
    categories = money.by_category(view, chosen)
    height = 36 * (len(categories) + 1) + 2  # all rows in sight: nothing is scrolled away
    st.dataframe(categories, hide_index=True, width="stretch", height=height)
    parts.heading(
        "The data machine, by date",
        "Firms that sold data, software, digital, phones, field, mail and media: from the first "
        f"payment to the last, the {money.SHOWN_VENDORS} costliest. People are left out.",
    )
    table = money.timeline(view, chosen)
    if table.empty:
        parts.note("Its reports name no vendor of data, software, digital, phones, field or media.")
        return
    st.altair_chart(
        money_charts.vendor_timeline(table, frame.ground()),
        width="stretch",
        key="vendor_timeline",
        alt="Bars: each vendor from its first to its last payment.",
    )


def draw_calendar(view: Money) -> None:
    """The reports that fall due, with where the date comes from."""
    parts.heading(
        "Reports that fall due", "From the FEC's calendar, until 60 days past the contest."
    )
    if not view.due:
        parts.note("None, or this release was made before the calendar was in it.")
        return
    st.dataframe(
        [
            {
                "Report": due.report,
                "Of": due.filers,
                "Due": due.due,
                "Countdown": words.tminus(due.t_minus),
                "Source": due.source,
            }
            for due in view.due
        ],
        hide_index=True,
        width="stretch",
    )


main()
