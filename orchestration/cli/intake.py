"""Taking files in: deliveries, their contracts as pages, and the FEC's reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, moment_of, say
from orchestration.settings import load_settings


def land(
    source: Annotated[str | None, typer.Argument(help="One source; all when left out.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Read refused files again.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in what waits in the inbox."""
    from orchestration.landing.land import land as land_now

    settings = load_settings(home)
    records = land_now(settings, moment_of(settings), only=source, retry=retry)
    deliveries = [
        {
            "source": r.source,
            "file": r.file,
            "state": r.state,
            "read": r.read,
            "landed": r.landed,
            "quarantined": r.quarantined,
            "reason": r.reason,
        }
        for r in records
    ]
    if as_json:
        say({"deliveries": deliveries})
        return
    for d in deliveries:
        counts = f"{d['landed']:>10,} landed {d['quarantined']:>7,} quarantined"
        typer.echo(f"{d['source']:<14} {d['state']:<10} {counts}  {d['file']}  {d['reason']}")
    if not deliveries:
        typer.echo("Nothing waits in the inbox.")


def withdraw(
    source: Annotated[str, typer.Argument(help="Whose delivery.")],
    delivery: Annotated[str, typer.Argument(help="Its content hash, or the name of its file.")],
    reason: Annotated[str, typer.Option(help="Why, for the ledger; name no person.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a delivery out of force from now on; the next run goes on without it."""
    from orchestration.landing.land import withdraw as withdraw_now

    settings = load_settings(home)
    records = withdraw_now(settings, moment_of(settings), source, delivery, reason)
    if as_json:
        say({"withdrawn": [{"file": r.file, "delivery": r.delivery} for r in records]})
    else:
        typer.echo("\n".join(f"{r.file} no longer counts." for r in records))


def docs(
    out: Annotated[Path | None, typer.Option(help="A folder; docs in the home by default.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a page about each source, from its contract."""
    from orchestration.sources.pages import write_pages
    from orchestration.sources.registry import load_contracts

    settings = load_settings(home)
    written = write_pages(load_contracts(settings.sources), out or settings.home / "docs")
    if as_json:
        say({"pages": [str(path) for path in written]})
    else:
        typer.echo(f"{len(written)} pages in {written[0].parent}.")


def spending(
    files: Annotated[list[Path], typer.Argument(help="FEC filings (.fec) or disbursement CSV.")],
    by: Annotated[str, typer.Option(help="category, vendor or quarter.")] = "category",
    as_json: JsonOption = False,
) -> None:
    """Read FEC reports, to the cent."""
    from orchestration.spending import report, tables

    found = report(files)
    if as_json:
        say(found)
    else:
        tables(found, by)
