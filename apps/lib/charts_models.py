"""A model card's pictures: is a probability what it says, what do its order and more rows gain."""

from __future__ import annotations

import altair as alt
import pandas as pd

from apps.lib.charts import INK, Drawn, Ground, legible

LINE: dict[Ground, str] = {"light": "#0b5875", "dark": "#7cc7e3"}


def reliability(bins: pd.DataFrame, ground: Ground) -> Drawn:
    """Share observed against the probability predicted, in percent; the dashes are agreement."""
    shown = bins.assign(predicted=100 * bins["predicted"], observed=100 * bins["observed"])
    top = float(max(shown["predicted"].max(), shown["observed"].max(), 1.0))
    scale = alt.Scale(domain=[0, top], nice=True)
    points = (
        alt.Chart(shown)
        .mark_line(point=alt.OverlayMarkDef(size=60, color=LINE[ground]), color=LINE[ground])
        .encode(
            x=alt.X("predicted:Q", title="Predicted (%)", scale=scale),
            y=alt.Y("observed:Q", title="Observed (%)", scale=scale),
            tooltip=[
                alt.Tooltip("predicted:Q", title="Predicted (%)", format=".1f"),
                alt.Tooltip("observed:Q", title="Observed (%)", format=".1f"),
                alt.Tooltip("rows:Q", title="People", format=",.0f"),
            ],
        )
    )
    ends = pd.DataFrame({"predicted": [0.0, top], "observed": [0.0, top]})
    agreement = (
        alt.Chart(ends)
        .mark_line(strokeDash=[4, 4], color=INK[ground], opacity=0.7)
        .encode(x="predicted:Q", y="observed:Q")
    )
    return legible(alt.layer(agreement, points).properties(height=240), ground)


def lift(tenths: pd.DataFrame, ground: Ground) -> Drawn:
    """How many times the average a tenth of the people, likeliest first, holds."""
    chart = (
        alt.Chart(tenths)
        .mark_bar(color=LINE[ground])
        .encode(
            x=alt.X(
                "tenth:O", title="Tenth of people, likeliest first", axis=alt.Axis(labelAngle=0)
            ),
            y=alt.Y("lift:Q", title="Times the average"),
            tooltip=[
                alt.Tooltip("tenth:O", title="Tenth"),
                alt.Tooltip("lift:Q", title="Times the average", format=".2f"),
                alt.Tooltip("found_so_far:Q", title="Found so far", format=".0%"),
            ],
        )
        .properties(height=240)
    )
    return legible(chart, ground)


def learning_curve(sizes: pd.DataFrame, ground: Ground) -> Drawn:
    """Log loss on unseen households by the rows learnt from; flat means that more teach nothing."""
    chart = (
        alt.Chart(sizes)
        .mark_line(point=alt.OverlayMarkDef(size=60, color=LINE[ground]), color=LINE[ground])
        .encode(
            x=alt.X("rows:Q", title="Rows learnt from"),
            y=alt.Y("log_loss:Q", title="Log loss", scale=alt.Scale(zero=False)),
            tooltip=[
                alt.Tooltip("rows:Q", title="Rows", format=",.0f"),
                alt.Tooltip("log_loss:Q", title="Log loss", format=".4f"),
            ],
        )
        .properties(height=240)
    )
    return legible(chart, ground)
