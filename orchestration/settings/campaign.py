"""``campaign.yaml`` as data: the one file a campaign edits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field, field_validator, model_validator

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import Tier, build_tiers, demand_order
from orchestration.settings.access import AppSettings
from orchestration.settings.files import Strict
from orchestration.settings.leaving import HandoffSettings
from orchestration.settings.linking import LinkUses
from orchestration.settings.telling import Alerts
from orchestration.settings.work import CrewSettings, Deliverable, ForecastSettings, Task, Work


class ContestSettings(Strict):
    """The contest as written in ``campaign.yaml``."""

    name: str
    starts_at: datetime
    zone: str
    jurisdiction: str
    party: str

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        from zoneinfo import available_timezones

        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is no time zone; write one like America/Chicago")
        return zone


class Eligibility(Strict):
    """Who may take part, with the source of the rule."""

    born_on_or_before: date
    state: str
    register_on_the_day: bool
    change_party_on_the_day: bool
    source: str


class Countdown(Strict):
    """The tiers, in T-minus notation, each with the age that it allows."""

    tiers: dict[str, str]

    @field_validator("tiers")
    @classmethod
    def _in_order(cls, tiers: dict[str, str]) -> dict[str, str]:
        build_tiers(tiers)
        return tiers


class Scenario(Strict):
    """One turnout level: how many attend, and where that figure comes from."""

    attend: int = Field(gt=0)
    source: str


class Turnout(Strict):
    """Low, middle and high turnout; ``registered`` makes them shares for a smaller file."""

    low: Scenario
    middle: Scenario
    high: Scenario
    registered: int = Field(gt=0)
    scenario: Literal["low", "middle", "high"]

    def share(self, name: Literal["low", "middle", "high"] | None = None) -> float:
        """Attendance as a share of everyone registered, in the chosen scenario."""
        scenario: Scenario = getattr(self, name or self.scenario)
        return scenario.attend / self.registered


class Candidate(Strict):
    """The campaign's candidate; ``committee`` is the FEC's id of its committee."""

    name: str
    support_share: float = Field(gt=0, lt=1)
    committee: str | None = Field(default=None, pattern=r"^C\d{8}$")


class Capacity(Strict):
    """What people can do: reviewers' and volunteers' hours."""

    reviewers: int = Field(ge=0)
    review_minutes_per_link: float = Field(gt=0)
    review_hours_per_day: float = Field(ge=0)
    volunteers: int = Field(ge=0)
    hours_per_volunteer_per_week: float = Field(ge=0)


class Costs(Strict):
    """Minutes and success rates of a contact attempt, by channel."""

    door_minutes_per_attempt: float = Field(gt=0)
    phone_minutes_per_attempt: float = Field(gt=0)
    door_contact_rate: float = Field(gt=0, le=1)
    phone_contact_rate: float = Field(gt=0, le=1)
    text_minutes_per_attempt: float = Field(default=0.5, gt=0)
    text_contact_rate: float = Field(default=1, gt=0, le=1)


class Effect(Strict):
    """What one contact does to attendance, as a field experiment measured it.

    Attributes:
        points: Percentage points added to the attendance of those reached.
        at_turnout_pct: Attendance of the experiment's people without the contact; the effect is
            carried to others by odds, so who never comes and who always comes is hardly moved.
        assumed: Whether it still stands for the campaign's own measurement.
    """

    points: float = Field(gt=0, lt=50)
    at_turnout_pct: float = Field(gt=0, lt=100)
    source: str
    assumed: bool = True

    @model_validator(mode="after")
    def _of_a_share(self) -> Effect:
        if self.at_turnout_pct + self.points >= 100:
            raise ValueError("points and at_turnout_pct add up to 100 or more; correct one")
        return self

    @property
    def odds_ratio(self) -> float:
        """The effect as a factor on the odds to attend."""
        before, after = self.at_turnout_pct / 100, (self.at_turnout_pct + self.points) / 100
        return after / (1 - after) * (1 - before) / before


class Universe(Strict):
    """How the people to contact are chosen; a channel without an effect is not used."""

    holdout_pct: float = Field(default=5, ge=0, lt=100)
    drive_mph: float = Field(default=15, gt=0)
    effects: dict[Literal["door", "phone", "text"], Effect] = Field(default_factory=dict)


class ReleaseSettings(Strict):
    """How far a segment may move between two releases before somebody must accept it.

    Attributes:
        largest_move_pct: Growth or loss in percent, by segment; ``default`` for all others.
        smallest_judged: People; a segment that stays smaller moves as it likes.
    """

    largest_move_pct: dict[str, float] = Field(default_factory=lambda: {"default": 25.0})
    smallest_judged: int = Field(default=100, ge=0)

    def largest(self, segment: str) -> float:
        """The share for one segment, in percent."""
        return self.largest_move_pct.get(segment, self.largest_move_pct.get("default", 25.0))


class Campaign(Strict):
    """All of ``campaign.yaml``."""

    contest: ContestSettings
    eligibility: Eligibility
    countdown: Countdown
    turnout: Turnout
    candidate: Candidate
    capacity: Capacity
    costs: Costs
    people: dict[str, str]
    universe: Universe = Universe()
    release: ReleaseSettings = ReleaseSettings()
    work: Work = Work()
    crews: dict[str, CrewSettings] = Field(default_factory=dict)
    tasks: dict[str, Task] = Field(default_factory=dict)
    deliverables: dict[str, Deliverable] = Field(default_factory=dict)
    forecast: ForecastSettings = ForecastSettings()
    links: LinkUses = LinkUses()
    alerts: Alerts = Alerts()
    handoff: HandoffSettings = HandoffSettings()
    app: AppSettings = AppSettings()

    @model_validator(mode="after")
    def _known_crews(self) -> Campaign:
        for name, task in self.tasks.items():
            if task.crew != "reviewers" and task.crew not in self.crews:
                raise ValueError(f"tasks.{name}: there is no crew {task.crew!r}; add it to crews")
        return self

    @model_validator(mode="after")
    def _tiers_follow_each_other(self) -> Campaign:
        demand_order(self.contest_plan(), self.tiers())
        return self

    def contest_plan(self) -> Contest:
        """The contest as plain data for the countdown."""
        return Contest(**self.contest.model_dump())

    def tiers(self) -> tuple[Tier, ...]:
        """The tiers as plain data for the countdown."""
        return build_tiers(self.countdown.tiers)
