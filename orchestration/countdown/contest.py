"""The contest: the caucus or primary that everything is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Contest:
    """A caucus or primary whose local date and time never move.

    Attributes:
        name: What people call it, e.g. ``Iowa Republican caucus 2016``.
        starts_at: Local wall-clock start, without zone.
        zone: IANA zone of the jurisdiction; deadlines follow its daylight saving.
        jurisdiction: Where it is held, e.g. ``US-IA``.
        party: Party code of the contest, as in the voter file (``REP``).
    """

    name: str
    starts_at: datetime
    zone: str
    jurisdiction: str
    party: str

    @property
    def start(self) -> datetime:
        """The moment the contest begins, as an aware datetime in its own zone."""
        return self.starts_at.replace(tzinfo=ZoneInfo(self.zone))

    @property
    def day(self) -> date:
        """The local calendar day of the contest."""
        return self.starts_at.date()

    def local_day(self, moment: datetime) -> date:
        """The calendar day of ``moment`` where the contest is held."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def days_left(self, moment: datetime) -> int:
        """Calendar days from the local day of ``moment`` to the contest; negative after it."""
        return (self.day - self.local_day(moment)).days

    def time_left(self, moment: datetime) -> timedelta:
        """Elapsed time until the contest begins; negative once it has begun."""
        return self.start.astimezone(timezone.utc) - moment.astimezone(timezone.utc)

    def end_of_day(self, day: date) -> datetime:
        """The last second of a local day, as an aware datetime: what ``due on that day`` means."""
        last = datetime(day.year, day.month, day.day, 23, 59, 59)
        return last.replace(tzinfo=ZoneInfo(self.zone))
