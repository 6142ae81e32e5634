"""How a run and the status look at a terminal; no figure is computed here."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

STATES = {"on_time": "✓ on time", "at_risk": "! at risk", "late": "✗ late"}
LINK_STAGES = {
    "human": "humans", "shared_id": "shared ids", "deterministic": "exact keys", "splink": "model",
}  # fmt: skip
STYLES = {"on_time": "green", "at_risk": "yellow", "late": "bold red"}


class RunDisplay:
    """Shows each step of a run as it starts and ends, on standard error."""

    def __init__(self, quiet: bool) -> None:
        """Show nothing when ``quiet``: standard output then carries JSON alone."""
        self._console = Console(stderr=True, quiet=quiet)
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            disable=quiet,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> RunDisplay:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing, whatever happened."""
        self._progress.stop()

    def tell(self, step: str, state: str) -> None:
        """Take note that a step started or ended; steps of checks are told of by the status."""
        if step.endswith("_checks") and state != "failure":
            return
        if state == "start":
            self._tasks[step] = self._progress.add_task(step, total=1)
        elif step in self._tasks:
            mark = "" if state == "success" else f" [bold red]{state}[/]"
            self._progress.update(self._tasks[step], completed=1, description=f"{step}{mark}")

    def close_with(self, report: Mapping[str, Any]) -> None:
        """Say in one line what the run came to, and in one line each what failed."""
        if not report["made"]:
            self._console.print("Nothing changed: no stage had anything new to do.")
        for step, why in report["reasons"].items():
            self._console.print(f"[bold red]{step} failed:[/] {why}", highlight=False)
        self._console.print(f"Run ended after {report['seconds']:.1f} s.", highlight=False)


def status_tables(report: Mapping[str, Any]) -> None:
    """Print countdown, readiness, link rate and segments to standard output."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 140)
    contest = report["contest"]
    console.print(
        f"[bold]{contest['name']}[/]: T-{report['days_left']} days, tier {report['tier']['name']} "
        f"(data at most {report['tier']['max_age_hours']:.0f} h old), as of {report['as_of']}",
        highlight=False,
    )
    console.print(_sources(report))
    if report["segments"]:
        console.print(_segments(report))
    if report["failed_checks"]:
        console.print(_checks(report))
    release = report.get("release")
    rate = report["link_rate"]
    stages = report.get("link_rate_by_stage") or {}
    by = ", ".join(f"{LINK_STAGES.get(name, name)} {part:.1%}" for name, part in stages.items())
    console.print(
        f"Link rate {'-' if rate is None else f'{rate:.1%}'}{f' ({by})' if by else ''}; "
        f"release {release['id'] if release else 'none yet'}",
        highlight=False,
    )


def _sources(report: Mapping[str, Any]) -> Table:
    table = Table(title="Readiness", title_justify="left")
    for name in ("source", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("rows", "quarantined", "linked"):
        table.add_column(name, justify="right")
    table.add_column("needed by")
    table.add_column("why", overflow="fold")
    for s in report["sources"]:
        state = f"[{STYLES[s['state']]}]{STATES[s['state']]}[/]"
        linked = "-" if s["link_rate"] is None else f"{s['link_rate']:.1%}"
        counts = (f"{s['rows']:,}", f"{s['quarantined']:,}", linked)
        why = "; ".join(w for w in (s["reason"], s.get("carried"), s.get("left_out")) if w)
        table.add_row(s["title"], state, *counts, s["needed_by"] or "-", why)
    return table


ACTIONS = {
    "drop": "left out",
    "carry_forward": "goes on with its last good data",
    "undo": "is waited for again",
    "revoke": "has its licence ended and is left out",
    "reinstate": "may be used again",
}


def cut_lines(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line a decision: what, by whom, why, what it cost."""
    for r in records:
        cost = r["cost"]
        parts = [f"{cost['points']:g} points"] if cost.get("points") else []
        if cost.get("rows"):
            parts.append(f"{cost['rows']:,} rows")
        before, after = cost.get("p_ready_before"), cost.get("p_ready_after")
        if before is not None and after is not None:
            parts.append(f"P(ready) {before:.0%} to {after:.0%}")
        cost_told = f"; it cost {', '.join(parts)}" if parts else ""
        what = f"{r['source']} {ACTIONS[r['action']]}"
        yield f"{r['at'][:10]}  {what}, by {r['by']}: {r['why']}{cost_told}"


def _checks(report: Mapping[str, Any]) -> Table:
    table = Table(title="Checks that do not hold", title_justify="left")
    table.add_column("", no_wrap=True)
    table.add_column("of", no_wrap=True)
    table.add_column("what it found", overflow="fold")
    for c in report["failed_checks"]:
        weight = "[bold red]holds the release[/]" if c["blocking"] else "[yellow]warns only[/]"
        table.add_row(weight, c["asset"], f"{c['check'].replace('_', ' ')}: {c['detail']}")
    return table


def _segments(report: Mapping[str, Any]) -> Table:
    table = Table(title="Segments", title_justify="left")
    table.add_column("segment")
    table.add_column("people", justify="right")
    for name, size in report["segments"].items():
        table.add_row(name, f"{size:,}")
    return table
