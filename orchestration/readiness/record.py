"""The forecast's own record: what it said on past days of this home, beside what then happened.

The sayings are those of the days that were kept; a replay, which lives days again, gathers its
own. The scores themselves are ``hindsight``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from orchestration.lake import Lake
from orchestration.ledger import deliveries
from orchestration.readiness import hindsight
from orchestration.readiness.hindsight import Judged

ON_TIME = "on_time"
MIDDAY = timedelta(hours=12)  # an inbox folder tells the day of an arrival, not the hour
Report = Mapping[str, Any]


def record(lake: Lake, before: Sequence[Report], now: Report) -> dict[str, Any] | None:
    """Scores of what was said on days before; ``None`` when no day before was kept.

    Args:
        lake: Where the deliveries are known of.
        before: The kept reports (``kept.judged``) of earlier days.
        now: Today's, which tells how the deliverables turned out.

    Returns:
        ``sources`` and ``deliverables``, each as made by ``hindsight.score``.
    """
    if not before:
        return None
    until = datetime.fromisoformat(now["now"])
    ends = _ends(now)
    came = _arrivals(lake, until.date())
    return {
        "days": len(before),
        "sources": hindsight.score([j for r in before for j in _of_sources(r, came, until)]),
        "deliverables": hindsight.score([j for r in before for j in _of_goals(r, ends, until)]),
    }


def _of_goals(report: Report, ends: Mapping[str, datetime], until: datetime) -> list[Judged]:
    moment = datetime.fromisoformat(report["now"])
    plain = {"status": float(all(s["state"] == ON_TIME for s in report["sources"]))}
    return [
        Judged(
            hindsight.said("deliverable", goal, goal["deadline"], moment, plain),
            ends.get(goal["name"]),
            until,
        )
        for goal in report["forecast"]["deliverables"]
        if goal["state"] == "open"
    ]


def _of_sources(
    report: Report, came: Mapping[str, Sequence[date]], until: datetime
) -> list[Judged]:
    moment = datetime.fromisoformat(report["now"])
    states = {s["name"]: s["state"] for s in report["sources"]}
    found = []
    for source in report["forecast"]["sources"]:
        due = source["needed_by"]
        # A source whose present data suffice is waited for by nobody.
        if not source["planned"] or not due or datetime.fromisoformat(due) <= moment:
            continue
        plain = {"status": float(states.get(source["name"]) == ON_TIME)}
        after = [day for day in came.get(source["name"], ()) if day > moment.date()]
        done = datetime.combine(after[0], datetime.min.time(), moment.tzinfo) if after else None
        judged = hindsight.said("source", source, due, moment, plain)
        found.append(Judged(judged, done + MIDDAY if done else None, until))
    return found


def _ends(now: Report) -> dict[str, datetime]:
    """When each deliverable was handed over, of those that were."""
    return {
        goal["name"]: datetime.fromisoformat(goal["p50"])
        for goal in now["forecast"]["deliverables"]
        if goal["state"] == "done" and goal["p50"]
    }


def _arrivals(lake: Lake, last: date) -> dict[str, list[date]]:
    """The days on which something of a source landed, up to ``last``."""
    days: dict[str, set[date]] = {}
    for entry in deliveries.latest(lake).values():
        day = date.fromisoformat(entry.received)
        if entry.state == "landed" and day <= last:
            days.setdefault(entry.source, set()).add(day)
    return {source: sorted(found) for source, found in days.items()}
