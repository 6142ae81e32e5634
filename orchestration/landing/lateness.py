"""Whether a source's data is on time: the age of the data itself against the tier in force.

This judgement is the authority; Dagster's freshness policy, which knows only the last
materialisation, is its echo in the UI. What follows from being late is ``readiness``'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import Tier, tier_in_force
from orchestration.countdown.tminus import deadline, parse_age

State = Literal["on_time", "late", "missing"]


@dataclass(frozen=True)
class Lateness:
    """The judgement on one source at one moment.

    Attributes:
        age: How old the newest data is; ``None`` when nothing has landed.
        allowed: How old it may be; ``None`` for a source that delivers once.
        needed_by: When the source must be there at the latest; ``None`` when not stated.
        reason: One sentence for a human.
    """

    state: State
    age: timedelta | None
    allowed: timedelta | None
    needed_by: datetime | None
    tier: str
    reason: str
    overdue: bool = False

    @property
    def passed(self) -> bool:
        """Whether the check holds; a source that never came fails once its day has passed."""
        return self.state == "on_time" or (self.state == "missing" and not self.overdue)


def judge(
    contest: Contest,
    tiers: Sequence[Tier],
    moment: datetime,
    data_time: datetime | None,
    cadence: str | None,
    needed_by: str | None,
) -> Lateness:
    """Compare the age of the newest data with the tier in force.

    A source that delivers once is measured only by its ``needed_by``: its data does not grow
    younger. Any other must be as young as the tier asks, or as its cadence when it cannot come
    that often.

    Args:
        contest: What everything is measured against.
        tiers: The tiers of ``campaign.yaml``.
        moment: Now, aware.
        data_time: Age mark of the newest data in force (UTC when naive).
        cadence: How often the source promised to deliver (``1d``); ``None`` for once.
        needed_by: T-minus notation, or ``None``.
    """
    tier = tier_in_force(contest, tiers, moment)
    due = deadline(contest, needed_by) if needed_by else None
    allowed = max(tier.max_age, parse_age(cadence)) if cadence else None
    if data_time is None:
        overdue = due is not None and moment > due
        reason = _missing(needed_by, overdue)
        return Lateness("missing", None, allowed, due, tier.name, reason, overdue)
    age = max(moment.astimezone(timezone.utc) - _aware(data_time), timedelta(0))
    reason = f"its data is {_words(age)} old"
    if allowed is None:
        return Lateness("on_time", age, None, due, tier.name, reason)
    late = age > allowed
    reason += f"; {_words(allowed)} are allowed in tier {tier.name}"
    return Lateness("late" if late else "on_time", age, allowed, due, tier.name, reason)


def _missing(needed_by: str | None, overdue: bool) -> str:
    if needed_by is None:
        return "nothing has landed yet"
    return f"nothing has landed yet; it {'was' if overdue else 'is'} needed by {needed_by}"


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _words(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.1f} days"
