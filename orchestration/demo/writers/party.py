"""The state party's voter file: Iowa's 132 columns without a header, and eleven of the party's.

The layout is the state's; the party adds its own id, phones, caucus participation, and two
columns it bought. Half of all columns are the same for a whole precinct or an election, so they
are joined once into a table and looked up as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.changes import Refresh
from orchestration.demo.draws import Bools, Floats, Ints, coin, stream
from orchestration.demo.history import CITIES, GENERALS, PRIMARIES, SCHOOLS, SPECIAL, History
from orchestration.demo.households import SUFFIXES
from orchestration.demo.people import NEWLY, ON_ROLL, People
from orchestration.demo.places import Atlas
from orchestration.demo.text import (
    Text,
    constant,
    dates,
    day,
    digits,
    either,
    glue,
    lines,
    only,
    table,
    take,
)
from orchestration.demo.writers.inbox import Truth

METHODS = ("AtPoll", "Absentee")
PARTY_CODES = ("REP", "DEM", "NOP", "OTH")
UNKNOWN_DAY = day("1900-01-01")


def _written(date: str) -> str:
    year, month, number = date.split("-")
    return f"{month}/{number}/{year}"


@cache
def election_table(dates_: tuple[str, ...], parties: int) -> Text:
    """Every way to have voted in five elections, joined: a person's code looks it up.

    An election has its own place; it is empty when the person did not vote.
    """
    choices = []
    for date in dates_:
        written = [f"{_written(date)},{method}" for method in METHODS]
        if parties:
            kinds = [f"{way},{party}," for party in PARTY_CODES[:parties] for way in written]
            choices.append([",,,", *kinds])
        else:
            choices.append([",", *written])
    joined = [""]
    for place, ways in enumerate(choices):
        joined = [f"{left}{',' if place else ''}{way}" for left in joined for way in ways]
    return table(joined)


def election_codes(votes: Ints, ways: int) -> Ints:
    """The number of a row of :func:`election_table` from the choices, first election first."""
    code = np.zeros(len(votes), dtype=np.int64)
    for column in range(votes.shape[1]):
        code = code * ways + votes[:, column]
    return code


@cache
def precinct_table(atlas: Atlas) -> Text:
    """Columns COUNTY to MISCELLANEOUS of each precinct, joined."""
    rows = []
    towns, codes = atlas.town.to_pylist(), atlas.precinct_code.to_pylist()
    for number, county in enumerate(atlas.county_of_precinct.tolist()):
        town = towns[int(atlas.town_of_precinct[number])].upper()
        house = number * 100 // len(codes) + 1
        fields = [
            atlas.margins.county[county], "", str(1 + county * 4 // 99), "", str((house + 1) // 2),
            str(house), str(1 + county % 8), codes[number], str(1 + number % 5), "", "",
            str(1 + number % 4), town, "", f"AREA {1 + county % 15}", "", f"{town} CSD",
        ]  # fmt: skip
        rows.append(",".join(fields + [""] * (30 - len(fields))))
    return table(rows)


@dataclass(frozen=True, eq=False)
class Notes:
    """What the county and the party noted about each person of a chunk, right or wrong."""

    updated: Ints
    mail_box: Ints
    zip_float: Bools
    rural_route: Bools
    unknown_day: Bools
    no_gender: Bools
    withheld: Bools
    has_cell: Bools
    has_line: Bools
    county_phone: Bools
    has_mail: Bools
    stale_phone: Ints
    income: Ints
    schooling: Ints
    initial: Bools


def take_notes(seed: int, people: People) -> Notes:
    """Draw them once a chunk, so that both files say the same of who did not change."""
    rng, size = stream(seed, people.chunk.number, "party"), len(people)
    guess: Floats = people.traits.income + rng.normal(0, 1.3, size)
    degree: Floats = people.traits.schooling + rng.normal(0, 0.8, size)
    wrong = 5_152_000_000 + rng.integers(0, 7_999_999, size)
    return Notes(
        updated=np.minimum(people.registered_on + rng.integers(0, 1500, size), day("2015-12-30")),
        mail_box=np.where(coin(rng, 0.05, size), rng.integers(1, 999, size), 0),
        zip_float=coin(rng, 0.01, size),
        rural_route=coin(rng, 0.003, size),
        unknown_day=coin(rng, 0.003, size),
        no_gender=coin(rng, 0.006, size),
        withheld=coin(rng, 0.002, size),
        has_cell=coin(rng, 0.46, size),
        has_line=coin(rng, 0.8, size),
        county_phone=coin(rng, 0.3, size),
        has_mail=coin(rng, 0.2, size),
        stale_phone=np.where(coin(rng, 0.06, size), wrong, 0),
        income=np.where(coin(rng, 0.85, size), np.clip(np.round(guess), 0, 10), 11).astype(int),
        schooling=np.where(coin(rng, 0.8, size), np.clip(np.round(degree), 1, 5), 0).astype(int),
        initial=coin(rng, 0.35, size),
    )


def _person(people: People, history: History, notes: Notes, rows: Ints) -> list[Text | str]:
    """Columns 1 to 9: ids, name, days, the county's phone."""
    members, names = people.members, people.names
    source = np.where(history.ghost_of[rows] >= 0, history.ghost_of[rows], rows)
    middle = members.middle[source]
    full = only(middle >= 0, take(names.first_upper, np.maximum(middle, 0)))
    middle_name = either(notes.initial[rows], pc.utf8_slice_codeunits(full, 0, 1), full)
    registered = np.where(notes.unknown_day[rows], UNKNOWN_DAY, people.registered_on[rows])
    phone = only(notes.county_phone[rows] & (people.reach.landline[rows] > 0),
                 digits(people.reach.landline[rows]))  # fmt: skip
    return [
        digits(people.regn_num[rows]),
        take(names.first_upper, members.first[source]),
        middle_name,
        take(names.last, members.last[source]),
        take(table(SUFFIXES), members.suffix[source]),
        dates(registered),
        dates(np.maximum(notes.updated[rows], people.registered_on[rows])),
        "",
        phone,
    ]


