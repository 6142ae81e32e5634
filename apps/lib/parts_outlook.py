"""The pieces of *Today* that show the forecast, as escaped HTML; ``outlook`` has the sentences."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from apps.lib import words
from apps.lib.parts import cell, pill, row_head, safe, subheading, table
from orchestration.readiness.outlook import Deed, Goal, Headline, Outlook, goal_state


def say(headline: Headline) -> None:
    """The sentences that matter."""
    details = "".join(f'<p class="tm-detail">{safe(detail)}</p>' for detail in headline.details)
    st.html(
        f'<div class="tm-say {headline.tone}">'
        f'<p class="tm-lead">{safe(headline.lead)}</p>{details}</div>'
    )


def deeds(todo: Sequence[Deed]) -> None:
    """What to do next, in order; nothing to do is said too."""
    if not todo:
        st.html('<p class="tm-sub">Nothing needs a call this morning.</p>')
        return
    title = "Next" if len(todo) == 1 else f"The next {words.NUMBERS[len(todo)]}"
    items = "".join(
        f"<li><b>{safe(deed.what)}</b><small>{safe(deed.why[:1].upper() + deed.why[1:])}"
        "</small></li>"
        for deed in todo
    )
    st.html(f'<h2 class="tm-h">{title} to do</h2><ol class="tm-deeds">{items}</ol>')


def goals(seen: Outlook) -> None:
    """One row a deliverable; a card a row on a narrow screen."""
    head = (
        "Deliverable",
        "State",
        "Chance of being on time",
        "Deadline",
        "Nine in ten by",
        "Slack",
    )
    rows = [_goal_row(goal, seen.target) for goal in seen.goals]
    table("Deliverables and their chances", head, rows)


def path(seen: Outlook) -> None:
    """The critical path as an ordered list."""
    if seen.path:
        items = "".join(f"<li>{safe(step)}</li>" for step in seen.path)
        st.html(
            '<h3 class="tm-h3">Most often in the way, in the order of the work</h3>'
            f'<ol class="tm-path">{items}</ol>'
        )


def remedies(seen: Outlook) -> None:
    """What would help, with the chance that everything is on time after it."""
    if not seen.remedies:
        return
    subheading("What would help")
    if seen.plan:
        does = "brings every deliverable to" if seen.plan_reaches else "helps most, short of"
        chosen = "; ".join(remedy.title for remedy in seen.plan)
        st.html(
            f'<p class="tm-sub">The cheapest plan {does} {words.chance(seen.target)}: '
            f"{safe(chosen)}.</p>"
        )
    rows = [
        [
            row_head(remedy.title),
            cell("Everything on time", words.chance(remedy.p_ready or 0), "tm-num"),
            cell("Cost (points)", f"{remedy.cost:g}", "tm-num"),
            cell("Try it", f"--what-if {remedy.what_if}"),
        ]
        for remedy in seen.remedies
    ]
    table("Remedies", ("Remedy", "Everything on time", "Cost (points)", "Try it"), rows)


def awaited(seen: Outlook) -> None:
    """Deliveries still waited for, with the latest arrival that is of use."""
    if not seen.awaited:
        return
    subheading("Deliveries that are awaited")
    head = ("Source", "Planned", "Latest useful", "Holds up futures", "Never comes")
    rows = [
        [
            row_head(entry.title),
            cell("Planned", words.moment(entry.planned)),
            cell(
                "Latest useful",
                words.moment(entry.latest_useful) if entry.latest_useful else "–",
            ),
            cell("Holds up futures", words.chance(entry.criticality), "tm-num"),
            cell("Never comes", words.chance(entry.p_never), "tm-num"),
        ]
        for entry in seen.awaited
    ]
    table("Deliveries that are awaited", head, rows)


def _goal_row(goal: Goal, target: float) -> list[str]:
    state = goal_state(goal.state, goal.p_on_time, target)
    meter = (
        f'<b class="tm-p">{words.chance(goal.p_on_time)}</b>'
        f'<span class="tm-meter tm-aim {state.tone}" aria-hidden="true">'
        f'<i style="width:{100 * goal.p_on_time:.0f}%"></i>'
        f'<s style="left:{100 * target:.0f}%"></s></span>'
        f"<small>{words.chance(goal.p_complete)} with every source fresh</small>"
    )
    tminus = words.tminus(goal.deadline_text)
    due = f"{safe(words.moment(goal.deadline))}<small>{safe(tminus)}</small>"
    return [
        row_head(goal.title),
        f'<td role="cell" class="tm-is">{pill(state)}</td>',
        _html("Chance of being on time", meter, "tm-why tm-chance"),
        _html("Deadline", due),
        cell("Nine in ten by", words.moment(goal.p90) if goal.p90 else "never"),
        cell("Slack", words.slack(goal.slack_hours)),
    ]


def _html(name: str, content: str, kind: str = "") -> str:
    return f'<td role="cell" class="{kind}" data-name="{safe(name)}">{content}</td>'
