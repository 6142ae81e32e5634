"""Which delivery of a source a deliverable still waits for, and for how long it waits.

What a contract promises is turned into one planned moment here; how late it then really comes
is a matter of chance and drawn in ``forecast_draws.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orchestration.countdown.tiers import tier_in_force
from orchestration.readiness.forecast_model import Outlook, SourceOutlook

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choices:
    """What is assumed to be decided; empty means that things stay as they are.

    Attributes:
        dropped: Sources left out altogether.
        carried: Sources of which the last good data are accepted at once.
        arrives: Sources whose arrival is taken as given.
        people: Size of a crew, by name.
        universe: Share of the people to be reached that is kept.
    """

    dropped: frozenset[str] = frozenset()
    carried: frozenset[str] = frozenset()
    arrives: Mapping[str, datetime] = field(default_factory=dict)
    people: Mapping[str, float] = field(default_factory=dict)
    universe: float = 1.0

    def with_(self, other: Choices) -> Choices:
        """Both sets of decisions; the other's count where they meet."""
        return Choices(
            self.dropped | other.dropped,
            self.carried | other.carried,
            {**self.arrives, **other.arrives},
            {**self.people, **other.people},
            self.universe * other.universe,
        )


@dataclass(frozen=True)
class Wait:
    """What one deliverable waits for from one source.

    Attributes:
        planned: Moment of the delivery it needs; ``None`` when what is there suffices.
        until: When it goes on without it; ``None`` when it cannot.
    """

    source: str
    planned: datetime | None
    until: datetime | None


def first_missing(source: SourceOutlook, now: datetime) -> datetime | None:
    """Planned moment of the earliest delivery that has not come; ``None`` when none is awaited."""
    promised = sorted(source.promised)[len(source.received) :]
    if promised:
        return promised[0]
    if source.received:
        if source.cadence_days is None:
            return None
        return source.received[-1] + source.cadence_days * DAY
    if source.cadence_days is not None:
        soon = now + source.cadence_days * DAY
        return min(soon, source.needed_by) if source.needed_by else soon
    return source.needed_by


def needed_round(source: SourceOutlook, until: datetime, outlook: Outlook) -> datetime | None:
    """Planned moment of the delivery whose data are young enough at ``until``.

    Promised days count before the cadence. Data that the tier in force at ``until`` would
    still allow need no delivery; a source that delivers once needs one only until it came.
    """
    promised = sorted(source.promised)[len(source.received) :]
    if source.promised:
        due = [day for day in promised if day <= until]
        if due:
            return due[-1]
        return promised[0] if promised and not source.received else None
    missing = first_missing(source, outlook.now)
    if not source.received:
        # Nothing promised and nothing known: it is taken to be meant for the day it is needed.
        return missing or until
    if source.cadence_days is None or missing is None:
        return None
    cadence = source.cadence_days * DAY
    allowed = max(tier_in_force(outlook.contest, outlook.tiers, until).max_age, cadence)
    if source.data_time is not None and source.data_time + allowed >= until:
        return None
    last = source.received[-1]
    rounds = max(1, math.ceil((until - allowed - last) / cadence))
    return last + rounds * cadence


def wait_for(source: SourceOutlook, until: datetime, outlook: Outlook, choices: Choices) -> Wait:
    """Which delivery is awaited, and until when.

    ``block`` waits for ever, ``drop`` until the data are cut. ``carry_forward`` needs good data
    to carry: a source that never delivered is waited for, unless it is dropped by decision.
    """
    if source.name in choices.dropped:
        return Wait(source.name, None, None)
    if source.name in choices.carried and source.received:
        return Wait(source.name, None, None)
    planned = needed_round(source, until, outlook)
    if source.name in choices.arrives and planned is not None:
        planned = choices.arrives[source.name]
    patient = source.if_late == "block" or (
        source.if_late == "carry_forward" and not source.received
    )
    return Wait(source.name, planned, None if patient else max(until, outlook.now))
