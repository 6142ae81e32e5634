"""Households: who lives with whom, how old, and which name and number they share.

One row a person, households in a row, in order of county. What a person thinks belongs to
:mod:`traits`, whether they are registered to :mod:`people`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Bools, Floats, Ints, choose, coin
from orchestration.demo.margins import Margins
from orchestration.demo.names import Names
from orchestration.demo.text import day

HEAD, SPOUSE, CHILD, MATE = range(4)
FIRST_DAY = day("2016-01-04")
YEAR = 365.2425
SIZES = [0.385, 0.475, 0.105, 0.028, 0.007]  # adults in a household
SUFFIXES = ("", "JR", "SR", "III", "II")


@dataclass(frozen=True, eq=False)
class Members:
    """People as members of households.

    Attributes:
        household: Number in the chunk.
        head: Row of the household's first member.
        county: Place in the margins' counties.
        role: HEAD, SPOUSE, CHILD or MATE.
        birth: Days since 1970.
        first, middle, last, born_last: Places in the names' tables; ``born_last`` is the surname
            before marriage; ``middle`` is -1 for none.
        suffix: Place in ``SUFFIXES``.
    """

    household: Ints
    head: Ints
    county: Ints
    role: Ints
    sex: Ints
    birth: Ints
    first: Ints
    middle: Ints
    last: Ints
    born_last: Ints
    suffix: Ints

    @property
    def age(self) -> Floats:
        """Years lived on 2016-01-04."""
        result: Floats = (FIRST_DAY - self.birth) / YEAR
        return result


def _grouping(rng: np.random.Generator, adults: Ints) -> tuple[Ints, Ints, Ints]:
    """Household number and first row of each person, and the county; none crosses a border."""
    total = int(adults.sum())
    sizes = choose(rng, SIZES, total) + 1
    first_rows = np.zeros(total, dtype=np.bool_)
    ends = np.cumsum(sizes)
    first_rows[0] = True
    first_rows[ends[ends < total]] = True
    county = np.repeat(np.arange(len(adults)), adults)
    first_rows[1:] |= county[1:] != county[:-1]
    household = np.cumsum(first_rows) - 1
    return household, np.flatnonzero(first_rows)[household], county


def _roles(rng: np.random.Generator, household: Ints, head: Ints) -> Ints:
    place = np.arange(len(household)) - head
    size = np.bincount(household)
    luck = rng.random(len(size))
    two = np.select([luck < 0.84, luck < 0.94], [SPOUSE, CHILD], MATE)
    second = np.where(size == 2, two, np.where(luck < 0.92, SPOUSE, MATE))
    later = np.where(luck < 0.92, CHILD, MATE)
    return np.select([place == 0, place == 1], [HEAD, second[household]], later[household])


def _band_weights(margins: Margins) -> Floats:
    """Adults by county and age band: the state's bands, bent to the county's."""
    state = margins.band_population / margins.band_population.sum()
    older = margins.over_65 / (1 - margins.under_18)
    weights = np.tile(state, (len(older), 1))
    # Heads of households only: many of the young still live with their parents.
    weights *= np.array([0.42, 1.12, 0.92, 1.03, 1.0])
    weights[:, 0] *= np.where(margins.bachelors > 0.44, 2.6, 1.0)  # students
    weights[:, :-1] *= ((1 - 1.24 * older) / weights[:, :-1].sum(1))[:, None]
    weights[:, -1] = 1.24 * older
    return weights


def _ages(rng: np.random.Generator, margins: Margins, members: tuple[Ints, Ints, Ints]) -> Floats:
    """Ages: heads by the county's bands, partners near them, children a generation below."""
    head, county, role = members
    size = len(head)
    edges = np.cumsum(_band_weights(margins), axis=1)[county]
    band = (rng.random(size)[:, None] * edges[:, -1:] > edges).sum(1)
    start = margins.band_start.astype(np.float64)
    width = np.diff(np.append(start, 66.0))
    own = start[band] + width[band] * rng.random(size)
    own = np.where(band == len(start) - 1, np.minimum(65 + rng.exponential(10.5, size), 101), own)
    parent = np.isin(np.arange(size), head[role == CHILD])
    own = np.where(parent & ((own < 37) | (own > 72)), rng.normal(50, 5.5, size).clip(37), own)
    near = own[head] + rng.normal(0, 3.4, size)
    child = np.minimum(17.15 + rng.exponential(4.5, size), own[head] - 17.5)
    young = 18.5 + rng.exponential(7.0, size)
    ages = np.select([role == HEAD, role == SPOUSE, role == CHILD], [own, near, child], young)
    result: Floats = np.clip(ages, 17.1, 102.0)
    return result


def _sexes(rng: np.random.Generator, head: Ints, role: Ints, age: Floats) -> Ints:
    male = coin(rng, np.where(age > 72, 0.41, 0.495), len(head)).astype(np.int64)
    other = np.where(coin(rng, 0.985, len(head)), 1 - male[head], male[head])
    return np.where(role == SPOUSE, other, male)


def _twins(rng: np.random.Generator, household: Ints, role: Ints) -> Bools:
    """Children born on the day of the child listed before them."""
    twin: Bools = coin(rng, 0.07, len(role)) & (role == CHILD)
    twin[1:] &= (role[:-1] == CHILD) & (household[1:] == household[:-1])
    twin[0] = False
    return twin


def _namesakes(rng: np.random.Generator, head: Ints, role: Ints, sex: Ints) -> tuple[Bools, Ints]:
    """Sons who carry their father's whole name, and everybody's suffix."""
    junior = coin(rng, 0.06, len(head)) & (role == CHILD) & (sex == 1) & (sex[head] == 1)
    suffix = np.where(junior, 1, 0)
    suffix[head[junior & coin(rng, 0.6, len(head))]] = 2
    third = coin(rng, 0.002, len(head)) & (sex == 1) & (suffix == 0)
    return junior, np.where(third, 3, suffix)


def build_members(
    rng: np.random.Generator, margins: Margins, names: Names, adults: Ints
) -> Members:
    """Fill each county with households of named people."""
    household, head, county = _grouping(rng, adults)
    role = _roles(rng, household, head)
    age = _ages(rng, margins, (head, county, role))
    twin = _twins(rng, household, role)
    birth = np.floor(FIRST_DAY - age * YEAR).astype(np.int64)
    birth = np.where(twin, np.roll(birth, 1), birth)
    sex = _sexes(rng, head, role, age)
    year = birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    first = names.draw_first(rng, sex, year)
    middle = np.where(coin(rng, 0.8, len(sex)), names.draw_first(rng, sex, year), -1)
    junior, suffix = _namesakes(rng, head, role, sex)
    first, middle = np.where(junior, first[head], first), np.where(junior, middle[head], middle)
    born = names.draw_last(rng, len(sex))
    born = np.where((role == CHILD) & coin(rng, 0.88, len(sex)) | junior, born[head], born)
    takes = (role == SPOUSE) & np.where(
        sex == 0, coin(rng, 0.86, len(sex)), coin(rng, 0.5, len(sex))
    )
    # A household whose head is the wife: either may have taken the other's name.
    last = np.where(takes, born[head], born)
    was_married = (role == HEAD) & (sex == 0) & (age > 30) & coin(rng, 0.5, len(sex))
    born = np.where(was_married, names.draw_last(rng, len(sex)), born)
    return Members(
        household=household, head=head, county=county, role=role, sex=sex, birth=birth,
        first=first, middle=middle, last=last, born_last=born, suffix=suffix,
    )  # fmt: skip
