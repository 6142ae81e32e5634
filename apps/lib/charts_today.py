"""The charts of *Today* that have days along the bottom: chances, the way, deliveries so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import altair as alt
import pandas as pd

from apps.lib.charts import INK, Drawn, Ground, legible
from apps.lib.closer import Way

LINE: dict[Ground, str] = {"light": "#0b5875", "dark": "#7cc7e3"}
SHORT: dict[Ground, str] = {"light": "#a33009", "dark": "#ff9e78"}
QUIET: dict[Ground, str] = {"light": "#7d8790", "dark": "#8d99a2"}
# Told apart by their shape as well.
SPARE_OR_SHORT = ("time to spare", "too late")
BURNT = {"came": "came", "agreed": "agreed on by cadence"}


def history(days: pd.DataFrame, target: float, ground: Ground) -> Drawn:
    """The chance that everything is on time, as it was judged on each day.

    Args:
        days: One row a day: day (ISO), p_ready (0 to 1).
        target: The chance aimed at, drawn as dashes.
        ground: What the page stands on.
    """
    shown = pd.DataFrame(
        {"day": [_noon(day) for day in days["day"]], "chance": 100 * days["p_ready"]}
    )
    scale = alt.Scale(domain=[0, 100])
    line = (
        alt.Chart(shown)
        .mark_line(point=alt.OverlayMarkDef(size=60, color=LINE[ground]), color=LINE[ground])
        .encode(
            x=_days("Day on which it was judged"),
            y=alt.Y("chance:Q", title="On time (%)", scale=scale),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %b"),
                alt.Tooltip("chance:Q", title="Everything on time (%)", format=".0f"),
            ],
        )
    )
    aim = (
        alt.Chart(pd.DataFrame({"chance": [100 * target]}))
        .mark_rule(strokeDash=[4, 4], color=INK[ground], opacity=0.7)
        .encode(y="chance:Q")
    )
    return legible(alt.layer(aim, line).properties(height=170), ground)


def way(ways: Sequence[Way], now: datetime, ground: Ground) -> Drawn:
    """What is still to come: from when it is expected to when it must be there at the latest."""
    rows = [_row(each) for each in ways if each.expected or each.latest]
    table = pd.DataFrame(rows)
    titles = list(dict.fromkeys(table["title"]))
    y = alt.Y(
        "title:N",
        sort=titles,
        scale=alt.Scale(domain=titles),
        # The names stand above the bars, so that on a phone the days keep the whole width.
        axis=alt.Axis(title=None, labels=False, ticks=False, domain=False, grid=False),
    )
    x = _days("Day; dot: expected, triangle: latest useful, dashes: now", "begin:T")
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(SPARE_OR_SHORT), range=[LINE[ground], SHORT[ground]]),
        legend=alt.Legend(title="Slack", orient="bottom", symbolType="square"),
    )
    told = [
        alt.Tooltip("title:N", title="What"),
        alt.Tooltip("what:N", title="Kind"),
        alt.Tooltip("expected:T", title="Expected", format="%a %-d %b, %H:%M"),
        alt.Tooltip("latest:T", title="Latest useful", format="%a %-d %b, %H:%M"),
        alt.Tooltip("held_up:Q", title="Holds up futures (%)", format=".0f"),
    ]
    base = alt.Chart(table)
    bars = base.mark_rule(strokeWidth=4, yOffset=10).encode(
        x=x, x2="end:T", y=y, color=colour, tooltip=told
    )
    dots = base.mark_point(filled=True, size=80, yOffset=10, shape="circle").encode(
        x=alt.X("expected:T"), y=y, color=colour, tooltip=told
    )
    marks = base.mark_point(filled=True, size=110, yOffset=10, shape="triangle-down").encode(
        x=alt.X("latest:T"), y=y, color=colour, tooltip=told
    )
    names = base.mark_text(align="left", dx=4, dy=-8, fontSize=13, color=INK[ground]).encode(
        x=alt.value(0), y=y, text="label:N"
    )
    today = (
        alt.Chart(pd.DataFrame({"begin": [_local(now)]}))
        .mark_rule(strokeDash=[4, 4], color=INK[ground])
        .encode(x="begin:T")
    )
    drawn = alt.layer(today, bars, dots, marks, names).properties(height=alt.Step(40))
    return legible(drawn, ground)


def burn_up(table: pd.DataFrame, today: date, ground: Ground) -> Drawn:
    """Deliveries so far beside what the cadences agreed on would have brought by each day."""
    shown = table.assign(
        day=[_noon(day.date().isoformat()) for day in table["day"]],
        what=table["what"].map(BURNT),
    )
    names = list(BURNT.values())
    lines = (
        alt.Chart(shown)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=_days("Day"),
            y=alt.Y("count:Q", title="Deliveries so far"),
            color=alt.Color(
                "what:N",
                title="Deliveries",
                scale=alt.Scale(domain=names, range=[LINE[ground], QUIET[ground]]),
                legend=alt.Legend(orient="bottom"),
            ),
            strokeDash=alt.StrokeDash(
                "what:N", scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]]), legend=None
            ),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %b"),
                alt.Tooltip("what:N", title="Deliveries"),
                alt.Tooltip("count:Q", title="So far", format=",.0f"),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"day": [_noon(today.isoformat())]}))
        .mark_rule(strokeDash=[4, 4], color=INK[ground])
        .encode(x="day:T")
    )
    return legible(alt.layer(rule, lines).properties(height=240), ground)


def _row(each: Way) -> dict[str, object]:
    slack = each.slack_hours
    late = slack is not None and slack < 0
    expected, latest = (_local(m) if m else None for m in (each.expected, each.latest))
    return {
        "title": each.title,
        "label": f"▸ {each.title}" if each.is_on_path else each.title,
        "what": each.kind,
        "expected": expected,
        "latest": latest,
        "begin": expected or latest,
        "end": latest or expected,
        "kind": SPARE_OR_SHORT[late],
        "held_up": 100 * each.criticality,
    }


def _days(title: str, column: str = "day:T") -> alt.X:
    return alt.X(
        column,
        title=title,
        axis=alt.Axis(format="%-d %b", tickCount=5, labelOverlap=True, grid=False),
    )


def _noon(day: str) -> str:
    # Without a zone, and at midday: no browser's own zone moves it to another day.
    return f"{day}T12:00:00"


def _local(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"
