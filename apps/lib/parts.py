"""The pieces of a page that Streamlit has no widget for, as escaped HTML of one style sheet.

Everything that came from a file goes through :func:`safe`. Tables, lists and the clock are
real ones, so a screen reader and a keyboard find them; what is drawn as a chart stands in
``charts``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from apps.lib import words
from apps.lib.home import HomeView
from apps.lib.today import Step
from orchestration.readiness.standing import SourceRow
from orchestration.release.small_cells import SMALLEST_CELL

ASSETS = Path(__file__).with_name("assets")
NUMERIC = ("Rows", "Set aside", "Linked")


def safe(text: object) -> str:
    """Text of any origin, fit to stand inside HTML or one of its attributes."""
    return escape(str(text), quote=True)


def style() -> None:
    """Put the style sheet into the page; once a run, before any other part."""
    st.html(ASSETS / "style.css")


def heading(title: str, explanation: str = "") -> None:
    """A section's heading with one line on what it shows."""
    below = f'<p class="tm-sub">{safe(explanation)}</p>' if explanation else ""
    st.html(f'<h2 class="tm-h">{safe(title)}</h2>{below}')


def caption(text: str) -> None:
    """A line below a picture; Streamlit's own caption is too pale to be read by everybody."""
    st.html(f'<p class="tm-sub">{safe(text)}</p>')


def top(contest: str, as_of: str, release: str, made_at: str) -> None:
    """The line on which release and which day all below it speaks of."""
    st.html(
        f'<div class="tm-top"><h1>{safe(contest)}</h1><p>Data as of <b>{safe(as_of)}</b>, '
        f"release <code>{safe(release)}</code>, made {safe(made_at)}</p></div>"
    )


def note(sentence: str, items: Sequence[str] = (), bad: bool = False) -> None:
    """Something that the reader must know before trusting the page."""
    listed = "".join(f"<li>{safe(item)}</li>" for item in items)
    st.html(
        f'<div class="tm-note{" bad" if bad else ""}" role="status"><p>{safe(sentence)}</p>'
        f"{f'<ul>{listed}</ul>' if listed else ''}</div>"
    )


def caveats(told: Sequence[str]) -> None:
    """Which sources are not new or not in the release; nothing when all of them are."""
    if told:
        note("Not everything here is new:", told)


def countdown(home: HomeView) -> None:
    """Days, hours, minutes and seconds left, counted by the browser without any rerun."""
    held = (
        f"This home carries its own clock: it was {words.moment(home.now)} "
        "when you opened the page."
    )
    start = home.contest.start
    _clock()(
        key="countdown",
        data={
            "start": start.timestamp() * 1000,
            "now": home.now.timestamp() * 1000,
            "when": f"{words.day(start)}, {start:%H:%M} {start.tzname()}",
            "held": held if home.is_clock_held else "",
        },
    )


def tiers(home: HomeView) -> None:
    """How old data may be: every tier in order, the one in force marked by word and weight."""
    place = home.tiers.index(home.tier)
    items = []
    for index, tier in enumerate(home.tiers):
        kind = "past" if index < place else "now" if index == place else "next"
        hours = words.age(tier.max_age.total_seconds() / 3600)
        word = " <span>in force</span>" if kind == "now" else ""
        items.append(
            f'<li class="{kind}"><b>{safe(words.tminus(tier.name))}</b>≤ {safe(hours)}{word}</li>'
        )
    change = (
        f"A stricter tier begins {words.moment(home.next_change)}."
        if home.next_change
        else "This is the last tier."
    )
    allowed = words.age(home.tier.max_age.total_seconds() / 3600)
    st.html(
        f'<p class="tm-sub">Tier {safe(words.tminus(home.tier.name))} is in force: data may '
        f"be at most {safe(allowed)} old. {safe(change)}</p>"
        f'<ol class="tm-tiers" aria-label="Tiers of the countdown">{"".join(items)}</ol>'
    )


def funnel(steps: Sequence[Step]) -> None:
    """From everybody we heard of to those expected on the day, with what each step loses."""
    most = max((step.people for step in steps), default=0) or 1
    rows = []
    for step in steps:
        lost = f"<small>−{words.count(step.lost)}</small>" if step.lost else ""
        rows.append(
            f'<li><span class="tm-name">{safe(_sentence(step.name))}</span>'
            f'<span class="tm-bar" aria-hidden="true">'
            f'<i style="width:{100 * step.people / most:.2f}%"></i></span>'
            f'<span class="tm-n">{words.count(step.people)}{lost}</span></li>'
        )
    st.html(f'<ol class="tm-funnel">{"".join(rows)}</ol>')


def tiles(segments: Mapping[str, int]) -> None:
    """The size of every segment."""
    items = []
    for name, size in segments.items():
        title, explanation = words.segment_words(name)
        items.append(
            f'<li><span class="tm-t">{safe(title)}</span>'
            f'<span class="tm-big">{safe(_size(size))}</span>'
            f"<small>{safe(explanation)}</small></li>"
        )
    st.html(f'<ul class="tm-tiles">{"".join(items)}</ul>')


def readiness(sources: Sequence[SourceRow]) -> None:
    """One row a source, worst first; a card a row on a narrow screen."""
    head = ("Source", "State", "Why", "Data age", "Rows", "Set aside", "Linked", "Needed by")
    table("Readiness of every source", head, [readiness_cells(row) for row in sources], NUMERIC)


