"""Which pairs are worth comparing: rules measured in pairs before any pair is made.

Every rule carries geography (zip, county, state, or a phone number, whose area is in it).
Blocks that are too large tell nothing and cost everything: they are skipped and reported, so
100,000 records with one phone cost as much as none.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    """

    name: str
    parts: tuple[str, ...]


ONE_NAME = "least(first_token, last_name)"
OTHER_NAME = "greatest(first_token, last_name)"
RULES = (
    # Both names in either order: finds exact names and exchanged ones.
    BlockRule("names in zip", ("zip5", ONE_NAME, OTHER_NAME)),
    BlockRule("names in county", ("county_fips", ONE_NAME, OTHER_NAME)),
    BlockRule("surname and initial in zip", ("zip5", "last_name", "left(first_name, 1)")),
    BlockRule("birth date in county", ("county_fips", "birth_date")),
    BlockRule("first name and birth date in state", ("state", "first_token", "birth_date")),
    BlockRule("surname and birth date in state", ("state", "last_name", "birth_date")),
    BlockRule("surname and birth year in county", ("county_fips", "last_name", "birth_year")),
    BlockRule("first name and birth year in zip", ("zip5", "first_token", "birth_year")),
    BlockRule("address and initial", ("zip5", "house_number", "street", "left(first_name, 1)")),
    BlockRule("address and surname", ("zip5", "house_number", "left(street, 4)", "last_name")),
    BlockRule("phone", ("unnest([phone, phone_2])",)),
    BlockRule("email in state", ("state", "email")),
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
    """What one rule came to; kept in ``blocks.parquet``."""

    rule: str
    pairs: int
    skipped_blocks: int
    skipped_pairs: int
    skipped_records: int


def make_pairs(
    con: duckdb.DuckDBPyConnection,
    left: str,
    right: str,
    limits: BlockLimits | None = None,
    rules: tuple[BlockRule, ...] = RULES,
) -> list[BlockReport]:
    """Build ``pairs(rid, vid, rule)`` between two tables; each pair once, by its first rule.

    With the same table on both sides, each pair stands once, the smaller number left.
    """
    limits = limits or BlockLimits()
    con.execute("create or replace temp table met (rid integer, vid integer, rule utinyint)")
    reports = [_apply(con, rule, number, left, right, limits) for number, rule in enumerate(rules)]
    con.execute("""
        create or replace temp table pairs as
        select rid, vid, min(rule) as rule from met group by rid, vid;
        drop table met
    """)
    return reports


def _apply(
    con: duckdb.DuckDBPyConnection,
    rule: BlockRule,
    number: int,
    left: str,
    right: str,
    limits: BlockLimits,
) -> BlockReport:
    within = left == right
    others = "from keys_left" if within else _keys(rule, right)
    con.execute(f"""
        create or replace temp table keys_left as {_keys(rule, left)};
        create or replace temp table keys_right as {others};
        create or replace temp table sizes as
        select key, l.n as n_left, r.n as n_right, l.n * r.n as n
        from (select key, count(*) as n from keys_left group by key) l
        join (select key, count(*) as n from keys_right group by key) r using (key);
        create or replace temp table kept as
        select key from (
            select *, sum(n) over (order by n, key rows unbounded preceding) as total from sizes
            where n_right <= {limits.voters_per_block} and n <= {limits.pairs_per_block}
        )
        where total <= greatest(
            {limits.least_pairs}, {limits.pairs_per_record} * (select count(*) from {left}));
        insert into met
        select l.idx, r.idx, {number}
        from kept join keys_left l using (key) join keys_right r using (key)
        {"where l.idx < r.idx" if within else ""}
    """)
    made = rows(con, f"select count(*) from met where rule = {number}")
    skipped = one(
        con,
        "select count(*), coalesce(sum(n), 0), coalesce(sum(n_left), 0) from sizes "
        "anti join kept using (key)",
    )
    return BlockReport(rule.name, made, skipped[0], int(skipped[1]), int(skipped[2]))


def _keys(rule: BlockRule, table: str) -> str:
    key = " || '|' || ".join(f"({part})::varchar" for part in rule.parts)
    return f"select idx, key from (select idx, {key} as key from {table}) where key is not null"
