"""The part of ``campaign.yaml`` that the forecast reads: hours, crews, tasks and deliverables."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from orchestration.countdown.tminus import parse_offset
from orchestration.settings.files import Strict


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


class Work(Strict):
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


class CrewSettings(Strict):
    """People who do one kind of task, and the hours each gives on a working day."""

    people: int = Field(ge=0)
    hours_per_day: float = Field(gt=0, le=24)


class Task(Strict):
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


class Deliverable(Strict):
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


class RemedyCosts(Strict):
    """Points of pain of each kind of remedy; only their proportions count."""

    drop: float = Field(default=3, gt=0)
    carry_forward: float = Field(default=1.5, gt=0)
    person: float = Field(default=1, gt=0)
    universe: float = Field(default=4, gt=0)


class ForecastSettings(Strict):
    """What the forecast aims at and what it may assume."""

    target: float = Field(default=0.9, gt=0, lt=1)
    onboarding_hours: float = Field(default=4, ge=0)
    costs: RemedyCosts = RemedyCosts()
