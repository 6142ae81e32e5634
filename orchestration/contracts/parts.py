"""The smaller parts of a contract: terms, delivery, limits and how one column is filled.

The contract and its feeds are in ``model.py``; how a part becomes SQL is in ``mapping.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from orchestration.countdown.tminus import parse_age, parse_offset

Licence = Literal["first_party", "party_exchange", "purchased", "public_record"]
RESTRICTION: tuple[Licence, ...] = ("public_record", "first_party", "party_exchange", "purchased")
"""From what anybody may know to what money and a contract bind: what is made from several values
carries the licence that stands last here."""
Use = Literal["analytics", "door", "phone", "text", "mail", "email", "giveback", "pool"]
Mode = Literal["append", "upsert", "snapshot"]
Format = Literal[
    "csv", "tsv", "pipe", "delimited", "fixed_width", "json", "ndjson", "xlsx", "parquet", "fec"
]
Parser = Literal[
    "text", "name", "full_name", "suffix", "phone", "email", "zip", "date", "birth_date",
    "timestamp", "year", "integer", "decimal", "double", "boolean", "state", "county", "city",
    "gender", "party", "code", "house_number", "street", "address", "unit", "id",
]  # fmt: skip
WideType = Literal["VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP"]
Value = str | int | float | bool | None


def _offset(text: str) -> str:
    parse_offset(text)
    return text


def _age(text: str) -> str:
    parse_age(text)
    return text


TMinus = Annotated[str, AfterValidator(_offset)]
Age = Annotated[str, AfterValidator(_age)]


class Part(BaseModel):
    """What every part of a contract shares: unknown keys are mistakes, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Terms(Part):
    """What was agreed with the supplier; ``price`` None means undisclosed, not free."""

    price: float | None = Field(default=None, ge=0)
    until: date | None = None
    uses: tuple[Use, ...] = ()


class Lateness(Part):
    """How late this supplier's deliveries usually are: in half and in nine of ten cases."""

    p50: Age
    p90: Age

    @model_validator(mode="after")
    def _in_order(self) -> Lateness:
        if parse_age(self.p50) > parse_age(self.p90):
            raise ValueError("p50 is later than p90; swap them")
        return self


