"""Selection: who turns up in which supplier's file.

Nobody turns up at random except in the survey's sample: the eager, the fans and those at home on
the net leave records, and walkers go to doors they expect to be good. What is written about them
belongs to :mod:`writers`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Floats, Ints, coin, standard, stream
from orchestration.demo.history import REP, History
from orchestration.demo.outcome import Outcome
from orchestration.demo.people import ON_ROLL, OUTSIDE, People

SIGNUPS, DONORS, VOLUNTEERS, EVENTS, SOCIAL, ORGANISING = 0.052, 0.010, 0.013, 0.022, 0.013, 0.03
PLEDGES, CANVASS = 0.013, 0.08
MOST_PLEDGES = 3_000  # cards are typed by hand; more are never typed
COMPLETES = 2_000


@dataclass(frozen=True, eq=False)
class Seen:
    """Rows of the people in each supplier's files, one row a record except where it says so."""

    signups: Ints
    donations: Ints
    volunteers: Ints
    organising: Ints  # one a person
    attendees: Ints
    social: Ints  # one a person
    pledges: Ints
    canvass: Ints
    survey: Ints


def _drawn(rng: np.random.Generator, appetite: Floats, share: float, base: int) -> Ints:
    """Rows drawn with a chance that grows with appetite, ``share * base`` of them or so."""
    weight = np.where(appetite < -20, 0.0, np.exp(np.clip(appetite, -4, 4)))
    chance = np.clip(weight * (share * base / weight.sum()), 0, 0.85)
    return np.flatnonzero(rng.random(len(weight)) < chance)


def _again(rng: np.random.Generator, rows: Ints, chance: float) -> Ints:
    """The rows, some of them once more: people fill in a form twice."""
    return np.sort(np.concatenate([rows, rows[coin(rng, chance, len(rows))]]))


def _canvass(rng: np.random.Generator, people: People, history: History) -> Ints:
    """Doors on the walk lists: whole households, Republicans and voters first."""
    traits, members = people.traits, people.members
    good = 1.1 * (history.party == REP) + 0.3 * (history.general > 0).sum(1) + 0.4 * traits.owner
    mean = np.bincount(members.household, good) / np.bincount(members.household)
    home = mean + 0.8 * rng.standard_normal(len(mean))
    drawn = np.zeros(len(mean), dtype=np.bool_)
    drawn[_drawn(rng, 0.8 * home, CANVASS * 0.8, len(mean))] = True
    on_list = drawn[members.household] & (people.kind == ON_ROLL) & (history.ghost_of < 0)
    answers = on_list & coin(rng, 0.85, len(people))
    return _again(rng, np.flatnonzero(answers), 0.06)


def _survey(rng: np.random.Generator, people: People, history: History, total: int) -> Ints:
    """A random sample of the roll; the old answer their phones, the young do not."""
    could = (people.kind == ON_ROLL) & (history.ghost_of < 0)
    could &= (people.reach.cell > 0) | (people.reach.landline > 0)
    rows = np.flatnonzero(could)
    answers = np.exp(0.022 * (people.members.age[rows] - 50))
    count = min(total, len(rows) // 10)
    drawn = rng.choice(len(rows), count, replace=False, p=answers / answers.sum(), shuffle=False)
    return np.sort(rows[drawn])


def select(seed: int, people: People, history: History, outcome: Outcome, voters: int) -> Seen:
    """Draw who is seen where, for one chunk."""
    rng = stream(seed, people.chunk.number, "selection")
    traits, base = people.traits, round(voters * people.chunk.share)
    nobody = 99.0 * (history.ghost_of >= 0)
    plans = 0.55 * standard(outcome.intent) + 0.5 * standard(outcome.warmth)
    eager = -nobody + plans + 0.5 * traits.zeal + 0.6 * (history.party == REP)
    away = 0.8 * (people.kind == OUTSIDE)
    net = eager + 0.5 * traits.online - away
    here = eager - 99.0 * (people.kind == OUTSIDE)
    netless = 99.0 * (people.reach.style < 0)
    signups = _drawn(rng, net - netless, SIGNUPS, base)
    wealth = 0.25 * (traits.income - 4) + 2.2 * away
    known = signups[coin(rng, 0.5, len(signups))]
    organising = np.union1d(known, _drawn(rng, here, ORGANISING, base))
    pledges = min(PLEDGES, MOST_PLEDGES / voters)
    donors = _drawn(rng, 1.3 * eager + wealth - netless, DONORS, base)
    return Seen(
        signups=_again(rng, signups, 0.03),
        donations=np.sort(np.repeat(donors, rng.geometric(0.72, len(donors)))),
        volunteers=_drawn(rng, 1.5 * here, VOLUNTEERS, base),
        organising=organising,
        attendees=_drawn(rng, 1.1 * here - netless + 0.3 * traits.fan, EVENTS, base),
        social=_drawn(rng, 0.4 * net + 1.0 * traits.fan - netless, SOCIAL, base),
        pledges=_drawn(rng, 1.2 * here, pledges, base),
        canvass=_canvass(rng, people, history),
        survey=_survey(rng, people, history, round(COMPLETES * people.chunk.share)),
    )
