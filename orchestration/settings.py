"""Settings: ``campaign.yaml`` and the environment, read once and passed in.

What a campaign may set belongs here. What a supplier promised belongs to its ``source.yaml``.
"""

from __future__ import annotations

import os
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.countdown.contest import Contest
from orchestration.countdown.tiers import Tier, build_tiers
from orchestration.countdown.tminus import parse_offset

PROJECT_ROOT = Path(__file__).resolve().parent.parent

Model = TypeVar("Model", bound=BaseModel)


class UserError(Exception):
    """A mistake that a user made and can mend: one sentence naming the place and the remedy."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContestSettings(_Strict):
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


class Eligibility(_Strict):
    """Who may take part, with the source of the rule."""

    born_on_or_before: date
    state: str
    register_on_the_day: bool
    change_party_on_the_day: bool
    source: str


class Countdown(_Strict):
    """The tiers, in T-minus notation, each with the age that it allows."""

    tiers: dict[str, str]

    @field_validator("tiers")
    @classmethod
    def _in_order(cls, tiers: dict[str, str]) -> dict[str, str]:
        build_tiers(tiers)
        return tiers


class Scenario(_Strict):
    """One turnout level: how many attend, and where that figure comes from."""

    attend: int = Field(gt=0)
    source: str


class Turnout(_Strict):
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


class Candidate(_Strict):
    """The campaign's candidate; ``committee`` is the FEC's id of its committee."""

    name: str
    support_share: float = Field(gt=0, lt=1)
    committee: str | None = Field(default=None, pattern=r"^C\d{8}$")


class Capacity(_Strict):
    """What people can do: reviewers' and volunteers' hours."""

    reviewers: int = Field(ge=0)
    review_minutes_per_link: float = Field(gt=0)
    review_hours_per_day: float = Field(ge=0)
    volunteers: int = Field(ge=0)
    hours_per_volunteer_per_week: float = Field(ge=0)


class Costs(_Strict):
    """Minutes and success rates of a contact attempt, by channel."""

    door_minutes_per_attempt: float = Field(gt=0)
    phone_minutes_per_attempt: float = Field(gt=0)
    door_contact_rate: float = Field(gt=0, le=1)
    phone_contact_rate: float = Field(gt=0, le=1)
    text_minutes_per_attempt: float = Field(default=0.5, gt=0)
    text_contact_rate: float = Field(default=1, gt=0, le=1)


class Effect(_Strict):
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


class Universe(_Strict):
    """How the people to contact are chosen; a channel without an effect is not used."""

    holdout_pct: float = Field(default=5, ge=0, lt=100)
    drive_mph: float = Field(default=15, gt=0)
    effects: dict[Literal["door", "phone", "text"], Effect] = Field(default_factory=dict)


def _quoted(value: object) -> object:
    # YAML reads 18:00 without quotes as the number 1080.
    if not isinstance(value, str | time):
        raise ValueError('write the time of day in quotes, like "18:00"')
    return value


def _before_contest(text: str) -> str:
    if parse_offset(text).total_seconds() > 0:
        raise ValueError(f"{text} lies after the contest; write T-minus")
    return text


TimeOfDay = Annotated[time, BeforeValidator(_quoted)]
TMinus = Annotated[str, AfterValidator(_before_contest)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Work(_Strict):
    """When people work, local time; holidays hold for suppliers too."""

    days: tuple[Weekday, ...] = WEEK[:6]
    opens: TimeOfDay = time(9)
    closes: TimeOfDay = time(18)
    holidays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Work:
        if self.closes <= self.opens:
            raise ValueError("closes is not later than opens; correct one of them")
        return self


class CrewSettings(_Strict):
    """People who do one kind of task, and the hours each gives on a working day."""

    people: int = Field(ge=0)
    hours_per_day: float = Field(gt=0, le=24)


class Task(_Strict):
    """Work that people must still do before a deliverable is there.

    ``items`` is how many are left, or what counts them: ``review_queue``, ``pledge_cards``
    (untyped, by the newest workbook's Backlog sheet), ``precincts``. ``minutes`` may be left
    out for the review queue, whose minutes stand under ``capacity``.
    """

    title: str
    crew: str
    items: float | Literal["review_queue", "pledge_cards", "precincts"]
    minutes: float | None = Field(default=None, gt=0)
    after: tuple[str, ...] = ()
    follows_universe: bool = False

    @model_validator(mode="after")
    def _timed(self) -> Task:
        if self.minutes is None and self.items != "review_queue":
            raise ValueError("minutes is missing, the time one item takes; add it")
        return self


class Deliverable(_Strict):
    """What must be in whose hands by when, what it is made of, and when its data are cut."""

    title: str
    deadline: TMinus
    data_until: TMinus
    needs: tuple[str, ...] = Field(min_length=1)
    done: date | None = None

    @model_validator(mode="after")
    def _cut_first(self) -> Deliverable:
        if parse_offset(self.data_until) > parse_offset(self.deadline):
            raise ValueError("data_until is later than deadline; cut the data before it")
        return self


class RemedyCosts(_Strict):
    """Points of pain of each kind of remedy; only their proportions count."""

    drop: float = Field(default=3, gt=0)
    carry_forward: float = Field(default=1.5, gt=0)
    person: float = Field(default=1, gt=0)
    universe: float = Field(default=4, gt=0)


class ForecastSettings(_Strict):
    """What the forecast aims at and what it may assume."""

    target: float = Field(default=0.9, gt=0, lt=1)
    onboarding_hours: float = Field(default=4, ge=0)
    costs: RemedyCosts = RemedyCosts()


class Campaign(_Strict):
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
    work: Work = Work()
    crews: dict[str, CrewSettings] = Field(default_factory=dict)
    tasks: dict[str, Task] = Field(default_factory=dict)
    deliverables: dict[str, Deliverable] = Field(default_factory=dict)
    forecast: ForecastSettings = ForecastSettings()

    @model_validator(mode="after")
    def _known_crews(self) -> Campaign:
        for name, task in self.tasks.items():
            if task.crew != "reviewers" and task.crew not in self.crews:
                raise ValueError(f"tasks.{name}: there is no crew {task.crew!r}; add it to crews")
        return self

    def contest_plan(self) -> Contest:
        """The contest as plain data for the countdown."""
        return Contest(**self.contest.model_dump())

    def tiers(self) -> tuple[Tier, ...]:
        """The tiers as plain data for the countdown."""
        return build_tiers(self.countdown.tiers)


class Environment(BaseSettings):
    """What the environment may set; see ``README.md`` for each name."""

    model_config = SettingsConfigDict(env_prefix="TMINUS_", extra="ignore")

    home: Path = Path("var")
    campaign: Path = PROJECT_ROOT / "campaign.yaml"
    sources: Path = PROJECT_ROOT / "orchestration" / "sources"
    memory: str = "4GB"


class Settings(_Strict):
    """Everything a stage needs to know about where and for whom it works."""

    home: Path
    campaign: Campaign
    campaign_file: Path
    sources: Path
    memory: str = "4GB"


def load_settings(home: Path | None = None, campaign: Path | None = None) -> Settings:
    """Read the environment and ``campaign.yaml``; arguments win over both.

    Raises:
        UserError: the file is missing, is no YAML, or holds an unknown key or a bad value;
            the sentence names file and line.
    """
    environment = Environment()
    file = campaign or environment.campaign
    return Settings(
        home=(home or environment.home).absolute(),
        campaign=load_campaign(file),
        campaign_file=file.absolute(),
        sources=environment.sources.absolute(),
        memory=environment.memory,
    )


def load_campaign(file: Path) -> Campaign:
    """Read one ``campaign.yaml``; :func:`load_settings` says what can go wrong."""
    content, lines = read_yaml(file)
    return validate_with_lines(Campaign, content, lines, file)


def read_yaml(file: Path) -> tuple[Any, dict[tuple[str | int, ...], int]]:
    """Read a YAML file as data plus the line of every key, so that a mistake can be pointed at.

    Raises:
        UserError: the file is missing, unreadable or no YAML, or repeats a key.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{file} does not exist; create it or name another file") from None
    except (OSError, UnicodeDecodeError) as mistake:
        raise UserError(f"{file} cannot be read ({mistake.__class__.__name__}); mend it") from None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[tuple[str | int, ...], int] = {}
        if node is not None:
            _collect_lines(node, (), lines, file)
        content = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as mistake:
        line = mistake.problem_mark.line + 1 if mistake.problem_mark else 1
        reason = mistake.problem
        raise UserError(f"{file}, line {line}: no valid YAML ({reason}); mend it") from None
    finally:
        loader.dispose()
    return content, lines


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as plain data; the C parser where it is there, for contracts are long.

    A date that is none stays text, for the model that reads it names the key and the line.
    """

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def _collect_lines(
    node: yaml.Node, at: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], file: Path
) -> None:
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*at, str(key.value))
            if here in lines:
                line = key.start_mark.line + 1
                raise UserError(f"{file}, line {line}: {key.value!r} stands here twice; keep one")
            lines[here] = key.start_mark.line + 1
            _collect_lines(value, here, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _collect_lines(value, (*at, index), lines, file)


def validate_with_lines(
    model: type[Model], content: Any, lines: dict[tuple[str | int, ...], int], file: Path
) -> Model:
    """Validate data against a model; the first mistake becomes a sentence with file and line.

    Raises:
        UserError: a key is unknown or missing, or a value is not what the model allows.
    """
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as mistake:
        # A misspelt key is told before the one that is missing because of it.
        first = min(mistake.errors(), key=lambda error: error["type"] != "extra_forbidden")
        place = tuple(p if isinstance(p, int) else str(p) for p in first["loc"])
        line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)
        name = ".".join(str(p) for p in place) or "the file"
        raise UserError(f"{file}, line {line}: {_sentence(name, dict(first))}") from None


def _sentence(name: str, error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return f"unknown key {name!r}; remove it or correct its spelling"
    if error["type"] == "missing":
        return f"{name!r} is missing; add it"
    return f"{name!r}: {error['msg'].removeprefix('Value error, ')}"


def writable_home(home: Path) -> Path:
    """Make sure that the home exists and can be written, before anything else is done.

    Raises:
        UserError: it cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as mistake:
        reason = mistake.strerror or "unknown reason"
        raise UserError(
            f"the home {home} cannot be made ({reason}); choose another --home"
        ) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise UserError(f"the home {home} cannot be written; choose another --home or its owner")
    return home
