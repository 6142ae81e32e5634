"""From scored pairs to answers: the chance of each pair, one best match, groups of duplicates.

The prior is learnt from the pairs themselves: the share of true pairs is whatever makes the sum
of all chances equal to it. A record is one human, so its candidates compete; when both lists
hold everybody once, the other side's do too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orchestration.identity.match_model import Scoring
from orchestration.identity.match_read import Task
from orchestration.identity.workspace import one, rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Cuts:
    """When a chance is called what.

    Attributes:
        strong: At least this chance is a match.
        possible: At least this chance is worth a look.
        exact: At least this chance, with nothing that differs, is an exact match.
        repeats: Fewer records than this share a match: then each list holds everybody once.
        kin: More pairs than this share without a first name or birth that agrees: then the lists
            hold households, and such pairs are two of one.
        unmet: What a pair that no rule let meet counts for, when groups are joined.
    """

    strong: float = 0.5
    possible: float = 0.1
    exact: float = 0.95
    repeats: float = 0.03
    unmet: float = 0.3
    kin: float = 0.1


ROUNDS = 40
NEVER = -60
"""Bits of evidence against a pair that nothing makes up for."""


def prior_odds(con: duckdb.DuckDBPyConnection, task: Task, cuts: Cuts) -> float:
    """The prior, after pairs of one household are taken out of ``match_scored``."""
    con.execute(f"update match_scored set bits = {NEVER} where is_apart")
    prior = learn_prior(con, task)
    found = one(
        con,
        "select count(*) filter (is_kin), count(*) from match_scored "
        f"where power(2.0, least(bits, 60)) * {prior!r} >= 1",
    )
    if not found[0] or found[0] <= cuts.kin * found[1]:
        return prior
    con.execute(f"update match_scored set bits = {NEVER} where is_kin or is_contrary")
    return learn_prior(con, task)


def learn_prior(con: duckdb.DuckDBPyConnection, task: Task) -> float:
    """Prior odds at which the chances of all scored pairs add up to the share they imply."""
    left = rows(con, f"select count(*) from {task.left}")
    right = rows(con, f"select count(*) from {task.right}")
    pairs = max(left * (left - 1) / 2 if task.within else left * right, 2.0)
    found = con.execute("select rid, bits from match_scored").fetchnumpy()
    evidence = np.exp2(np.clip(np.asarray(found["bits"], dtype=float), -60, 60))
    _, record = np.unique(np.asarray(found["rid"]), return_inverse=True)
    matches = min(left, right) / 2 or 1.0
    for _ in range(ROUNDS):
        odds = evidence * matches / max(pairs - matches, 1.0)
        if task.within:
            expected = float((odds / (1 + odds)).sum())
        else:
            total = np.bincount(record, weights=odds) if len(odds) else np.zeros(1)
            expected = float((total / (1 + total)).sum())
        expected = min(max(expected, 0.5), pairs / 2)
        if abs(expected - matches) < 1e-4 * matches:
            break
        matches = expected
    return matches / max(pairs - matches, 1.0)


def match_lists(con: duckdb.DuckDBPyConnection, task: Task, scoring: Scoring, cuts: Cuts) -> bool:
    """Make ``match_best(rid, vid, probability, runner_up, class)``, a row for each record.

    Returns:
        Whether each record of the other list was given once only.
    """
    prior = prior_odds(con, task, cuts)
    con.execute(f"""
        create or replace temp table match_odds as
        select *, power(2.0, least(greatest(bits, -60), 60)) * {prior!r} as odds from match_scored;
        create or replace temp table match_first as
        select *, odds / (1 + sum(odds) over (partition by rid)) as by_left,
            odds / (1 + sum(odds) over (partition by vid)) as by_right
        from match_odds
    """)
    unique = _hold_everybody_once(con, cuts)
    chance = "least(by_left, by_right)" if unique else "by_left"
    con.execute(f"""
        create or replace temp table match_chances as
        select *, round({chance}, 6) as probability from match_first
    """)
    _choose(con, unique, cuts)
    con.execute(f"""
        create or replace temp table match_best as
        select l.idx as rid, c.vid, c.probability, c.runner_up, {_class(scoring, cuts)} as class,
            {_evidence(scoring)} as evidence
        from {task.left} l
        left join match_chosen c on l.idx = c.rid
        order by rid
    """)
    return unique


def _hold_everybody_once(con: duckdb.DuckDBPyConnection, cuts: Cuts) -> bool:
    """Whether hardly any record is the sure match of two, on either side."""
    found = one(
        con,
        """
        with by_record as (
            select count(*) as n from match_first where by_left >= 0.9 group by vid
        ),
        by_row as (
            select count(*) as n from match_first where by_right >= 0.9 group by rid
        )
        select (select coalesce(sum(n) filter (n > 1), 0) / greatest(sum(n), 1) from by_record),
            (select coalesce(sum(n) filter (n > 1), 0) / greatest(sum(n), 1) from by_row)
        """,
    )
    return all(share is not None and share <= cuts.repeats for share in found)


def _choose(con: duckdb.DuckDBPyConnection, unique: bool, cuts: Cuts) -> None:
    """The best match of each record; of unique lists in rounds, so that no row is given twice."""
    con.execute("""
        create or replace temp table match_chosen as
        select *, null::double as runner_up from match_chances where false
    """)
    best_for_right = (
        "and row_number() over (partition by vid order by probability desc, bits desc, rid) = 1"
        if unique
        else ""
    )
    barred = "anti join (select vid from match_chosen) t on c.vid = t.vid" if unique else ""
    while True:
        before = rows(con, "select count(*) from match_chosen")
        con.execute(f"""
            insert into match_chosen
            select * from (
                select c.*, lead(c.probability) over w as runner_up
                from match_chances c
                anti join (select rid from match_chosen) d on c.rid = d.rid
                {barred}
                where c.probability >= {cuts.possible}
                window w as (partition by c.rid order by c.probability desc, c.bits desc, c.vid)
                qualify row_number() over w = 1 {best_for_right.replace("vid", "c.vid", 1)}
            )
        """)
        if rows(con, "select count(*) from match_chosen") == before:
            return


def _class(scoring: Scoring, cuts: Cuts) -> str:
    agree = " and ".join(
        f"c.g_{comparison.name} in (-1, {len(comparison.levels) - 1})"
        for comparison in scoring.comparisons
    )
    return (
        f"case when c.rid is null or c.probability < {cuts.possible} then 'none' "
        f"when c.probability >= {cuts.exact} and {agree or 'true'} then 'exact' "
        f"when c.probability >= {cuts.strong} then 'strong' else 'possible' end"
    )


def _evidence(scoring: Scoring) -> str:
    """SQL: each field with how it agrees, strongest level first named; silent fields left out."""
    parts = []
    for comparison in scoring.comparisons:
        words = comparison.name.replace("_", " ")
        whens = " ".join(
            f"when {comparison.gamma(level.name)} then '{words} {level.name}'"
            for level in comparison.levels
        )
        parts.append(f"case c.g_{comparison.name} {whens} end")
    return f"concat_ws('; ', {', '.join(parts)})" if parts else "null::varchar"


def find_duplicates(
    con: duckdb.DuckDBPyConnection, task: Task, scoring: Scoring, cuts: Cuts
) -> None:
    """Make ``match_groups(rid, cluster)`` and ``match_best``: each record's surest companion.

    Groups grow in rounds: two that are each other's best are joined while the mean chance of all
    pairs between them holds, so one wrong pair does not join two families, as it would in plain
    components.
    """
    prior = prior_odds(con, task, cuts)
    con.execute(f"""
        create or replace temp table match_chances as
        select *, round(odds / (1 + odds), 6) as probability from (
            select *, power(2.0, least(greatest(bits, -60), 60)) * {prior!r} as odds
            from match_scored);
        create or replace temp table match_groups as
        select idx as rid, idx as cluster from {task.left};
        create or replace temp table match_edges as
        with likely as (from match_chances where probability >= 0.001),
        surely as (
            select rid from likely where probability >= {cuts.strong}
            union select vid from likely where probability >= {cuts.strong}
        )
        select p.rid as a, p.vid as b, coalesce(c.probability, 0) as total, 1::bigint as met
        from pairs p left join likely c using (rid, vid)
        where c.rid is not null
            or (p.rid in (from surely) and p.vid in (from surely))
    """)
    while _join_round(con, cuts):
        pass
    con.execute(f"""
        create or replace temp table match_best as
        with either as (
            select rid, vid, * exclude (rid, vid) from match_chances
            union all by name
            select vid as rid, rid as vid, * exclude (rid, vid) from match_chances
        ),
        inside as (
            select b.* from either b
            join match_groups l on b.rid = l.rid join match_groups r on b.vid = r.rid
            where l.cluster = r.cluster
        ),
        c as (
            select *, null::double as runner_up from inside
            qualify row_number() over (partition by rid order by probability desc, bits desc, vid)
                = 1
        )
        select l.idx as rid, c.vid, c.probability, c.runner_up, {_class(scoring, cuts)} as class,
            {_evidence(scoring)} as evidence
        from {task.left} l left join c on l.idx = c.rid
        order by rid
    """)


def _join_round(con: duckdb.DuckDBPyConnection, cuts: Cuts) -> int:
    """Join all pairs of groups that are each other's best; gives how many were joined."""
    con.execute(f"""
        create or replace temp table group_sizes as
        select cluster, count(*) as n from match_groups group by cluster;
        create or replace temp table joinable as
        select e.a, e.b, (e.total + {cuts.unmet} * (x.n * y.n - e.met)) / (x.n * y.n) as mean
        from match_edges e
        join group_sizes x on e.a = x.cluster join group_sizes y on e.b = y.cluster
        where mean >= {cuts.strong};
        create or replace temp table best_of as
        select g, arg_max(other, (mean, -other)) as other from (
            select a as g, b as other, mean from joinable
            union all select b, a, mean from joinable
        ) group by g;
        create or replace temp table joined as
        select x.g as stays, y.g as goes from best_of x join best_of y
        on x.other = y.g and y.other = x.g where x.g < y.g;
        update match_groups set cluster = j.stays from joined j where cluster = j.goes;
        create or replace temp table match_edges as
        select least(a, b) as a, greatest(a, b) as b, sum(total) as total,
            sum(met)::bigint as met
        from (
            select coalesce(x.stays, e.a) as a, coalesce(y.stays, e.b) as b, total, met
            from match_edges e
            left join joined x on e.a = x.goes left join joined y on e.b = y.goes
        ) where a != b group by all
    """)
    return rows(con, "select count(*) from joined")