def _address(people: People, notes: Notes, rows: Ints) -> list[Text | str]:
    """Columns 10 to 27: where people live, in pieces, and where their mail goes."""
    atlas, homes = people.atlas, people.homes.of(rows)
    odd = notes.rural_route[rows]
    route = glue('"RR ', digits(1 + homes.number % 5), ", BOX ", digits(homes.number), '"')
    unit = homes.unit > 0
    town = pc.utf8_upper(take(atlas.town, homes.town))
    zip5 = take(atlas.zip5, homes.town)
    box = notes.mail_box[rows] > 0
    return [
        only(~odd, digits(homes.number)),
        "",
        only(~odd, take(atlas.heading, homes.heading)),
        only(~odd, take(atlas.street, homes.street)),
        only(~odd, take(atlas.kind, homes.kind)),
        "",
        only(unit, take(atlas.unit_type, homes.unit_type)),
        only(unit, digits(homes.unit)),
        only(odd, route),
        town,
        "IA",
        glue(zip5, only(notes.zip_float[rows], constant(".0", len(rows)))),
        digits(homes.zip_plus),
        only(box, glue("PO BOX ", digits(notes.mail_box[rows]))),
        only(box, town),
        only(box, constant("IA", len(rows))),
        only(box, zip5),
        "",
    ]


def _standing(people: People, history: History, notes: Notes, rows: Ints) -> list[Text | str]:
    """Columns 28 to 32, the precinct's block, and the elections."""
    members = people.members
    source = np.where(history.ghost_of[rows] >= 0, history.ghost_of[rows], rows)
    gender = np.where(notes.no_gender[rows], 2, members.sex[source])
    votes = [
        take(election_table(GENERALS, 0), election_codes(history.general[rows], 3)),
        take(election_table(PRIMARIES, 2), election_codes(history.primary[rows], 5)),
        take(election_table(SCHOOLS, 0), election_codes(history.school[rows], 3)),
        take(election_table(CITIES, 0), election_codes(history.city[rows], 3)),
        take(table([",", f"{_written(SPECIAL)},AtPoll"]), history.special[rows].astype(np.int64)),
    ]
    return [
        take(table(["Active", "Inactive"]), history.inactive[rows].astype(np.int64)),
        take(table(PARTY_CODES), np.minimum(history.party[rows], 3)),
        "",
        take(table(["F", "M", "U"]), gender),
        dates(members.birth[source]),
        take(precinct_table(people.atlas), people.homes.precinct[rows]),
        *votes,
        ",,,,,,,",  # the other four places of the special elections
        ",,,,,,,,,",  # city and school elections on one day, which began in 2019
    ]


def _appended(people: People, history: History, notes: Notes, rows: Ints) -> list[Text | str]:
    """Columns 133 to 143: the party's own, of which income and education are bought."""
    reach, person = people.reach, history.ghost_of[rows] < 0
    stale = notes.stale_phone[rows] > 0
    cell = np.where(stale, notes.stale_phone[rows], reach.cell[rows])
    yes = table(["", "Y"])
    return [
        glue("R", digits(people.party_number[rows], 11)),
        only(notes.has_cell[rows] & (cell > 0) & person, digits(cell)),
        only(notes.has_line[rows] & (reach.landline[rows] > 0), digits(reach.landline[rows])),
        take(yes, history.caucus[2008][rows].astype(np.int64)),
        take(yes, history.caucus[2012][rows].astype(np.int64)),
        only(notes.has_mail[rows] & person, people.email(rows)),
        take(table([*"ABCDEFGHIJK", ""]), notes.income[rows]),
        take(table(["", *"12345"]), notes.schooling[rows]),
        glue("H", digits(people.household[rows], 9)),
        take(yes, notes.withheld[rows].astype(np.int64)),
        take(people.atlas.precinct_id, people.homes.precinct[rows]),
    ]


def render(people: People, history: History, notes: Notes, rows: Ints) -> Text:
    """The file's lines for these people."""
    return lines(
        [
            *_person(people, history, notes, rows),
            *_address(people, notes, rows),
            *_standing(people, history, notes, rows),
            *_appended(people, history, notes, rows),
        ]
    )


def both_files(
    seed: int, people: People, history: History, update: Refresh
) -> tuple[Text, Text, Ints, Ints]:
    """One chunk's lines of the first and of the second file, and whose rows they are."""
    notes = take_notes(seed, people)
    rows = np.flatnonzero(people.kind == ON_ROLL)
    first = render(people, history, notes, rows)
    later = Notes(**{**vars(notes), "updated": np.where(update.changed, update.on, notes.updated)})
    other = np.flatnonzero(update.changed)
    fresh = np.flatnonzero(people.kind == NEWLY)
    again = render(update.people, update.history, later, np.concatenate([other, fresh]))
    place = np.arange(len(rows))
    changed = update.changed[rows]
    place[changed] = len(rows) + np.arange(len(other))
    place = np.append(place[~update.gone[rows]], len(rows) + len(other) + np.arange(len(fresh)))
    second = take(pa.concat_arrays([first, again]), place)
    return first, second, rows, fresh


def tell(truth: Truth, people: People, rows: Ints, whose: Ints) -> None:
    """Whose registration each row of the two files is; an old one belongs to who left it."""
    import polars as pl

    number = pl.Series(people.regn_num[rows]).cast(pl.String)
    truth.add("party/voterfile", number, whose[rows])
