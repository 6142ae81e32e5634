"""P(leans to the party): what somebody looks like apart from what they are registered as.

Learnt among those registered with one of the two large parties, from everything but the
registration; given to everybody. Somebody who is not of the party and looks as if they were is
whom *non-traditional* is about. In a closed caucus all who attend are of the party, so this is
kept apart from attendance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.scores.card import part_card
from orchestration.scores.columns import ANSWERS, PARTY
from orchestration.scores.context import Recipe, ScoreContext, Scorer
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Labels, fit_model
from orchestration.scores.folds import household_codes
from orchestration.scores.groups import voter_groups
from orchestration.scores.model import Prediction, ScoreModel
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.tables import sample

NAME = "lean"
LARGE = ("REP", "DEM")
COLUMN = "party"
IN_HOUSEHOLD = "household_republicans"
OTHERS = "other_household_republicans"


def fit(context: ScoreContext) -> Recipe:
    """Fit on those registered with a large party.

    Raises:
        RefusedFitError: the mart has no party, or only one is in it.
    """
    if COLUMN not in pq.read_schema(context.marts.people).names:
        raise RefusedFitError(f"the feature mart has no column {COLUMN}")
    table = sample(context.lake, context.marts.people, f"{COLUMN} in {LARGE}")
    y = _is(table, context.party).astype(np.float64)
    table = without_self(table, context.party)
    spec = infer_spec(table).without(ANSWERS | PARTY)
    labels = Labels(y, np.ones(len(y)), household_codes(table))
    found = fit_model(NAME, table, spec, labels, FitOptions(seed=context.seed))
    raw = found.model.encoder.encode(table)
    card = part_card(found, spec, raw, voter_groups(table), context.seed)
    return Recipe(
        {NAME: found.model},
        {
            "label": f"registered {context.party}, among those registered {' or '.join(LARGE)}",
            "figures": card.pop("figures"),
            "parts": {NAME: card},
        },
    )


def scorer(context: ScoreContext, parts: dict[str, ScoreModel]) -> Scorer:
    """Scores the lean."""

    def score(rows: Any) -> Prediction:
        return parts[NAME].predict(without_self(rows, context.party))

    return score


def without_self(table: Any, party: str) -> Any:
    """The rows with a count of the household's *other* members of the party.

    The household's whole count holds the person's own registration, which is what is to be
    guessed.
    """
    if IN_HOUSEHOLD not in table.schema.names or COLUMN not in table.schema.names:
        return table
    column = table.column(IN_HOUSEHOLD).cast(pa.float64())
    count = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
    others = pa.array(count - _is(table, party), from_pandas=True)
    return table.append_column(OTHERS, others)


def _is(table: Any, party: str) -> npt.NDArray[np.bool_]:
    found = np.array(table.column(COLUMN).cast(pa.string()).to_pylist(), dtype=object)
    return np.asarray(found == party)
