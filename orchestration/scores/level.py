"""The level of turnout: how far every logit is moved for a low, a middle and a high count.

The move is solved on a sample of registered people, and the same one is given to everybody,
registered or not. Between elections it is the level that changes most; who is likelier than
whom changes little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.lake import sql_path
from orchestration.scores.calibrate import shift_to
from orchestration.scores.columns import KIND
from orchestration.scores.context import SCENARIOS, ScoreContext, Scorer
from orchestration.scores.measure import Floats
from orchestration.scores.model import Prediction
from orchestration.scores.tables import BATCH, query, sample

SAMPLE = 300_000


@dataclass(frozen=True)
class Level:
    """Expected attendance and the move of the logits, by scenario.

    Attributes:
        registered: Registered people in the mart.
        expected: Attendance by scenario, scaled to them.
        shifts: What is added to every logit, by scenario.
    """

    scenario: str
    registered: int
    expected: Mapping[str, float]
    shifts: Mapping[str, float]

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


def solve_level(context: ScoreContext, people: pa.Table, registered: int, score: Scorer) -> Level:
    """The level of one attendance score in every scenario."""
    z = _scored(people, score)
    weight = np.full(len(z), registered / max(len(z), 1))
    expected = {name: context.shares[name] * registered for name in SCENARIOS}
    shifts = {name: shift_to(z, weight, expected[name]) for name in SCENARIOS}
    return Level(context.scenario, registered, expected, shifts)


def at_level(score: Scorer, level: Level) -> Scorer:
    """The same score, moved to the scenario in force."""

    def moved(rows: Any) -> Prediction:
        return score(rows).moved(level.shift)

    return moved


def _scored(people: pa.Table, score: Scorer) -> Floats:
    parts = [score(batch).z for batch in people.to_batches(max_chunksize=BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)
