"""The ``tminus`` command: thin verbs over the stages.

A verb reads its arguments, calls one function of a stage and prints what it returned. With
``--json`` standard output carries one JSON object and nothing else. Exit status: 0 done,
1 something failed, 2 a mistake that the user can mend, told in one sentence.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.contracts.onboard.command import onboard
from orchestration.settings import Settings, UserError, load_settings

app = typer.Typer(
    name="tminus",
    help="From the files a campaign receives to the lists it needs on the day.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Where state lives (TMINUS_HOME, default ./var).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def main() -> None:
    """Run the command; a user's mistake becomes one sentence and exit status 2."""
    try:
        app()
    except UserError as mistake:
        typer.echo(f"tminus: {mistake}", err=True)
        sys.exit(2)


@app.command()
def demo(
    voters: Annotated[int, typer.Option(help="How many, 1,000 to 200 million.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 2016,
    world: Annotated[
        str, typer.Option(help="friendly, shifted, no_signal or reversed.")
    ] = "friendly",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the invented campaign's inbox and truth."""
    from orchestration.settings import writable_home

    settings = load_settings(home)
    writable_home(settings.home)
    # The name tables of the invented people take a second to import; a mistake is told before.
    from orchestration.demo.generate import generate

    report = asdict(generate(settings.home, voters=voters, seed=seed, world=world))
    if as_json:
        _print(report)
    elif report["fresh"]:
        typer.echo(
            f"{report['files']} files for {report['voters']:,} voters and {report['contacts']:,} "
            f"contacts under {settings.home / 'inbox'} in {report['seconds']:.1f} s."
        )
    else:
        typer.echo("The invented campaign is already there; nothing was written.")


@app.command()
def run(
    as_of: Annotated[str | None, typer.Option(help="Live this local day; only forward.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land, link, score and publish what is due, through Dagster."""
    settings = load_settings(home)
    moment = _move_clock(settings, as_of)
    # Dagster takes seconds to import; a mistake in the settings is told before that.
    from orchestration.readiness.display import RunDisplay
    from orchestration.runner import run as run_now

    with RunDisplay(quiet=as_json) as display:
        report = run_now(settings, moment, display.tell)
    if as_json:
        _print(asdict(report))
    else:
        display.close_with(asdict(report))
        _status_tables(settings)
    failed = "failed" in report.states.values()
    raise typer.Exit(1 if failed else 0)


@app.command()
def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Where we stand: countdown, tier, sources, link rate, segments."""
    settings = load_settings(home)
    if as_json:
        _print(_status(settings))
    else:
        _status_tables(settings)


@app.command()
def plan(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What a run would do, why, and how long it would take."""
    settings = load_settings(home)
    from orchestration.runner import plan_run

    steps = plan_run(settings, _now(settings))
    if as_json:
        _print({"steps": [asdict(step) for step in steps]})
        return
    if not steps:
        typer.echo("Nothing to do: every asset is made from what is there now.")
    for step in steps:
        minutes = "?" if step.minutes is None else f"{step.minutes:.2f}"
        typer.echo(f"{step.asset:<32} {minutes:>6} min  {step.reason}")


@app.command()
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
    said = forecast_home(settings, _now(settings), what_if)
    if as_json:
        _print(plain(said))
    else:
        show(said)


@app.command()
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
    begin, end = _day(first, "--from"), _day(last, "--to")
    try:
        pace = parse_age(step)
    except ValueError as mistake:
        raise UserError(f"--step {mistake}") from None
    from orchestration.readiness.replay_display import scores_table, tell_day
    from orchestration.replay import replay as live_again

    lived = live_again(settings, begin, end, pace, (lambda _: None) if as_json else tell_day)
    if as_json:
        _print(asdict(lived))
    else:
        scores_table(lived.forecast_scores, lived.home)


@app.command()
def land(
    source: Annotated[str | None, typer.Argument(help="One source; all when left out.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Read refused files again.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in what waits in the inbox."""
    from orchestration.landing.land import land as land_now

    settings = load_settings(home)
    records = land_now(settings, _now(settings), only=source, retry=retry)
    deliveries = [
        {
            "source": r.source,
            "file": r.file,
            "state": r.state,
            "read": r.read,
            "landed": r.landed,
            "quarantined": r.quarantined,
            "reason": r.reason,
        }
        for r in records
    ]
    if as_json:
        _print({"deliveries": deliveries})
        return
    for d in deliveries:
        counts = f"{d['landed']:>10,} landed {d['quarantined']:>7,} quarantined"
        typer.echo(f"{d['source']:<14} {d['state']:<10} {counts}  {d['file']}  {d['reason']}")
    if not deliveries:
        typer.echo("Nothing waits in the inbox.")


@app.command()
def withdraw(
    source: Annotated[str, typer.Argument(help="Whose delivery.")],
    delivery: Annotated[str, typer.Argument(help="Its content hash, or the name of its file.")],
    reason: Annotated[str, typer.Option(help="Why, for the ledger; name no person.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a delivery out of force from now on; the next run goes on without it."""
    from orchestration.landing.land import withdraw as withdraw_now

    settings = load_settings(home)
    records = withdraw_now(settings, _now(settings), source, delivery, reason)
    if as_json:
        _print({"withdrawn": [{"file": r.file, "delivery": r.delivery} for r in records]})
    else:
        typer.echo("\n".join(f"{r.file} no longer counts." for r in records))


@app.command()
def docs(
    out: Annotated[Path | None, typer.Option(help="A folder; docs in the home by default.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a page about each source, from its contract."""
    from orchestration.sources.pages import write_pages
    from orchestration.sources.registry import load_contracts

    settings = load_settings(home)
    written = write_pages(load_contracts(settings.sources), out or settings.home / "docs")
    if as_json:
        _print({"pages": [str(path) for path in written]})
    else:
        typer.echo(f"{len(written)} pages in {written[0].parent}.")


@app.command()
def segments(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Audiences of the release: sizes, expected votes by turnout, whom to contact."""
    from orchestration.release.audience_display import show
    from orchestration.release.audiences import audiences

    found = audiences(load_settings(home).home)
    if as_json:
        _print(found)
    else:
        show(found)


app.command(name="onboard")(onboard)


@app.command()
def spending(
    files: Annotated[list[Path], typer.Argument(help="FEC filings (.fec) or disbursement CSV.")],
    by: Annotated[str, typer.Option(help="category, vendor or quarter.")] = "category",
    as_json: JsonOption = False,
) -> None:
    """Read FEC reports, to the cent."""
    from orchestration.spending import report, tables

    found = report(files)
    if as_json:
        _print(found)
    else:
        tables(found, by)


@app.command()
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
        _print(found.as_json())
        return
    typer.echo(f"{found.waiting:,} links wait for a human; {found.decided:,} were decided.")
    if sys.stdin.isatty():
        decide_each(
            settings.home,
            found.cases,
            who or getuser(),
            lambda: _now(settings),
            lambda question: str(typer.prompt(question, default="", show_default=False)),
            typer.echo,
        )


@app.command()
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
        _print(report.as_json())
    else:
        typer.echo(report.as_text())


@app.command()
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

    report = check_now(settings, _now(settings))
    if junit:
        write_junit(junit, report.checks, report.errors, report.seconds)
    failed = [c for c in report.checks if not c.passed]
    if as_json:
        _print({**asdict(report), "passed": report.passed})
    else:
        for c in failed:
            weight = "blocks" if c.blocking else "warns"
            typer.echo(f"{weight:<7} {c.asset}: {c.check}: {c.detail}")
        for step, why in report.errors.items():
            typer.echo(f"error   {step}: {why}")
        typer.echo(f"{len(report.checks)} checks, {len(failed)} failed, in {report.seconds:.0f} s.")
    raise typer.Exit(0 if report.passed else 1)


@app.command()
def restore(
    release: Annotated[str, typer.Argument(help="Id of an older release.")],
    home: HomeOption = None,
) -> None:
    """Put an older release live again."""
    from orchestration.release.publish import restore as restore_release

    settings = load_settings(home)
    name = restore_release(settings, release, _now(settings))
    typer.echo(f"{name} is live.")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{option} {text!r} is no day; write it like 2016-01-21") from None


def _now(settings: Settings) -> datetime:
    from orchestration.countdown import clock

    try:
        return clock.now(settings.home, settings.campaign.contest.zone)
    except ValueError as mistake:
        raise UserError(str(mistake)) from None


def _move_clock(settings: Settings, as_of: str | None) -> datetime:
    """The moment to live: now, or the end of a later day; an earlier day is refused."""
    from orchestration.countdown import clock
    from orchestration.settings import writable_home

    moment = _now(settings)
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


def _status(settings: Settings) -> dict[str, Any]:
    from orchestration.readiness.status import status as status_now
    from orchestration.release.read import current_release

    live = current_release(settings.home)
    release = (
        {"id": live.id, "made_at": live.manifest["made_at"], "as_of": live.manifest["as_of"]}
        if live
        else None
    )
    return {**status_now(settings, _now(settings)), "release": release}


def _status_tables(settings: Settings) -> None:
    from orchestration.readiness.display import status_tables

    status_tables(_status(settings))


def _print(report: dict[str, Any]) -> None:
    typer.echo(json.dumps(report, indent=1, default=str))


if __name__ == "__main__":
    main()
