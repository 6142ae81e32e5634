"""Records that have no voter, grouped into the humans behind them.

Components over-merge at a low cut and one wrong edge joins two families, so edges need near
certainty, and a group that contradicts itself or grows too large is taken apart again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.identity import assign, blocking, predict
from orchestration.identity.blocking import Again, BlockReport
from orchestration.identity.model_store import Model
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb
    import numpy as np


@dataclass(frozen=True)
class ClusterLimits:
    """How sure an edge must be, and how many records one human may leave.

    Attributes:
        least_weight: Match weight of an edge: 10 means a chance of .999.
        most_records: A larger group is taken apart; no human signs up so often.
    """

    least_weight: float = 10.0
    most_records: int = 60


@dataclass(frozen=True)
class Known:
    """What a run before knows of edges.

    Attributes:
        changed: Table ``(idx)`` of the records that are not what they were.
        edges: Table ``(a, b)`` of the edges then, in the numbers of now.
        groupable: Table ``(idx)`` of the records that could be grouped then.
        again: What the blocks were.
    """

    changed: str
    edges: str
    groupable: str
    again: Again


@dataclass(frozen=True)
class Grouped:
    """What grouping came to: groups of more than one record, and the blocks."""

    groups: int
    blocks: Sequence[BlockReport]


def apply(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    limits: ClusterLimits | None = None,
    known: Known | None = None,
) -> Grouped:
    """Build ``clusters(rid, cluster)`` over records without a voter; a single is its own.

    Beside it stand ``groupable`` and ``edges(a, b)``. With ``known``, only pairs with a record
    that changed, or that had a voter, are compared; groups are always made of all edges.
    """
    limits = limits or ClusterLimits()
    con.execute("""
        create or replace temp table voterless as
        select * from id_records r
        anti join (select rid from decided where vid is not null) d on r.idx = d.rid;
        create or replace temp table groupable as
        select * from voterless
        where first_name is not null and not has_fake_name
            and coalesce(birth_date::varchar, street, phone, email) is not null;
        create or replace temp table edges (a integer, b integer);
        create or replace temp table clusters (rid integer, cluster integer)
    """)
    blocks = _pairs(con, known)
    _add_edges(con, model, limits)
    _label(con)
    _take_apart(con, limits)
    con.execute("""
        insert into clusters
        select idx, idx from voterless anti join clusters c on voterless.idx = c.rid
    """)
    groups = rows(
        con, "select count(*) from (select cluster from clusters group by 1 having count(*) > 1)"
    )
    return Grouped(groups, blocks)


def _pairs(con: duckdb.DuckDBPyConnection, known: Known | None) -> list[BlockReport]:
    """Make ``pairs`` to compare, and take over the edges that still hold."""
    if known is None:
        return blocking.make_pairs(con, "groupable", "groupable")
    con.execute(f"""
        create or replace temp table regrouped as
        select idx from groupable semi join {known.changed} using (idx)
        union
        select idx from groupable anti join {known.groupable} using (idx)
    """)
    while True:
        blocks = blocking.make_pairs(con, "groupable", "groupable", again=known.again)
        if not rows(con, "select count(*) from turned anti join regrouped using (idx)"):
            break
        con.execute("insert into regrouped from turned anti join regrouped using (idx)")
    con.execute(f"""
        insert into edges
        select a, b from {known.edges} e
        semi join groupable g on e.a = g.idx
        semi join groupable h on e.b = h.idx
        anti join regrouped r on e.a = r.idx
        anti join regrouped s on e.b = s.idx
    """)
    return blocks


def _add_edges(con: duckdb.DuckDBPyConnection, model: Model, limits: ClusterLimits) -> None:
    """Near-certain pairs among the voterless."""
    if rows(con, "select count(*) from pairs"):
        predict.score_pairs(
            con, model, "groupable", "groupable", "scored_within", limits.least_weight
        )
        con.execute(f"""
            insert into edges
            select rid, vid from scored_within
            where not coalesce({assign.IMPOSSIBLE}, false) and ({assign.doubt_sql()}) is null
        """)


def _label(con: duckdb.DuckDBPyConnection) -> None:
    import numpy as np
    import pyarrow as pa

    pairs = con.execute("select a, b from edges").fetchnumpy()
    if not len(pairs["a"]):
        return
    nodes, labels = components(np.asarray(pairs["a"]), np.asarray(pairs["b"]))
    con.register("labels_given", pa.table({"rid": nodes, "cluster": labels}))
    con.execute("insert into clusters select rid, cluster from labels_given")
    con.unregister("labels_given")


def components(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Connected components; each node's label is the smallest node it is connected with.

    Works on whole arrays (labels sink to the smallest neighbour, then follow themselves), so a
    chain of n nodes takes about log n rounds and no Python loop over nodes.
    """
    import numpy as np

    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    a, b = places[: len(left)], places[len(left) :]
    labels = np.arange(len(nodes))
    while True:
        lowest = np.minimum(labels[a], labels[b])
        sunk = labels.copy()
        # Sink the roots, not only the nodes: this is what halves the depth in each round.
        np.minimum.at(sunk, labels[a], lowest)
        np.minimum.at(sunk, labels[b], lowest)
        np.minimum.at(sunk, a, lowest)
        np.minimum.at(sunk, b, lowest)
        sunk = sunk[sunk]
        if np.array_equal(sunk, labels):
            return nodes, nodes[labels]
        labels = sunk


def _take_apart(con: duckdb.DuckDBPyConnection, limits: ClusterLimits) -> None:
    """Groups that hold two births, two suffixes or too many records fall into births, or singles.

    A record without a birth date in such a group could belong to either, so it stands alone.
    """
    con.execute(f"""
        create or replace temp table broken as
        select cluster from clusters c join id_records r on c.rid = r.idx
        group by cluster
        having count(distinct r.suffix) > 1 or count(*) > {limits.most_records}
            or count(distinct r.birth_date) > 1;
        create or replace temp table remade as
        select c.rid,
            case when r.birth_date is not null
                    and count(*) over by_birth <= {limits.most_records}
                then min(c.rid) over by_birth else c.rid end as cluster
        from clusters c join id_records r on c.rid = r.idx semi join broken using (cluster)
        window by_birth as (
            partition by c.cluster, r.birth_date, coalesce(r.suffix, ''), r.first_token);
        delete from clusters where cluster in (select cluster from broken);
        insert into clusters select rid, cluster from remade
    """)