def table(
    label: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[str] = (),
) -> None:
    """A real table that becomes cards on a narrow screen.

    Args:
        label: What it is, for a screen reader.
        head: The columns' names.
        rows: The cells of each row as escaped HTML, each with the name of its column in
            ``data-name``, for the cards.
        numeric: Columns whose names stand on the right.
    """
    names = "".join(
        f'<th role="columnheader" scope="col"{_right(name in numeric)}>{safe(name)}</th>'
        for name in head
    )
    body = "".join(f'<tr role="row">{"".join(cells)}</tr>' for cells in rows)
    st.html(
        f'<table class="tm-ready" role="table" aria-label="{safe(label)}">'
        f'<thead role="rowgroup"><tr role="row">{names}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def empty(title: str, sentence: str, commands: Sequence[str]) -> None:
    """A page that has nothing to show says what to do about it."""
    lines = safe("\n".join(commands))
    code = f"<pre><code>{lines}</code></pre>" if commands else ""
    st.html(f'<div class="tm-empty"><h1>{safe(title)}</h1><p>{safe(sentence)}</p>{code}</div>')


def foot(sentences: Sequence[str]) -> None:
    """What stands small at the end of every page."""
    st.html(f'<div class="tm-foot">{"".join(f"<p>{safe(s)}</p>" for s in sentences)}</div>')


def readiness_cells(row: SourceRow) -> list[str]:
    """The cells of a source's row, ``Needed by`` last."""
    state = words.state_words(row.state)
    licence = words.LICENCES.get(row.licence, row.licence)
    aside = words.count(row.quarantined)
    refused = f"<small>{words.plural(row.refused, 'file')} refused</small>" if row.refused else ""
    whose = f"<small>{safe(row.owner)}, {safe(licence)}</small>"
    return [
        f'<th role="rowheader" scope="row">{safe(row.title)}{whose}</th>',
        f'<td role="cell" class="tm-is">{pill(state)}</td>',
        f'<td role="cell" class="tm-why">{safe(_sentence(row.reason))}</td>',
        f'<td role="cell" class="tm-age" data-name="Data age">{_age(row, state.tone)}</td>',
        cell("Rows", words.count(row.rows), "tm-num"),
        f'<td role="cell" class="tm-num" data-name="Set aside">{aside}{refused}</td>',
        cell("Linked", words.percent(row.link_rate), "tm-num"),
        cell("Needed by", words.tminus(row.needed_by), "tm-needed"),
    ]


def row_head(text: str) -> str:
    """The first cell of a row of :func:`table`."""
    return f'<th role="rowheader" scope="row">{safe(text)}</th>'


def cell(name: str, text: str, kind: str = "") -> str:
    """A cell of :func:`table` under the column ``name``; ``text`` is escaped here."""
    return f'<td role="cell" class="{kind}" data-name="{safe(name)}">{safe(text)}</td>'


def state_cell(name: str, state: words.StateWords, kind: str = "") -> str:
    """A cell that holds a state; of the kind ``tm-is`` it stands beside a card's head."""
    return f'<td role="cell" class="{kind}" data-name="{safe(name)}">{pill(state)}</td>'


def pill(state: words.StateWords) -> str:
    """A state by sign, word and colour."""
    return (
        f'<span class="tm-state {state.tone}"><b aria-hidden="true">{state.sign}</b>'
        f"{safe(state.word)}</span>"
    )


def facts(told: Mapping[str, str]) -> None:
    """Named facts, as a list of terms."""
    items = "".join(
        f"<div><dt>{safe(name)}</dt><dd>{safe(value)}</dd></div>" for name, value in told.items()
    )
    st.html(f'<dl class="tm-facts">{items}</dl>')


def subheading(title: str) -> None:
    """A heading inside a section."""
    st.html(f'<h3 class="tm-h3">{safe(title)}</h3>')


def _right(is_numeric: bool) -> str:
    return ' class="tm-num"' if is_numeric else ""


def _age(row: SourceRow, tone: str) -> str:
    if row.age_hours is None:
        return "–"
    if not row.max_age_hours:
        return safe(words.age(row.age_hours))
    used = min(100.0, 100 * row.age_hours / row.max_age_hours)
    return (
        f"{safe(words.age_of(row.age_hours, row.max_age_hours))}"
        f'<span class="tm-meter {tone}" aria-hidden="true"><i style="width:{used:.0f}%"></i></span>'
    )


def _sentence(text: str) -> str:
    first = text.split(" ", 1)[0]
    # A file's name keeps its case, or nobody finds the file.
    return text[:1].upper() + text[1:] if first.isalpha() else text


def _size(people: int) -> str:
    return words.cell(people if people >= SMALLEST_CELL or people == 0 else None)


@cache
def _clock() -> Callable[..., Any]:
    """Registered once a process: a second registration of a name makes Streamlit warn."""
    return st.components.v2.component(
        "tminus_countdown",
        html=(ASSETS / "countdown.html").read_text(encoding="utf-8"),
        css=(ASSETS / "countdown.css").read_text(encoding="utf-8"),
        js=(ASSETS / "countdown.js").read_text(encoding="utf-8"),
    )
