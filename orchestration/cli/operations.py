"""Operations: checks of the home, a release or the samples, and an older release put live again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.common import HomeOption, JsonOption, moment_of, say
from orchestration.settings import Settings, UserError, load_settings

if TYPE_CHECKING:
    from orchestration.runner import CheckReport


def check(
    release: Annotated[str | None, typer.Option(help="Check this release, by its id.")] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Check the sources' samples; needs no home.")
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here, for CI.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run every asset check on the home; exit status 1 when a blocking one fails."""
    settings = load_settings(home)
    if samples and release:
        raise UserError("--release and --samples check different things; give one of them")
    if not samples and not settings.home.is_dir():
        raise UserError(f"the home {settings.home} does not exist; name another with --home")
    from orchestration.readiness.junit import write_junit

    report = _checked(settings, release, samples)
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


def _checked(settings: Settings, release: str | None, samples: bool) -> CheckReport:
    # Dagster takes seconds to import; a mistake in the arguments is told before that.
    if samples:
        from orchestration.checking import check_samples

        return check_samples(settings)
    if release:
        from orchestration.checking import check_release

        return check_release(settings, release)
    from orchestration.runner import check as check_now

    return check_now(settings, moment_of(settings))


def restore(
    release: Annotated[str, typer.Argument(help="Id of an older release.")],
    home: HomeOption = None,
) -> None:
    """Put an older release live again."""
    from orchestration.release.publish import restore as restore_release

    settings = load_settings(home)
    name = restore_release(settings, release, moment_of(settings))
    typer.echo(f"{name} is live.")
