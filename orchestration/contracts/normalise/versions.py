"""Versions of the normal forms, one a kind of column: what changes lands again, and nothing else.

Whoever changes a result raises the number of its kind, and of the kinds that are made with it. A
delivery's record holds the version of the kinds that its feeds use, so a new way to read phones
lands anew the files that have phones.
"""

from __future__ import annotations

from orchestration.contracts.entities import ADDRESS_INPUTS, ENTITIES, INPUTS
from orchestration.contracts.model import Feed
from orchestration.lake import text_hash

ROW = "row"
VERSIONS: dict[str, int] = {
    ROW: 2,  # the hash of a row is DuckDB's own
    "votes": 2,
    # backticks are apostrophes
    "name": 2, "full_name": 2, "city": 2, "county": 2, "street": 2, "address": 2, "unit": 2,
}  # fmt: skip
"""Kinds that ever changed; the others are 1. ``row`` is what every record is made with."""

_MADE_WITH: dict[str, tuple[str, ...]] = {
    "full_name": ("name", "suffix"),
    "name": ("suffix",),
    "address": ("street", "unit", "house_number"),
}
"""Kinds whose text is taken apart into others."""


def kinds_of(feed: Feed) -> frozenset[str]:
    """Every kind of normal form that a feed's columns are read with."""
    inputs = INPUTS[feed.entity]
    kinds = {column.parse or inputs[name] for name, column in feed.columns.items()}
    kinds |= {wide.type.lower() for wide in feed.wide.values()}
    if ENTITIES[feed.entity].is_personal and set(ADDRESS_INPUTS) & set(feed.columns):
        kinds |= {"address"}
    return frozenset({ROW, *kinds, *(made for kind in kinds for made in _MADE_WITH.get(kind, ()))})


def normaliser_version(*feeds: Feed) -> str:
    """A name for the versions of all that these feeds are read with."""
    kinds = frozenset().union(*(kinds_of(feed) for feed in feeds))
    return text_hash(*(f"{kind} {VERSIONS.get(kind, 1)}" for kind in sorted(kinds)))
