"""What a day's forecast said, beside two plain rules, and how all of it turned out.

The scores themselves are worked out in ``readiness.hindsight``; here the sayings and what happened
are gathered from a scratch home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from orchestration.countdown.tminus import parse_age
from orchestration.lake import Lake
from orchestration.landing.arrivals import scan
from orchestration.ledger import deliveries
from orchestration.readiness import hindsight
from orchestration.readiness.hindsight import Judged, Outlooked
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

ON_TIME, STATUS, BURN_UP = "on_time", "status", "burn_up"


@dataclass(frozen=True)
class Burnt:
    """Days on which a source delivered so far, and how many its cadence would have brought."""

    came: int
    wanted: float

    @property
    def share(self) -> float:
        """How far it is; a source that delivered nothing is nowhere."""
        return self.came / self.wanted if self.came else 0.0


def sayings(
    report: Mapping[str, Any], burnt: Mapping[str, Burnt], moment: datetime
) -> list[Outlooked]:
    """What the forecast of one day said, beside what two plain rules say."""
    states = {s["name"]: s["state"] for s in report["sources"]}
    all_well = all(state == ON_TIME for state in states.values())
    all_burnt = min((b.share for b in burnt.values()), default=1.0) >= 1
    plain = {STATUS: float(all_well), BURN_UP: float(all_burnt)}
    forecast = report["forecast"]
    goals = [
        hindsight.said("deliverable", goal, goal["deadline"], moment, plain)
        for goal in forecast["deliverables"]
        if goal["state"] == "open"
    ]
    sources = [
        hindsight.said(
            "source",
            source,
            source["needed_by"],
            moment,
            {
                STATUS: float(states[source["name"]] == ON_TIME),
                BURN_UP: float(burnt[source["name"]].share >= 1),
            },
        )
        for source in forecast["sources"]
        # A source whose present data suffice is waited for by nobody.
        if source["planned"] and source["needed_by"] and _moment(source["needed_by"]) > moment
    ]
    return [*goals, *sources]


def burn_up(scratch: Settings, moment: datetime) -> dict[str, Burnt]:
    """Linear burn-up: days that brought something, over those that the cadence would have."""
    came: dict[str, set[str]] = {}
    today = scratch.campaign.contest_plan().local_day(moment)
    for record in deliveries.read(Lake(scratch.home)):
        if record.state == "landed" and record.received <= today.isoformat():
            came.setdefault(record.source, set()).add(record.received)
    found: dict[str, Burnt] = {}
    for name, contract in load_contracts(scratch.sources).items():
        arrived = sorted(came.get(name, ()))
        cadence = contract.delivery.cadence
        if arrived and cadence:
            days = (today - date.fromisoformat(arrived[0])).days
            wanted = 1 + days / (parse_age(cadence) / timedelta(days=1))
        else:
            wanted = 1.0
        found[name] = Burnt(len(arrived), wanted)
    return found


def scores(scratch: Settings, said: Sequence[Outlooked], last: date) -> dict[str, Any]:
    """Coverage, Brier score, warning and false alarms of sources and of deliverables."""
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


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _arrivals(scratch: Settings, last: date) -> dict[str, list[date]]:
    """The days on which something of a source came, up to the last day lived."""
    days: dict[str, set[date]] = {}
    for arrival in scan(Lake(scratch.home).inbox):
        if arrival.received and arrival.received <= last:
            days.setdefault(arrival.source, set()).add(arrival.received)
    return {source: sorted(found) for source, found in days.items()}
