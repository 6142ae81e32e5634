"""Which pairs are worth comparing: rules measured in pairs before any pair is made.

Every rule carries geography (zip, county, state, or a phone number, whose area is in it).
Blocks that are too large tell nothing and cost everything: they are skipped and reported, so
100,000 records with one phone cost as much as none.

A block's size counts every row, also when only some rows' pairs are wanted (:class:`Again`):
else a late delivery would meet blocks that are too large for everybody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orchestration.identity.workspace import one, rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class BlockRule:
    """One way in which a record and a voter may meet.

    Attributes:
        name: As it stands in the report.
        parts: SQL expressions over one side; the key is null when any of them is.
        only: Condition on the left rows that use the rule; empty for all.
    """

    name: str
    parts: tuple[str, ...]
    only: str = ""


ONE_NAME = "least(first_token, last_name)"
OTHER_NAME = "greatest(first_token, last_name)"
# What each rule adds that no other finds stands in benchmarks/README.md; one that added next to
# nothing for its pairs is not here: names in zip, first name and birth year in zip.
RULES = (
    # Both names in either order: finds exact names and exchanged ones.
    BlockRule("names in county", ("county_fips", ONE_NAME, OTHER_NAME)),
    BlockRule("surname and initial in zip", ("zip5", "last_name", "left(first_name, 1)")),
    BlockRule(
        "birth date and initial in county", ("county_fips", "birth_date", "left(first_name, 1)")
    ),
    BlockRule("first name and birth date in state", ("state", "first_token", "birth_date")),
    BlockRule("surname and birth date in state", ("state", "last_name", "birth_date")),
    BlockRule("surname and birth year in county", ("county_fips", "last_name", "birth_year")),
    BlockRule("address and initial", ("zip5", "house_number", "street", "left(first_name, 1)")),
    BlockRule("address and surname", ("zip5", "house_number", "left(street, 4)", "last_name")),
    BlockRule("phone", ("unnest([phone, phone_2])",)),
    BlockRule("email in state", ("state", "email")),
    # Who tells no place may still have a phone of the region.
    BlockRule("names in area of phone", ("area", ONE_NAME, OTHER_NAME), "county_fips is null"),
)


@dataclass(frozen=True)
class BlockLimits:
    """The guard.

    Attributes:
        voters_per_block: A block with more of the standing side is skipped.
        pairs_per_block: A block with more pairs is skipped.
        pairs_per_record: A rule that makes more pairs than this for each open record is
            tightened to its small blocks, largest skipped first.
        least_pairs: ...but a rule may always make so many.
    """

    voters_per_block: int = 200
    pairs_per_block: int = 20_000
    pairs_per_record: int = 60
    least_pairs: int = 1_000_000


@dataclass(frozen=True)
class BlockReport:
    """What one rule came to; kept in ``blocks.parquet``.

    Attributes:
        pairs: Pairs made.
        within_limits: Pairs of all blocks within the limits of a block, made or not; an upper
            bound where only some rows' pairs were wanted.
        is_cut: Whether blocks within those limits were skipped because the rule made too many.
    """

    rule: str
    pairs: int
    skipped_blocks: int
    skipped_pairs: int
    skipped_records: int
    within_limits: int = 0
    is_cut: bool = False


@dataclass(frozen=True)
class Again:
    """Pairs of some rows, where those of the others are known from a run before.

    Attributes:
        only: Table of the left rows whose pairs are wanted.
        skipped: Table ``(rule, key, n_right)`` of the blocks skipped then.
        counts: Whether ``n_right`` is to be believed where ``only`` does not have the key.
        within_limits: By rule, what :class:`BlockReport` said of them all.
    """

    only: str
    skipped: str
    counts: bool
    within_limits: dict[str, int]


def make_pairs(
    con: duckdb.DuckDBPyConnection,
    left: str,
    right: str,
    limits: BlockLimits | None = None,
    rules: tuple[BlockRule, ...] = RULES,
    again: Again | None = None,
) -> list[BlockReport]:
    """Build ``pairs(rid, vid, rule)`` between two tables; each pair once, by its first rule.

    With the same table on both sides, each pair stands once, the smaller number left. Beside it
    stand ``skipped_blocks(rule, key, n_right)`` and, with ``again``, ``turned(idx)``: left rows
    of blocks that were skipped before and are not now, or the other way round.
    """
    limits = limits or BlockLimits()
    con.execute("""
        create or replace temp table met (rid integer, vid integer, rule utinyint);
        create or replace temp table skipped_blocks (rule varchar, key varchar, n_right bigint);
        create or replace temp table turned (idx integer)
    """)
    reports = []
    for number, rule in enumerate(rules):
        _measure(con, rule, left, right, again)
        total, is_cut = _choose(con, rule, left, left == right, limits, again)
        made = _meet(con, rule, number, left == right, again)
        reports.append(replace(made, within_limits=total, is_cut=is_cut))
    con.execute("""
        create or replace temp table pairs as
        select rid, vid, min(rule) as rule from met group by rid, vid;
        drop table met
    """)
    return reports


def _measure(
    con: duckdb.DuckDBPyConnection, rule: BlockRule, left: str, right: str, again: Again | None
) -> None:
    """Make ``keys_left``, ``keys_right`` and ``sizes``, the pairs of each block."""
    # Most of a voter file meets nobody: its rows are let through by a hash before their keys are
    # written out and counted.
    others = "from keys_left" if left == right else keys_sql(rule, right, "hashes_left")
    con.execute(f"""
        create or replace temp table keys_left as {keys_sql(rule, left, only=rule.only)};
        create or replace temp table hashes_left as select distinct h from keys_left;
        create or replace temp table keys_right as {others};
    """)
    if again is None:
        con.execute("""
            create or replace temp table sizes as
            select key, l.n as n_left, r.n as n_right, l.n * r.n as n
            from (select key, count(*) as n from keys_left group by key) l
            join (select key, count(*) as n from keys_right group by key) r using (key)
        """)
        return
    known = "case when w.key is null then s.n_right end" if again.counts else "null"
    con.execute(f"""
        create or replace temp table keys_wanted as
        select key, count(*) as n from keys_left semi join {again.only} using (idx) group by key;
        create or replace temp table sizes as
        with looked_at as (
            select key from keys_wanted
            union
            select key from {again.skipped} where rule = '{rule.name}'
        ),
        counted as (
            select key, coalesce(l.n, 0) as n_left, coalesce({known}, r.n, 0) as n_right,
                coalesce(w.n, 0) as n_wanted, s.key is not null as was_skipped
            from looked_at
            left join (select key, count(*) as n from keys_left semi join looked_at using (key)
                group by key) l using (key)
            left join (select key, count(*) as n from keys_right semi join looked_at using (key)
                group by key) r using (key)
            left join keys_wanted w using (key)
            left join (from {again.skipped} where rule = '{rule.name}') s using (key)
        )
        select *, n_left * n_right as n from counted
    """)


def _choose(
    con: duckdb.DuckDBPyConnection,
    rule: BlockRule,
    left: str,
    within: bool,
    limits: BlockLimits,
    again: Again | None,
) -> tuple[int, bool]:
    """Make ``kept``, the blocks whose pairs are made.

    Returns:
        Pairs of all blocks within limits, and whether the rule's budget cuts some of them off.
    """
    budget = max(
        limits.least_pairs,
        limits.pairs_per_record * rows(con, f"select count(*) from {left}"),
    )
    con.execute(f"""
        create or replace temp table fitting as
        select * from sizes
        where n_right <= {limits.voters_per_block} and n <= {limits.pairs_per_block}
    """)
    if again is not None:
        con.execute("create or replace temp table kept as select key from fitting")
        made = rows(con, "select sum(n_wanted * n_right) from fitting")
        # Where a table meets itself, a row adds pairs on both sides.
        total = again.within_limits.get(rule.name, 0) + made * (2 if within else 1)
        return total, total > budget
    con.execute(f"""
        create or replace temp table kept as
        select key from (
            select key, sum(n) over (order by n, key rows unbounded preceding) as total
            from fitting
        )
        where total <= {budget}
    """)
    total = rows(con, "select sum(n) from fitting")
    return total, total > budget


def _meet(
    con: duckdb.DuckDBPyConnection,
    rule: BlockRule,
    number: int,
    within: bool,
    again: Again | None,
) -> BlockReport:
    """Put the pairs of the kept blocks into ``met``, and what was skipped beside it."""
    wanted = ["l.idx < r.idx"] if within else []
    if again is not None:
        sides = ("l", "r") if within else ("l",)
        of = " or ".join(f"{side}.idx in (select idx from {again.only})" for side in sides)
        wanted.append(f"({of})")
        con.execute("""
            insert into turned
            select distinct l.idx from keys_left l semi join (
                select key from sizes left join kept k using (key)
                where n > 0 and was_skipped = (k.key is not null)
            ) using (key)
        """)
    con.execute(f"""
        insert into met
        select l.idx, r.idx, {number}
        from kept join keys_left l using (key) join keys_right r using (key)
        {"where " + " and ".join(wanted) if wanted else ""};
        insert into skipped_blocks
        select '{rule.name}', key, n_right from sizes anti join kept using (key) where n > 0
    """)
    made = rows(con, f"select count(*) from met where rule = {number}")
    skipped = one(
        con,
        "select count(*), coalesce(sum(n), 0), coalesce(sum(n_left), 0) from sizes "
        "anti join kept using (key) where n > 0",
    )
    return BlockReport(rule.name, made, skipped[0], int(skipped[1]), int(skipped[2]))


def keys_sql(rule: BlockRule, table: str, among: str | None = None, only: str = "") -> str:
    """SQL: ``idx``, ``key`` and its hash ``h`` of each row that has one; only those ``among``."""
    names = [f"part_{number}" for number in range(len(rule.parts))]
    parts = ", ".join(f"{part} as {name}" for part, name in zip(rule.parts, names, strict=True))
    present = " and ".join(f"{name} is not null" for name in names)
    key = " || '|' || ".join(f"{name}::varchar" for name in names)
    met = f"semi join {among} using (h)" if among else ""
    where = f" where {only}" if only else ""
    return (
        f"select idx, {key} as key, h from (select *, hash({', '.join(names)}) as h "
        f"from (select idx, {parts} from {table}{where}) where {present}) {met}"
    )
