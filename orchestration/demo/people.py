"""One chunk of people: households with homes, phones and addresses on the net, and the roll.

What they did belongs to :mod:`history`, what they will do to :mod:`outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Bools, Ints, coin, logistic, standard, stream, top_of_group
from orchestration.demo.households import CHILD, FIRST_DAY, SPOUSE, YEAR, Members, build_members
from orchestration.demo.names import Names
from orchestration.demo.places import Atlas, Homes
from orchestration.demo.plan import Chunk
from orchestration.demo.text import Text, day, digits, glue, only, table, take
from orchestration.demo.traits import Traits, draw_traits

ON_ROLL, NEWLY, OFF_ROLL, OUTSIDE = range(4)
LAST_BIRTHDAY = day("1998-11-08")  # 18 by the general election of 2016
MAILERS = ("gmail", "yahoo", "hotmail", "aol", "msn", "mchsi", "outlook", "netins", "q", "icloud")
_MAILER_SHARE = [0.36, 0.2, 0.11, 0.07, 0.05, 0.07, 0.04, 0.04, 0.03, 0.03]


@dataclass(frozen=True, eq=False)
class Reach:
    """How people can be reached; 0 is no phone, ``style`` -1 no e-mail.

    Attributes:
        owner: Row of the person whose e-mail address it is: a household may share one.
    """

    cell: Ints
    landline: Ints
    owner: Ints
    style: Ints
    number: Ints
    mailer: Ints


@dataclass(frozen=True, eq=False)
class People:
    """One row a person; households in a row, in order of county.

    Attributes:
        kind: ON_ROLL in the first party file, NEWLY in the second only, OFF_ROLL in neither,
            OUTSIDE the state.
        homes: Where each lives now; ``before``: the household's previous address.
        first_registered: Day of the first registration in the state, ``registered_on`` of the
            present one; without meaning off the roll.
    """

    chunk: Chunk
    names: Names
    atlas: Atlas
    truth_id: Ints
    members: Members
    traits: Traits
    homes: Homes
    before: Homes
    reach: Reach
    kind: Ints
    first_registered: Ints
    registered_on: Ints

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.truth_id)

    @property
    def household(self) -> Ints:
        """The household's number in the whole demo: its head's truth id."""
        return self.truth_id[self.members.head]

    @property
    def eligible(self) -> Bools:
        """Of age by the general election and living in the state."""
        result: Bools = (self.members.birth <= LAST_BIRTHDAY) & (self.kind != OUTSIDE)
        return result

    @property
    def regn_num(self) -> Ints:
        """The state's registration number; not a running number, and the gaps tell nothing."""
        result: Ints = 100_000_000 + self.truth_id * 3 + self.truth_id * 2_654_435_761 % 3
        return result

    @property
    def party_number(self) -> Ints:
        """The number in the party's own id."""
        result: Ints = self.truth_id * 13 + 10_000_007 + self.truth_id % 7
        return result

    def email(self, rows: Ints) -> Text:
        """E-mail addresses of these people, empty for those who have none."""
        reach, owner = self.reach, self.reach.owner[rows]
        style, number = reach.style[owner], reach.number[owner]
        first = take(_lower(self.names.first_upper), self.members.first[owner])
        last = take(_lower(self.names.last), self.members.last[owner])
        start = take(_initials(self.names.first_upper), self.members.first[owner])
        # A frequent surname alone is taken by somebody else already.
        count = only((style >= 3) | (self.members.last[owner] < 3_000), digits(number))
        left = np.array(["a", "b", "c", "a", "b", "d"])[style]
        local = glue(
            only(np.isin(left, ("a", "c")), first),
            only(style == 0, table(["."] * len(rows))),
            only(style == 2, table(["_"] * len(rows))),
            only(left == "b", start),
            last,
            only(left == "d", first),
            count,
        )
        domain = take(table([f"@{mailer}.example" for mailer in MAILERS]), reach.mailer[owner])
        return only(style >= 0, glue(local, domain))


def _lower(values: Text) -> Text:
    import pyarrow.compute as pc

    return pc.utf8_lower(values)


def _initials(values: Text) -> Text:
    import pyarrow.compute as pc

    return pc.utf8_lower(pc.utf8_slice_codeunits(values, 0, 1))


def _homes(rng: np.random.Generator, atlas: Atlas, members: Members, chunk: int) -> Homes:
    """An address for each household, precincts of a county filled in order."""
    heads = np.flatnonzero(members.head == np.arange(len(members.head)))
    county = members.county[heads]
    place = np.arange(len(heads)) - np.searchsorted(county, county)
    share = (place + 0.5) / np.bincount(county)[county]
    local = (share * atlas.margins.precincts[county]).astype(np.int64)
    precinct = atlas.margins.first_precinct[county] + local
    many = len(heads) // len(atlas.county_of_precinct)
    return atlas.draw(rng, precinct, chunk, many).of(members.household)


