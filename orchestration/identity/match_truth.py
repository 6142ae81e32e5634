"""How good a matching was, against an answer that stands in the lists themselves.

Between two lists a record counts once: right when its match carries the same answer. Within one
list pairs count: every two records with one answer should be in one group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.identity.match_read import Task
from orchestration.identity.workspace import one

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1, with the counts they come from."""

    matched: int
    right: int
    possible: int

    @property
    def precision(self) -> float:
        """Share of what was matched that is right."""
        return self.right / self.matched if self.matched else 0.0

    @property
    def recall(self) -> float:
        """Share of what could be matched that was, and rightly."""
        return self.right / self.possible if self.possible else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.matched + self.possible
        return 2 * self.right / both if both else 0.0


def between(con: duckdb.DuckDBPyConnection, task: Task) -> Score:
    """Quality of ``match_best`` between two lists; a record without an answer is left out."""
    return Score(
        *one(
            con,
            f"""
            select count(*) filter (b.class in ('exact', 'strong')),
                count(*) filter (b.class in ('exact', 'strong') and r.answer = l.answer),
                count(*) filter (l.answer in (select answer from {task.right}))
            from {task.left} l
            join match_best b on l.idx = b.rid
            left join {task.right} r on b.vid = r.idx
            where l.answer is not null
            """,
        )
    )


def within(con: duckdb.DuckDBPyConnection, task: Task) -> Score:
    """Quality of ``match_groups`` in pairs of records; those without an answer are left out."""
    return Score(
        *one(
            con,
            f"""
            with known as (
                select g.cluster, l.answer from match_groups g
                join {task.left} l on g.rid = l.idx where l.answer is not null
            ),
            pairs as (
                select coalesce(sum(n * (n - 1) / 2), 0)::bigint as n, 'made' as what
                from (select count(*) as n from known group by cluster)
                union all
                select coalesce(sum(n * (n - 1) / 2), 0)::bigint, 'right'
                from (select count(*) as n from known group by cluster, answer)
                union all
                select coalesce(sum(n * (n - 1) / 2), 0)::bigint, 'possible'
                from (select count(*) as n from known group by answer)
            )
            select max(n) filter (what = 'made'), max(n) filter (what = 'right'),
                max(n) filter (what = 'possible') from pairs
            """,
        )
    )
