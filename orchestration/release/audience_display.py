"""Audiences in the terminal: segments, the universe by channel, and the curve at its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show(found: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what :func:`orchestration.release.audiences.audiences` returned."""
    out = console or Console()
    if found["notice"]:
        out.print(found["notice"])
    out.print(f"Release {found['release']}, as of {found['as_of']}. All votes are estimates.")
    out.print(_segments(found["segments"]))
    if found["universe"]:
        out.print(_universe(found["universe"]))
        _curve(found["curve"], out)
    if found["changes"]:
        _changes(found["changes"], out)


def _segments(segments: Mapping[str, Any]) -> Table:
    levels = next(iter(segments.values()))["expected_votes"] if segments else {}
    table = Table(title="Segments: expected votes by turnout", title_justify="left")
    table.add_column("segment")
    for heading in ("people", *levels):
        table.add_column(heading, justify="right")
    for name, segment in segments.items():
        votes = [f"{v:,.0f}" for v in segment["expected_votes"].values()]
        table.add_row(name.removeprefix("seg_"), f"{segment['people']:,}", *votes)
    return table


def _universe(universe: Mapping[str, Any]) -> Table:
    table = Table(title="Whom to contact with the hours left: votes gained", title_justify="left")
    table.add_column("channel")
    for heading in ("people", "held out", "hours", *universe["votes_gained"]):
        table.add_column(heading, justify="right")
    for row in (*universe["channels"], {**universe, "channel": "all"}):
        votes = [f"{v:,.1f}" for v in row["votes_gained"].values()]
        counts = [f"{row['people']:,}", f"{row['held_out']:,}", f"{row['hours']:,.0f}"]
        table.add_row(row["channel"], *counts, *votes)
    table.caption = "What a contact does is " + universe["effects"] + "."
    return table


def _curve(curve: list[dict[str, Any]], out: Console) -> None:
    for row in curve:
        if row["is_capacity"]:
            out.print(
                f"At {row['n_people']:,} people our choice gains {row['votes_gained']:,.1f} votes "
                f"in {row['hours']:,.0f} hours; the plain rule (registered party plus past caucus) "
                f"{row['plain_votes_gained']:,.1f} in {row['plain_hours']:,.0f}."
            )


def _changes(changes: Mapping[str, Any], out: Console) -> None:
    moved = [m for m in changes["segments"] if m["entered"] or m["left"]]
    out.print(
        f"Since {changes['since']}:" if moved else f"No segment moved since {changes['since']}."
    )
    for move in moved:
        out.print(f"  {move['told']}", highlight=False)


def show_effects(found: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what :func:`orchestration.release.holdout.measured_effects` returned."""
    out = console or Console()
    table = Table(
        title=f"Who came to {found['election']}, of whom {found['universe']} chose",
        title_justify="left",
    )
    table.add_column("channel")
    for heading in ("people", "held out", "came %", "held out came %", "points a contact", "90 %"):
        table.add_column(heading, justify="right")
    for name, row in found["channels"].items():
        known = row["points"] is not None
        table.add_row(
            name,
            f"{row['people']:,}",
            f"{row['held_out']:,}",
            str(row["attended_pct"]),
            str(row["attended_pct_held_out"]),
            f"{row['points']:.1f}" if known else "too few",
            "{:.1f} to {:.1f}".format(*row["points_interval"]) if known else "",
        )
    table.caption = "points go into campaign.yaml under universe, with assumed: false."
    out.print(table)
