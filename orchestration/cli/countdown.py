"""The countdown: will we be ready, the morning brief, and how good past forecasts were."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, day_of, moment_of, say
from orchestration.settings import UserError, load_settings


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


def replay(
    first: Annotated[str, typer.Option("--from", help="First day to live again.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    step: Annotated[str, typer.Option(help="Days between two looks, like 1d or 1w.")] = "1d",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Live past days again in a scratch home, and score the forecasts made on them."""
    from orchestration.countdown.tminus import parse_age

    settings = load_settings(home)
    begin, end = day_of(first, "--from"), day_of(last, "--to")
    try:
        pace = parse_age(step)
    except ValueError as mistake:
        raise UserError(f"--step {mistake}") from None
    from orchestration.readiness.replay_display import scores_table, tell_day
    from orchestration.replay import replay as live_again

    lived = live_again(settings, begin, end, pace, (lambda _: None) if as_json else tell_day)
    if as_json:
        say(asdict(lived))
    else:
        scores_table(lived.forecast_scores, lived.home)
