"""What every writer of contacts is handed for one chunk, and ids no two records share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.demo.cards import cards
from orchestration.demo.days import OFFSET
from orchestration.demo.dirt import Dirt, soil
from orchestration.demo.draws import Ints, stream
from orchestration.demo.history import History
from orchestration.demo.outcome import Outcome
from orchestration.demo.people import People
from orchestration.demo.selection import Seen
from orchestration.demo.text import moments
from orchestration.demo.writers.inbox import Inbox, Truth

PER_CHUNK = 1_000_000  # records of one kind in one chunk, at most


@dataclass(frozen=True, eq=False)
class Job:
    """One chunk on its way into the files."""

    seed: int
    people: People
    history: History
    outcome: Outcome
    seen: Seen
    inbox: Inbox
    truth: Truth

    @property
    def number(self) -> int:
        """The chunk's number."""
        return self.people.chunk.number

    def rng(self, name: str) -> np.random.Generator:
        """A stream for one writer."""
        return stream(self.seed, self.number, "writer", name)

    def cards(self, name: str, rows: Ints, dirt: Dirt) -> pl.DataFrame:
        """Spoilt cards of these people, one a record."""
        return soil(stream(self.seed, self.number, "dirt", name), cards(self.people, rows), dirt)

    def ids(self, prefix: str, size: int, width: int = 6) -> pl.Series:
        """Ids in the order of writing, never used twice in a demo."""
        numbers = pl.Series("id", self.number * PER_CHUNK + 1 + np.arange(size))
        return prefix + numbers.cast(pl.String).str.zfill(width)


def stamps(seconds: Ints) -> pl.Series:
    """Local moments as ISO text with their offset."""
    text = pl.from_arrow(moments(seconds))
    assert isinstance(text, pl.Series)
    return text + "-06:00"


def utc_stamps(seconds: Ints) -> pl.Series:
    """Local moments as ISO text in UTC."""
    text = pl.from_arrow(moments(seconds + OFFSET))
    assert isinstance(text, pl.Series)
    return text + "Z"


def pick(rng: np.random.Generator, values: list[str], size: int) -> pl.Series:
    """One of the values a row, each as likely."""
    return pl.Series(values, dtype=pl.String).gather(rng.integers(0, len(values), size))


def flag(rng: np.random.Generator, chance: float, size: int, yes: str, no: str) -> pl.Series:
    """One of two words a row."""
    return pl.Series([no, yes]).gather((rng.random(size) < chance).astype(np.int64))


def in_order(frame: pl.DataFrame, seconds: Ints) -> tuple[pl.DataFrame, Ints]:
    """Rows in order of time, as an export lists them."""
    order = np.argsort(seconds, kind="stable")
    return frame[order], seconds[order]
