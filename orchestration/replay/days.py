"""Living days again, each at its end, through the same assets as ever.

Each day's readiness, forecast, run and release stay in the scratch home. What is different under a
scenario is in ``scenarios``; how good the forecasts were is worked out in ``scored``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from orchestration.countdown import clock
from orchestration.countdown.tminus import day_label, deadline
from orchestration.lake import Lake, write_text
from orchestration.readiness import kept
from orchestration.readiness.hindsight import Outlooked
from orchestration.replay import scored
from orchestration.replay.scenarios import Scenario, scenario
from orchestration.replay.scored import Burnt
from orchestration.replay.scratch import own_clock, share
from orchestration.runner import Road, RunReport, build_road, run
from orchestration.settings import Settings, UserError

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Replay:
    """What living the days again came to.

    Attributes:
        home: The scratch home, with each day's readiness, forecast and release.
        scenario: Its name, or ``None`` for the days as they were.
        days: One entry a day.
        forecast_scores: ``sources`` and ``deliverables``, each as ``hindsight.score`` tells.
        deadlines: Day of each deliverable's deadline, by title.
    """

    home: str
    scenario: str | None
    days: list[dict[str, Any]]
    forecast_scores: dict[str, Any]
    deadlines: dict[str, str]
    seconds: float


def replay(
    settings: Settings,
    first: date,
    last: date,
    step: timedelta = timedelta(days=1),
    tell: Tell = lambda _: None,
    under: str | None = None,
) -> Replay:
    """Live the days from ``first`` to ``last`` again, each at its end.

    Args:
        settings: The home to look back on; it stays as it is.
        first: First day to live.
        last: Last one.
        step: Days between two.
        tell: Told of each day when it is over.
        under: Name of a scenario.

    Raises:
        UserError: the days are the wrong way round, no step is taken, or the scenario is unknown.
    """
    if last < first:
        raise UserError(f"--to {last} lies before --from {first}; turn them round")
    if step < timedelta(days=1):
        raise UserError("--step must be at least a day, like 1d or 1w")
    happening = scenario(under)
    scratch = share(settings, _name(first, last, under), happening.sources)
    contest = scratch.campaign.contest_plan()
    happening.prepare(Lake(scratch.home).inbox, contest)
    started = datetime.now().astimezone()
    days: list[dict[str, Any]] = []
    said: list[Outlooked] = []
    with own_clock():
        road = build_road(scratch, keep=False)
        day = first
        while day <= last:
            entry, sayings = _live(scratch, road, day, happening)
            days.append(entry)
            said.extend(sayings)
            tell(entry)
            day += step
    lived = Replay(
        home=str(scratch.home),
        scenario=under,
        days=days,
        forecast_scores=scored.scores(scratch, said, last),
        deadlines={
            wanted.title: contest.local_day(deadline(contest, wanted.deadline)).isoformat()
            for wanted in scratch.campaign.deliverables.values()
        },
        seconds=round((datetime.now().astimezone() - started).total_seconds(), 1),
    )
    write_text(scratch.home / "replay.json", json.dumps(asdict(lived)))
    return lived


def _name(first: date, last: date, under: str | None) -> str:
    return f"{first}_{last}" + (f"_{under}" if under else "")


def _live(
    scratch: Settings, road: Road, day: date, happening: Scenario
) -> tuple[dict[str, Any], list[Outlooked]]:
    contest = scratch.campaign.contest_plan()
    moment = clock.set_home_clock(scratch.home, contest.end_of_day(day))
    today = happening.is_today(contest, day)
    if today:
        happening.morning(scratch, day)
    report = None if today and happening.is_down else run(scratch, moment, road=road)
    judged = kept.kept_of(Lake(scratch.home), day) or kept.judged(scratch, moment)
    folder = scratch.home / "days" / day.isoformat()
    write_text(folder / "readiness.json", json.dumps(judged, indent=1))
    write_text(folder / "forecast.json", json.dumps(judged["forecast"], indent=1))
    if report:
        write_text(folder / "run.json", json.dumps(asdict(report), indent=1))
    burnt = scored.burn_up(scratch, moment)
    entry = {
        "day": day.isoformat(),
        "tminus": day_label(contest, day),
        **_of_run(report),
        **_of_judgement(judged),
        **_of_deliveries(burnt),
    }
    return entry, scored.sayings(judged, burnt, moment)


def _of_run(report: RunReport | None) -> dict[str, Any]:
    if report is None:
        return {
            "release": None, "failed": {"run": "nothing ran on this day"}, "made": 0,
            "seconds": 0.0, "failed_checks": [],
        }  # fmt: skip
    return {
        "release": report.release,
        "failed": report.reasons,
        "made": report.made,
        "seconds": report.seconds,
        "failed_checks": report.failed_checks,
    }


def _of_judgement(judged: Mapping[str, Any]) -> dict[str, Any]:
    states = {s["name"]: s["state"] for s in judged["sources"]}
    return {
        "tier": judged["tier"]["name"],
        "sources": states,
        "late": sorted(n for n, s in states.items() if s == "late"),
        "segments": judged["segments"],
        "p_ready": judged["forecast"]["p_ready"],
        "p_on_time": {
            g["name"]: round(g["p_on_time"], 4) for g in judged["forecast"]["deliverables"]
        },
        "states": {g["name"]: g["state"] for g in judged["forecast"]["deliverables"]},
    }


def _of_deliveries(burnt: Mapping[str, Burnt]) -> dict[str, Any]:
    return {
        "came": sum(b.came for b in burnt.values()),
        "wanted": round(sum(b.wanted for b in burnt.values()), 2),
    }
