"""A plain table's figures in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

FIGURES = {
    "auc": "AUC",
    "brier": "Brier",
    "brier_skill": "skill",
    "log_loss": "log loss",
    "ece": "ECE",
    "slope": "slope",
    "observed_over_expected": "o/e",
}
MOST_FEATURES = 10


def show(report: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what :func:`orchestration.scores.anytable.fit_table` returned."""
    out = console or Console()
    if report["state"] == "live":
        out.print(
            f"{report['label']}: {report['family']} model of {len(report['features'])} features, "
            f"measured on {report['measured_on']}."
        )
        out.print(_figures(report))
        out.print(_importances(report))
    for column in report["left_out"]:
        out.print(f"Left out: {column['column']}: {column['why']}.", highlight=False)
    for note in report["notes"]:
        out.print(f"Note: {note}.", highlight=False)


def _figures(report: Mapping[str, Any]) -> Table:
    table = Table(title="How good it is", title_justify="left")
    table.add_column("people", min_width=10)
    for heading in ("rows", "yes", *FIGURES.values()):
        table.add_column(heading, justify="right")
    for name, row in (("everybody", report), *report.get("groups", {}).items()):
        shown = ["" if row.get(f) is None else f"{row[f]:.3f}" for f in FIGURES]
        table.add_row(str(name), f"{row['rows']:,}", f"{row['positives']:,}", *shown)
    return table


def _importances(report: Mapping[str, Any]) -> Table:
    table = Table(title="What it leans on: log loss added when shuffled", title_justify="left")
    table.add_column("feature")
    table.add_column("log loss", justify="right")
    for row in report["importances"][:MOST_FEATURES]:
        table.add_row(row["feature"], f"{row['log_loss_added']:.4f}")
    return table
