"""Reads from a home what the forecast is told: the ledger, the contracts, ``campaign.yaml``.

Only facts up to the moment asked for are read, so a past day gives that day's outlook. What
follows from them is in ``forecast.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.contracts.model import Contract
from orchestration.countdown.contest import Contest
from orchestration.countdown.tminus import deadline, parse_age
from orchestration.identity.places import Places
from orchestration.identity.review import waiting
from orchestration.lake import Lake
from orchestration.ledger import cuts, deliveries, runs, steps
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.readiness.forecast import FUTURES, SEED, forecast
from orchestration.readiness.forecast_history import assets_from, runs_from
from orchestration.readiness.forecast_model import (
    Costs,
    Crew,
    Goal,
    HumanStep,
    Outlook,
    SourceOutlook,
    Usual,
    WorkTime,
)
from orchestration.readiness.forecast_remedies import parse_what_if
from orchestration.readiness.forecast_report import Forecast
from orchestration.readiness.forecast_rounds import Choices
from orchestration.settings import WEEK, Campaign, Settings, Task
from orchestration.sources.registry import load_contracts

MIDDAY = 12  # an inbox folder tells the day of an arrival, not the hour
BACKLOG, CARDS, TYPED = "Backlog", "Cards (estimated)", "Typed"


def forecast_home(
    settings: Settings,
    moment: datetime,
    what_if: str | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    remedies: bool = True,
    undone: str | None = None,
) -> Forecast:
    """The forecast of a home at a moment, with what was cut and what is asked taken as decided.

    Args:
        settings: The campaign and its home.
        moment: Only what was known then counts.
        what_if: Assumed besides, see ``forecast_remedies``.
        futures: How many to draw.
        seed: Of the draws.
        remedies: Whether to look for what would help.
        undone: A cut source that is taken as not cut.

    Raises:
        UserError: ``what_if`` or the tasks in ``campaign.yaml`` name what there is not.
    """
    known = outlook(settings, moment)
    decided = _decided(settings, moment, known, undone)
    asked = decided.with_(parse_what_if(what_if, known))
    return forecast(known, asked, futures, seed, remedies=remedies)


def _decided(settings: Settings, moment: datetime, known: Outlook, undone: str | None) -> Choices:
    """What people cut, as choices; a source that is not known any more is no choice."""
    standing = cuts.standing(cuts.read(Lake(settings.home)), moment)
    names = {source.name for source in known.sources} - {undone}

    known_cuts = {name: record for name, record in standing.items() if name in names}
    dropped = frozenset(name for name, record in known_cuts.items() if cuts.leaves_out(record))
    return Choices(dropped=dropped, carried=frozenset(known_cuts) - dropped)


def outlook(settings: Settings, moment: datetime) -> Outlook:
    """What is known at ``moment`` about sources, assets, people and deliverables."""
    campaign = settings.campaign
    contest = campaign.contest_plan()
    lake = Lake(settings.home)
    day = contest.local_day(moment)
    records = [r for r in deliveries.read(lake) if r.received <= day.isoformat()]
    landed = _landed(records)
    made = [r for r in steps.read(lake) if _moment(r.finished_at) <= moment]
    ended = [r for r in runs.read(lake) if _moment(r.noted_at) <= moment]
    notes: list[str] = []
    return Outlook(
        now=moment,
        contest=contest,
        tiers=campaign.tiers(),
        work=_work(campaign),
        sources=tuple(
            _source(contract, [r for r in landed if r.source == name], contest, moment)
            for name, contract in load_contracts(settings.sources).items()
        ),
        assets=assets_from(made, ended),
        runs=runs_from(ended),
        crews=_crews(campaign),
        steps=tuple(
            _step(name, task, campaign, _Counts(lake, landed, notes))
            for name, task in campaign.tasks.items()
        ),
        goals=goals(campaign, contest, moment),
        target=campaign.forecast.target,
        onboarding_hours=campaign.forecast.onboarding_hours,
        costs=Costs(**campaign.forecast.costs.model_dump()),
        notes=tuple(notes),
    )


def goals(campaign: Campaign, contest: Contest, moment: datetime) -> tuple[Goal, ...]:
    """The deliverables of ``campaign.yaml``; what was handed over later is not done yet."""
    today = contest.local_day(moment)
    return tuple(
        Goal(
            name=name,
            title=wanted.title,
            deadline=deadline(contest, wanted.deadline),
            deadline_text=wanted.deadline,
            data_until=deadline(contest, wanted.data_until),
            needs=wanted.needs,
            done=_midday(wanted.done, contest) if wanted.done and wanted.done <= today else None,
        )
        for name, wanted in campaign.deliverables.items()
    )


def _source(
    contract: Contract, landed: Sequence[DeliveryRecord], contest: Contest, moment: datetime
) -> SourceOutlook:
    promise = contract.delivery
    came = sorted({date.fromisoformat(r.received) for r in landed})
    newest = max((r.data_time for r in landed if r.data_time), default=None)
    usual = promise.usual_lateness
    return SourceOutlook(
        name=contract.source,
        title=contract.title,
        owner=contract.owner,
        feeds_assets=tuple(dict.fromkeys(f"landing/{feed.entity}" for feed in contract.feeds)),
        cadence_days=_days(promise.cadence) if promise.cadence else None,
        promised=tuple(_midday(day, contest) for day in sorted(promise.promised)),
        received=tuple(min(_midday(day, contest), moment) for day in came),
        data_time=_moment(newest) if newest else None,
        needed_by=deadline(contest, promise.needed_by) if promise.needed_by else None,
        if_late=promise.if_late,
        usual=Usual(_days(usual.p50), _days(usual.p90)) if usual else None,
    )


def _landed(records: Sequence[DeliveryRecord]) -> list[DeliveryRecord]:
    """Deliveries that count: the last word on each file is that it landed."""
    last = {(r.source, r.delivery, r.file): r for r in records}
    return [r for r in last.values() if r.state == "landed"]


def _work(campaign: Campaign) -> WorkTime:
    work = campaign.work
    return WorkTime(
        frozenset(WEEK.index(day) for day in work.days),
        work.opens,
        work.closes,
        frozenset(work.holidays),
    )


def _crews(campaign: Campaign) -> Mapping[str, Crew]:
    capacity = campaign.capacity
    reviewers = Crew(capacity.reviewers, capacity.review_hours_per_day)
    named = {name: Crew(c.people, c.hours_per_day) for name, c in campaign.crews.items()}
    return {"reviewers": reviewers, **named}


class _Counts:
    """What the home itself can count of people's tasks; what it cannot, it says in ``notes``."""

    def __init__(self, lake: Lake, landed: Sequence[DeliveryRecord], notes: list[str]) -> None:
        self._lake, self._landed, self._notes = lake, landed, notes

    def of(self, task: str, items: float | str) -> float:
        if not isinstance(items, str):
            return items
        counted = {
            "review_queue": self._waiting,
            "precincts": lambda: _rows(self._lake.marts / "sites.parquet"),
            "pledge_cards": self._untyped_cards,
        }[items]()
        if counted is None:
            self._notes.append(f"{task}: {items} cannot be counted yet; taken as none")
        return counted or 0.0

    def _waiting(self) -> float | None:
        if not Places(self._lake.home).review.exists():
            return None
        return float(waiting(self._lake.home))

    def _untyped_cards(self) -> float | None:
        books = [r for r in self._landed if Path(r.file).match("*pledge_cards*.xlsx")]
        if not books:
            return None
        newest = max(books, key=lambda r: (r.received, r.file))
        return untyped_cards(self._lake.inbox / newest.source / newest.file)


