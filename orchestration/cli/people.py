"""People: lists matched to voters, links for a human, audiences, a table of theirs scored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, moment_of, say
from orchestration.settings import UserError, load_settings


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


def segments(
    measured: Annotated[
        bool,
        typer.Option("--measured", help="What contacts did, by the holdout, once it is known."),
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Audiences of the release: sizes, expected votes by turnout, whom to contact."""
    if measured:
        from orchestration.release.audience_display import show_effects
        from orchestration.release.holdout import measured_effects

        effects = measured_effects(load_settings(home))
        say(effects) if as_json else show_effects(effects)
        return
    from orchestration.release.audience_display import show
    from orchestration.release.audiences import audiences

    found = audiences(load_settings(home).home)
    if as_json:
        say(found)
    else:
        show(found)


def score(
    fit: Annotated[Path, typer.Option(help="CSV, TSV or Parquet to learn from.")],
    label: Annotated[str, typer.Option(help="Its column of outcomes: 1 and 0, Y and N.")],
    test: Annotated[
        Path | None, typer.Option(help="Another file to measure on; else held-out households.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="Figures by this column too.")] = None,
    household: Annotated[str | None, typer.Option(help="Never on both sides of a split.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column of weights.")] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="Column that is no feature; may be given again.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="Read this one though it tells nearly all.")
    ] = None,
    yes: Annotated[
        list[str] | None, typer.Option(help="Cell of the label that means yes; may be repeated.")
    ] = None,
    empty_is_no: Annotated[bool, typer.Option(help="An empty label is a no.")] = False,
    expect: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of yes known of the test file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the scores' pipeline on any table and print the card's figures."""
    from orchestration.scores.anytable import TableOptions, fit_table
    from orchestration.scores.labels import LabelReading
    from orchestration.scores.table_display import show

    reading = LabelReading(frozenset(word.strip().lower() for word in yes or ()), empty_is_no)
    options = TableOptions(
        group=group,
        household=household,
        weight=weight,
        ignore=tuple(ignore or ()),
        keep=tuple(keep or ()),
        labels=reading,
        expect=expect,
    )
    report = fit_table(fit, label, test, options)
    if as_json:
        say(report)
    else:
        show(report)
    if report["state"] == "refused":
        raise UserError(f"{fit}: no model of {label!r}: {report['reason']}")
