"""The countdown: will we be ready, the morning brief, and how good past forecasts were."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, day_of, moment_of, say
from orchestration.settings import UserError, load_settings

if TYPE_CHECKING:
    from orchestration.ledger.cuts import Action


def forecast(
    what_if: Annotated[
        str | None, typer.Option("--what-if", help='Like "vendor_b=drop,reviewers=4".')
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Will each deliverable be ready, what is in the way, and what should be cut."""
    from orchestration.readiness.forecast_display import show
    from orchestration.readiness.forecast_home import forecast_home
    from orchestration.readiness.forecast_report import as_json as plain

    settings = load_settings(home)
    said = forecast_home(settings, moment_of(settings), what_if)
    if as_json:
        say(plain(said))
    else:
        show(said)


def brief(
    pdf: Annotated[Path | None, typer.Option(help="Write the page to print here.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The morning brief: will we be ready, what changed and why, three things to do."""
    settings = load_settings(home)
    if not settings.home.is_dir():
        raise UserError(f"the home {settings.home} does not exist; name another with --home")
    from orchestration.readiness.brief import as_json as plain
    from orchestration.readiness.brief import brief as brief_of
    from orchestration.readiness.brief_text import as_text

    said = brief_of(settings, moment_of(settings))
    if pdf:
        # Drawing a page takes half a second to import, and few ask for it.
        from orchestration.readiness.brief_pdf import write_pdf

        write_pdf(said, pdf)
    if as_json:
        say(plain(said))
    else:
        typer.echo(as_text(said), nl=False)


def cut(
    source: Annotated[str, typer.Argument(help="The source to go without.")],
    why: Annotated[str, typer.Option("--why", help="For those who ask later; names no person.")],
    who: Annotated[
        str, typer.Option(help="Who decided, best a role; default the user of this machine.")
    ] = "",
    carry_forward: Annotated[
        bool, typer.Option("--carry-forward", help="Go on with its last good data instead.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the cut back.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go without a source, and keep who decided it, why, and what it costs."""
    if carry_forward and undo:
        raise UserError("--carry-forward and --undo exclude each other; leave one out")
    from getpass import getuser

    from orchestration.readiness.cutting import decide
    from orchestration.readiness.display import cut_lines
    from orchestration.settings import writable_home

    settings = load_settings(home)
    writable_home(settings.home)
    action: Action = "undo" if undo else "carry_forward" if carry_forward else "drop"
    record = asdict(decide(settings, moment_of(settings), source, action, who or getuser(), why))
    if as_json:
        say(record)
        return
    for line in cut_lines([record]):
        typer.echo(line)
    typer.echo("The next run acts on it: tminus run.")


def replay(
    first: Annotated[str, typer.Option("--from", help="First day to live again.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    step: Annotated[str, typer.Option(help="Days between two looks, like 1d or 1w.")] = "1d",
    scenario: Annotated[
        str | None,
        typer.Option(
            help="What goes otherwise: party_late, never, revoked, bad_model, daemon_down, flood."
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Live past days again in a scratch home, draw them, and score the forecasts made on them."""
    from orchestration.countdown.tminus import parse_age

    settings = load_settings(home)
    begin, end = day_of(first, "--from"), day_of(last, "--to")
    try:
        pace = parse_age(step)
    except ValueError as mistake:
        raise UserError(f"--step {mistake}") from None
    from orchestration.replay.days import replay as live_again
    from orchestration.replay.display import scores_table, tell_day
    from orchestration.replay.picture import draw

    tell = (lambda _: None) if as_json else tell_day
    lived = live_again(settings, begin, end, pace, tell, scenario)
    picture = draw(lived)
    if as_json:
        say({**asdict(lived), "picture": str(picture)})
    else:
        scores_table(lived.forecast_scores, lived.home, picture)
