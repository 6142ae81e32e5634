"""How large the universe should be: what each size gains, costs, and leaves of the hours.

Every size was worked out when the release was made, at three turnouts; nothing is counted here.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from apps.lib import words
from apps.lib.today import table
from orchestration.release.read import Release

TURNOUTS = ("low", "middle", "high")
HEAD = ("Turnout", "Votes gained", "By the plain rule", "More than it")


@dataclass(frozen=True)
class Size:
    """One size of universe.

    Attributes:
        hours: Hours of contact, were nobody held out.
        hours_left: Of those that volunteers have; below zero is what is missing.
        gains: By turnout: expected votes gained by our choice and by the plain rule.
    """

    people: int
    is_capacity: bool
    hours: float
    plain_hours: float
    hours_left: float | None
    gains: tuple[tuple[str, float, float], ...]


def read(release: Release) -> pd.DataFrame | None:
    """The curve that a release carries; ``None`` when it was made without it."""
    found = table(release, "aggregates/universe_curve")
    return None if found is None or found.empty else found


def sizes(curve: pd.DataFrame) -> dict[int, Size]:
    """Every size worked out, by its people; of before there were turnouts, the one in force."""
    known = [name for name in TURNOUTS if f"votes_gained_{name}" in curve]
    there_are = curve["hours_there_are"].max() if "hours_there_are" in curve else None
    found = {}
    for row in curve.sort_values("n_people").to_dict(orient="records"):
        gains = tuple(
            (name, float(row[f"votes_gained_{name}"]), float(row[f"plain_votes_gained_{name}"]))
            for name in known
        )
        in_force = ("in force", float(row["votes_gained"]), float(row["plain_votes_gained"]))
        found[int(row["n_people"])] = Size(
            people=int(row["n_people"]),
            is_capacity=bool(row["is_capacity"]),
            hours=float(row["hours"]),
            plain_hours=float(row["plain_hours"]),
            hours_left=None if there_are is None else float(there_are - row["hours"]),
            gains=gains or (in_force,),
        )
    return found


def capacity(found: dict[int, Size]) -> int:
    """The size that the volunteers' hours allow; the smallest where none is marked."""
    return next((size.people for size in found.values() if size.is_capacity), min(found))


def facts(size: Size) -> dict[str, str]:
    """What a size costs, by name."""
    left = size.hours_left
    return {
        "People": words.count(size.people),
        "Hours of contact": _number(size.hours),
        "Hours left": "–"
        if left is None
        else _number(left)
        if left >= 0
        else f"{_number(-left)} short",
        "Hours for as many by the plain rule": _number(size.plain_hours),
        "Votes gained an hour": f"{_gain(size) / size.hours:.2f}" if size.hours else "–",
    }


def rows(size: Size) -> list[tuple[str, ...]]:
    """The rows of :data:`HEAD`."""
    return [
        (name, _number(ours), _number(plain), f"{ours - plain:+,.1f}")
        for name, ours, plain in size.gains
    ]


def drawn(curve: pd.DataFrame) -> pd.DataFrame:
    """One row a size, rule and turnout: people, rule, turnout, votes."""
    return pd.DataFrame(
        [
            {"people": size.people, "rule": rule, "turnout": name, "votes": votes}
            for size in sizes(curve).values()
            for name, ours, plain in size.gains
            for rule, votes in (("our choice", ours), ("plain rule", plain))
        ]
    )


def _gain(size: Size) -> float:
    of = {name: ours for name, ours, _ in size.gains}
    return of.get("middle", next(iter(of.values())))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
