"""A small outlook for the forecast's tests: two sources, a chain of assets, one deliverable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import build_tiers
from orchestration.readiness.forecast_model import (
    AssetOutlook,
    Crew,
    Goal,
    HumanStep,
    Outlook,
    SourceOutlook,
    WorkTime,
)

ZONE = ZoneInfo("America/Chicago")
IOWA = Contest("Iowa", datetime(2016, 2, 1, 19), "America/Chicago", "US-IA", "REP")
TIERS = build_tiers({"T-42d": "7d", "T-21d": "3d", "T-7d": "24h", "T-3d": "4h"})
WORK = WorkTime(frozenset(range(6)), time(9), time(18), frozenset({date(2016, 1, 18)}))


def at(day: int, hour: int = 12, month: int = 1) -> datetime:
    """A moment of 2016 in Iowa."""
    return datetime(2016, month, day, hour, tzinfo=ZONE)


WEEKLY = SourceOutlook(
    name="weekly",
    title="Weekly",
    owner="o",
    feeds_assets=("landing/contact",),
    cadence_days=7.0,
    received=(at(5), at(12), at(19)),
    data_time=at(19),
    needed_by=at(30),
)
VENDOR = SourceOutlook(
    name="vendor",
    title="Vendor",
    owner="o",
    feeds_assets=("landing/trait",),
    promised=(at(22),),
    needed_by=at(24),
)
LINKS = AssetOutlook("identity/links", ("landing/contact", "landing/trait"), ((20_000.0, 15.0),))
BASE = AssetOutlook("segments/base", ("identity/links",), ((20_000.0, 2.0),) * 3)
REVIEW = HumanStep("review", "Review links", "reviewers", 24.0)
PRINT = HumanStep("print", "Print", "printers", 8.0, ("segments/base", "review"), True)
LISTS = Goal("lists", "Lists", IOWA.end_of_day(date(2016, 1, 29)), "T-3d", at(26), ("print",))


def world(**changes: Any) -> Outlook:
    """The outlook on the morning of 21 January, with changes."""
    usual = Outlook(
        now=at(21, 6),
        contest=IOWA,
        tiers=TIERS,
        work=WORK,
        sources=(WEEKLY, VENDOR),
        assets=(LINKS, BASE),
        crews={"reviewers": Crew(2, 4), "printers": Crew(1, 8)},
        steps=(REVIEW, PRINT),
        goals=(LISTS,),
    )
    return replace(usual, **changes)