class Delivery(Part):
    """When it comes, until when it is needed, and what happens when it does not come."""

    mode: Mode = "append"
    cadence: Age | None = None
    needed_by: TMinus | None = None
    if_late: Literal["block", "carry_forward", "drop"] = "carry_forward"
    promised: tuple[date, ...] = ()
    usual_lateness: Lateness | None = None

    @field_validator("promised", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if value is None:
            return ()
        return value if isinstance(value, list | tuple) else (value,)


class Limits(Part):
    """Where a delivery's numbers become a failed check; None leaves that check out.

    Attributes:
        max_null_rise_pct: Points by which a column's share of nulls may rise over a delivery.
        max_category_shift_pct: Points that may change hands between the codes of a column.
    """

    min_rows: int | None = Field(default=None, ge=0)
    max_drop_pct: float | None = Field(default=None, ge=0, le=100)
    max_quarantine_pct: float | None = Field(default=None, ge=0, le=100)
    max_null_rise_pct: float | None = Field(default=None, ge=0, le=100)
    max_category_shift_pct: float | None = Field(default=None, ge=0, le=100)

    def over(self, general: Limits) -> Limits:
        """These limits where set, else the general ones."""
        return Limits(**{**general.model_dump(), **self.model_dump(exclude_none=True)})


class Obligation(Part):
    """What the campaign owes, and the event that makes it due.

    Attributes:
        kind: A pledge is a promise given once; a give-back is data that returns to the supplier.
    """

    kind: Literal["pledge", "give_back", "deletion", "other"] = "other"
    event: str
    duty: str


class VoteColumns(Part):
    """Where one kind of election stands in a wide file.

    Attributes:
        dates: Columns (names or patterns with ``*``) that hold the date of an election voted in.
        flags: Columns that hold a mark when the person took part in that year.
        headers: Patterns with strptime fields for columns whose name is the election, as
            ``PRIMARY-%m/%d/%Y``; any mark but those of ``absent`` is a vote.
        absent: Marks that mean "did not vote".
    """

    dates: tuple[str, ...] = ()
    flags: dict[str, int] = Field(default_factory=dict)
    headers: tuple[str, ...] = ()
    absent: tuple[str, ...] = ("N", "0", "FALSE")

    @field_validator("dates", "headers", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("headers")
    @classmethod
    def _with_year(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if "%Y" not in pattern and "%y" not in pattern:
                raise ValueError(f"{pattern!r} has no year; write one like PRIMARY-%m/%d/%Y")
        return value

    @model_validator(mode="after")
    def _something(self) -> VoteColumns:
        if not (self.dates or self.flags or self.headers):
            raise ValueError("name the columns as dates, flags or headers")
        return self


ELECTIONS = {
    "C": "caucus",
    "G": "general",
    "P": "primary",
    "S": "special",
    "M": "city",
    "E": "school",
}


class VoteGroups(Part):
    """Groups of columns that repeat, in which the kind of election stands beside its date.

    Attributes:
        dates: A pattern of the columns that hold the date, as ``ELECTION_DATE_*``.
        kinds: The same of the columns that hold the kind; equal text for the star, one group.
        values: The supplier's words for kinds, each with its letter; others are no vote of ours.
    """

    dates: str
    kinds: str
    values: dict[str, str]

    @field_validator("dates", "kinds")
    @classmethod
    def _with_star(cls, value: str) -> str:
        if value.count("*") != 1:
            raise ValueError(f"{value!r} needs one star for what tells the groups apart")
        return value

    @field_validator("values")
    @classmethod
    def _known_elections(cls, value: dict[str, str]) -> dict[str, str]:
        return {word: _election(letter) for word, letter in value.items()}


def _election(letter: str) -> str:
    if letter not in ELECTIONS:
        known = ", ".join(f"{k} {v}" for k, v in ELECTIONS.items())
        raise ValueError(f"{letter!r} is no kind of election; use {known}")
    return letter


class ColumnMapping(Part):
    """How one of our columns is filled from the supplier's; exactly one origin.

    Attributes:
        from_: A file column, or several of which the first that is not empty counts.
        sql: One SQL expression over the file's columns (all text).
        const: A fixed value.
        votes: For ``vote_history``: the columns of each kind of election, by its letter.
        groups: For ``vote_history``: repeated columns whose kind stands beside the date; alone or
            with ``votes``.
        parse: How the text is read; default what the entity's column asks for.
        formats: strptime patterns of dates and times, tried in order.
        values: A list of codes; a code that is not in it becomes ``default``.
        authority: Who issued this id, put before it, as in ``IA:123456789``.
        of: For a ``contact_key``: the feed whose record this is.
    """

    from_: tuple[str, ...] = Field(default=(), alias="from")
    sql: str | None = None
    const: Value = None
    votes: dict[str, VoteColumns] | None = None
    groups: VoteGroups | None = None
    required: bool = False
    unique: bool = False
    parse: Parser | None = None
    formats: tuple[str, ...] = ()
    values: dict[str, Value] | None = None
    default: Value = None
    authority: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]*$")
    of: str | None = None
    licence: Licence | None = None
    uses: tuple[Use, ...] | None = None

    @field_validator("from_", "formats", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("values", mode="before")
    @classmethod
    def _quoted(cls, value: object) -> object:
        if isinstance(value, dict) and any(isinstance(key, bool) for key in value):
            raise ValueError("YAML reads yes/no/on/off as true/false; put the codes in quotes")
        return {str(k): v for k, v in value.items()} if isinstance(value, dict) else value

    @field_validator("votes")
    @classmethod
    def _known_elections(
        cls, value: dict[str, VoteColumns] | None
    ) -> dict[str, VoteColumns] | None:
        for letter in value or {}:
            _election(letter)
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        given = [bool(self.from_), self.sql is not None, self.const is not None, self.is_history]
        if sum(given) != 1:
            raise ValueError("say exactly one of from, sql, const and votes")
        return self

    @property
    def is_history(self) -> bool:
        """Whether it is a list of elections, put together from several columns."""
        return bool(self.votes) or self.groups is not None


class WideMapping(Part):
    """One of a vendor's many columns, kept wide and typed beside the records."""

    from_: str = Field(alias="from")
    type: WideType = "VARCHAR"
    values: dict[str, Value] | None = None
    licence: Licence | None = None
    uses: tuple[Use, ...] | None = None


class DataTime(Part):
    """The age of the data itself: a column, or a date in the file's name (strptime pattern)."""

    from_: str | None = Field(default=None, alias="from")
    file: str | None = None
    formats: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> DataTime:
        if (self.from_ is None) == (self.file is None):
            raise ValueError("say exactly one of from and file")
        return self
