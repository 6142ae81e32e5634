"""From the contest that taught to the one that comes: no two are alike, and how is not known.

A model of 2012 says who came in 2012. Between two contests groups drift against each other: one
draws the other side's voters in, one only its own. Two past contests in the file cannot tell
the next drift, and it must not be read off the contest itself. So it is left open: every logit
is blurred by as much as contests are known to drift, and the chance that is published is the
mean over the blur. That is bolder for nobody: those said to be certain become less so, those
said to be impossible less so, and people of other registrations, whose drift against the party
comes on top, most of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.scores.calibrate import shift_to
from orchestration.scores.columns import KIND
from orchestration.scores.groups import has_history
from orchestration.scores.measure import Floats, logit, sigmoid

DRIFT = 0.9
"""Standard deviation of a group's log odds against another's, from one contest to the next.

Independents were 13 % of the Iowa Republican caucus of 2008 and 27 % in the early entrance
polls of 2012 (CNN, 2012-01-03), the last two before this one: 0.9 in log odds. One step is all
there is to learn a spread from; it is assumed to hold for what else sets people apart too.
"""
NODES = 7
COLUMN = "party"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Carry:
    """How the logits of one score are carried over.

    Blurring would by itself move people between those with a record of voting and those
    without, whose levels were learnt apart; what each expected together is put back.

    Attributes:
        party: The contest's party, as registered.
        moves: What is added after blurring, by whether there is a record of voting.
    """

    party: str
    moves: Mapping[bool, float] = field(default_factory=dict)

    def apply(self, z: Floats, rows: Any) -> Floats:
        """The carried logits; somebody without a voter record has nothing that could drift."""
        if not self.moves:
            return z
        voted = has_history(rows)
        moved = np.where(voted, self.moves[True], self.moves[False])
        carried = blurred(z, self._variance(rows)) + moved
        return np.where(is_stranger(rows), z, carried)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        names = {True: "with_votes", False: "without_votes"}
        moves = {names[voted]: round(move, 6) for voted, move in self.moves.items()}
        return {"party": self.party, "drift": DRIFT if moves else 0.0, "logit_shift": moves}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Carry:
        """From plain data."""
        moves = {"with_votes": True, "without_votes": False}
        return cls(data["party"], {moves[n]: float(v) for n, v in data["logit_shift"].items()})

    def _variance(self, rows: Any) -> Floats:
        return DRIFT**2 * np.where(_registered_with(rows, self.party), 1.0, 2.0)


def fit_carry(z: Floats, people: pa.Table, party: str) -> Carry:
    """How a score is carried over, from a sample of registered people and their logits.

    A score that tells nobody apart learnt nothing that could drift, and is left alone.
    """
    if not len(z) or np.ptp(z) == 0:
        return Carry(party)
    still = Carry(party, {True: 0.0, False: 0.0})
    carried, voted = still.apply(z, people), has_history(people)
    moves = {}
    for part in (True, False):
        mine = voted == part
        expected = float(sigmoid(z[mine]).sum())
        moves[part] = shift_to(carried[mine], np.ones(int(mine.sum())), expected)
    return Carry(party, moves)


def blurred(z: Floats, variance: Floats) -> Floats:
    """The logit of the mean chance, where the logit is ``z`` give or take a normal error."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    spread = np.sqrt(variance)
    mean = np.zeros_like(z)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        mean += weight * sigmoid(z + node * spread)
    return logit(mean)


def _registered_with(rows: Any, party: str) -> Mask:
    if COLUMN not in rows.schema.names:
        return np.ones(rows.num_rows, dtype=np.bool_)
    return equals(rows.column(COLUMN), party)


def is_stranger(rows: Any) -> Mask:
    """Who has no voter record."""
    if KIND not in rows.schema.names:
        return np.zeros(rows.num_rows, dtype=np.bool_)
    return equals(rows.column(KIND), "contact")


def equals(column: Any, word: str) -> Mask:
    """Where a column of text says this word; an empty cell does not."""
    import pyarrow.compute as pc

    found = pc.fill_null(pc.equal(column.cast(pa.string()), word), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
