"""What people did before: party, status, and the elections and caucuses they took part in.

What they will do in 2016 belongs to :mod:`outcome`; the file it is written to, to
:mod:`writers.party`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import (
    Bools,
    Floats,
    Ints,
    among,
    coin,
    logistic,
    meet,
    standard,
    stream,
)
from orchestration.demo.households import YEAR
from orchestration.demo.people import NEWLY, ON_ROLL, People
from orchestration.demo.text import day

REP, DEM, NOP, OTH, NONE = range(5)
GENERALS = ("2014-11-04", "2012-11-06", "2010-11-02", "2008-11-04", "2006-11-07")
PRIMARIES = ("2014-06-03", "2012-06-05", "2010-06-08", "2008-06-03", "2006-06-06")
SCHOOLS = ("2015-09-08", "2013-09-10", "2011-09-13", "2009-09-08", "2007-09-11")
CITIES = ("2015-11-03", "2013-11-05", "2011-11-08", "2009-11-03", "2007-11-06")
SPECIAL = "2013-03-05"
CAUCUSES = {2008: "2008-01-03", 2012: "2012-01-03"}
# Presidential years against the congressional year before, on the logit scale, by age band.
_PRESIDENTIAL = np.array([1.5, 1.25, 1.1, 0.8, 0.6])
_REP_PRIMARY = (0.25, 0.15, 0.36, 0.12, 0.12)  # of the party's registrants
_DEM_PRIMARY = (0.12, 0.06, 0.11, 0.14, 0.24)


@dataclass(frozen=True, eq=False)
class History:
    """Party and past votes.

    Attributes:
        party: REP, DEM, NOP, OTH; NONE off the roll.
        inactive: On the roll, but no longer reached by the county's mail.
        general: Person x election: 0 not voted, 1 at the poll, 2 absentee.
        primary: 0 not voted, 1 and 2 Republican at the poll and absentee, 3 and 4 Democratic.
        caucus: Who took part in the Republican caucus, by year.
        ghost_of: Row of the person whose old registration this is; -1 for a person.
    """

    party: Ints
    inactive: Bools
    general: Ints
    primary: Ints
    school: Ints
    city: Ints
    special: Bools
    caucus: dict[int, Bools]
    ghost_of: Ints


def _could(people: People, date: str) -> Bools:
    """On the roll and of age on this day."""
    when = day(date)
    grown = people.members.birth + 18 * YEAR <= when
    result: Bools = grown & (people.first_registered <= when) & (people.kind == ON_ROLL)
    return result


def _generals(rng: np.random.Generator, people: People) -> Ints:
    margins = people.atlas.margins
    absent = coin(rng, np.where(people.members.age > 60, 0.5, 0.28), len(people))
    columns = []
    for place, date in enumerate(GENERALS):
        age = (day(date) - people.members.birth) / YEAR
        band = np.searchsorted(margins.band_start, np.maximum(age, 18), side="right") - 1
        rate = margins.band_turnout[2014 if place == 0 else 2010]
        shift = _PRESIDENTIAL if place % 2 else 0.0
        rate = 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + shift)))
        could = _could(people, date)
        quota = np.round(np.bincount(band[could], minlength=5) * rate).astype(np.int64)
        voted = among(could, band, 1.4 * people.traits.civic + logistic(rng, len(people)), quota)
        columns.append(voted * (1 + (absent ^ coin(rng, 0.15, len(people)))))
    return np.stack(columns, axis=1).astype(np.int64)


def _parties(rng: np.random.Generator, people: People) -> Ints:
    """Registered parties that meet the county's margins; leaning shows through, no more."""
    county, roll = people.members.county, people.kind == ON_ROLL
    quota = people.chunk.cells.sum(2)
    traits, size = people.traits, len(people)
    label = 1.5 * traits.lean + logistic(rng, size) * 0.9
    aloof = -0.7 * traits.civic - 0.5 * np.abs(traits.lean) - 0.35 * standard(people.members.age)
    party = np.full(size, NONE)
    nop = among(roll, county, aloof + logistic(rng, size), quota[:, NOP])
    party[nop] = NOP
    oth = among(roll & ~nop, county, rng.random(size), quota[:, OTH])
    party[oth] = OTH
    rest = roll & ~nop & ~oth
    party[rest] = DEM
    party[among(rest, county, label, quota[:, REP])] = REP
    newly = people.kind == NEWLY
    drawn = np.where(label > 0.5, REP, np.where(coin(rng, 0.5, size), NOP, DEM))
    return np.where(newly, drawn, party)


