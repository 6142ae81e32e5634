"""Tiers: how old data may be, the tighter the closer the contest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from orchestration.countdown.contest import Contest
from orchestration.countdown.tminus import deadline, parse_age, parse_offset


@dataclass(frozen=True)
class Tier:
    """From ``starts`` (T-minus notation) on, data may be at most ``max_age`` old."""

    starts: str
    max_age: timedelta

    @property
    def name(self) -> str:
        """The tier is called by its start, e.g. ``T-21d``."""
        return self.starts

    def begins(self, contest: Contest) -> datetime:
        """First moment of the tier: local midnight for days, the exact second for hours."""
        moment = deadline(contest, self.starts)
        if self.starts.endswith("d"):
            return moment.replace(hour=0, minute=0, second=0)
        return moment


def build_tiers(rules: dict[str, str]) -> tuple[Tier, ...]:
    """Read ``{"T-42d": "7d", ..}`` into tiers, outermost first.

    Raises:
        ValueError: a tier repeats, lies after the contest, or allows older data than the
            tier before it.
    """
    tiers = tuple(Tier(starts, parse_age(age)) for starts, age in rules.items())
    if not tiers:
        raise ValueError("no tier is given; add at least one like T-42d: 7d")
    offsets = [parse_offset(t.starts) for t in tiers]
    for tier, offset in zip(tiers, offsets, strict=True):
        if offset > timedelta(0):
            raise ValueError(f"tier {tier.starts} begins after the contest; write T-minus")
    for before, after, a, b in zip(tiers, tiers[1:], offsets, offsets[1:], strict=False):
        if b <= a:
            raise ValueError(f"tier {after.starts} must begin later than {before.starts}; reorder")
        if after.max_age > before.max_age:
            raise ValueError(
                f"tier {after.starts} allows older data than {before.starts}; lower its age"
            )
    return tiers


def demand_order(contest: Contest, tiers: Sequence[Tier]) -> None:
    """Make sure that the tiers follow each other on this contest's own clock.

    A day's tier begins at local midnight, an hour's so many hours before the start: T-50h looks
    earlier than T-2d, yet before a contest in the evening it begins later.

    Raises:
        ValueError: one would begin no later than the one before it, and hide it.
    """
    for before, after in pairwise(tiers):
        if after.begins(contest) <= before.begins(contest):
            raise ValueError(
                f"tier {after.starts} would begin {after.begins(contest):%Y-%m-%d %H:%M}, no later "
                f"than {before.starts}; they overlap, move one of them"
            )


def tier_in_force(contest: Contest, tiers: Sequence[Tier], moment: datetime) -> Tier:
    """The last tier that has begun; before the first one, the first (its age is the laxest)."""
    begun = [tier for tier in tiers if tier.begins(contest) <= moment]
    return begun[-1] if begun else tiers[0]


def next_change(contest: Contest, tiers: Sequence[Tier], moment: datetime) -> datetime | None:
    """When the next tier begins, or ``None`` in the last one."""
    later = [tier.begins(contest) for tier in tiers if tier.begins(contest) > moment]
    return min(later) if later else None
