"""The level of turnout: how far every logit is moved for a low, a middle and a high count.

The move is solved on a sample of registered people, and the same one is given to everybody,
registered or not. Between elections it is the level that changes most; who is likelier than
whom changes little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from orchestration.lake import sql_path
from orchestration.scores.calibrate import shift_to
from orchestration.scores.carry import Carry, fit_carry, is_stranger
from orchestration.scores.columns import KIND
from orchestration.scores.context import SCENARIOS, ScoreContext, Scorer
from orchestration.scores.measure import Floats, sigmoid
from orchestration.scores.model import Prediction
from orchestration.scores.strangers import Strangers, fit_strangers
from orchestration.scores.tables import BATCH, query, sample
from orchestration.scores.threads import one_thread

SAMPLE = 150_000


@dataclass(frozen=True)
class Level:
    """Expected attendance and the move of the logits, by scenario.

    Attributes:
        registered: Registered people in the mart.
        expected: Attendance by scenario, scaled to them.
        shifts: What is added to every carried logit, by scenario.
        carry: How logits are carried over from the contest that taught.
        strangers: How those are read who have no voter record, at the scenario in force.
    """

    scenario: str
    registered: int
    expected: Mapping[str, float]
    shifts: Mapping[str, float]
    carry: Carry
    strangers: Strangers | None = None

    @property
    def shift(self) -> float:
        """The move of the scenario in force."""
        return self.shifts[self.scenario]

    def to_json(self) -> dict[str, Any]:
        """As plain data for the card."""
        found = self.strangers
        return {
            "scenario": self.scenario,
            "registered": self.registered,
            "expected_attendance": {k: round(v, 1) for k, v in self.expected.items()},
            "logit_shift": {k: round(v, 6) for k, v in self.shifts.items()},
            "carried": self.carry.to_json(),
            "without_voter_record": found and asdict(found),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Level:
        """From a card.

        Raises:
            KeyError: the card is of an older form.
        """
        found = data["without_voter_record"]
        return cls(
            scenario=str(data["scenario"]),
            registered=int(data["registered"]),
            expected=data["expected_attendance"],
            shifts=data["logit_shift"],
            carry=Carry.from_json(data["carried"]),
            strangers=found and Strangers(**found),
        )


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
    before = _scored(people, score)
    carry = fit_carry(before, people, context.party)
    z = carry.apply(before, people)
    weight = np.full(len(z), registered / max(len(z), 1))
    expected = {name: context.shares[name] * registered for name in SCENARIOS}
    shifts = {name: shift_to(z, weight, expected[name]) for name in SCENARIOS}
    level = Level(context.scenario, registered, expected, shifts, carry)
    if strangers is None:
        return level
    chances = sigmoid(z + level.shift)
    with one_thread():
        found = fit_strangers(people, chances, strangers, score, level.shift)
    return replace(level, strangers=found)


def at_level(score: Scorer, level: Level) -> Scorer:
    """The same score, carried over and moved to the scenario in force."""

    def moved(rows: Any) -> Prediction:
        found = score(rows)
        z = level.carry.apply(found.z, rows) + level.shift
        if level.strangers:
            z = np.where(is_stranger(rows), level.strangers.read(found.z), z)
        return replace(found, z=z)

    return moved


def _scored(people: pa.Table, score: Scorer) -> Floats:
    with one_thread():
        parts = [score(batch).z for batch in people.to_batches(max_chunksize=BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)
