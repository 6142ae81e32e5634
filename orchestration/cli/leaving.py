"""What leaves: lists, their approval and register, requests taken back, the audit."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, moment_of, say
from orchestration.settings import UserError, load_settings

if TYPE_CHECKING:
    from orchestration.handoff.register import Made

WhoOption = Annotated[str, typer.Option(help="Who acts; default the user of this machine.")]


def export(
    kind: Annotated[
        str, typer.Argument(metavar="LIST", help="walk, phone, text, mail or email.")
    ] = "",
    audience: Annotated[str, typer.Option(help="universe, or a segment as seg_first_time.")] = "",
    purpose: Annotated[str, typer.Option(help="inform, register, mobilise or persuade.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="County FIPS or precinct id; may be given again.")
    ] = None,
    most: Annotated[
        int, typer.Option(min=0, help="The most rows; 0 is what the role may have.")
    ] = 0,
    role: Annotated[str, typer.Option(help="In which role it is asked for.")] = "field",
    who: WhoOption = "",
    to: Annotated[
        list[str] | None, typer.Option(help="Encrypt to this age key; may be given again.")
    ] = None,
    autodial: Annotated[bool, typer.Option(help="A machine dials: consent is needed.")] = False,
    show: Annotated[bool, typer.Option(help="Lists asked for, and how they stand.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a list that may leave; a large one waits for a second person's approval."""
    settings = load_settings(home)
    moment = moment_of(settings)
    if show:
        _show(settings.home, moment, as_json)
        return
    if not (kind and audience and purpose):
        raise UserError(
            "name the list, its --audience and its --purpose, as: "
            "tminus export walk --audience universe --purpose mobilise"
        )
    from orchestration.handoff.lists import make_list
    from orchestration.handoff.register import Request

    request = Request(
        list=kind,
        audience=audience,
        purpose=purpose,
        role=role,
        who=who or _user(),
        where=tuple(where or ()),
        most=most,
        autodial=autodial,
        recipients=tuple(to or ()),
    )
    _told(make_list(settings, request, moment), as_json)


def approve(
    list_id: Annotated[str, typer.Argument(help="A list that awaits approval.")],
    who: WhoOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve a list that somebody else asked for; it is drawn anew and written."""
    from orchestration.handoff.lists import approve_list

    settings = load_settings(home)
    _told(approve_list(settings, list_id, who or _user(), moment_of(settings)), as_json)


def revoke(
    source: Annotated[str, typer.Argument(help="The source whose licence ends.")],
    why: Annotated[str, typer.Option(help="For those who ask later; names no person.")] = "",
    reinstate: Annotated[bool, typer.Option(help="Its licence was agreed anew.")] = False,
    prove: Annotated[bool, typer.Option(help="Look for it in the release in force.")] = False,
    who: WhoOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a source: nothing of it counts from the next run on, and lists with it are void."""
    from orchestration.handoff import revoke as ending

    settings, actor = load_settings(home), who or _user()
    if prove:
        proof = ending.prove(settings, source)
        if as_json:
            say({**asdict(proof), "holds": proof.holds})
        else:
            left = ", ".join(f"{place} {rows:,}" for place, rows in proof.left.items())
            found = f"it stands in {left}" if left else "nothing of it is left"
            typer.echo(f"{source} in release {proof.release}: {found}.")
        raise typer.Exit(0 if proof.holds else 1)
    if reinstate:
        ending.reinstate(settings, source, actor, why, moment_of(settings))
        typer.echo(f"{source} may be used again. The next run acts on it: tminus run.")
        return
    report = ending.revoke(settings, source, actor, why, moment_of(settings))
    if as_json:
        say(asdict(report))
        return
    chance = report.cost
    typer.echo(
        f"{source} is revoked. P(ready) goes from {chance['p_ready_before']:.0%} to "
        f"{chance['p_ready_after']:.0%}; {len(report.called_back)} lists are void."
    )
    typer.echo("The next run goes on without it: tminus run.")


def unsuppress(
    request: Annotated[str, typer.Argument(help="As suppressions/requests:17.")],
    why: Annotated[str, typer.Option(help="The reason; it is kept.")] = "",
    again: Annotated[bool, typer.Option(help="Let the request count again.")] = False,
    who: WhoOption = "",
    home: HomeOption = None,
) -> None:
    """Take a request not to be contacted back, with a reason; the request itself stays."""
    from orchestration.handoff.undo import undo_request
    from orchestration.lake import Lake

    settings = load_settings(home)
    lake = Lake(settings.home)
    undo_request(lake, request, who or _user(), why, moment_of(settings), again)
    typer.echo(f"{request} {'counts again' if again else 'counts no more'}.")


def _told(made: Made, as_json: bool) -> None:
    if as_json:
        say(asdict(made))
        return
    left_out = ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in made.withheld.items())
    typer.echo(f"{made.list_id}: {made.rows:,} rows for {made.people:,} people, {made.state}.")
    typer.echo(f"Left out: {left_out or 'nobody'}.")
    for file in made.files[:1]:
        typer.echo(f"{file}, to be used until {made.expires_at}")
    if made.state == "awaiting approval":
        typer.echo(f"Somebody else says: tminus approve {made.list_id} --who NAME")


def _show(home: Path, moment: datetime, as_json: bool) -> None:
    from orchestration.handoff.register import entries
    from orchestration.lake import Lake

    found = list(entries(Lake(home), moment).values())
    if as_json:
        say({"lists": [asdict(entry) for entry in found]})
        return
    for entry in found:
        rows = f"{entry.made['rows']:,} rows" if entry.made else "no rows"
        typer.echo(
            f"{entry.list_id}  {entry.state:<17} {rows:>12}  {entry.request.audience}, "
            f"{entry.request.purpose}, {entry.request.who}, until {entry.expires_at[:16]}"
        )
    typer.echo(f"{len(found)} lists.")


def _user() -> str:
    from getpass import getuser

    return getuser()


audit_app = typer.Typer(
    name="audit", help="The chain of everything that was done.", no_args_is_help=True
)


@audit_app.command()
def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Walk the chain; exit status 1 when an entry was changed or removed."""
    from orchestration.lake import Lake
    from orchestration.ledger import audit

    verdict = audit.verify(Lake(load_settings(home).home))
    if as_json:
        say(asdict(verdict))
    elif verdict.holds:
        typer.echo(f"{verdict.entries:,} entries, each following from the one before.")
    else:
        typer.echo(f"Entry {verdict.broken_at:,} does not follow from the one before it.", err=True)
    raise typer.Exit(0 if verdict.holds else 1)
