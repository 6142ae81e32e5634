"""The review queue at a terminal: cases shown side by side, one key decides.

What a case is and how a decision is kept is ``review``'s; here is only the talk about it. Values
of persons are shown to whoever decides and never stand in the JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.identity import review
from orchestration.identity.decisions import Kind
from orchestration.identity.review import SHOWN, Case

KEYS: dict[str, Kind] = {"s": "same", "d": "different", "n": "no_voter"}
HELP = "s same person, d different, n on no file, Enter later, q enough"


@dataclass(frozen=True)
class Round:
    """What is asked in one sitting.

    Attributes:
        cases: In the order in which they are shown.
        waiting: All that wait, shown or not.
        decided: Decisions in force or undone that were ever made.
    """

    cases: tuple[Case, ...]
    waiting: int
    decided: int

    def as_json(self) -> dict[str, Any]:
        """Counts and keys; no value of any person."""
        return {
            "queue": self.waiting,
            "decided": self.decided,
            "cases": [
                {
                    "record_key": case.record_key,
                    "voter_key": case.voter_key,
                    "source": case.source,
                    "probability": case.probability,
                    "reason": case.reason,
                    "worth": case.worth,
                }
                for case in self.cases
            ],
        }


def read_round(home: Path, sample: int | None = None, limit: int = 50) -> Round:
    """The queue, or a clerical sample of links that were made."""
    cases = review.queue(home, limit) if sample is None else review.sample(home, sample)
    return Round(tuple(cases), review.waiting(home), len(review.decided(home)))


def decide_each(
    home: Path,
    cases: Sequence[Case],
    who: str,
    now: Callable[[], datetime],
    ask: Callable[[str], str],
    say: Callable[[str], None],
) -> int:
    """Show each case and write down what is answered; stops at ``q``.

    Returns:
        Decisions made.
    """
    made = 0
    for number, case in enumerate(cases, start=1):
        say(side_by_side(case, f"{number} of {len(cases)}"))
        answer = _answer(ask, say)
        if answer == "q":
            break
        if answer in KEYS:
            voter = "" if answer == "n" else case.voter_key
            sampled = case if case.stratum else None
            review.decide(home, KEYS[answer], case.record_key, voter, who, now(), sampled=sampled)
            made += 1
    return made


def _answer(ask: Callable[[str], str], say: Callable[[str], None]) -> str:
    while True:
        answer = ask(HELP).strip().lower()[:1]
        if answer in {*KEYS, "", "q"}:
            return answer
        say(f"{answer!r} is no answer: {HELP}.")


def side_by_side(case: Case, title: str) -> str:
    """A case as lines of text: field, record, proposed voter, runner-up."""
    sides = [case.record, case.voter, *([case.runner_up] if case.runner_up else [])]
    heads = ["record", "voter", "second voter"][: len(sides)]
    lines = [
        f"\n{title}: {case.record_key}, chance {case.probability:.2f}, {case.reason}",
        "  ".join(f"{head:<24}" for head in ["", *heads]).rstrip(),
    ]
    for name in SHOWN:
        values = ["" if side.get(name) is None else str(side[name]) for side in sides]
        if any(values):
            mark = "=" if values[0] and values[0] == values[1] else " "
            cells = [f"{mark} {name.replace('_', ' ')}", *values]
            lines.append("  ".join(f"{cell:<24}" for cell in cells).rstrip())
    return "\n".join(lines)
