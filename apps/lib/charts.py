"""The charts, by altair: the map of the counties and how records were linked.

A chart takes a ready table and the ground it stands on; it reads nothing but the borders.
Every chart has axis titles with units (a map has its legend's) and says what day it shows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import altair as alt
import pandas as pd

from apps.lib import words
from orchestration.release.small_cells import SMALLEST_CELL

GEO = Path(__file__).with_name("geo") / "iowa_counties.geojson"

Ground = Literal["light", "dark"]
Drawn = alt.Chart | alt.LayerChart | alt.FacetChart

# One hue from weak to strong against each ground: order is read from lightness alone, so it
# survives colour blindness and a grey printer.
STEPS: dict[Ground, list[str]] = {
    "light": ["#e3eef2", "#b5d3de", "#7fb1c4", "#3f87a3", "#0b5875"],
    "dark": ["#1b3440", "#26566a", "#357f9b", "#58aac8", "#a5dff5"],
}
HIDDEN: dict[Ground, str] = {"light": "#dcd8cf", "dark": "#5a524b"}
BORDER: dict[Ground, str] = {"light": "#fbfaf7", "dark": "#10181e"}
INK: dict[Ground, str] = {"light": "#16232c", "dark": "#e9eef1"}
NOT_SHOWN = f"under {SMALLEST_CELL} people"
# Apart in lightness as well as in hue (after Okabe and Ito).
METHODS: dict[str, tuple[str, dict[Ground, str]]] = {
    "shared_id": ("shared id", {"light": "#0b5875", "dark": "#7cc7e3"}),
    "deterministic": ("exact keys", {"light": "#d98e04", "dark": "#f0c04f"}),
    "splink": ("probabilistic", {"light": "#8c4a78", "dark": "#c98bb6"}),
    "other": ("other", {"light": "#7d8790", "dark": "#8d99a2"}),
}


@dataclass(frozen=True)
class Measure:
    """What a county is coloured by."""

    column: str
    title: str
    short: str
    digits: str


MEASURES = {
    "people": Measure("people", "People", "People", ",.0f"),
    "value": Measure("value", "Expected votes", "Votes", ",.0f"),
    "per_hundred": Measure("per_hundred", "Expected votes per 100 people", "Votes per 100", ".1f"),
}


@cache
def borders() -> dict[str, Any]:
    """The counties' outlines as GeoJSON; see the README beside the file."""
    content: dict[str, Any] = json.loads(GEO.read_text(encoding="utf-8"))
    return content


@cache
def county_names() -> pd.DataFrame:
    """``county_fips`` and ``county`` of every county of the map."""
    features = borders()["features"]
    rows = [(feature["id"], feature["properties"]["name"]) for feature in features]
    return pd.DataFrame(rows, columns=["county_fips", "county"])


def county_map(counties: pd.DataFrame, measure: Measure, ground: Ground) -> Drawn:
    """The counties coloured in up to five classes that hold about as many counties each.

    Args:
        counties: One row a county: county_fips, county, people, value, per_hundred,
            is_hidden.
        measure: Which column gives the colour.
        ground: What the page stands on.
    """
    table, labels = classed(counties, measure)
    colours = [*STEPS[ground][-len(labels) :], HIDDEN[ground]] if labels else [HIDDEN[ground]]
    chart: alt.Chart = (
        alt.Chart({"values": _joined(table)})
        .mark_geoshape(stroke=BORDER[ground], strokeWidth=1)
        .encode(
            color=alt.Color(
                "band:N",
                scale=alt.Scale(domain=[*labels, NOT_SHOWN], range=colours),
                legend=alt.Legend(
                    title=measure.title,
                    orient="bottom",
                    direction="horizontal",
                    columns=3,
                    symbolType="square",
                    symbolSize=220,
                    symbolStrokeWidth=0,
                    titleLimit=320,
                ),
            ),
            tooltip=[
                alt.Tooltip("county:N", title="County"),
                alt.Tooltip("shown:N", title=measure.title),
            ],
        )
        .project(type="mercator")
    )
    return legible(chart, ground)


def classed(counties: pd.DataFrame, measure: Measure) -> tuple[pd.DataFrame, list[str]]:
    """Add ``band`` (the label of a county's class) and ``shown`` (its value in words).

    Returns:
        The table and the classes' labels from low to high. Equal values fall into one class,
        so there can be fewer than five.
    """
    values = counties[measure.column]
    # Labels are made of the values in a class and not of its bounds, so they never overlap.
    bins = pd.qcut(values, len(STEPS["light"]), labels=False, duplicates="drop")
    labels: list[str] = []
    named = pd.Series(NOT_SHOWN, index=counties.index, dtype="object")
    for number in sorted(bins.dropna().unique()):
        mine = values[bins == number]
        low, high = (f"{edge:{measure.digits}}" for edge in (mine.min(), mine.max()))
        label = low if low == high else f"{low} – {high}"
        labels.append(label)
        named[bins == number] = label
    shown = [
        NOT_SHOWN if hidden else "–" if pd.isna(value) else f"{value:{measure.digits}}"
        for hidden, value in zip(counties["is_hidden"], values, strict=True)
    ]
    return counties.assign(band=named, shown=shown), labels


