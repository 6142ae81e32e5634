"""How a replay looks at a terminal; no figure is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

BAR = 20
COLUMNS = {
    "sayings": "sayings",
    "P50 covers": "coverage_p50",
    "P90 covers": "coverage_p90",
    "Brier": "brier",
    "status": "status",
    "burn-up": "burn_up",
    "misses": "misses",
    "warning, days": "warning_days",
    "false alarms": "false_alarms",
}


def tell_day(entry: Mapping[str, Any]) -> None:
    """One line a day: chance of being ready as a bar, the release, what is late."""
    ready = entry["p_ready"]
    bar = "?" if ready is None else "█" * round(ready * BAR)
    chance = "" if ready is None else f"{ready:.0%}"
    late = ", ".join(entry["late"]) or "nothing"
    held = "; ".join(entry["failed"].values())
    Console(highlight=False).print(
        f"{entry['tminus']:>6}  {bar:<{BAR}} {chance:>4}  "
        f"{entry['release'] or 'no release':<22}  late: {late}{'  ' + held if held else ''}",
        soft_wrap=True,
    )


def scores_table(scores: Mapping[str, Any], home: str, picture: Path) -> None:
    """The forecasts against what happened, beside the two plain rules."""
    table = Table(title="Forecasts against what happened")
    for column in ("", *COLUMNS):
        table.add_column(column, justify="right" if column else "left")
    for name in ("sources", "deliverables"):
        told = {**scores[name], **scores[name]["brier_plain"]}
        cells = (told.get(key) for key in COLUMNS.values())
        table.add_row(name, *("–" if c is None else str(c) for c in cells))
    console = Console()
    console.print(table)
    if scores["note"]:
        console.print(scores["note"])
    console.print(f"Each day's readiness, forecast and release: {home}", soft_wrap=True)
    console.print(f"The picture: {picture}", soft_wrap=True)
