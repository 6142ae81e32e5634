"""The contract: what a supplier sends, when, under which terms, and how it becomes ours.

What may stand in a ``source.yaml`` belongs here and in ``parts.py``. Reading the file with line
numbers is in ``load.py``; turning a feed into SQL is in ``mapping.py``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pydantic import Field, field_validator, model_validator

from orchestration.contracts.entities import ENTITIES, INPUTS
from orchestration.contracts.parts import (
    ColumnMapping,
    DataTime,
    Delivery,
    Format,
    Licence,
    Limits,
    Mode,
    Obligation,
    Part,
    Terms,
    Use,
    WideMapping,
)
from orchestration.contracts.traits import refused_trait
from orchestration.lake import text_hash

DELIMITERS = {"csv": ",", "tsv": "\t", "pipe": "|"}


@dataclass(frozen=True)
class Reading:
    """How a file is opened: feeds with equal readings can share one read of it."""

    format: Format
    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    names: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    member: str | None = None
    records: str | None = None
    sheet: str | None = None
    skip_rows: int = 0


class Feed(Part):
    """One kind of file of a source and the one entity it becomes.

    Attributes:
        one_to_one: Each row is another person, so two rows on one voter are a question for a
            human and not two links; elsewhere one person may leave many rows.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    files: str
    format: Format
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    header: bool = True
    names: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    member: str | None = None
    records: str | None = None
    sheet: str | None = None
    skip_rows: int = Field(default=0, ge=0)
    entity: str
    mode: Mode | None = None
    key: str | None = None
    one_per: str | None = None
    one_to_one: bool = False
    licence: Licence | None = None
    uses: tuple[Use, ...] | None = None
    checks: Limits = Limits()
    data_time: DataTime | None = None
    columns: dict[str, ColumnMapping]
    wide: dict[str, WideMapping] = Field(default_factory=dict)
    refuse: dict[str, str] = Field(default_factory=dict)
    rest: str = Field(default="keep", pattern=r"^(keep|drop)$")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        import codecs

        try:
            return value and codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"{value!r} is no encoding; write one like utf-8 or cp1252") from None

    @field_validator("entity")
    @classmethod
    def _known_entity(cls, value: str) -> str:
        if value not in ENTITIES:
            raise ValueError(f"{value!r} is no entity; use one of {', '.join(ENTITIES)}")
        return value

    @field_validator("refuse", mode="before")
    @classmethod
    def _with_trait(cls, value: object) -> object:
        if isinstance(value, list | tuple):
            return {str(name): refused_trait(str(name)) or "unwanted" for name in value}
        return value

    @model_validator(mode="after")
    def _layout(self) -> Feed:
        if self.format == "delimited" and not self.delimiter:
            raise ValueError("format delimited needs a delimiter; add it")
        if not self.header and not self.names:
            raise ValueError("a file without a header needs names, the columns in their order")
        if self.format == "fixed_width" and (not self.names or len(self.names) != len(self.widths)):
            raise ValueError("format fixed_width needs names and as many widths")
        lowered = [name.lower() for name in self.names]
        if len(set(lowered)) != len(lowered):
            twice = next(n for n in self.names if lowered.count(n.lower()) > 1)
            raise ValueError(f"names holds {twice!r} twice; each column needs its own name")
        return self

    @field_validator("wide")
    @classmethod
    def _plain_wide_names(cls, value: dict[str, WideMapping]) -> dict[str, WideMapping]:
        for name in value:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == "record_key":
                raise ValueError(f"{name!r} is no column name; write one like income_code")
        return value

    @model_validator(mode="after")
    def _known_columns(self) -> Feed:
        known = set(INPUTS[self.entity])
        for name in self.columns:
            if name not in known:
                raise ValueError(
                    f"{self.entity} has no column {name!r}; use one of {', '.join(sorted(known))}"
                )
        if "record_id" not in self.columns:
            raise ValueError("columns lacks record_id, the record's own id; add it")
        return self

    @model_validator(mode="after")
    def _no_refused_trait(self) -> Feed:
        for name, column in self.columns.items():
            for read in (name, *column.from_):
                self._refuse(read)
        for name, wide in self.wide.items():
            self._refuse(name)
            self._refuse(wide.from_)
        return self

    def _refuse(self, name: str) -> None:
        trait = refused_trait(name) or self.refuse.get(name)
        if trait:
            raise ValueError(
                f"{name!r} speaks of {trait}, which is never taken in; list it under refuse instead"
            )

    @property
    def reading(self) -> Reading:
        """How this feed's files are opened."""
        return Reading(
            format=self.format,
            delimiter=self.delimiter or DELIMITERS.get(self.format),
            encoding=self.encoding,
            header=self.header,
            names=self.names,
            widths=self.widths,
            member=self.member,
            records=self.records,
            sheet=self.sheet,
            skip_rows=self.skip_rows,
        )

    def takes(self, file_name: str) -> bool:
        """Whether a file of this name (without its folder) is one of this feed's."""
        return fnmatchcase(file_name, self.files)


class Contract(Part):
    """A source's ``source.yaml``."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    owner: str
    licence: Licence
    zone: str = "UTC"
    terms: Terms = Terms()
    delivery: Delivery = Delivery()
    checks: Limits = Limits()
    obligations: tuple[Obligation, ...] = ()
    feeds: tuple[Feed, ...] = Field(min_length=1)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is no time zone; write one like America/Chicago") from None

    @model_validator(mode="after")
    def _feeds_agree(self) -> Contract:
        names = [feed.name for feed in self.feeds]
        if len(set(names)) != len(names):
            raise ValueError("two feeds have one name; name each feed differently")
        for feed in self.feeds:
            for name, column in feed.columns.items():
                if column.of is not None and column.of not in names:
                    raise ValueError(
                        f"{feed.name}.{name}: there is no feed {column.of!r}; name one of this file"
                    )
        return self

    @property
    def version(self) -> str:
        """The content's name: equal meaning, equal version, whatever comments or order of keys."""
        # Whether rows compete for a voter is no matter of landing: nothing lands again for it.
        told = self.model_dump(mode="json", exclude={"feeds": {"__all__": {"one_to_one"}}})
        return text_hash(json.dumps(told, sort_keys=True))

    def feed(self, name: str) -> Feed:
        """The feed of that name."""
        return next(feed for feed in self.feeds if feed.name == name)

    def feeds_for(self, file_name: str) -> tuple[Feed, ...]:
        """The feeds that a file of this name belongs to; none means nobody asked for it."""
        return tuple(feed for feed in self.feeds if feed.takes(file_name))

    def mode_of(self, feed: Feed) -> Mode:
        """How this feed's deliveries follow one another."""
        return feed.mode or self.delivery.mode

    def limits_of(self, feed: Feed) -> Limits:
        """The feed's own limits where set, else the contract's."""
        return feed.checks.over(self.checks)

    def licence_of(self, feed: Feed, column: str | None = None) -> Licence:
        """The licence of a feed, or of one of its columns (ours or wide)."""
        if column is not None:
            part = feed.columns.get(column) or feed.wide.get(column)
            if part is not None and part.licence is not None:
                return part.licence
        return feed.licence or self.licence

    def uses_of(self, feed: Feed, column: str | None = None) -> tuple[Use, ...]:
        """The permitted uses of a feed, or of one of its columns (ours or wide)."""
        if column is not None:
            part = feed.columns.get(column) or feed.wide.get(column)
            if part is not None and part.uses is not None:
                return part.uses
        return feed.uses if feed.uses is not None else self.terms.uses
