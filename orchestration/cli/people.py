"""People: lists matched to voters, links for a human, audiences."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, moment_of, say
from orchestration.settings import load_settings


def match(
    file: Annotated[Path, typer.Argument(help="The list to match.")],
    against: Annotated[
        Path | None, typer.Option(help="Another list; the home's voter file when left out.")
    ] = None,
    within: Annotated[bool, typer.Option(help="Find the duplicates of the list itself.")] = False,
    truth: Annotated[
        str | None, typer.Option(help="COLUMN_A=COLUMN_B, or with --within the human's column.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Answers as .csv or .parquet.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Match a list to the voter file, to another list, or within itself."""
    from orchestration.identity.match import Request
    from orchestration.identity.match import match as match_list

    request = Request(file, against, within, truth, out)
    report = match_list(load_settings(home).home, request)
    if as_json:
        say(report.as_json())
    else:
        typer.echo(report.as_text())


def review(
    sample: Annotated[
        int | None, typer.Option(min=1, help="So many links that were made, instead of the queue.")
    ] = None,
    who: Annotated[str, typer.Option(help="Who decides; default the user of this machine.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Links for a human to decide; at a terminal, decide them."""
    from getpass import getuser

    from orchestration.identity.review_terminal import decide_each, read_round

    settings = load_settings(home)
    found = read_round(settings.home, sample)
    if as_json:
        say(found.as_json())
        return
    typer.echo(f"{found.waiting:,} links wait for a human; {found.decided:,} were decided.")
    if sys.stdin.isatty():
        decide_each(
            settings.home,
            found.cases,
            who or getuser(),
            lambda: moment_of(settings),
            lambda question: str(typer.prompt(question, default="", show_default=False)),
            typer.echo,
        )


def segments(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Audiences of the release: sizes, expected votes by turnout, whom to contact."""
    from orchestration.release.audience_display import show
    from orchestration.release.audiences import audiences

    found = audiences(load_settings(home).home)
    if as_json:
        say(found)
    else:
        show(found)