def _before(rng: np.random.Generator, atlas: Atlas, members: Members, chunk: int) -> Homes:
    """Where households lived before: mostly in the same county."""
    heads = np.flatnonzero(members.head == np.arange(len(members.head)))
    county = members.county[heads]
    far = coin(rng, 0.35, len(heads))
    county = np.where(far, members.county[rng.integers(0, len(members.county), len(heads))], county)
    local = (rng.random(len(heads)) * atlas.margins.precincts[county]).astype(np.int64)
    precinct = atlas.margins.first_precinct[county] + local
    many = len(heads) // len(atlas.county_of_precinct)
    return atlas.draw(rng, precinct, chunk, many).of(members.household)


def _numbers(rng: np.random.Generator, area: Ints, size: int) -> Ints:
    return area * 10_000_000 + rng.integers(200, 999, size) * 10_000 + rng.integers(1, 9999, size)


def _reach(
    rng: np.random.Generator, area: Ints, members: Members, traits: Traits, taken: int
) -> Reach:
    """Phones and addresses on the net; partners share some, children live without a landline."""
    size, age, head = len(area), members.age, members.head
    cell = np.where(coin(rng, np.clip(0.97 - 0.006 * np.maximum(age - 45, 0), 0, 1), size),
                    _numbers(rng, area, size), 0)  # fmt: skip
    joint = (members.role == SPOUSE) & coin(rng, 0.05, size)
    cell = np.where(joint, cell[head], cell)
    wired = coin(rng, np.clip(0.08 + 0.011 * (age - 20), 0.05, 0.85), size)[head]
    line = np.where(wired, _numbers(rng, area, size)[head], 0)
    offline = 0.04 + 0.012 * np.maximum(age - 55, 0) - 0.05 * traits.online
    netless = coin(rng, np.clip(offline, 0, 1), size)
    style = np.where(netless, -1, rng.integers(0, 6, size))
    shared = (members.role == SPOUSE) & coin(rng, 0.12, size)
    born = (members.birth / YEAR + 1970).astype(np.int64)
    return Reach(
        cell=cell,
        landline=np.where((members.role != CHILD) | coin(rng, 0.3, size), line, 0),
        owner=np.where(shared, head, np.arange(size)),
        style=style,
        number=np.where(coin(rng, 0.65, size), rng.integers(1, 999 * taken, size), born),
        mailer=np.searchsorted(np.cumsum(_MAILER_SHARE), rng.random(size) * 0.999),
    )  # fmt: skip


def _kinds(rng: np.random.Generator, chunk: Chunk, members: Members, traits: Traits) -> Ints:
    """Who is on the roll: the young and the careless are not; a few live outside the state."""
    county, size = members.county, len(members.county)
    off_score = -0.9 * traits.civic - 0.35 * standard(members.age) + logistic(rng, size)
    off = top_of_group(county, off_score, chunk.unregistered)
    kind = np.where(off, OFF_ROLL, ON_ROLL)
    rows = np.flatnonzero(off)
    eager = traits.zeal[rows] + 0.5 * traits.civic[rows] + logistic(rng, len(rows))
    newly = top_of_group(county[rows], eager, chunk.newly)
    kind[rows[newly]] = NEWLY
    kind[rows[~newly & coin(rng, 0.1, len(rows))]] = OUTSIDE
    return kind


def _registration(rng: np.random.Generator, members: Members) -> tuple[Ints, Ints]:
    """Days of the first and the present registration, none before 18 less a few months."""
    size, last = len(members.birth), FIRST_DAY - 6
    grown = members.birth + np.where(members.age < 18.4, 17.0 * YEAR, 18 * YEAR)
    grown = np.minimum(np.maximum(grown, day("1951-06-01")), last - 1)
    soon = grown + rng.exponential(3 * YEAR, size)
    moved_in = coin(rng, 0.25, size) | (soon > last)
    first = np.where(moved_in, grown + rng.random(size) * (last - grown), soon)
    again = coin(rng, 0.42, size)
    now = np.where(again, first + (last - first) * rng.random(size) ** 0.7, first)
    return first.astype(np.int64), now.astype(np.int64)


def build_people(seed: int, atlas: Atlas, names: Names, chunk: Chunk) -> People:
    """Make the people of one chunk."""
    number = chunk.number
    members = build_members(stream(seed, number, "members"), atlas.margins, names, chunk.adults)
    traits = draw_traits(stream(seed, number, "traits"), atlas.margins, members)
    kind = _kinds(stream(seed, number, "roll"), chunk, members, traits)
    rng = stream(seed, number, "homes")
    homes = _homes(rng, atlas, members, number)
    outside = kind == OUTSIDE
    homes.town[outside] = atlas.outside(rng, int(outside.sum()))
    area = atlas.area_code[homes.town]
    taken = max(1, round(chunk.scale))  # in a larger country more addresses are taken
    first, now = _registration(stream(seed, number, "registration"), members)
    return People(
        chunk=chunk,
        names=names,
        atlas=atlas,
        truth_id=chunk.first_id + np.arange(len(kind)),
        members=members,
        traits=traits,
        homes=homes,
        before=_before(stream(seed, number, "before"), atlas, members, number),
        reach=_reach(stream(seed, number, "reach"), area, members, traits, taken),
        kind=kind,
        first_registered=first,
        registered_on=now,
    )
