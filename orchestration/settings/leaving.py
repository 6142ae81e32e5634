"""What may leave, in whose hands, as ``campaign.yaml`` sets it: the ``handoff`` block."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from orchestration.countdown.tminus import parse_age
from orchestration.settings.files import Strict

Role = Literal["engineer", "leadership", "field", "processor", "vendor"]
_MOST_PEOPLE: dict[Role, int] = {"field": 5_000}


class Seed(Strict):
    """A mailbox, number and address of the campaign's own, at which canaries are reached."""

    house_number: str
    street: str
    city: str
    state: str
    zip5: str = Field(pattern=r"^\d{5}$")
    phone: str = Field(pattern=r"^\+1\d{10}$")
    email: str = Field(pattern=r"^[^@+\s]+@[^@\s]+$")
    precinct_id: str | None = None


class HandoffSettings(Strict):
    """Caps, expiry, approval and canaries of lists.

    Attributes:
        most_people: The largest list that each role may ask for; a role that is missing gets none.
        approval_above: People on a list from which a second person must approve it.
        expires_after: How long a list may be used, at most until the day after the contest.
        canaries: Invented people on each list.
    """

    most_people: dict[Role, int] = Field(default_factory=lambda: dict(_MOST_PEOPLE))
    approval_above: int = Field(default=2_000, ge=0)
    expires_after: str = "7d"
    canaries: int = Field(default=2, ge=0, le=20)
    seeds: tuple[Seed, ...] = ()

    @field_validator("expires_after")
    @classmethod
    def _an_age(cls, text: str) -> str:
        parse_age(text)
        return text
