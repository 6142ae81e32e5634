"""The charts of *Money*: spending by quarter, and vendors from first to last payment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from apps.lib.charts import INK, Drawn, Ground, legible
from apps.lib.money import MACHINE

KINDS: dict[str, dict[Ground, str]] = {
    "Data and lists": {"light": "#0b5875", "dark": "#7cc7e3"},
    "Media": {"light": "#d98e04", "dark": "#f0c04f"},
    "Everything else": {"light": "#7d8790", "dark": "#8d99a2"},
}
# After Okabe and Ito: apart in lightness as well as in hue.
PARTS: dict[Ground, list[str]] = {
    "light": ["#0b5875", "#3f87a3", "#00795c", "#8c4a78", "#b5532a", "#7d8790", "#d98e04"],
    "dark": ["#7cc7e3", "#357f9b", "#3fbf98", "#c98bb6", "#e08a5f", "#8d99a2", "#f0c04f"],
}


def quarter_bars(table: pd.DataFrame, ground: Ground) -> Drawn:
    """Dollars by committee and quarter, data and media apart from the rest."""
    # One axis and no facets: a faceted chart has a fixed width and leaves a phone's screen.
    drawn = table.assign(row=table["committee"] + ", " + table["quarter"])
    y = _rows("row:N", "Committee and quarter")
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=12, yOffset=8)
        .encode(
            x=alt.X("amount:Q", title="US dollars", axis=alt.Axis(tickCount=4, format="~s")),
            y=y,
            color=alt.Color(
                "kind:N",
                title="Bought",
                scale=alt.Scale(domain=list(KINDS), range=[c[ground] for c in KINDS.values()]),
                legend=alt.Legend(orient="bottom", columns=2, symbolType="square"),
            ),
            tooltip=[
                alt.Tooltip("committee:N", title="Committee"),
                alt.Tooltip("quarter:N", title="Quarter"),
                alt.Tooltip("kind:N", title="Bought"),
                alt.Tooltip("amount:Q", title="US dollars", format=",.2f"),
            ],
        )
    )
    labels = (
        alt.Chart(drawn.drop_duplicates("row"))
        .mark_text(align="left", dy=-7, fontSize=12, color=INK[ground])
        .encode(x=alt.datum(0), y=y, text="row:N")
    )
    chart = alt.layer(bars, labels).properties(height=alt.Step(36))
    return legible(chart, ground)


def vendor_timeline(table: pd.DataFrame, ground: Ground) -> Drawn:
    """A bar a vendor from its first to its last payment; who was paid once is a short one."""
    # A single payment has no length; a day more gives it one without telling another date.
    drawn = table.assign(end=table["last"] + pd.Timedelta(days=2))
    y = _rows("vendor:N", "Vendor, with what it was paid")
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=10, yOffset=8)
        .encode(
            x=alt.X("first:T", title="From the first to the last payment"),
            x2="end:T",
            y=y,
            color=alt.Color(
                "kind:N",
                title="Bought",
                scale=alt.Scale(domain=list(MACHINE.values()), range=PARTS[ground]),
                legend=alt.Legend(orient="bottom", columns=3, symbolType="square"),
            ),
            tooltip=[
                alt.Tooltip("vendor:N", title="Vendor"),
                alt.Tooltip("kind:N", title="Bought"),
                alt.Tooltip("shown:N", title="Paid"),
                alt.Tooltip("lines:Q", title="Payments"),
                alt.Tooltip("first:T", title="First", format="%d %b %Y"),
                alt.Tooltip("last:T", title="Last", format="%d %b %Y"),
                alt.Tooltip("change:N", title="Since"),
            ],
        )
    )
    label = (drawn["vendor"] + "  " + drawn["shown"]).rename("label")
    labels = (
        alt.Chart(drawn.assign(label=label, left=drawn["first"].min()))
        .mark_text(align="left", dy=-7, fontSize=12, color=INK[ground])
        .encode(x="left:T", y=y, text="label:N")
    )
    return legible(alt.layer(bars, labels).properties(height=alt.Step(34)), ground)


def _rows(field: str, title: str) -> alt.Y:
    """Rows in the table's order, named above their bar and not beside it: a phone is narrow."""
    return alt.Y(
        field,
        sort=None,
        title=title,
        axis=alt.Axis(
            titleAngle=0, titleAlign="left", titleX=0, titleY=-6, titleBaseline="bottom",
            labels=False, ticks=False, domain=False, grid=False,
        ),
    )  # fmt: skip
