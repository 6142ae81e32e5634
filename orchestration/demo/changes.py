"""What changed on the roll between the party's two files: moves, switches, names, who left.

Only the roll changes; the people stay who they are. How it is written belongs to
:mod:`writers.party`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from orchestration.demo.draws import Bools, Ints, coin, stream
from orchestration.demo.history import DEM, NOP, REP, History
from orchestration.demo.people import NEWLY, ON_ROLL, People
from orchestration.demo.text import day

MOVES, SWITCHES, LEAVES, NAMES, WAKES = 0.004, 0.006, 0.0025, 0.0008, 0.004
SINCE, UNTIL = day("2016-01-05"), day("2016-01-19")


@dataclass(frozen=True, eq=False)
class Refresh:
    """The second file's roll.

    Attributes:
        people, history: As the second file sees them.
        gone: Off the roll since: dead or moved away.
        changed: On both files, with something new.
        on: The day of the change.
    """

    people: People
    history: History
    gone: Bools
    changed: Bools
    on: Ints


def refresh(seed: int, people: People, history: History) -> Refresh:
    """Let sixteen days pass over the roll of one chunk."""
    rng, size = stream(seed, people.chunk.number, "changes"), len(people)
    roll = people.kind == ON_ROLL
    households = int(people.members.household[-1]) + 1
    moved = coin(rng, MOVES, households)[people.members.household] & roll
    switched = coin(rng, SWITCHES, size) & roll & (history.ghost_of < 0)
    renamed = coin(rng, NAMES, size) & roll & (people.members.sex == 0)
    woken = coin(rng, WAKES, size) & history.inactive
    gone = coin(rng, LEAVES, size) & roll
    homes = replace(people.homes)
    heads = people.members.household
    county = people.members.county[people.members.head]
    local = rng.random(households)[heads] * people.atlas.margins.precincts[county]
    precinct = people.atlas.margins.first_precinct[county] + local.astype(np.int64)
    many = households // len(people.atlas.county_of_precinct)
    # One draw a household, so that its members move to one address.
    first = np.unique(heads, return_index=True)[1]
    fresh = people.atlas.draw(rng, precinct[first], people.chunk.number, many).of(heads)
    for name, values in vars(fresh).items():
        object.__setattr__(homes, name, np.where(moved, values, getattr(homes, name)))
    # Before a Republican contest most who switch come to it; about as many leave as is usual.
    toward = np.where(coin(rng, 0.8, size), REP, np.where(coin(rng, 0.5, size), NOP, DEM))
    toward = np.where(history.party == REP, NOP, toward)
    switched &= toward != history.party
    members = replace(
        people.members,
        last=np.where(renamed, people.names.draw_last(rng, size), people.members.last),
    )
    on = rng.integers(SINCE, UNTIL + 1, size)
    changed = (moved | switched | renamed | woken) & ~gone
    registered = np.where((people.kind == NEWLY) | moved | switched, on, people.registered_on)
    return Refresh(
        people=replace(people, members=members, homes=homes, registered_on=registered),
        history=replace(
            history,
            party=np.where(switched, toward, history.party),
            inactive=history.inactive & ~woken & ~moved,
        ),
        gone=gone,
        changed=changed,
        on=on,
    )