def untyped_cards(workbook: Path) -> float | None:
    """Cards in boxes that nobody has typed, by the workbook's own estimate; ``None`` unknown."""
    if not workbook.exists():
        return None
    import openpyxl

    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    try:
        if BACKLOG not in book.sheetnames:
            return None
        rows = list(book[BACKLOG].iter_rows(values_only=True))
    finally:
        book.close()
    if not rows or not {CARDS, TYPED} <= set(rows[0]):
        return None
    cards, typed = rows[0].index(CARDS), rows[0].index(TYPED)
    return float(sum(_number(row[cards]) for row in rows[1:] if row[typed] != "Y"))


def _step(name: str, task: Task, campaign: Campaign, counts: _Counts) -> HumanStep:
    minutes = task.minutes or campaign.capacity.review_minutes_per_link
    items = counts.of(f"tasks.{name}", task.items)
    return HumanStep(
        name=name,
        title=task.title,
        crew=task.crew,
        hours=max(items, 0.0) * minutes / 60,
        after=task.after,
        follows_universe=task.follows_universe,
    )


def _rows(file: Path) -> float | None:
    if not file.exists():
        return None
    import pyarrow.parquet as pq

    return float(pq.read_metadata(file).num_rows)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _days(age: str) -> float:
    return parse_age(age).total_seconds() / 86400


def _midday(day: date, contest: Contest) -> datetime:
    return datetime(day.year, day.month, day.day, MIDDAY, tzinfo=ZoneInfo(contest.zone))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
