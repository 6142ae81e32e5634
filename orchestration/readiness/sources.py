"""One readiness row a source: on time, at risk or late, and why.

The age judged is the data's own (``data_time``), never that of the run or of the file: an
old file landed today is still old.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import Tier
from orchestration.countdown.tminus import deadline, parse_age
from orchestration.ledger.deliveries import DeliveryRecord

State = Literal["on_time", "at_risk", "late"]
RISK_SHARE = 0.8  # a source is at risk once this share of its allowed age is used up


@dataclass(frozen=True)
class Promise:
    """What a contract promises about one source, as readiness needs it.

    Attributes:
        cadence: How often it comes (``1d``), or ``None`` for one that is delivered once.
        needed_by: T-minus notation of the day it must have arrived.
        promised: Days on which it said that something would come.
        if_late: What a run does without it: block, carry_forward or drop.
    """

    source: str
    title: str
    owner: str
    licence: str
    cadence: str | None
    needed_by: str | None
    if_late: str
    promised: tuple[date, ...] = ()


@dataclass(frozen=True)
class SourceReadiness:
    """Where one source stands; ages in hours, moments as ISO text in the contest's zone.

    ``left_out`` says why none of it is in force, ``carried`` why old data is: the release goes
    on with the last good data of a late source.
    """

    name: str
    title: str
    owner: str
    licence: str
    state: State
    reason: str
    if_late: str
    rows: int
    quarantined: int
    refused: int
    data_time: str | None
    age_hours: float | None
    max_age_hours: float | None
    received: str | None
    needed_by: str | None
    left_out: str | None = None
    carried: str | None = None


def source_readiness(
    promise: Promise,
    records: Sequence[DeliveryRecord],
    contest: Contest,
    tier: Tier,
    moment: datetime,
) -> SourceReadiness:
    """Judge one source by its delivery records up to ``moment``.

    Args:
        promise: What its contract says.
        records: Its outcome records in the order they were written.
        contest: The contest.
        tier: The tier in force at ``moment``.
        moment: Now, aware.
    """
    landed = [r for r in records if r.state == "landed"]
    refused = _refused_now(records)
    allowed = _allowed_age(promise, tier)
    newest = max((r.data_time for r in landed if r.data_time), default=None)
    age = moment - _utc(newest) if newest else None
    state, reason = _judge(promise, landed, refused, age, allowed, contest, moment)
    broken = _broken_promise(promise, landed, contest, moment)
    if state == "on_time" and broken:
        state, reason = "at_risk", f"it promised a delivery for {broken}, which has not come"
    return SourceReadiness(
        name=promise.source,
        title=promise.title,
        owner=promise.owner,
        licence=promise.licence,
        state=state,
        reason=reason,
        if_late=promise.if_late,
        rows=sum(r.landed for r in landed),
        quarantined=sum(r.quarantined for r in landed),
        refused=len(refused),
        data_time=_utc(newest).astimezone(contest.start.tzinfo).isoformat() if newest else None,
        age_hours=_hours(age),
        max_age_hours=_hours(allowed),
        received=max((r.received for r in landed), default=None),
        needed_by=promise.needed_by,
    )


def _judge(
    promise: Promise,
    landed: Sequence[DeliveryRecord],
    refused: Sequence[DeliveryRecord],
    age: timedelta | None,
    allowed: timedelta | None,
    contest: Contest,
    moment: datetime,
) -> tuple[State, str]:
    due = deadline(contest, promise.needed_by) if promise.needed_by else None
    if refused:
        last = refused[-1]
        state: State = "late" if not landed or (due and moment > due) else "at_risk"
        return state, f"{last.file} was refused: {last.reason}"
    if not landed:
        return _nothing_came(promise, due, moment)
    if age is None or allowed is None:
        return "on_time", "all of it has arrived"
    if age > allowed:
        return "late", f"its data is {_span(age)} old; {_span(allowed)} are allowed now"
    if age > allowed * RISK_SHARE:
        return (
            "at_risk",
            f"its data is {_span(age)} old and must be renewed within {_span(allowed - age)}",
        )
    return "on_time", f"its data is {_span(age)} old; {_span(allowed)} are allowed now"


def _nothing_came(promise: Promise, due: datetime | None, moment: datetime) -> tuple[State, str]:
    if due is None:
        return "on_time", "nothing has arrived, and no day was promised"
    if moment > due:
        return "late", f"nothing has arrived; it was needed by {promise.needed_by}"
    return (
        "at_risk",
        f"nothing has arrived yet; it is needed by {promise.needed_by}, in {_span(due - moment)}",
    )


def _broken_promise(
    promise: Promise, landed: Sequence[DeliveryRecord], contest: Contest, moment: datetime
) -> date | None:
    """The first promised day that is over and of which nothing came; each arrival keeps one."""
    today = contest.local_day(moment)
    came = len({r.received for r in landed})
    over = sorted(day for day in promise.promised if day < today)
    return over[came] if came < len(over) else None


def _allowed_age(promise: Promise, tier: Tier) -> timedelta | None:
    """The tier's age, or the cadence where a source cannot come as often as the tier asks."""
    return max(tier.max_age, parse_age(promise.cadence)) if promise.cadence else None


def _refused_now(records: Sequence[DeliveryRecord]) -> list[DeliveryRecord]:
    """Refusals that still matter: no delivery of the same feed's file name landed after them."""
    last: dict[str, DeliveryRecord] = {}
    for record in records:
        last[record.file] = record
    landed_days = [r.received for r in last.values() if r.state == "landed"]
    newest = max(landed_days, default="")
    return [r for r in last.values() if r.state in ("refused", "failed") and r.received >= newest]


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 3600, 1)


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours < 48:
        return f"{hours:.0f} h"
    return f"{hours / 24:.0f} days"
