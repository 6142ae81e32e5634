"""The road: an invented campaign, a run, what it would do, and where we stand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from orchestration.cli.common import (
    HomeOption,
    JsonOption,
    moment_of,
    move_clock,
    say,
    status_of,
    status_tables_of,
)
from orchestration.settings import load_settings


def demo(
    voters: Annotated[int, typer.Option(help="How many, 1,000 to 200 million.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 2016,
    world: Annotated[
        str, typer.Option(help="friendly, shifted, no_signal or reversed.")
    ] = "friendly",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the invented campaign's inbox and truth."""
    from orchestration.settings import writable_home

    settings = load_settings(home)
    # The name tables of the invented people take a second to import; a mistake is told before.
    from orchestration.demo.generate import check_arguments, generate

    check_arguments(voters, world)
    writable_home(settings.home)
    report = asdict(generate(settings.home, voters=voters, seed=seed, world=world))
    if as_json:
        say(report)
    elif report["fresh"]:
        typer.echo(
            f"{report['files']} files for {report['voters']:,} voters and {report['contacts']:,} "
            f"contacts under {settings.home / 'inbox'} in {report['seconds']:.1f} s."
        )
    else:
        typer.echo("The invented campaign is already there; nothing was written.")


def run(
    as_of: Annotated[str | None, typer.Option(help="Live this local day; only forward.")] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Segment that may move as it does; may be repeated.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why it may: others will read it.")] = "",
    who: Annotated[str, typer.Option(help="Who says so; default the user of this machine.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land, link, score and publish what is due, through Dagster."""
    settings = load_settings(home)
    moment = move_clock(settings, as_of)
    if accept:
        from getpass import getuser

        from orchestration.release.acceptance import accept as accept_moves

        accept_moves(settings.home, accept, why, who or getuser(), moment)
    # Dagster takes seconds to import; a mistake in the settings is told before that.
    from orchestration.readiness.display import RunDisplay
    from orchestration.runner import run as run_now

    with RunDisplay(quiet=as_json) as display:
        report = run_now(settings, moment, display.tell)
    if as_json:
        say(asdict(report))
    else:
        display.close_with(asdict(report))
        status_tables_of(settings)
    failed = "failed" in report.states.values()
    raise typer.Exit(1 if failed else 0)


def plan(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What a run would do, why, and how long it would take; and what was cut."""
    settings = load_settings(home)
    moment = moment_of(settings)
    from orchestration.readiness.cutting import cut_list
    from orchestration.readiness.display import cut_lines
    from orchestration.runner import plan_run

    planned = plan_run(settings, moment)
    decided = cut_list(settings, moment)
    if as_json:
        say({**asdict(planned), "minutes": planned.minutes, "cuts": decided})
        return
    for line in cut_lines(decided):
        typer.echo(line)
    if not planned.steps:
        typer.echo("Nothing to do: every asset is made from what is there now.")
        return
    for step in planned.steps:
        guess = "" if step.measured else " (never measured: what is usual)"
        typer.echo(f"{step.asset:<32} {step.minutes:>6.2f} min  {step.reason}{guess}")
    start = planned.start
    typer.echo(
        f"{'queue and start-up':<32} {start.minutes:>6.2f} min  "
        f"{start.measured} run(s) measured; in nine of ten at most {start.minutes_p90:.2f}"
    )
    typer.echo(f"{'in all':<32} {planned.minutes:>6.2f} min")


def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Where we stand: countdown, tier, sources, link rate, segments."""
    settings = load_settings(home)
    if as_json:
        say(status_of(settings))
    else:
        status_tables_of(settings)
