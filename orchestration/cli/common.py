"""What verbs share: options, the home's time, the status, and how JSON is said."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.settings import Settings, UserError

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Where state lives (TMINUS_HOME, default ./var).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def day_of(text: str, option: str) -> date:
    """A day that the user typed; one that is none names its option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{option} {text!r} is no day; write it like 2016-01-21") from None


def moment_of(settings: Settings) -> datetime:
    """The home's time; a stated time that is no date is the user's mistake."""
    from orchestration.countdown import clock

    try:
        return clock.now(settings.home, settings.campaign.contest.zone)
    except ValueError as mistake:
        raise UserError(str(mistake)) from None


def move_clock(settings: Settings, as_of: str | None) -> datetime:
    """The moment to live: now, or the end of a later day; an earlier day is refused."""
    from orchestration.countdown import clock
    from orchestration.settings import writable_home

    moment = moment_of(settings)
    if as_of is None:
        return moment
    contest = settings.campaign.contest_plan()
    try:
        day = clock.parse_moment(as_of, contest.zone)
    except ValueError as mistake:
        raise UserError(f"--as-of {mistake}") from None
    if contest.local_day(day) < contest.local_day(moment):
        raise UserError(
            f"--as-of {as_of} lies before the home's clock ({contest.local_day(moment)}), which "
            "only moves forward; look back in a scratch home with tminus replay"
        )
    if contest.local_day(day) == contest.local_day(moment):
        return moment
    writable_home(settings.home)
    return clock.set_home_clock(settings.home, contest.end_of_day(contest.local_day(day)))


def status_of(settings: Settings) -> dict[str, Any]:
    """The status object, with the live release."""
    from orchestration.readiness.status import status as status_now
    from orchestration.release.read import current_release

    live = current_release(settings.home)
    release = (
        {"id": live.id, "made_at": live.manifest["made_at"], "as_of": live.manifest["as_of"]}
        if live
        else None
    )
    return {**status_now(settings, moment_of(settings)), "release": release}


def status_tables_of(settings: Settings) -> None:
    """The status for people."""
    from orchestration.readiness.display import status_tables

    status_tables(status_of(settings))


def say(report: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(report, indent=1, default=str))
