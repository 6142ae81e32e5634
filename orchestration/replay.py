"""Replay: lives past days again, through the same assets, in a scratch home.

The scratch home shares the landed files by hard links and has a clock, a ledger of steps and
releases of its own; the home itself is only read. How good the forecasts were is computed in
``readiness.hindsight``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from orchestration.countdown import clock
from orchestration.countdown.tminus import day_label
from orchestration.lake import Lake, write_text
from orchestration.landing.arrivals import scan
from orchestration.ledger import deliveries
from orchestration.readiness import hindsight
from orchestration.readiness.forecast_home import forecast_home
from orchestration.readiness.forecast_report import Forecast
from orchestration.readiness.forecast_report import as_json as forecast_json
from orchestration.readiness.hindsight import Judged, Outlooked
from orchestration.readiness.status import status
from orchestration.runner import Road, build_road, run
from orchestration.settings import Campaign, Settings, UserError

SHARED = ("landing", "landing_keys", "wide", "quarantine", "changes")
JOURNALS = ("deliveries.ndjson", "sightings.ndjson")
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Replay:
    """What living the days again came to.

    Attributes:
        home: The scratch home, with each day's readiness, forecast and release.
        days: One entry a day.
        forecast_scores: ``sources`` and ``deliverables``, each as ``hindsight.score`` tells.
    """

    home: str
    days: list[dict[str, Any]]
    forecast_scores: dict[str, Any]
    seconds: float


def replay(
    settings: Settings,
    first: date,
    last: date,
    step: timedelta = timedelta(days=1),
    tell: Tell = lambda _: None,
) -> Replay:
    """Live the days from ``first`` to ``last`` again, each at its end.

    Raises:
        UserError: the days are the wrong way round, or no step is taken.
    """
    if last < first:
        raise UserError(f"--to {last} lies before --from {first}; turn them round")
    if step < timedelta(days=1):
        raise UserError("--step must be at least a day, like 1d or 1w")
    scratch = share(settings, first, last)
    started = datetime.now().astimezone()
    days: list[dict[str, Any]] = []
    said: list[Outlooked] = []
    with _own_clock():
        road = build_road(scratch, keep=False)
        day = first
        while day <= last:
            entry, outlooks = _live(scratch, road, day)
            days.append(entry)
            said.extend(outlooks)
            tell(entry)
            day += step
    scores = _scores(scratch, said, last)
    write_text(scratch.home / "replay.json", json.dumps({"days": days, "forecast_scores": scores}))
    seconds = (datetime.now().astimezone() - started).total_seconds()
    return Replay(str(scratch.home), days, scores, round(seconds, 1))


def share(settings: Settings, first: date, last: date) -> Settings:
    """Make a fresh scratch home under ``replays`` that shares what was landed."""
    if not settings.home.is_dir():
        raise UserError(f"the home {settings.home} does not exist; name another with --home")
    target = settings.home / "replays" / f"{first}_{last}"
    shutil.rmtree(target, ignore_errors=True)
    lake, scratch = Lake(settings.home), Lake(target)
    scratch.ledger.mkdir(parents=True)
    if lake.inbox.is_dir():
        # Copied: a link changes a file's ctime, and the home would take its inbox for new files.
        shutil.copytree(lake.inbox, scratch.inbox)
    for folder in (lake.root / name for name in SHARED):
        if folder.is_dir():
            shutil.copytree(folder, target / folder.relative_to(settings.home), copy_function=_link)
    for journal in JOURNALS:
        if (lake.ledger / journal).exists():
            # Copied, for a journal grows: what the scratch home adds must not show in the home.
            shutil.copy2(lake.ledger / journal, scratch.ledger / journal)
    decided = settings.home / "decisions"
    if decided.is_dir():
        shutil.copytree(decided, target / "decisions")
    return settings.model_copy(update={"home": target})


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def _own_clock() -> Iterator[None]:
    """The scratch home's clock counts, whatever TMINUS_NOW says of the home."""
    stated = os.environ.pop("TMINUS_NOW", None)
    try:
        yield
    finally:
        if stated is not None:
            os.environ["TMINUS_NOW"] = stated


