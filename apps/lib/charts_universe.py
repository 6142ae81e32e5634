"""What each size of universe gains, as a chart: our choice and the plain rule, at each turnout."""

from __future__ import annotations

import altair as alt
import pandas as pd

from apps.lib.charts import INK, Drawn, Ground, legible

RULES: dict[str, dict[Ground, str]] = {
    "our choice": {"light": "#0b5875", "dark": "#7cc7e3"},
    "plain rule": {"light": "#b97400", "dark": "#f0c04f"},
}
# A line of its own each, so that turnouts are told apart without colour.
DASHES = {"low": [2, 3], "middle": [1, 0], "in force": [1, 0], "high": [8, 4]}


def curve(table: pd.DataFrame, chosen: int, ground: Ground) -> Drawn:
    """Expected votes gained by the people contacted.

    Args:
        table: As made by ``universe.drawn``.
        chosen: The size looked at, drawn as a line.
        ground: What the page stands on.
    """
    turnouts = list(dict.fromkeys(table["turnout"]))
    lines = (
        alt.Chart(table)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("people:Q", title="People contacted", axis=alt.Axis(tickCount=5)),
            y=alt.Y("votes:Q", title="Expected votes gained"),
            color=alt.Color(
                "rule:N",
                title="Chosen by",
                scale=alt.Scale(domain=list(RULES), range=[c[ground] for c in RULES.values()]),
                legend=alt.Legend(orient="bottom"),
            ),
            strokeDash=alt.StrokeDash(
                "turnout:N",
                title="Turnout",
                scale=alt.Scale(domain=turnouts, range=[DASHES[name] for name in turnouts]),
                legend=alt.Legend(orient="bottom"),
            ),
            tooltip=[
                alt.Tooltip("people:Q", title="People", format=",.0f"),
                alt.Tooltip("rule:N", title="Chosen by"),
                alt.Tooltip("turnout:N", title="Turnout"),
                alt.Tooltip("votes:Q", title="Votes gained", format=",.1f"),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"people": [chosen]}))
        .mark_rule(color=INK[ground], strokeDash=[4, 4])
        .encode(x="people:Q")
    )
    return legible(alt.layer(rule, lines).properties(height=280), ground)
