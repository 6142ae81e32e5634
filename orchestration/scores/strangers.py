"""People without a voter record: how far what little is known of them can be believed.

The model takes them for people who never vote, because it sees no votes. What it would say of
people on the roll if it saw as little of them is known, and so is what it says when it sees
everything: the second teaches what the first is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.scores.calibrate import shift_to
from orchestration.scores.columns import KIND
from orchestration.scores.context import Scorer
from orchestration.scores.measure import Floats, logit, sigmoid, sigmoid_fit

ACTED = "n_engagements"
# Fewer contacts on the roll than this say too little about those who are not.
MINIMUM_LINKED = 100
LIKE_LINKED = 0.5  # assumed, until a contest has shown it


@dataclass(frozen=True)
class Strangers:
    """How the logits of people without a voter record are read.

    Attributes:
        slope: Of the logit, among those like the contacts who were found on the roll.
        move: Added to it, among them.
        others: The chance of all others, whom the score cannot tell apart.
    """

    slope: float
    move: float
    others: float

    def read(self, z: Floats) -> Floats:
        """The logits of the chances of both kinds together."""
        found = sigmoid(self.slope * z + self.move)
        return logit(LIKE_LINKED * found + (1 - LIKE_LINKED) * self.others)


def fit_strangers(
    people: pa.Table, chances: Floats, strangers: pa.Table, score: Scorer, shift: float
) -> Strangers | None:
    """How to read the score of people without a voter record; ``None`` when nothing tells.

    Some of them are like the contacts who were found on the roll and only were not found; some
    are not registered, live elsewhere or do not exist. How many are which nobody knows: half
    are taken for the former, the others for what the model takes them for on average.

    Args:
        people: A sample of registered people.
        chances: Their chances, everything seen.
        strangers: People without a voter record.
        score: Scores rows, before the level.
        shift: The level's move of the logits.
    """
    acted = _acted(people)
    if acted.sum() < MINIMUM_LINKED or not strangers.num_rows:
        return None
    unseen = score(_hidden(people.filter(pa.array(acted)), strangers)).z
    slope, move = sigmoid_fit(chances[acted], unseen, np.ones(len(unseen)))
    if not 0.0 < slope <= 1.0:
        slope = float(np.clip(slope, 0.0, 1.0))
        move = shift_to(slope * unseen, np.ones(len(unseen)), float(chances[acted].sum()))
    others = float(sigmoid(score(strangers).z + shift).mean())
    return Strangers(slope, move, others)


def _acted(people: pa.Table) -> Any:
    if ACTED not in people.column_names:
        return np.zeros(people.num_rows, dtype=bool)
    values = people.column(ACTED).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(np.nan_to_num(values) > 0)


def _hidden(people: pa.Table, strangers: pa.Table) -> pa.Table:
    """The same people as if they had not been found: what is known of no stranger is empty."""
    for place, name in enumerate(people.column_names):
        column = strangers.column(name)
        if name == KIND:
            hidden = pa.repeat(pa.scalar("contact", people.column(name).type), people.num_rows)
        elif column.null_count == len(column):
            hidden = pa.nulls(people.num_rows, people.column(name).type)
        else:
            continue
        people = people.set_column(place, name, hidden)
    return people