def _live(scratch: Settings, road: Road, day: date) -> tuple[dict[str, Any], list[Outlooked]]:
    contest = scratch.campaign.contest_plan()
    moment = clock.set_home_clock(scratch.home, contest.end_of_day(day))
    report = run(scratch, moment, road=road)
    now = status(scratch, moment)
    known = scratch.model_copy(update={"campaign": known_on(scratch.campaign, day)})
    outlook = forecast_home(known, moment)
    folder = scratch.home / "days" / day.isoformat()
    write_text(folder / "readiness.json", json.dumps(now, indent=1))
    write_text(folder / "forecast.json", json.dumps(forecast_json(outlook), indent=1))
    write_text(folder / "run.json", json.dumps(asdict(report), indent=1))
    states = {s["name"]: s["state"] for s in now["sources"]}
    entry = {
        "day": day.isoformat(),
        "tminus": day_label(contest, day),
        "tier": now["tier"]["name"],
        "release": report.release,
        "failed": report.reasons,
        "made": report.made,
        "seconds": report.seconds,
        "sources": states,
        "late": sorted(n for n, s in states.items() if s == "late"),
        "failed_checks": report.failed_checks,
        "segments": now["segments"],
        "p_ready": outlook.p_ready,
        "p_on_time": {g.name: round(g.p_on_time, 4) for g in outlook.deliverables},
    }
    return entry, _outlooks(scratch, outlook, states, moment)


def known_on(campaign: Campaign, day: date) -> Campaign:
    """The campaign as it was known on a day: what was handed over later is not done yet."""
    deliverables = {
        name: wanted.model_copy(update={"done": None}) if wanted.done and wanted.done > day
        else wanted
        for name, wanted in campaign.deliverables.items()
    }  # fmt: skip
    return campaign.model_copy(update={"deliverables": deliverables})


def _outlooks(
    scratch: Settings, outlook: Forecast, states: Mapping[str, str], moment: datetime
) -> list[Outlooked]:
    """What the forecast of one day said, beside what two plain rules say."""
    burnt = _burn_up(scratch, moment)
    all_well = all(state == "on_time" for state in states.values())
    all_burnt = min(burnt.values(), default=1.0) >= 1
    plain_goal = {"status": float(all_well), "burn_up": float(all_burnt)}
    goals = [
        Outlooked("deliverable", g.name, moment, g.deadline, g.p_on_time, g.p50, g.p90, plain_goal)
        for g in outlook.deliverables
        if g.state == "open"
    ]
    sources = [
        Outlooked(
            "source",
            s.name,
            moment,
            s.needed_by,
            s.p_on_time,
            s.p50,
            s.p90,
            {
                "status": float(states[s.name] == "on_time"),
                "burn_up": float(burnt.get(s.name, 0.0) >= 1),
            },
        )
        for s in outlook.sources
        # A source whose present data suffice is waited for by nobody.
        if s.planned and s.needed_by and s.needed_by > moment
    ]
    return [*goals, *sources]


def _burn_up(scratch: Settings, moment: datetime) -> dict[str, float]:
    """Linear burn-up: deliveries that came, over those that the cadence would have brought."""
    from orchestration.countdown.tminus import parse_age
    from orchestration.sources.registry import load_contracts

    came: dict[str, set[str]] = {}
    today = scratch.campaign.contest_plan().local_day(moment)
    for record in deliveries.read(Lake(scratch.home)):
        if record.state == "landed" and record.received <= today.isoformat():
            came.setdefault(record.source, set()).add(record.received)
    shares: dict[str, float] = {}
    for name, contract in load_contracts(scratch.sources).items():
        arrived = sorted(came.get(name, ()))
        if not arrived:
            shares[name] = 0.0
            continue
        cadence = contract.delivery.cadence
        days = (today - date.fromisoformat(arrived[0])).days
        wanted = 1 + days / (parse_age(cadence) / timedelta(days=1)) if cadence else 1.0
        shares[name] = len(arrived) / wanted
    return shares


def _scores(scratch: Settings, said: Sequence[Outlooked], last: date) -> dict[str, Any]:
    contest = scratch.campaign.contest_plan()
    until = contest.end_of_day(last)
    judged: dict[str, list[Judged]] = {"source": [], "deliverable": []}
    arrivals = _arrivals(scratch, last)
    for one in said:
        if one.kind == "source":
            today = contest.local_day(one.said_at)
            after = [d for d in arrivals.get(one.name, ()) if d > today]
            # A folder tells the day of an arrival; midday, as the forecast takes it too.
            done = _midday(after[0], one.said_at) if after else None
        else:
            wanted = scratch.campaign.deliverables[one.name]
            if wanted.done is None:
                continue
            done = _midday(wanted.done, one.said_at)
        judged[one.kind].append(Judged(one, done, until))
    return {
        "sources": hindsight.score(judged["source"]),
        "deliverables": hindsight.score(judged["deliverable"]),
        "note": ""
        if judged["deliverable"]
        else "no deliverable is scored: none has the day `done` in campaign.yaml",
    }


def _midday(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=like.tzinfo)


def _arrivals(scratch: Settings, last: date) -> dict[str, list[date]]:
    """The days on which something of a source came, up to the last day lived."""
    days: dict[str, set[date]] = {}
    for arrival in scan(Lake(scratch.home).inbox):
        if arrival.received and arrival.received <= last:
            days.setdefault(arrival.source, set()).add(arrival.received)
    return {source: sorted(found) for source, found in days.items()}
