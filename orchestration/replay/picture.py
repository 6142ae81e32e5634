"""The picture of a replay: chances by day, burn-up, releases, sources and deadlines.

Four strips over one axis of days. How a chart looks is decided here; every figure comes from the
days as they were lived.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lake import atomic_path
from orchestration.replay.days import Replay
from orchestration.replay.scenarios import scenario

if TYPE_CHECKING:
    import altair as alt

    Layered = alt.LayerChart | alt.FacetChart

WIDTH = 760
INK, PALE, STRONG = "#16232c", "#7d8790", "#0b5875"
# Apart in lightness as well as in hue, so that they are told apart on a grey printer.
STATES = {"on_time": "#b5d3de", "at_risk": "#f0c04f", "late": "#a3202b"}
RUNS = {"new release": "#0b5875", "nothing new": "#b5d3de", "held back": "#a3202b", "no run": INK}


def draw(lived: Replay) -> Path:
    """Draw a replay beside its days, as SVG and as PNG.

    Returns:
        The SVG.
    """
    chart, place = chart_of(lived), Path(lived.home)
    with atomic_path(place / "replay.png") as aside:
        chart.save(str(aside), format="png", scale_factor=2)
    with atomic_path(place / "replay.svg") as aside:
        chart.save(str(aside), format="svg")
    return place / "replay.svg"


def chart_of(lived: Replay) -> alt.VConcatChart:
    """The four strips as one chart."""
    import altair as alt

    days = [entry["day"] for entry in lived.days]
    marks = [{"day": d, "what": t} for t, d in lived.deadlines.items() if days[0] <= d <= days[-1]]
    title = scenario(lived.scenario).title
    chart: alt.VConcatChart = (
        alt.vconcat(
            _chances(lived, marks),
            _burn_up(lived.days),
            _releases(lived.days),
            _sources(lived.days),
            spacing=14,
        )
        .resolve_scale(x="shared", color="independent")
        .properties(
            title=alt.TitleParams(
                f"Replay, {days[0]} to {days[-1]}: {title}",
                anchor="start",
                color=INK,
                subtitle="a day is judged at its end; dashed lines are deadlines",
                subtitleColor=PALE,
            )
        )
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, gridColor="#e4e8ee")
    )
    return chart


def _day(axis: bool = False) -> alt.X:
    import altair as alt

    shown = alt.Axis(format="%d %b", title="day", labelOverlap=True) if axis else None
    return alt.X("day:T", axis=shown, scale=alt.Scale(padding=10))


def _bare() -> alt.Axis:
    import altair as alt

    return alt.Axis(domain=False, ticks=False)


def _data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    import altair as alt

    # At midday, so that no zone of the machine moves a day.
    return alt.InlineData(values=[{**row, "day": f"{row['day']}T12:00:00"} for row in rows])


def _chances(lived: Replay, marks: Sequence[dict[str, Any]]) -> Layered:
    import altair as alt

    together = [
        {"day": e["day"], "chance": e["p_ready"]} for e in lived.days if e["p_ready"] is not None
    ]
    each = [
        {"day": e["day"], "what": name.replace("_", " "), "chance": chance}
        for e in lived.days
        for name, chance in e["p_on_time"].items()
        if e["states"][name] == "open"
    ]
    height = alt.Y(
        "chance:Q", title="P(on time)", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")
    )
    lines = (
        alt.Chart(_data(each))
        .mark_line(strokeWidth=1.5, point=alt.OverlayMarkDef(size=14))
        .encode(
            x=_day(),
            y=height,
            color=alt.Color(
                "what:N",
                title="deliverable",
                scale=alt.Scale(range=["#3f87a3", "#d98e04", "#8c4a78", "#7d8790"]),
            ),
        )
    )
    ready = (
        alt.Chart(_data(together)).mark_line(color=INK, strokeWidth=3).encode(x=_day(), y=height)
    )
    label = (
        alt.Chart(_data(together[-1:]))
        .mark_text(align="left", dx=6, color=INK, fontWeight="bold", text="all of them")
        .encode(x=_day(), y=height)
    )
    dues = alt.Chart(_data(marks))
    rules = dues.mark_rule(strokeDash=[4, 3], color=PALE).encode(x=_day())
    words = dues.mark_text(
        angle=270, align="left", baseline="bottom", dx=4, dy=-2, fontSize=9, color=PALE
    ).encode(x=_day(), y=alt.value(190), text="what:N")
    return alt.layer(rules, words, lines, ready, label).properties(width=WIDTH, height=190)


def _burn_up(days: Sequence[dict[str, Any]]) -> alt.Chart:
    import altair as alt

    rows = [
        {"day": e["day"], "what": what, "count": e[key]}
        for e in days
        for what, key in (("came", "came"), ("promised by cadence", "wanted"))
    ]
    burnt: alt.Chart = (
        alt.Chart(_data(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=_day(),
            y=alt.Y("count:Q", title="deliveries"),
            color=alt.Color("what:N", title="burn-up", scale=alt.Scale(range=[STRONG, "#d98e04"])),
            strokeDash=alt.StrokeDash("what:N", legend=None),
        )
        .properties(width=WIDTH, height=110)
    )
    return burnt


def _releases(days: Sequence[dict[str, Any]]) -> alt.Chart:
    import altair as alt

    rows, before = [], None
    for entry in days:
        rows.append({"day": entry["day"], "run": _run(entry, before), "row": "release"})
        before = entry["release"] or before
    strip: alt.Chart = (
        alt.Chart(_data(rows))
        .mark_square(size=120, opacity=1)
        .encode(
            x=_day(),
            y=alt.Y("row:N", title=None, axis=_bare()),
            color=alt.Color(
                "run:N", title="run", scale=alt.Scale(domain=list(RUNS), range=list(RUNS.values()))
            ),
        )
        .properties(width=WIDTH, height=24)
    )
    return strip


def _run(entry: dict[str, Any], before: str | None) -> str:
    if "run" in entry["failed"]:
        return "no run"
    if entry["failed"]:
        return "held back"
    return "new release" if entry["release"] != before else "nothing new"


def _sources(days: Sequence[dict[str, Any]]) -> alt.Chart:
    import altair as alt

    rows = [
        {"day": e["day"], "source": name.replace("_", " "), "state": state}
        for e in days
        for name, state in e["sources"].items()
    ]
    strip: alt.Chart = (
        alt.Chart(_data(rows))
        .mark_square(size=120, opacity=1)
        .encode(
            x=_day(axis=True),
            y=alt.Y("source:N", title=None, axis=_bare()),
            color=alt.Color(
                "state:N",
                title="source",
                scale=alt.Scale(domain=list(STATES), range=list(STATES.values())),
            ),
        )
        .properties(width=WIDTH, height=alt.Step(18))
    )
    return strip
