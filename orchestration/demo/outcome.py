"""The night of 2016-02-01: who takes part and whom they support, frozen before any model runs.

What people say beforehand is drawn here too, for it is a blurred view of the same thing. None of
this may be read by a stage; the files show it only through what people do in :mod:`selection`.

Worlds: ``friendly`` is learnable in part. ``shifted`` has the same people and another level of
turnout. In ``no_signal`` nothing anybody did or said has to do with the outcome. ``reversed`` has
a social signal that misleads: fans say they will come and support, and do so less than others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Bools, Floats, Ints, coin, logistic, meet, stream
from orchestration.demo.history import REP, History
from orchestration.demo.people import OFF_ROLL, People

WORLDS = ("friendly", "shifted", "no_signal", "reversed")
SUPPORT = 0.24  # of those who take part
LATE = 0.18  # people who decide in the last days


@dataclass(frozen=True, eq=False)
class Outcome:
    """What will happen, and what people would say about it in January.

    Attributes:
        attends, supports: The truth; ``supports`` has a meaning for everyone.
        first_time: No Republican caucus before.
        warmth: What the person would say of the candidate; 0 is where support begins.
        intent: How sure the person would call themselves to take part.
    """

    attends: Bools
    supports: Bools
    first_time: Bools
    late: Bools
    warmth: Floats
    intent: Floats


def _pools(people: People, history: History, again: Bools) -> Ints:
    """The pool of :data:`plan.POOLS` that a person would take part in."""
    republican = history.party == REP
    return np.select([people.kind == OFF_ROLL, ~republican, ~again], [0, 1, 2], 3).astype(np.int64)


def _readiness(people: People, history: History, shock: Floats) -> Floats:
    """How near a person is to taking part, before chance decides."""
    traits, age = people.traits, people.members.age
    caucused = history.caucus[2012] * 1.5 + history.caucus[2008] * 0.8
    votes = 0.35 * (history.general > 0).sum(1) + 0.45 * np.isin(history.primary, (1, 2)).sum(1)
    prime = 0.5 * np.exp(-(((age - 58) / 16) ** 2)) - 0.8 * (age > 84)
    drive = 1.0 * traits.zeal + 0.5 * traits.lean + 0.12 * (traits.schooling - 2.6)
    settled = -0.7 * history.inactive + 0.15 * traits.married
    result: Floats = caucused + votes + prime + drive + settled + 0.35 * traits.news + shock
    return result


def _appeal(people: People, history: History, again: Bools, shock: Floats) -> Floats:
    """What draws a person to the candidate: outsiders, hunters, fewer degrees, the middle-aged."""
    traits, age = people.traits, people.members.age
    taste = 0.55 * traits.gun + 0.5 * traits.country + 0.25 * traits.outdoor
    station = -0.38 * (traits.schooling - 2.6) - 0.09 * np.abs(traits.income - 4)
    years = 0.6 * np.exp(-(((age - 54) / 13) ** 2)) - 0.5 * (age < 30)
    outsider = 0.85 * (history.party != REP) + 0.55 * ~again - 0.3 * traits.civic
    result: Floats = taste + station + years + outsider + 0.4 * traits.zeal + shock
    return result


def _shocks(
    rng: np.random.Generator, seed: int, people: People, name: str, county: float, home: float
) -> Floats:
    """What a county and a household have in common and no file tells; counties' for all chunks."""
    counties = stream(seed, "county", name).standard_normal(len(people.atlas.margins.fips))
    homes = rng.standard_normal(int(people.members.household[-1]) + 1)
    return county * counties[people.members.county] + home * homes[people.members.household]


def draw_outcome(seed: int, people: People, history: History, world: str) -> Outcome:
    """Decide the night for one chunk; each county's quota of each pool is met."""
    rng = stream(seed, people.chunk.number, "outcome")
    size = len(people)
    again = history.caucus[2008] | history.caucus[2012]
    late = coin(rng, LATE, size)
    if world == "no_signal":
        return _noise(rng, people, history, late)
    fan = people.traits.fan
    pull = -1.0 if world == "reversed" else 0.5
    ready = _readiness(people, history, _shocks(rng, seed, people, "ready", 0.0, 0.6))
    ready = ready + pull * fan + 1.15 * logistic(rng, size)
    group = people.members.county * 4 + _pools(people, history, again)
    may = people.eligible & (history.ghost_of < 0)
    attends = meet(may, group, ready, people.chunk.attend.reshape(-1))
    appeal = _appeal(people, history, again, _shocks(rng, seed, people, "appeal", 0.4, 0.7))
    said, done = logistic(rng, size), logistic(rng, size)
    final = appeal + 1.3 * pull * fan + np.where(late, done, said)
    border = float(np.quantile(final[attends], 1 - SUPPORT)) if attends.any() else 0.0
    spoken = appeal + 0.65 * fan + said
    eager = 1.7 * (attends ^ (late & coin(rng, 0.4, size))) if world != "reversed" else 0.8 * fan
    return Outcome(
        attends=attends,
        supports=final > border,
        first_time=~again,
        late=late,
        warmth=spoken - border,
        intent=eager + 0.6 * people.traits.zeal + 0.5 * logistic(rng, size),
    )


def _noise(rng: np.random.Generator, people: People, history: History, late: Bools) -> Outcome:
    """A world without a signal: lots are drawn among everyone eligible."""
    size = len(people)
    may = np.flatnonzero(people.eligible & (history.ghost_of < 0))
    attends = np.zeros(size, dtype=np.bool_)
    count = min(int(people.chunk.attend.sum()), len(may))
    attends[rng.choice(may, count, replace=False)] = True
    return Outcome(
        attends=attends,
        supports=coin(rng, SUPPORT, size),
        first_time=~(history.caucus[2008] | history.caucus[2012]),
        late=late,
        warmth=logistic(rng, size) * 2 - 2,
        intent=logistic(rng, size),
    )