def link_bars(links: pd.DataFrame, titles: dict[str, str], ground: Ground) -> Drawn:
    """How large a share of each source's records is tied to a voter, and by which evidence.

    Args:
        links: The release's aggregate: source, entity, records, linked, and one column a
            method.
        titles: A source's title by its name.
        ground: What the page stands on.
    """
    table = link_shares(links, titles)
    names = [name for name, _ in METHODS.values()]
    y = alt.Y(
        "source:N",
        sort=None,
        # The names stand above the bars, so that on a phone the bars keep the whole width.
        axis=alt.Axis(
            title="Source, with its link rate",
            titleAngle=0,
            titleAlign="left",
            titleBaseline="bottom",
            titleX=0,
            titleY=-6,
            labels=False,
            ticks=False,
            domain=False,
            grid=False,
        ),
    )
    bars = (
        alt.Chart(table)
        .mark_bar(height=14, yOffset=8)
        .encode(
            x=alt.X(
                "share:Q",
                title="Records linked to a voter (%)",
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(tickCount=5),
            ),
            y=y,
            color=alt.Color(
                "method:N",
                title="Linked by",
                scale=alt.Scale(domain=names, range=[c[ground] for _, c in METHODS.values()]),
                legend=alt.Legend(orient="bottom", columns=2, symbolType="square"),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("source:N", title="Source"),
                alt.Tooltip("method:N", title="Linked by"),
                alt.Tooltip("linked:Q", title="Records", format=",.0f"),
                alt.Tooltip("share:Q", title="Share (%)", format=".1f"),
            ],
        )
    )
    labels = (
        alt.Chart(table.drop_duplicates("source"))
        .mark_text(align="left", dy=-10, fontSize=13, color=INK[ground])
        .encode(x=alt.datum(0), y=y, text="label:N")
    )
    return legible(alt.layer(bars, labels).properties(height=alt.Step(42)), ground)


def link_shares(links: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """One row a source and method, best linked source first: linked records and their share."""
    known = [name for name in METHODS if name in links.columns]
    sums = links.groupby("source", as_index=False)[["records", "linked", *known]].sum()
    sums["other"] = (sums["linked"] - sums[known].sum(axis=1)).clip(lower=0)
    sums = sums[sums["records"] > 0].rename(columns={"linked": "tied"})
    sums["rate"] = sums["tied"] / sums["records"]
    long = sums.melt(
        id_vars=["source", "records", "rate"], value_vars=[*known, "other"], value_name="linked"
    )
    long["share"] = (100 * long["linked"] / long["records"]).round(2)
    long["place"] = long["variable"].map({name: i for i, name in enumerate(METHODS)})
    long["method"] = long["variable"].map({name: title for name, (title, _) in METHODS.items()})
    long["source"] = long["source"].map(lambda name: titles.get(name, name))
    ordered = long.sort_values(["rate", "source", "place"], ascending=[False, True, True])
    ordered["label"] = [
        f"{source}  {rate:.1%}"
        for source, rate in zip(ordered["source"], ordered["rate"], strict=True)
    ]
    columns = ["source", "method", "place", "linked", "share", "label"]
    return ordered.loc[ordered["linked"] > 0, columns].reset_index(drop=True)


def county_text(counties: pd.DataFrame, measure: Measure) -> str:
    """What the map says, in words, for those who cannot see it."""
    top = counties.dropna(subset=[measure.column]).nlargest(3, measure.column)
    named = ", ".join(
        f"{county} {value:{measure.digits}}"
        for county, value in zip(top["county"], top[measure.column], strict=True)
    )
    hidden = int(counties["is_hidden"].sum())
    return (
        f"Map of Iowa's 99 counties by {measure.title.lower()}. Highest: {named}. "
        f"{words.plural(hidden, 'county', 'counties')} with under "
        f"{SMALLEST_CELL} people not shown."
    )


def legible(chart: Drawn, ground: Ground) -> Drawn:
    """Axis and legend in the page's ink; Streamlit's grey has too little contrast."""
    ink = INK[ground]
    inked: Drawn = (
        chart.configure_view(strokeWidth=0)
        .configure_axis(labelColor=ink, titleColor=ink)
        .configure_legend(labelColor=ink, titleColor=ink)
    )
    return inked


def _joined(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Outlines with their figures in one list.

    Joined here and not by a lookup in the chart, which turns a county it does not find into
    nothing without a word.
    """
    by_id = table.set_index("county_fips")[["county", "band", "shown"]]
    rows = {str(fips): row for fips, row in by_id.to_dict(orient="index").items()}
    return [
        {**feature, **{str(name): value for name, value in rows[feature["id"]].items()}}
        for feature in borders()["features"]
    ]
