"""What became of an attempt to make a score: live, kept as it was, or a stand-in, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["live", "reused", "kept", "stand_in"]

MINIMUM_LABELS = 20


@dataclass(frozen=True)
class ScoreOutcome:
    """The outcome for one score.

    Attributes:
        model: Name of the score.
        state: ``live``: a new model was fitted and is in force. ``reused``: what it is taught and
            its code did not change, so the model in force stands. ``kept``: the new one was
            refused and the previous model stays live. ``stand_in``: there is no model at all,
            and everybody gets the stated base rate.
        reason: One sentence for a human; names no person.
        version: Version of the model now in force.
    """

    model: str
    state: State
    reason: str
    version: str


class RefusedFitError(Exception):
    """A model cannot be fitted on these labels or features; the message says why."""
