"""The morning brief: one page on whether we will be ready, and what to do about it.

What it says is put together here; how it looks as text is ``brief_text``'s, as a page
``brief_pdf``'s. Its judgements are those of the app and the alerts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from orchestration.lake import Lake
from orchestration.ledger import steps
from orchestration.readiness import outlook
from orchestration.readiness.brief_changes import Change, changes
from orchestration.readiness.kept import judged, kept_before
from orchestration.readiness.outlook import Deed, Goal, Headline, goal_state
from orchestration.readiness.standing import SourceRow, source_rows
from orchestration.settings import Settings

RELEASE = "release/release"


@dataclass(frozen=True)
class Brief:
    """What a director reads before the first call.

    Attributes:
        chance: P(everything is on time); ``None`` when there is nothing to forecast.
        since: The day that ``changes`` compares with; ``None`` on the first day.
        waiting: Sources that are late or at risk, worst first.
        holding: Checks that hold the release back, one sentence each.
        release: The live release, ``None`` before the first.
        release_day: The local day that it describes.
    """

    contest: str
    starts_at: datetime
    now: datetime
    days_left: int
    tier: str
    max_age_hours: float
    next_tier: datetime | None
    headline: Headline
    chance: float | None
    target: float
    goals: tuple[Goal, ...]
    path: tuple[str, ...]
    since: date | None
    changes: tuple[Change, ...]
    deeds: tuple[Deed, ...]
    waiting: tuple[SourceRow, ...]
    sources: int
    holding: tuple[str, ...]
    release: str | None
    release_day: str | None
    notes: tuple[str, ...]


def brief(settings: Settings, moment: datetime, report: Mapping[str, Any] | None = None) -> Brief:
    """The brief of a moment, against the last day before it that was kept.

    Args:
        settings: The campaign and its home.
        moment: Now, aware.
        report: What :func:`kept.judged` says of that moment, where it is known already.
    """
    report = report or judged(settings, moment)
    contest = settings.campaign.contest_plan()
    lake = Lake(settings.home)
    titles = {name: task.title for name, task in settings.campaign.tasks.items()}
    seen = outlook.read(report["forecast"], moment.tzinfo, titles)
    rows = source_rows(report, contest, moment)
    before = kept_before(lake, contest.local_day(moment))
    change = report["tier"]["next_change"]
    live = steps.latest(lake).get(RELEASE)
    return Brief(
        contest=contest.name,
        starts_at=contest.start,
        now=moment,
        days_left=report["days_left"],
        tier=report["tier"]["name"],
        max_age_hours=report["tier"]["max_age_hours"],
        next_tier=datetime.fromisoformat(change) if change else None,
        headline=outlook.headline(seen, rows),
        chance=seen.p_ready if seen and not seen.over else None,
        target=settings.campaign.forecast.target,
        goals=seen.goals if seen else (),
        path=seen.path if seen else (),
        since=date.fromisoformat(before["as_of"]) if before else None,
        changes=changes(before, report) if before else (),
        deeds=outlook.deeds(seen, rows),
        waiting=tuple(row for row in rows if row.state != "on_time"),
        sources=len(rows),
        holding=tuple(
            f"{c['asset']}: {c['check'].replace('_', ' ')}: {c['detail']}"
            for c in report["failed_checks"]
            if c["blocking"]
        ),
        release=live.data_version if live else None,
        release_day=live.extra.get("as_of") if live else None,
        notes=seen.notes if seen else (),
    )


def as_json(said: Brief) -> dict[str, Any]:
    """The brief as plain data; each deliverable with its state in a word."""
    content = asdict(said)
    for entry, goal in zip(content["goals"], said.goals, strict=True):
        entry["word"] = goal_state(goal.state, goal.p_on_time, said.target).word
    return content
