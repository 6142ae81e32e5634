"""A feed laid over the columns that a file really has: what is read, kept and refused.

Text only, no data is touched. The query that follows from it is in ``mapping.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.contracts.expressions import check_expression
from orchestration.contracts.model import Contract, Feed
from orchestration.contracts.traits import refused_trait
from orchestration.contracts.votes import history_columns


@dataclass(frozen=True)
class FeedPlan:
    """A feed and a file's columns.

    Attributes:
        columns: The file's columns.
        used: Those that are read into something of ours.
        kept: Those that go to ``rest``.
        refused: Those that are read into nothing, with the trait that they speak of.
        absent: Names that the feed reads and the file does not have; they count as empty.
    """

    contract: Contract
    feed: Feed
    columns: tuple[str, ...]
    used: tuple[str, ...]
    kept: tuple[str, ...]
    refused: dict[str, str]
    absent: tuple[str, ...] = ()

    @property
    def key_prefix(self) -> str:
        """What stands before a record id in its ``record_key``."""
        return f"{self.contract.source}/{self.feed.name}:"

    def own(self, name: str) -> str:
        """A column's name as the file spells it; case does not count."""
        every = (*self.columns, *self.absent)
        return next(own for own in every if own.lower() == name.lower())


def columns_read(feed: Feed, columns: tuple[str, ...]) -> dict[str, str]:
    """The file columns that a feed reads, each with the column of ours that first asks for it."""
    found: dict[str, str] = {}
    for name, column in feed.columns.items():
        reads = [*column.from_]
        if column.sql is not None:
            reads += check_expression(column.sql)
        reads += history_columns(column, columns)
        for read in reads:
            found.setdefault(read, name)
    for name, wide in feed.wide.items():
        found.setdefault(wide.from_, f"wide.{name}")
    data_time = feed.data_time.from_ if feed.data_time else None
    for asked, by in (("data_time", data_time), ("key", feed.key), ("one_per", feed.one_per)):
        if by:
            found.setdefault(by, asked)
    return found


def plan_feed(contract: Contract, feed: Feed, columns: tuple[str, ...]) -> FeedPlan:
    """Lay a feed over a file's columns; call ``check_shape`` before, which says what is missing.

    A column that nobody mapped and whose name speaks of a refused trait is refused too.
    """
    own = {name.lower(): name for name in columns}
    reads = columns_read(feed, columns)
    used = tuple(dict.fromkeys(own[read.lower()] for read in reads if read.lower() in own))
    absent = {read.lower(): read for read in reads if read.lower() not in own and "*" not in read}
    refused = {own[n.lower()]: trait for n, trait in feed.refuse.items() if n.lower() in own}
    for name in columns:
        trait = refused_trait(name)
        if trait and name not in used:
            refused.setdefault(name, trait)
    kept: tuple[str, ...] = ()
    if feed.rest == "keep":
        kept = tuple(name for name in columns if name not in used and name not in refused)
    return FeedPlan(contract, feed, columns, used, kept, refused, tuple(absent.values()))
