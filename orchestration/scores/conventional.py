"""What a campaign would say without us: registered party, past caucuses and primaries, age, place.

Trained and calibrated like our own scores, on the same labels, so that the two differ in what
they know and in nothing else. Segments and benchmarks compare with it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.parquet as pq

from orchestration.scores import support
from orchestration.scores.card import part_card
from orchestration.scores.columns import (
    CAUCUSES,
    CONVENTIONAL,
    LABEL_ATTENDED,
    PRIMARIES,
)
from orchestration.scores.context import Recipe, ScoreContext, Scorer
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Labels, fit_model
from orchestration.scores.folds import household_codes
from orchestration.scores.groups import voter_groups
from orchestration.scores.labels import numbers
from orchestration.scores.measure import Floats
from orchestration.scores.model import ScoreModel
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.tables import sample

NAME = "conventional"
ALLOWED = frozenset({*CONVENTIONAL, *CAUCUSES, *PRIMARIES})


def fit(context: ScoreContext, attends: Scorer) -> Recipe:
    """Fit attendance, and support where there are answers, on the conventional features.

    Raises:
        RefusedFitError: there are no labels that teach attendance.
    """
    file = context.marts.attendance
    table = sample(context.lake, file, f"{LABEL_ATTENDED} is not null")
    today = set(pq.read_schema(context.marts.people).names)
    spec = infer_spec(table).only(ALLOWED & today)
    y = numbers(table, LABEL_ATTENDED)
    labels = Labels(y, np.ones(len(y)), household_codes(table))
    found = fit_model("attendance", table, spec, labels, FitOptions(seed=context.seed))
    raw = found.model.encoder.encode(table)
    card = part_card(found, spec, raw, voter_groups(table), context.seed)
    parts, cards, refused = {"attendance": found.model}, {"attendance": card}, {}
    try:
        liked = support.fit(context, attends, ALLOWED)
        parts["support"] = liked.parts[support.NAME]
        cards["support"] = {**liked.card["parts"][support.NAME], "figures": liked.card["figures"]}
    except RefusedFitError as reason:
        refused["support"] = str(reason)
    return Recipe(
        parts,
        {
            "label": f"attended the caucus of 2012 ({LABEL_ATTENDED})",
            "features_as_of": "2011-12-31",
            "figures": card["figures"],
            "parts": cards,
            "refused_parts": refused,
        },
    )


def scorer(parts: dict[str, ScoreModel]) -> Scorer:
    """Scores attendance as a campaign would."""
    return parts["attendance"].predict


def support_chance(parts: dict[str, ScoreModel], rows: Any) -> Floats | None:
    """Support as a campaign would see it, where it could be learnt; no interval is asked of it."""
    if "support" not in parts:
        return None
    model = parts["support"]
    return model.probability_of(model.encoder.encode(rows))
