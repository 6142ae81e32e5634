"""How good links are against somebody who knows: reviewed pairs, or the truth of an invented world.

Precision says how often a link is right, recall how many of the possible ones were made; both
with Wilson's interval, for a share near one has no normal error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval; all three are 0, 0 and 1 when there was nothing to count."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Quality:
    """One group of records; counts are sums of weights where records stand for others.

    Attributes:
        group: Which.
        linked: Links made.
        right: Links that are right.
        possible: Links that could have been made.
        effect: How many rows one row of a weighted sample is worth, for the intervals; 1 when
            nothing is weighted.
    """

    group: str
    linked: float
    right: float
    possible: float
    effect: float = 1.0

    @property
    def precision(self) -> Share:
        """Right links among those made."""
        return self._share(self.linked)

    @property
    def recall(self) -> Share:
        """Right links among the possible."""
        return self._share(self.possible)

    @property
    def f1(self) -> Share:
        """Harmonic mean of both: right links among the mean of those made and those possible."""
        return self._share((self.linked + self.possible) / 2)

    def _share(self, of: float) -> Share:
        return wilson(self.right / self.effect, of / self.effect)


def wilson(hits: float, of: float, z: float = 1.959964) -> Share:
    """A share with Wilson's score interval.

    >>> share = wilson(995, 1000)
    >>> round(share.low, 3), round(share.high, 3)
    (0.988, 0.998)
    """
    if not of:
        return Share(0.0, 0.0, 1.0)
    p = hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return Share(p, max(0.0, middle - reach), min(1.0, middle + reach))


def evaluate(
    con: duckdb.DuckDBPyConnection, links: str, known: str, by: Sequence[str] = ()
) -> list[Quality]:
    """Quality overall (first) and in each group of ``by``.

    Args:
        con: Where both queries can be run.
        links: Query giving ``record_key``, ``voter_key`` and the columns of ``by``; with a column
            ``weight`` where a record stands for others.
        known: Query giving ``record_key`` and its right ``voter_key`` (null for nobody);
            records that it does not name are left out.
        by: Columns of ``links`` to group by, each apart.
    """
    given = {row[0] for row in con.execute(f"describe {links}").fetchall()}
    weight = "l.weight" if "weight" in given else "1.0"
    con.execute(f"""
        create or replace temp table judged as
        select l.*, {weight}::double as stands_for, k.voter_key as known_voter
        from ({links}) l join ({known}) k using (record_key)
    """)
    measured = """
        coalesce(sum(stands_for) filter (voter_key is not null), 0),
        coalesce(sum(stands_for) filter (voter_key = known_voter), 0),
        coalesce(sum(stands_for) filter (known_voter is not null), 0),
        coalesce(sum(stands_for ** 2) / sum(stands_for), 1)
        from judged
    """
    found = [("all", *row) for row in con.execute(f"select {measured}").fetchall()]
    for column in by:
        found += con.execute(
            f"select '{column}: ' || coalesce({column}::varchar, 'none'), {measured} "
            "group by 1 order by 1"
        ).fetchall()
    # A group without a link and without one to make says nothing.
    return [Quality(*row) for row in found if row[0] == "all" or row[1] or row[3]]