def _inactive(rng: np.random.Generator, people: People, party: Ints, general: Ints) -> Bools:
    """Those the county's mail came back from: who moved, and seldom voted since."""
    roll = people.kind == ON_ROLL
    group = people.members.county * 4 + np.minimum(party, OTH)
    score = -2.2 * (general[:, 0] > 0) - 1.5 * (general[:, 1] > 0) - 0.6 * people.traits.owner
    score = score - 0.4 * standard(people.members.age) + logistic(rng, len(people))
    return among(roll, group, score, people.chunk.cells[:, :, 1].reshape(-1))


def _ghosts(rng: np.random.Generator, inactive: Bools, people: People) -> Ints:
    """Registrations that somebody left behind on moving: inactive, and nobody any more."""
    ghosts = np.flatnonzero(inactive & coin(rng, 0.03, len(inactive)))
    real = np.flatnonzero((people.kind == ON_ROLL) & ~inactive)
    result = np.full(len(inactive), -1)
    if len(real):
        result[ghosts] = rng.choice(real, len(ghosts), replace=False)
    return result


def _primaries(rng: np.random.Generator, people: People, party: Ints, general: Ints) -> Ints:
    columns = []
    keen = 1.2 * people.traits.civic + 0.8 * np.abs(people.traits.lean)
    for place, date in enumerate(PRIMARIES):
        could = _could(people, date) & (party <= DEM)
        rate = np.array([_REP_PRIMARY[place], _DEM_PRIMARY[place]])
        quota = np.bincount(party[could], minlength=2)[:2] * rate * 1.1
        score = keen + 0.9 * (general[:, place] > 0) + logistic(rng, len(people))
        voted = among(could, np.minimum(party, 1), score, np.round(quota).astype(np.int64))
        absent = coin(rng, 0.22, len(people))
        columns.append(voted * (1 + 2 * (party == DEM) + absent))
    return np.stack(columns, axis=1).astype(np.int64)


def _local(
    rng: np.random.Generator, people: People, dates: tuple[str, ...], rates: list[float]
) -> Ints:
    columns = []
    for date, rate in zip(dates, rates, strict=True):
        could = _could(people, date)
        score = people.traits.civic + 0.5 * people.traits.owner + logistic(rng, len(people))
        quota = np.array([round(rate * int(could.sum()))])
        voted = among(could, np.zeros(len(people), dtype=np.int64), score, quota)
        columns.append(voted * (1 + coin(rng, 0.1, len(people))))
    return np.stack(columns, axis=1).astype(np.int64)


def _caucuses(
    rng: np.random.Generator, people: People, party: Ints, general: Ints, primary: Ints
) -> dict[int, Bools]:
    """Who took part in 2008 and 2012: a habit of few, and known to the party alone."""
    pull = np.array([2.4, -1.6, -0.5, -0.9, 0.0])[party]
    keen: Floats = pull + 0.8 * people.traits.civic + 0.5 * people.traits.lean
    county = people.members.county
    result: dict[int, Bools] = {}
    for year, date in CAUCUSES.items():
        place = 4 if year == 2008 else 2  # the general and the primary before it
        score = keen + 0.5 * (general[:, place] > 0) + 0.7 * np.isin(primary[:, place], (1, 2))
        score = score + 1.9 * result.get(2008, np.zeros(len(people), dtype=np.bool_))
        score = score + 1.1 * logistic(rng, len(people))
        result[year] = meet(_could(people, date), county, score, people.chunk.caucus[year])
    return result


def build_history(seed: int, people: People) -> History:
    """Draw the past of one chunk's people."""
    number = people.chunk.number
    general = _generals(stream(seed, number, "generals"), people)
    party = _parties(stream(seed, number, "parties"), people)
    primary = _primaries(stream(seed, number, "primaries"), people, party, general)
    inactive = _inactive(stream(seed, number, "inactive"), people, party, general)
    rng = stream(seed, number, "local")
    return History(
        party=party,
        inactive=inactive,
        general=general,
        primary=primary,
        school=_local(rng, people, SCHOOLS, [0.07, 0.06, 0.06, 0.08, 0.06]),
        city=_local(rng, people, CITIES, [0.2, 0.19, 0.18, 0.19, 0.17]),
        special=_local(rng, people, (SPECIAL,), [0.03])[:, 0] > 0,
        caucus=_caucuses(stream(seed, number, "caucuses"), people, party, general, primary),
        ghost_of=_ghosts(stream(seed, number, "ghosts"), inactive, people),
    )
