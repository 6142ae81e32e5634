"""The verb ``tminus onboard``: its arguments, and what is printed. The work is ``run.onboard``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from orchestration.settings import UserError, load_settings


def onboard(
    files: Annotated[list[Path], typer.Argument(help="Files of one supplier, never seen before.")],
    name: Annotated[str | None, typer.Option(help="Of the source; default from the file.")] = None,
    entity: Annotated[str | None, typer.Option(help="What its records are, when known.")] = None,
    review: Annotated[bool, typer.Option("--review", help="Ask about what is not sure.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the source's folder goes; default HOME/onboarding.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option("--home", help="Where state lives (TMINUS_HOME, default ./var).")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Propose a contract for files that nobody has seen, and write its folder."""
    from orchestration.contracts.onboard.run import onboard as onboard_now
    from orchestration.countdown import clock

    settings = load_settings(home)
    try:
        today = clock.now(settings.home, settings.campaign.contest.zone).date()
    except ValueError as mistake:
        raise UserError(str(mistake)) from None
    proposal = onboard_now(
        files,
        today=today,
        name=name,
        entity=entity,
        out=out or settings.home / "onboarding",
        ask=_ask if review else None,
    )
    if as_json:
        typer.echo(json.dumps(proposal.as_json(), indent=1, default=str))
        return
    from orchestration.contracts.onboard.display import show

    show(proposal)


def _ask(question: str) -> str:
    """On standard error, so that ``--json`` keeps standard output to itself."""
    answer: str = typer.prompt(
        question, default="", show_default=False, prompt_suffix="\n> ", err=True
    )
    return answer
