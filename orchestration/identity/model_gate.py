"""Whether a new model may go live: sense in its weights, and humans' pairs judged no worse.

A new model is looked at twice: before it links anything, and before what it linked is published.
What the links of a live model must look like is ``quality``'s, which holds the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.identity import known, predict
from orchestration.identity.comparisons import COMPARISONS
from orchestration.identity.decisions import Constraints
from orchestration.identity.model_store import Model
from orchestration.identity.places import Places
from orchestration.identity.quality import Bounds
from orchestration.identity.workspace import one, rows
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Gate:
    """What a new model must hold.

    Attributes:
        least_pairs: Fewer reviewed pairs than this prove nothing against a model.
        most_lost: It may agree with humans on this share of pairs less than the one in force,
            and have so much less precision or recall.
        most_moved: The share linked of a source may move by this much.
    """

    least_pairs: int = 20
    most_lost: float = 0.01
    most_moved: float = 0.05


def refusals(
    con: duckdb.DuckDBPyConnection,
    new: Model,
    in_force: Model | None,
    held: Constraints,
    gate: Gate | None = None,
) -> tuple[str, ...]:
    """Why ``new`` may not replace ``in_force``; empty when it may.

    Needs ``id_records`` and ``id_voters``.
    """
    gate = gate or Gate()
    found = _senseless(new)
    if in_force is None or found:
        return found
    pairs = _reviewed(con, held)
    if pairs < gate.least_pairs:
        return ()
    before, after = _agreement(con, in_force), _agreement(con, new)
    if after < before - gate.most_lost:
        found = (f"agrees with humans on {after:.1%} of {pairs} pairs, not on {before:.1%}",)
    return found


def outcome_refusals(
    con: duckdb.DuckDBPyConnection, places: Places, gate: Gate | None = None
) -> tuple[str, ...]:
    """Why what a new model has linked may not be published; empty when it may.

    Looks at the tables that linking left: the share linked of each source and the sizes of groups
    within the limits of ``quality``, and no worse than what was published where the truth is known.
    """
    gate, bounds = gate or Gate(), Bounds()
    con.execute("""
        create or replace temp view outcome as
        select r.record_key, v.record_key as voter_key, r.source,
            coalesce(d.method, 'none') as method
        from id_records r
        left join decided d on r.idx = d.rid
        left join id_voters v on d.vid = v.idx
    """)
    found = []
    most = rows(con, "select max(n) from (select count(*) as n from clusters group by cluster)")
    if most > bounds.records_per_person:
        found.append(
            f"puts {most} records into one group; the limit is {bounds.records_per_person}"
        )
    fell = con.execute(
        f"""
        select o.source from (
            select source, count(*) as n, count(voter_key) / count(*) as rate
            from outcome group by source
        ) o join (
            select source, count(voter_key) / count(*) as rate
            from read_parquet({sql_path(places.links)}) group by source
        ) b using (source)
        where o.n >= {bounds.rate_rows} and abs(o.rate - b.rate) > {gate.most_moved}
        order by o.source
        """
    ).fetchall()
    found += [f"links another share of {source} than before" for (source,) in fell]
    return (*found, *_worse_than_published(con, places, gate))


def _worse_than_published(
    con: duckdb.DuckDBPyConnection, places: Places, gate: Gate
) -> Iterator[str]:
    """Precision or recall that fell by more than may be lost, where the truth is known."""
    if known.invented(places) is None:
        return
    before = known.measure(con, places, None)
    after = known.measure(con, places, None, "from outcome")
    if before is None or after is None:
        return
    for name in ("precision", "recall"):
        was, now = (getattr(e.groups[0], name).value for e in (before, after))
        if now < was - gate.most_lost:
            yield f"has a {name} of {now:.2%}, not {was:.2%}"


def _senseless(model: Model) -> tuple[str, ...]:
    """Comparisons in which full agreement speaks against a pair, or disagreement for it."""
    found = []
    for comparison, given in zip(COMPARISONS, model.settings["comparisons"], strict=True):
        levels = given["comparison_levels"][1:]
        first, last = levels[0], levels[-1]
        if first["m_probability"] <= first["u_probability"]:
            found.append(f"{comparison.name}: agreement speaks against a pair")
        # Where disagreement is rare even by chance (suffixes), its share is too small to judge.
        if last["u_probability"] >= 0.05 and last["m_probability"] >= last["u_probability"]:
            found.append(f"{comparison.name}: disagreement speaks for a pair")
    return tuple(found)


def _reviewed(con: duckdb.DuckDBPyConnection, held: Constraints) -> int:
    """Make ``pairs`` of what humans decided and is still there; ``rule`` 1 means the same."""
    con.execute(
        "create or replace temp table reviewed (record_key varchar, voter_key varchar, "
        "is_same boolean)"
    )
    made = [(r, v, True) for r, v in sorted(held.same.items())]
    made += [(r, v, False) for r, v in sorted(held.different)]
    if made:
        con.executemany("insert into reviewed values (?, ?, ?)", made)
    con.execute("""
        create or replace temp table pairs as
        select r.idx as rid, v.idx as vid, is_same::utinyint as rule
        from reviewed h
        join id_records r on h.record_key = r.record_key
        join id_voters v on h.voter_key = v.record_key
    """)
    return rows(con, "select count(*) from pairs")


def _agreement(con: duckdb.DuckDBPyConnection, model: Model) -> float:
    """Share of reviewed pairs whose weight is on the side that the human took."""
    predict.score_pairs(con, model, "id_records", "id_voters", "scored_reviewed", -1e6)
    found = one(con, "select avg(((match_weight > 0) = (rule = 1))::integer) from scored_reviewed")
    return float(found[0] or 0.0)
