"""What the forecast is told: plain data about sources, assets, people and deliverables.

Reading it out of a home is in ``forecast_home.py``; a scenario or a test makes it by hand.
Moments are aware datetimes; nothing here knows a file, a database or Dagster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import Tier

IfLate = Literal["block", "carry_forward", "drop"]


@dataclass(frozen=True)
class Usual:
    """How late something usually is, in days: in half and in nine of ten cases."""

    p50: float
    p90: float


@dataclass(frozen=True)
class WorkTime:
    """When people work, in local time; suppliers keep away from holidays too.

    Attributes:
        days: Weekdays worked, Monday is 0.
    """

    days: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date]

    @property
    def hours(self) -> float:
        """Length of a working day on the clock."""
        return (self.closes.hour - self.opens.hour) + (self.closes.minute - self.opens.minute) / 60


@dataclass(frozen=True)
class SourceOutlook:
    """One supplier as it stands now.

    Attributes:
        feeds_assets: Keys of the landing assets that it feeds.
        cadence_days: How often it comes; ``None`` for one that delivers once.
        promised: Days it promised, as moments.
        received: When its deliveries came, oldest first.
        data_time: Age mark of the newest data in force; ``None`` when nothing landed.
        usual: Its usual lateness as the contract declares it.
    """

    name: str
    title: str
    owner: str
    feeds_assets: tuple[str, ...]
    cadence_days: float | None = None
    promised: tuple[datetime, ...] = ()
    received: tuple[datetime, ...] = ()
    data_time: datetime | None = None
    needed_by: datetime | None = None
    if_late: IfLate = "carry_forward"
    usual: Usual | None = None


@dataclass(frozen=True)
class AssetOutlook:
    """One asset, what it is made from and how long its makings took.

    Attributes:
        measured: (rows, seconds) of each making, oldest first; empty when never made.
        failures: Number of makings that failed.
        rows: Rows that the next making is expected to write; ``None`` when nobody knows.
    """

    key: str
    parents: tuple[str, ...]
    measured: tuple[tuple[float, float], ...] = ()
    failures: int = 0
    rows: float | None = None


@dataclass(frozen=True)
class RunsOutlook:
    """Whole runs as they went: what a run costs besides the makings in it.

    Attributes:
        overheads: Seconds in which nothing was made (queue, start-up, between steps), oldest first.
        ended: Runs that ended by themselves, well or badly.
        died: Those that ended badly though no asset's making is known to have failed.
    """

    overheads: tuple[float, ...] = ()
    ended: int = 0
    died: int = 0


@dataclass(frozen=True)
class Crew:
    """People who do one kind of step: how many, and hours each gives on a working day."""

    people: float
    hours_per_day: float


@dataclass(frozen=True)
class HumanStep:
    """Work that people must still do.

    Attributes:
        hours: Person-hours left, as planned.
        after: Assets, sources and steps that must be there first.
        follows_universe: Whether it shrinks when fewer people are to be reached.
    """

    name: str
    title: str
    crew: str
    hours: float
    after: tuple[str, ...] = ()
    follows_universe: bool = False


@dataclass(frozen=True)
class Goal:
    """A deliverable: what must be in whose hands, and when.

    Attributes:
        deadline_text: The deadline in T-minus notation.
        data_until: When data are cut: a source that may be left out is not waited for longer.
        needs: Assets and steps that it is made of.
        done: When it was handed over; ``None`` while it is not.
    """

    name: str
    title: str
    deadline: datetime
    deadline_text: str
    data_until: datetime
    needs: tuple[str, ...]
    done: datetime | None = None


@dataclass(frozen=True)
class Costs:
    """What a remedy costs, in points of pain: only their proportions count."""

    drop: float = 3.0
    carry_forward: float = 1.5
    person: float = 1.0
    universe: float = 4.0


@dataclass(frozen=True)
class Outlook:
    """Everything the forecast is told; see the module's docstring."""

    now: datetime
    contest: Contest
    tiers: tuple[Tier, ...]
    work: WorkTime
    sources: tuple[SourceOutlook, ...]
    assets: tuple[AssetOutlook, ...]
    crews: Mapping[str, Crew]
    steps: tuple[HumanStep, ...]
    goals: tuple[Goal, ...]
    target: float = 0.9
    onboarding_hours: float = 4.0
    costs: Costs = field(default_factory=Costs)
    runs: RunsOutlook = RunsOutlook()
    notes: tuple[str, ...] = ()
