"""The calendar of deliveries as a chart: what came, what is due, and where today stands."""

from __future__ import annotations

from datetime import date, timedelta

import altair as alt
import pandas as pd

from apps.lib import words
from apps.lib.charts import INK, Drawn, Ground, legible
from apps.lib.sources import KINDS

# A shape each, so that a mark is known without its colour.
LOOKS: dict[str, tuple[str, dict[Ground, str]]] = {
    "landed": ("circle", {"light": "#0b5875", "dark": "#7cc7e3"}),
    "refused": ("cross", {"light": "#a33009", "dark": "#ff9e78"}),
    "other": ("square", {"light": "#7d8790", "dark": "#8d99a2"}),
    "expected": ("diamond", {"light": "#b97400", "dark": "#f0c04f"}),
    "needed": ("triangle-down", {"light": "#8c4a78", "dark": "#c98bb6"}),
}


def calendar(
    marks: pd.DataFrame, titles: list[str], today: date, contest_day: date, ground: Ground
) -> Drawn:
    """Every source's deliveries by day, with today's line and the contest's.

    Args:
        marks: As made by ``sources.calendar``.
        titles: The sources in the order of the page, top to bottom.
        today: The home's day.
        contest_day: The day that never moves.
        ground: What the page stands on.
    """
    ink = INK[ground]
    first = min([*marks["day"].dt.date, today]) - timedelta(days=1)
    last = max([*marks["day"].dt.date, contest_day]) + timedelta(days=2)
    x = alt.X(
        "day:T",
        title="Day received or due",
        scale=alt.Scale(domain=[first.isoformat(), last.isoformat()]),
        axis=alt.Axis(format="%-d %b", tickCount=6, labelOverlap=True, grid=False),
    )
    y = alt.Y(
        "source:N",
        sort=titles,
        scale=alt.Scale(domain=titles),
        # The names stand above the marks, so that on a phone the days keep the whole width.
        axis=alt.Axis(title=None, labels=False, ticks=False, domain=False, grid=False),
    )
    points = (
        alt.Chart(marks)
        .mark_point(filled=True, size=70, opacity=0.9, yOffset=10)
        .encode(
            x=x,
            y=y,
            shape=_scale("shape", [look for look, _ in LOOKS.values()]),
            color=_scale("color", [colours[ground] for _, colours in LOOKS.values()]),
            tooltip=[
                alt.Tooltip("source:N", title="Source"),
                alt.Tooltip("meaning:N", title="Mark"),
                alt.Tooltip("told:N", title="Day"),
            ],
        )
    )
    names = (
        alt.Chart(pd.DataFrame({"source": titles}))
        .mark_text(align="left", dy=-8, fontSize=13, color=ink)
        .encode(x=alt.value(0), y=y, text="source:N")
    )
    lines = pd.DataFrame(
        {"day": pd.to_datetime([today, contest_day]), "line": ["today", "contest"]}
    )
    rules = (
        alt.Chart(lines)
        .mark_rule(color=ink, strokeWidth=1.5)
        .encode(x=x, strokeDash=alt.StrokeDash("line:N", legend=None))
    )
    told = (
        alt.Chart(lines)
        .mark_text(align="right", dx=-4, dy=-8, fontSize=13, fontWeight="bold", color=ink)
        .encode(x=x, y=alt.value(0), text="line:N")
    )
    return legible(alt.layer(rules, points, names, told).properties(height=alt.Step(38)), ground)


def calendar_text(marks: pd.DataFrame, today: date) -> str:
    """What the calendar says, in words, for those who cannot see it."""
    came = marks[marks["kind"] == "landed"]
    refused = int((marks["kind"] == "refused").sum())
    due = marks[(marks["kind"] == "expected") & (marks["day"].dt.date >= today)]
    return (
        f"Calendar of deliveries: {words.plural(len(came), 'day')} with something taken in, over "
        f"{words.plural(came['source'].nunique(), 'source')}; {refused} with something refused; "
        f"{words.plural(len(due), 'source')} expected again. The tables below have the same."
    )


def _scale(channel: str, values: list[str]) -> alt.Shape | alt.Color:
    kind = alt.Shape if channel == "shape" else alt.Color
    return kind(
        "meaning:N",
        scale=alt.Scale(domain=list(KINDS.values()), range=values),
        legend=alt.Legend(title="Mark", orient="bottom", columns=2, symbolSize=90),
    )
