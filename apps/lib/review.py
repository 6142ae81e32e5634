"""What the page *Review* holds while somebody decides: the cases in hand and what was done.

Which cases there are, and how a decision binds, is ``identity.review``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from apps.lib import words
from orchestration.identity import review
from orchestration.identity.review import SHOWN, Case, Pace

IN_HAND = 20  # cases read at once: reading one by one would wait for the disk at every key
Mark = Literal["same", "differs", "one side"]
MARKS: Mapping[Mark, words.StateWords] = {
    "same": words.StateWords("=", "same", "good", 0),
    "differs": words.StateWords("≠", "differs", "bad", 0),
    "one side": words.StateWords("·", "one side", "warn", 0),
}


@dataclass
class Sitting:
    """One person's work at the queue, kept in the session.

    Attributes:
        cases: In hand, the first of them shown.
        skipped: Keys put aside until the others are done.
        done: Decisions made here that can be undone, with their cases, oldest first.
        known: How many decisions anybody had written when it was last looked.
    """

    cases: list[Case] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    done: list[tuple[str, Case]] = field(default_factory=list)
    known: int = 0


@dataclass(frozen=True)
class Line:
    """One field of a case as it stands on each side; the mark compares the first two."""

    field: str
    values: tuple[str, ...]
    mark: Mark


def look(home: Path, sitting: Sitting) -> Case | None:
    """The case to decide now; ``None`` when nothing waits.

    What somebody else decided meanwhile is not asked again; what was skipped comes back at the
    end.
    """
    decisions = review.decided(home)
    others = {decision.record_key for decision in decisions[sitting.known :]}
    sitting.known = len(decisions)
    sitting.cases = [case for case in sitting.cases if case.record_key not in others]
    if not sitting.cases:
        sitting.cases = _read(home, sitting)
    if not sitting.cases and sitting.skipped:
        sitting.skipped.clear()
        sitting.cases = _read(home, sitting)
    return sitting.cases[0] if sitting.cases else None


def _read(home: Path, sitting: Sitting) -> list[Case]:
    found = review.queue(home, IN_HAND + len(sitting.skipped))
    return [case for case in found if case.record_key not in sitting.skipped]


def decide(home: Path, sitting: Sitting, key: str, answer: str, who: str, at: datetime) -> None:
    """Write down what was answered about the case that was shown.

    Args:
        home: The home.
        sitting: Whose turn it is.
        key: The record that was on the screen; a key pressed twice must not decide the next one.
        answer: ``yes``, ``no``, ``second`` (it is the other voter), ``nobody`` or ``skip``.
        who: Whoever decides.
        at: Time of the home's clock.
    """
    if not sitting.cases or sitting.cases[0].record_key != key:
        return
    case = sitting.cases.pop(0)
    if answer == "skip":
        sitting.skipped.add(key)
        return
    kind, voter = {
        "yes": ("same", case.voter_key),
        "no": ("different", case.voter_key),
        "second": ("same", case.runner_up_voter_key or ""),
        "nobody": ("no_voter", ""),
    }[answer]
    made = review.decide(home, kind, key, voter, who, at)  # type: ignore[arg-type]
    sitting.done.append((made.id, case))
    sitting.known += 1


def undo(home: Path, sitting: Sitting, who: str, at: datetime) -> None:
    """Take the last decision of this sitting back and show its case again."""
    if not sitting.done:
        return
    decision, case = sitting.done.pop()
    review.undo(home, decision, who, at)
    sitting.known += 1
    sitting.cases.insert(0, case)


def lines(case: Case) -> list[Line]:
    """The fields of a case that any side has, with the mark that compares record and voter."""
    sides = [case.record, case.voter, *([case.runner_up] if case.runner_up else [])]
    found = []
    for name in SHOWN:
        values = tuple(_text(side.get(name)) for side in sides)
        if any(values):
            found.append(Line(name.replace("_", " "), values, _mark(values[0], values[1])))
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _mark(record: str, voter: str) -> Mark:
    if not record or not voter:
        return "one side"
    return "same" if record.casefold() == voter.casefold() else "differs"


def standing(pace: Pace) -> dict[str, str]:
    """How much waits and how long there is, as named facts."""
    if pace.deadline is None or pace.minutes_left is None:
        due, left = "no deliverable waits for it", "–"
    else:
        due = words.moment(pace.deadline)
        minutes = pace.minutes_left
        told = f"{abs(minutes):,.0f} minutes, {words.age(abs(minutes) / 60)}"
        left = told if minutes >= 0 else f"{told} too late"
    return {
        "Waiting": words.plural(pace.waiting, "case"),
        "Work for one": f"{pace.minutes_of_work:,.0f} minutes",
        "Needed by": due,
        "Left until then": left,
    }
