"""The order of evidence, over all records or over those that a late delivery touches.

Humans, shared ids, exact keys, Splink, what certain links teach, groups of the voterless. What each
stage does is in its own module, what is touched in ``touched``; both ways end with the same tables
(``decided``, ``unsure``, ``clusters`` of all records), and what is made of them is in ``publish``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.identity import (
    assign,
    blocking,
    cluster,
    decisions,
    deterministic,
    faces,
    one_to_one,
    predict,
    prepare,
    shared_ids,
    standing,
    touched,
    workspace,
)
from orchestration.identity.assign import Thresholds
from orchestration.identity.blocking import Again, BlockReport
from orchestration.identity.model_store import Model
from orchestration.identity.standing import DECISION, FACES, VOTERS, WITHIN, Standing
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

# Beyond this share of the records, following what is touched costs more than linking everything.
MOST_TOUCHED = 0.3


@dataclass(frozen=True)
class Linked:
    """What linking came to.

    Attributes:
        touched: Records that were linked in this run.
        blocks: For each part that makes pairs, its rules.
        groups: Groups of more than one record without a voter.
    """

    touched: int
    blocks: Mapping[str, Sequence[BlockReport]]
    groups: int


def link_all(con: duckdb.DuckDBPyConnection, model: Model, limits: Thresholds) -> Linked:
    """Link every record; needs ``id_records``, ``id_voters`` and the constraints."""
    _view(con, "scope_records", "from id_records")
    blocks = _pass(con, model, limits, None)
    faces.score(con, model)
    _decide(con, limits)
    grouped = cluster.apply(con, model)
    _keep_skipped(con, WITHIN)
    blocks[WITHIN] = grouped.blocks
    return Linked(rows(con, "select count(*) from id_records"), blocks, grouped.groups)


def link_touched(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    limits: Thresholds,
    before: Standing,
    most: float,
) -> Linked | str:
    """Link what is new or changed and what that touches, and take over the rest.

    Args:
        con: The connection of the run.
        model: The model that scored what stands.
        limits: Thresholds.
        before: What the run before left.
        most: Share of the records beyond which everything is linked instead.

    Returns:
        What it came to, or in words why everything must be linked instead.
    """
    standing.open_tables(con, before)
    touched.seed(con)
    allowed = most * rows(con, "select count(*) from id_records")
    while True:
        if rows(con, "select count(*) from scope") > allowed:
            return f"more than {most:.0%} of the records are touched"
        touched.reach(con)
        prepare.take_voters(con, "wanted_voters")
        blocks = _pass(con, model, limits, before)
        if cut := _cut(blocks):
            return cut
        if touched.spread(con):
            continue
        faces.score(con, model)
        _decide(con, limits)
        if not touched.spread_to_rivals(con):
            break
    _take_over(con)
    known = cluster.Known("changed", "stood_edges", "stood_groupable", _again(before, WITHIN))
    grouped = cluster.apply(con, model, known=known)
    _keep_skipped(con, WITHIN)
    blocks[WITHIN] = grouped.blocks
    return _cut(blocks) or Linked(rows(con, "select count(*) from scope"), blocks, grouped.groups)


def _pass(
    con: duckdb.DuckDBPyConnection, model: Model, limits: Thresholds, before: Standing | None
) -> dict[str, Sequence[BlockReport]]:
    """From what humans said to the pairs with what links teach, for ``scope_records``."""
    workspace.create(con, "scope_records")
    one_to_one.start(con)
    decisions.apply(con)
    shared_ids.apply(con)
    deterministic.apply(con)
    con.execute("""
        create or replace temp table linkable as
        select * from open_records
        where first_name is not null
            and coalesce(birth_date::varchar, birth_year::varchar, street, phone, email,
                county_fips) is not null
    """)
    everybody = _with_standing(con, "linkable", before)
    blocks: dict[str, Sequence[BlockReport]] = {}
    blocks[VOTERS] = _pairs(con, VOTERS, everybody, "id_voters", before)
    predict.score_pairs(con, model, "linkable", "id_voters", "scored")
    _decide(con, limits)
    con.execute("""
        create or replace temp table early as select rid, vid, probability from decided;
        create or replace temp table still_open as
        select l.* from linkable l anti join early d on l.idx = d.rid
    """)
    everybody = _with_standing(con, "still_open", before)
    _teach(con, before)
    blocks[FACES] = _pairs(con, FACES, everybody, "faces", before)
    return blocks


def _decide(con: duckdb.DuckDBPyConnection, limits: Thresholds) -> None:
    """Decide by what is scored, then let rows of one feed compete where a contract says so."""
    assign.apply(con, limits)
    one_to_one.compete(con)


def _with_standing(con: duckdb.DuckDBPyConnection, table: str, before: Standing | None) -> str:
    """Make ``<table>_all``: its rows, and those of untouched records that stood in it before."""
    if before is None:
        _view(con, f"{table}_all", f"from {table}")
    else:
        con.execute(f"""
            create or replace temp table {table}_all as
            from {table} union all by name
            select r.* from id_records r semi join (
                select s.rid as idx from stood s anti join scope c on s.rid = c.idx
                where is_{table}
            ) using (idx)
        """)
    return f"{table}_all"


def _view(con: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """A view, also where an attempt to link only what is touched left a table of that name."""
    if rows(con, f"select count(*) from duckdb_tables() where table_name = '{name}'"):
        con.execute(f"drop table {name}")
    con.execute(f"create or replace temp view {name} as {query}")


def _teach(con: duckdb.DuckDBPyConnection, before: Standing | None) -> None:
    """Make ``faces`` of all voters, learning anew what may have changed, and ``changed_faces``."""
    certain = f"vid is not null and probability >= {faces.TEACHES}"
    if before is None:
        con.execute(f"create or replace temp table teachers as from early where {certain}")
        faces.learn(con)
        faces.number(con, "from learnt")
        return
    columns = ", ".join(faces.COLUMNS)
    con.execute(f"""
        create or replace temp table retaught as
        select vid from early where {certain}
        union select vid from stood semi join scope on rid = idx where is_early and {certain}
        union select vid from stood_gone where is_early and {certain}
        union select idx from turned_voters;
        create or replace temp table teachers as
        select rid, vid from early semi join retaught using (vid) where {certain}
        union all
        select rid, vid from stood anti join scope on rid = idx semi join retaught using (vid)
        where is_early and {certain}
    """)
    faces.learn(con)
    con.execute(f"""
        create or replace temp table changed_faces as
        with old as (select {columns} from stood_faces semi join retaught using (vid)),
        new as (select {columns} from learnt),
        differing as ((from old except from new) union all (from new except from old))
        select vid as idx, * from differing
    """)
    faces.number(
        con,
        f"select {columns} from stood_faces anti join retaught using (vid) "
        f"union all select {columns} from learnt",
    )


def _pairs(
    con: duckdb.DuckDBPyConnection, part: str, left: str, right: str, before: Standing | None
) -> list[BlockReport]:
    rules = faces.RULES if part == FACES else blocking.RULES
    again = _again(before, part) if before else None
    reports = blocking.make_pairs(con, left, right, rules=rules, again=again)
    _keep_skipped(con, part)
    return reports


def _again(before: Standing, part: str) -> Again:
    only = {VOTERS: "linkable", FACES: "still_open", WITHIN: "regrouped"}[part]
    return Again(only, f"stood_skipped_{part}", part == VOTERS, before.within_limits[part])


def _keep_skipped(con: duckdb.DuckDBPyConnection, part: str) -> None:
    """Before the next pairs are made: the blocks skipped, and the rows of those that turned."""
    con.execute(f"""
        create or replace temp table skipped_{part} as from skipped_blocks;
        create or replace temp table block_turned_{part} as from turned
    """)


def _cut(blocks: Mapping[str, Sequence[BlockReport]]) -> str:
    cut = [block.rule for reports in blocks.values() for block in reports if block.is_cut]
    return f"too many pairs by {cut[0]}" if cut else ""


def _take_over(con: duckdb.DuckDBPyConnection) -> None:
    """What stood of untouched records still stands."""
    con.execute(f"""
        create or replace temp table untouched as
        select * from stood s anti join scope c on s.rid = c.idx;
        insert into decided (rid, {DECISION})
        select rid, {DECISION} from untouched where method is not null;
        insert into unsure
        select rid, u_vid, u_probability, u_runner_up_vid, u_runner_up, u_reason
        from untouched where u_reason is not null;
        insert into outdone (rid, vid)
        select rid, unnest(outdone_vids) from untouched;
        insert into early select rid, vid, probability from untouched where is_early;
        create or replace temp view stood_groupable as
        select rid as idx from stood where is_groupable
    """)
