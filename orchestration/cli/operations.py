"""Operations: checks alone, and an older release put live again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, moment_of, say
from orchestration.settings import UserError, load_settings


def check(
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here, for CI.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run every asset check on the home; exit status 1 when a blocking one fails."""
    settings = load_settings(home)
    if not settings.home.is_dir():
        raise UserError(f"the home {settings.home} does not exist; name another with --home")
    from orchestration.readiness.junit import write_junit
    from orchestration.runner import check as check_now

    report = check_now(settings, moment_of(settings))
    if junit:
        write_junit(junit, report.checks, report.errors, report.seconds)
    failed = [c for c in report.checks if not c.passed]
    if as_json:
        say({**asdict(report), "passed": report.passed})
    else:
        for c in failed:
            weight = "blocks" if c.blocking else "warns"
            typer.echo(f"{weight:<7} {c.asset}: {c.check}: {c.detail}")
        for step, why in report.errors.items():
            typer.echo(f"error   {step}: {why}")
        typer.echo(f"{len(report.checks)} checks, {len(failed)} failed, in {report.seconds:.0f} s.")
    raise typer.Exit(0 if report.passed else 1)


def restore(
    release: Annotated[str, typer.Argument(help="Id of an older release.")],
    home: HomeOption = None,
) -> None:
    """Put an older release live again."""
    from orchestration.release.publish import restore as restore_release

    settings = load_settings(home)
    name = restore_release(settings, release, moment_of(settings))
    typer.echo(f"{name} is live.")
