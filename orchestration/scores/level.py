"""The level of turnout: how far every logit is moved for a low, a middle and a high count.

The move is solved on a sample of registered people, and the same one is given to everybody,
registered or not. Between elections it is the level that changes most; who is likelier than
whom changes little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.lake import sql_path
from orchestration.scores.calibrate import shift_to
from orchestration.scores.columns import KIND
from orchestration.scores.context import SCENARIOS, ScoreContext, Scorer
from orchestration.scores.measure import Floats, sigmoid
from orchestration.scores.model import Prediction
from orchestration.scores.tables import BATCH, query, sample
from orchestration.scores.threads import one_thread

SAMPLE = 150_000
ACTED = "n_engagements"
# Fewer contacts on the roll than this say too little about those who are not.
MINIMUM_LINKED = 100
HALF_WAY = 0.5  # assumed, until a contest has shown it


@dataclass(frozen=True)
class Level:
    """Expected attendance and the move of the logits, by scenario.

    Attributes:
        registered: Registered people in the mart.
        expected: Attendance by scenario, scaled to them.
        shifts: What is added to every logit, by scenario.
        strangers: What is added besides for those who have no voter record.
    """

    scenario: str
    registered: int
    expected: Mapping[str, float]
    shifts: Mapping[str, float]
    strangers: float = 0.0

    @property
    def shift(self) -> float:
        """The move of the scenario in force."""
        return self.shifts[self.scenario]

    def to_json(self) -> dict[str, Any]:
        """As plain data for the card."""
        return {
            "scenario": self.scenario,
            "registered": self.registered,
            "expected_attendance": {k: round(v, 1) for k, v in self.expected.items()},
            "logit_shift": {k: round(v, 6) for k, v in self.shifts.items()},
            "logit_shift_without_voter_record": round(self.strangers, 6),
        }


def registered_people(context: ScoreContext) -> tuple[pa.Table, int]:
    """A sample of registered people with their features, and how many there are in all."""
    file = sql_path(context.marts.people)
    total = query(
        context.lake,
        f"select count(*) as n from read_parquet({file}) where {KIND} = 'voter'",
    )
    table = sample(context.lake, context.marts.people, f"{KIND} = 'voter'", SAMPLE)
    return table, int(total.column("n")[0].as_py())


def people_without_record(context: ScoreContext) -> pa.Table:
    """A sample of contacts who were not found on the roll, with their features."""
    return sample(context.lake, context.marts.people, f"{KIND} = 'contact'", SAMPLE)


def solve_level(
    context: ScoreContext,
    people: pa.Table,
    registered: int,
    score: Scorer,
    strangers: pa.Table | None = None,
) -> Level:
    """The level of one attendance score in every scenario.

    Args:
        context: Turnout by scenario.
        people: A sample of registered people.
        registered: How many there are in all.
        score: The score, before any move.
        strangers: Contacts without a voter record, when they are to get a level of their own.
    """
    z = _scored(people, score)
    weight = np.full(len(z), registered / max(len(z), 1))
    expected = {name: context.shares[name] * registered for name in SCENARIOS}
    shifts = {name: shift_to(z, weight, expected[name]) for name in SCENARIOS}
    level = Level(context.scenario, registered, expected, shifts)
    if strangers is None:
        return level
    return replace(level, strangers=_strangers_shift(z[_acted(people)], strangers, score, level))


def at_level(score: Scorer, level: Level) -> Scorer:
    """The same score, moved to the scenario in force."""

    def moved(rows: Any) -> Prediction:
        found = score(rows).moved(level.shift)
        if not level.strangers:
            return found
        kind = np.array(rows.column(KIND).to_pylist(), dtype=object)
        return replace(found, z=found.z + np.where(kind == "contact", level.strangers, 0.0))

    return moved


def _strangers_shift(linked: Floats, strangers: pa.Table, score: Scorer, level: Level) -> float:
    """How much further those are moved who have no voter record.

    Of a contact without a record the model knows nothing, and takes them for people who never
    vote. Some are like the contacts who were found on the roll, some live elsewhere or do not
    exist: so they are moved half of the way to where they would attend as often as the former.
    """
    if len(linked) < MINIMUM_LINKED or not strangers.num_rows:
        return 0.0
    usual = float(sigmoid(linked + level.shift).mean())
    z = _scored(strangers, score) + level.shift
    return HALF_WAY * shift_to(z, np.ones(len(z)), usual * len(z))


def _acted(people: pa.Table) -> npt.NDArray[np.bool_]:
    if ACTED not in people.column_names:
        return np.zeros(people.num_rows, dtype=bool)
    values = people.column(ACTED).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(np.nan_to_num(values) > 0)


def _scored(people: pa.Table, score: Scorer) -> Floats:
    with one_thread():
        parts = [score(batch).z for batch in people.to_batches(max_chunksize=BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)
