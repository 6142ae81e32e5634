"""P(leans to the party): what somebody looks like apart from what they are registered as.

Learnt among those registered with one of the two large parties, from everything but the
registration; given to everybody. Somebody who is not of the party and looks as if they were is
whom *non-traditional* is about. In a closed caucus all who attend are of the party, so this is
kept apart from attendance.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.scores.card import part_card
from orchestration.scores.columns import ANSWERS, PARTY
from orchestration.scores.context import Recipe, ScoreContext, Scorer
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Labels, fit_model
from orchestration.scores.folds import household_codes
from orchestration.scores.groups import voter_groups
from orchestration.scores.model import ScoreModel
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.tables import sample

NAME = "lean"
LARGE = ("REP", "DEM")
PARTY_COLUMN = "party"


def fit(context: ScoreContext) -> Recipe:
    """Fit on those registered with a large party.

    Raises:
        RefusedFitError: the mart has no party, or only one is in it.
    """
    table = sample(context.lake, context.marts.people, f"{PARTY_COLUMN} in {LARGE}")
    if PARTY_COLUMN not in table.column_names:
        raise RefusedFitError(f"the feature mart has no column {PARTY_COLUMN}")
    party = np.array(table.column(PARTY_COLUMN).cast(pa.string()).to_pylist(), dtype=object)
    y = (party == context.party).astype(np.float64)
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


def scorer(parts: dict[str, ScoreModel]) -> Scorer:
    """Scores the lean."""
    return parts[NAME].predict
