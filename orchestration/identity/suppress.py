"""Whom a request not to be contacted could mean: every voter that is likely enough, not the best.

Somebody who asked and is called all the same is worse than somebody who did not ask and is not
called. So nothing competes here, no doubt holds a pair back, and a misspelt name or an old address
still finds. What a request forbids, and by which channel, is hand-off's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity import (
    blocking,
    gone,
    model_store,
    predict,
    prepare,
    touched,
    workspace,
)
from orchestration.identity.assign import at
from orchestration.identity.comparisons import BIRTH, FIRST_NAME, SUFFIX
from orchestration.identity.places import Places
from orchestration.lake import connect
from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

# What even a mistaken request cannot mean: the other generation, or another human of the house.
OTHERS = f"""
    {at(SUFFIX, "differs")}
    or {at(FIRST_NAME, "differs")} and not {at(BIRTH, "equal")}
"""


@dataclass(frozen=True)
class Possible:
    """A voter whom a request could mean.

    Attributes:
        record_key: The request.
        person_id: The voter's person.
        probability: Chance of the pair by itself, whoever else it could be.
    """

    record_key: str
    voter_key: str
    person_id: str
    probability: float


def possible_voters(
    places: Places, requests: Path, least: float, memory_limit: str | None = None
) -> list[Possible]:
    """Every voter whom a request could mean, surest first.

    Args:
        places: The home's files; its model must have been trained.
        requests: Parquet of requests with ``record_key`` and the identity columns; a column that
            it lacks says nothing.
        least: Chance from which a voter counts; ``thresholds.least(uses, "suppression")``.
        memory_limit: DuckDB's.

    Raises:
        UserError: nothing was linked yet, so there is no model.
    """
    model = model_store.load(places.models)
    if model is None:
        raise UserError(f"there is no linkage model in {places.models}; make the links first")
    with connect(places.home, memory_limit) as con:
        prepare.prepare_records(
            con,
            places.voters,
            requests,
            side=places.voter_side,
            replaced=gone.replaced(places),
        )
        con.execute("create temp table wanted_voters (idx integer)")
        touched.meet(con, "id_records")
        prepare.take_voters(con, "wanted_voters")
        blocking.make_pairs(con, "id_records", "id_voters")
        if not workspace.rows(con, "select count(*) from pairs"):
            return []
        predict.score_pairs(con, model, "id_records", "id_voters", "scored")
        return [Possible(*row) for row in _likely(con, least)]


def _likely(con: duckdb.DuckDBPyConnection, least: float) -> list[tuple[str, str, str, float]]:
    return con.execute(f"""
        select record_key, voter_key, person_id, probability from (
            select r.record_key, v.record_key as voter_key, v.person_id,
                round(1 - 1 / (1 + power(2.0, least(s.match_weight, 60))), 6) as probability
            from scored s
            join id_records r on s.rid = r.idx
            join side_voters v on s.vid = v.idx
            where not coalesce({OTHERS}, false)
        )
        where probability >= {least}
        order by probability desc, record_key, voter_key
    """).fetchall()
