"""Why a pair is a link, or is not: the evidence field by field, with its weight.

The same model scores the pair again, so what is shown is what decided. Values of the two sides
are not part of it; who may see them asks ``review``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from orchestration.identity import model_store, predict, prepare, workspace
from orchestration.identity.assign import IMPOSSIBLE, doubt_sql
from orchestration.identity.comparisons import COMPARISONS, Comparison
from orchestration.identity.places import Places
from orchestration.lake import connect
from orchestration.settings import UserError


@dataclass(frozen=True)
class Evidence:
    """One field: how the two sides agree, and what that is worth.

    Attributes:
        weight: Bits in favour (or against): each doubles (or halves) the odds.
    """

    field: str
    agreement: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """A pair, from the prior to the sum.

    Attributes:
        prior: Weight before any evidence: how unlikely one voter among all is.
        weight: Prior and evidence together.
        doubt: The rule that keeps a human between the weight and a link, if one does.
        is_impossible: Whether a rule forbids the pair whatever the weight.
    """

    record_key: str
    voter_key: str
    prior: float
    evidence: tuple[Evidence, ...]
    weight: float
    doubt: str | None
    is_impossible: bool


def explain(places: Places, record_key: str, voter_key: str) -> Explanation:
    """Weigh one pair with the model in force.

    Raises:
        UserError: there is no model yet, or one of the keys is not staged.
    """
    model = model_store.load(places.models)
    if model is None:
        raise UserError(f"there is no linkage model in {places.models}; make the links first")
    with connect(places.home) as con:
        prepare.prepare(con, places.voters, places.records)
        workspace.create(con)
        con.execute(
            "create temp table pairs as select r.idx as rid, v.idx as vid, 0::utinyint as rule "
            "from id_records r, id_voters v where r.record_key = ? and v.record_key = ?",
            [record_key, voter_key],
        )
        if not workspace.rows(con, "select count(*) from pairs"):
            raise UserError(f"{record_key!r} or {voter_key!r} is not staged; check both keys")
        predict.score_pairs(con, model, "id_records", "id_voters", "scored", -1e6)
        names = [c.name for c in COMPARISONS]
        columns = ", ".join(f"g_{name}, w_{name}" for name in names)
        found = workspace.one(
            con,
            f"select match_weight, {doubt_sql()}, coalesce({IMPOSSIBLE}, false), {columns} "
            "from scored",
        )
    levels = zip(COMPARISONS, found[3::2], found[4::2], strict=True)
    prior = float(model.settings["probability_two_random_records_match"])
    return Explanation(
        record_key=record_key,
        voter_key=voter_key,
        prior=round(log2(prior / (1 - prior)), 4),
        evidence=tuple(
            Evidence(c.name.replace("_", " "), _level(c, int(g)), float(w)) for c, g, w in levels
        ),
        weight=float(found[0]),
        doubt=found[1],
        is_impossible=bool(found[2]),
    )


def _level(comparison: Comparison, gamma: int) -> str:
    if gamma == -1:
        return "says nothing"
    return comparison.levels[len(comparison.levels) - 1 - gamma].name
