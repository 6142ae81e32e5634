"""The ``tminus`` command: thin verbs over the stages.

A verb reads its arguments, calls one function of a stage and prints what it returned. With
``--json`` standard output carries one JSON object and nothing else. Exit status: 0 done,
1 something failed, 2 a mistake that the user can mend, told in one sentence.
"""

from __future__ import annotations

import errno
import sys

import typer

from orchestration.cli import countdown, intake, leaving, operations, people, road
from orchestration.contracts.onboard.command import onboard
from orchestration.settings import UserError

# In the order in which a campaign meets them.
VERBS = (
    road.demo,
    road.run,
    road.status,
    road.plan,
    countdown.forecast,
    countdown.brief,
    countdown.cut,
    countdown.replay,
    onboard,
    intake.land,
    intake.withdraw,
    intake.docs,
    intake.spending,
    people.match,
    people.review,
    people.segments,
    people.score,
    leaving.export,
    leaving.approve,
    leaving.revoke,
    leaving.unsuppress,
    operations.check,
    operations.restore,
)

OWNERS_FAULTS = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.ENOTDIR,
    errno.EISDIR,
)

app = typer.Typer(
    name="tminus",
    help="From the files a campaign receives to the lists it needs on the day.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for verb in VERBS:
    app.command(name=verb.__name__)(verb)
app.add_typer(leaving.audit_app)


def main() -> None:
    """Run the command; a user's mistake becomes one sentence and exit status 2."""
    try:
        app()
    except UserError as mistake:
        _refuse(str(mistake))
    except OSError as fault:
        # What only the machine's owner can mend; anything else is a fault of ours and shows itself.
        if fault.errno not in OWNERS_FAULTS or not fault.filename:
            raise
        _refuse(f"{fault.filename}: {fault.strerror}; mend it or name another place")


def _refuse(sentence: str) -> None:
    typer.echo(f"tminus: {sentence}", err=True)
    sys.exit(2)
