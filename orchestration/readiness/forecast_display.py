"""How a forecast looks at a terminal; no figure is computed here."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table

from orchestration.readiness.forecast_report import Forecast, GoalForecast

SURE, DOUBTFUL = 0.9, 0.6


def show(said: Forecast, console: Console | None = None) -> None:
    """Print deliverables, sources that are awaited, remedies and the plan."""
    out = console or Console()
    for note in said.notes:
        out.print(f"! {note}")
    if said.over:
        return
    if said.p_ready is not None:
        out.print(f"P(everything on time) {said.p_ready:.0%}, in {said.futures:,} futures.")
    out.print(_deliverables(said))
    if said.critical_path:
        out.print(f"In the way: {' -> '.join(said.critical_path)}")
    out.print(_sources(said))
    _remedies(said, out)


def _deliverables(said: Forecast) -> Table:
    table = Table("deliverable", "due", "on time", "P50", "P90", "slack")
    for goal in said.deliverables:
        due = f"{goal.deadline_text} {_day(goal.deadline)}"
        slack = "?" if goal.slack_hours is None else f"{goal.slack_hours:,.0f} h"
        table.add_row(goal.title, due, _chance(goal), _day(goal.p50), _day(goal.p90), slack)
    return table


def _chance(goal: GoalForecast) -> str:
    if goal.state != "open":
        return goal.state
    chance = goal.p_on_time
    style = "green" if chance >= SURE else "yellow" if chance >= DOUBTFUL else "bold red"
    return f"[{style}]{chance:.0%}[/]"


def _sources(said: Forecast) -> Table:
    table = Table("awaited", "planned", "P50", "P90", "last useful", "never", "in the way")
    for source in said.sources:
        if source.planned is None:
            continue
        table.add_row(
            source.title,
            _day(source.planned),
            _day(source.p50),
            _day(source.p90),
            _day(source.latest_useful),
            f"{source.p_never:.0%}",
            f"{source.criticality:.0%}",
        )
    return table


def _remedies(said: Forecast, out: Console) -> None:
    if said.cuts:
        table = Table("what would help", "gain", "cost", "--what-if")
        for cut in said.cuts:
            gain = f"{cut.gain:+.0%}"
            table.add_row(cut.remedy.title, gain, f"{cut.remedy.cost:g}", cut.remedy.what_if)
        out.print(table)
    plan = said.plan
    if plan is None:
        return
    if plan.reaches and not plan.remedies:
        out.print(f"Every deliverable is above {said.target:.0%} as things stand.")
    elif plan.remedies:
        asked = ",".join(remedy.what_if for remedy in plan.remedies)
        does = "brings every deliverable to" if plan.reaches else "helps most, but does not reach"
        out.print(f"Cheapest plan: {asked} {does} {said.target:.0%}.")
    else:
        out.print(f"Nothing that was tried brings the deliverables to {said.target:.0%}.")


def _day(moment: datetime | None) -> str:
    return "?" if moment is None else f"{moment:%a %d %b %H:%M}"
