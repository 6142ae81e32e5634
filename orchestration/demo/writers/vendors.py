"""Two purchased files: a wide consumer CSV, and a tab-separated profile file in cp1252.

Both know most households and guess the rest; at least two rows in five carry no id that the
party's file knows (vendor B carries none at all).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.cards import phone_text
from orchestration.demo.draws import Bools, Floats, Ints, coin, sigmoid
from orchestration.demo.households import CHILD, SUFFIXES, YEAR
from orchestration.demo.names import Names
from orchestration.demo.people import OUTSIDE, People
from orchestration.demo.text import (
    Text,
    as_bytes,
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
from orchestration.demo.writers.context import Job
from orchestration.demo.writers.inbox import Inbox

DAY_A, NAME_A = "2015-12-28", "consumer_ia_20151228.csv"
DAY_B, NAME_B = "2016-01-11", "profiles_20160111.txt"  # promised for 4 January
HOUSEHOLDS_A, HOUSEHOLDS_B, MEMBERS = 0.72, 0.64, 0.93
HEADER_A = (
    "CONS_ID,FNAME,MI,LNAME,SUFX,GEND,BIRTH_YYYYMM,ADDR,CITY,ST,ZIP,ZIP4,CNTY_NM,PHONE,"
    "STATE_VOTER_ID,LEN_RES,HOME_OWNER,INC_CD,EDUC_CD,MARITAL,KIDS,AUTO_CNT,PET_CD,MAG_HUNT,"
    "MAG_NEWS,MAG_FAITH,GUN_INT,OUTDOOR_INT,COUNTRY_MUSIC,ETHNIC_CD,RELIG_CD\n"
)
HEADER_B = (
    "PersonKey\tFullName\tSex\tAge\tStreet\tTown\tState\tPostal\tCell\tHome\tInterest_Politics\t"
    "Interest_Outdoors\tInterest_Finance\tInterest_TV_News\tModeled_Partisan\tModeled_Turnout\t"
    "LastUpdated\n"
)
# How the vendor writes surnames that lost their marks in the state's file.
MARKED = {
    "PENA": "PEÑA", "MUNOZ": "MUÑOZ", "NUNEZ": "NÚÑEZ", "IBANEZ": "IBÁÑEZ", "GARCIA": "GARCÍA",
    "HERNANDEZ": "HERNÁNDEZ", "MARTINEZ": "MARTÍNEZ", "SANCHEZ": "SÁNCHEZ", "MULLER": "MÜLLER",
    "OBRIEN": "O’BRIEN", "OCONNOR": "O’CONNOR", "OCONNELL": "O’CONNELL", "ONEILL": "O’NEILL",
    "ONEAL": "O’NEAL", "OLEARY": "O’LEARY", "DANGELO": "D’ANGELO", "ODONNELL": "O’DONNELL",
    "OKEEFE": "O’KEEFE", "LARSEN": "LARSEN", "SORENSEN": "SØRENSEN", "JORGENSEN": "JØRGENSEN",
}  # fmt: skip


@cache
def _marked(names: Names) -> Text:
    return table([MARKED.get(name, name) for name in names.last.to_pylist()])


def _covered(rng: np.random.Generator, job: Job, share: float) -> Ints:
    """People of the households that the vendor has."""
    people = job.people
    homes = coin(rng, share, int(people.members.household[-1]) + 1)
    real = (people.kind != OUTSIDE) & (job.history.ghost_of < 0)
    known: Bools = homes[people.members.household] & coin(rng, MEMBERS, len(people)) & real
    return np.flatnonzero(known)


def _address(people: People, rows: Ints, stale: Bools) -> tuple[Text, Text, Text]:
    """Street line, town and zip in capitals; some are the household's previous ones."""
    atlas = people.atlas
    now, old = people.homes.of(rows), people.before.of(rows)
    street = either(stale, atlas.line(old), atlas.line(now))
    unit = either(stale, atlas.unit_text(old), atlas.unit_text(now))
    line = pc.utf8_trim(glue(street, " ", unit), " ")
    town = np.where(stale, old.town, now.town)
    return line, pc.utf8_upper(take(atlas.town, town)), take(atlas.zip5, town)


def _spoilt(rng: np.random.Generator, values: Text, chance: float) -> Text:
    """Some texts lose or double one letter; the vendor keyed them from paper."""
    size = len(values)
    at = rng.integers(1, 5, size)
    bad = coin(rng, chance, size)
    rows = np.flatnonzero(bad)
    chosen = take(values, rows)
    parts = []
    for place in range(1, 5):
        left = pc.utf8_slice_codeunits(chosen, 0, place)
        # Odd places lose the next letter, even ones have the last one twice.
        start = place + 1 if place % 2 else place - 1
        parts.append(glue(left, pc.utf8_slice_codeunits(chosen, start, 64)))
    wrong = pc.choose(pa.array(at[rows] - 1), *parts)
    return pc.replace_with_mask(values, pa.array(bad), wrong)


def _signs(rng: np.random.Generator, latent: Floats, share: float, blur: float) -> Text:
    """Y or N from a latent interest, as blurred as such files are."""
    seen = latent + blur * rng.standard_normal(len(latent))
    cut = float(np.quantile(seen, 1 - share)) if len(seen) else 0.0
    return take(table(["N", "Y"]), (seen > cut).astype(np.int64))


def _person_a(job: Job, rng: np.random.Generator, rows: Ints) -> list[Text | str]:
    people, members, names, size = job.people, job.people.members, job.people.names, len(rows)
    women = members.sex[rows] == 0
    old_name = women & coin(rng, 0.03, size)
    last = np.where(old_name, members.born_last[rows], members.last[rows])
    first = either(
        coin(rng, 0.04, size),
        pc.utf8_upper(take(names.nickname, members.first[rows])),
        take(names.first_upper, members.first[rows]),
    )
    middle = members.middle[rows]
    full = only(middle >= 0, take(names.first_upper, np.maximum(middle, 0)))
    no_birth, only_year = coin(rng, 0.24, size), coin(rng, 0.1, size)
    born = dates(members.birth[rows], "%Y%m")
    year = glue(pc.utf8_slice_codeunits(born, 0, 4), "00")
    line, town, zip5 = _address(people, rows, coin(rng, 0.07, size))
    phone = np.where(coin(rng, 0.5, size), people.reach.landline[rows], people.reach.cell[rows])
    listed = (job.history.party[rows] <= 3) & coin(rng, 0.58, size)
    counties = table(people.atlas.margins.county)
    return [
        _spoilt(rng, first, 0.012),
        only(coin(rng, 0.6, size), pc.utf8_slice_codeunits(full, 0, 1)),
        _spoilt(rng, take(names.last, last), 0.012),
        only(coin(rng, 0.5, size), take(table(SUFFIXES), members.suffix[rows])),
        take(table(["F", "M", ""]), np.where(coin(rng, 0.05, size), 2, members.sex[rows])),
        only(~no_birth, either(only_year, year, born)),
        line,
        town,
        "IA",
        zip5,
        digits(people.homes.zip_plus[rows]),
        take(counties, members.county[rows]),
        only(coin(rng, 0.6, size), phone_text(phone)),
        only(listed, digits(people.regn_num[rows])),
    ]


def _traits_a(job: Job, rng: np.random.Generator, rows: Ints) -> list[Text | str]:
    traits, size = job.people.traits, len(rows)
    income = np.clip(np.round(traits.income[rows] + rng.normal(0, 1.1, size)), 0, 10)
    school = np.clip(np.round(traits.schooling[rows] + rng.normal(0, 0.7, size)), 1, 5)
    household = job.people.members.household
    kids = np.bincount(household, job.people.members.role == CHILD)[household[rows]] > 0
    return [
        digits(np.minimum(rng.exponential(9, size).astype(np.int64), 60)),
        take(table(["R", "O", "U"]), np.where(coin(rng, 0.08, size), 2, traits.owner[rows])),
        take(table([*"ABCDEFGHIJK"]), income.astype(np.int64)),
        digits(school.astype(np.int64)),
        take(table(["S", "M", ""]), np.where(coin(rng, 0.06, size), 2, traits.married[rows])),
        take(table(["N", "Y"]), (kids ^ coin(rng, 0.15, size)).astype(np.int64)),
        digits(traits.cars[rows]),
        take(table([*"DCBN"]), rng.integers(0, 4, size)),
        _signs(rng, traits.outdoor[rows] + 0.5 * traits.gun[rows], 0.14, 0.9),
        _signs(rng, traits.news[rows], 0.18, 0.9),
        _signs(rng, rng.standard_normal(size), 0.1, 0.0),
        _signs(rng, traits.gun[rows], 0.24, 0.6),
        _signs(rng, traits.outdoor[rows], 0.33, 0.7),
        _signs(rng, traits.country[rows], 0.38, 0.6),
        take(table(["", "01", "03", "07"]), rng.integers(0, 4, size)),
        take(table([*"CPJ", ""]), rng.integers(0, 4, size)),
    ]


def _write_a(job: Job) -> None:
    rng = job.rng("vendor a")
    rows = _covered(rng, job, HOUSEHOLDS_A)
    ids = glue("C", digits(job.people.truth_id[rows] * 3 + 1, 10))
    body = as_bytes(lines([ids, *_person_a(job, rng, rows), *_traits_a(job, rng, rows)]))
    _send(job.inbox, "vendor_a", DAY_A, NAME_A, HEADER_A.encode(), body, len(rows))
    _tell(job, "vendor_a/consumers", ids, rows)


def _send(
    inbox: Inbox,
    source: str,
    on: str,
    name: str,
    header: bytes,
    body: bytes | memoryview,
    rows: int,
) -> None:
    inbox.add(source, day(on), name, header, body)
    inbox.rows[f"{source}/{name.rsplit('_', 1)[0]}"] += rows


def _tell(job: Job, feed: str, ids: Text, rows: Ints) -> None:
    import polars as pl

    column = pl.from_arrow(ids)
    assert isinstance(column, pl.Series)
    job.truth.add(feed, column, job.people.truth_id[rows])


def _full_name(job: Job, rng: np.random.Generator, rows: Ints) -> Text:
    """``LAST, FIRST M`` with the marks the state's file lost, and the nicknames it never had."""
    members, names = job.people.members, job.people.names
    first = either(
        coin(rng, 0.06, len(rows)),
        pc.utf8_upper(take(names.nickname, members.first[rows])),
        take(names.first_upper, members.first[rows]),
    )
    middle = members.middle[rows]
    known = (middle >= 0) & coin(rng, 0.5, len(rows))
    letter = pc.utf8_slice_codeunits(take(names.first_upper, np.maximum(middle, 0)), 0, 1)
    suffix = members.suffix[rows] > 0
    last = take(_marked(names), members.last[rows])
    last = either(
        suffix & coin(rng, 0.6, len(rows)),
        glue(last, " ", take(table(SUFFIXES), members.suffix[rows])),
        last,
    )
    return glue(_spoilt(rng, last, 0.01), ", ", first, only(known, glue(" ", letter)))


def _write_b(job: Job) -> None:
    rng, people, traits = job.rng("vendor b"), job.people, job.people.traits
    rows = _covered(rng, job, HOUSEHOLDS_B)
    size, members = len(rows), people.members
    updated = day("2015-12-15") - (rng.exponential(260, size)).astype(np.int64)
    age = ((updated - members.birth[rows]) / YEAR + rng.normal(0, 0.4, size)).astype(np.int64)
    line, town, zip5 = _address(people, rows, coin(rng, 0.09, size))
    general = (job.history.general[rows, :2] > 0).sum(1)
    partisan = sigmoid(0.8 * traits.lean[rows] + rng.normal(0, 0.9, size))
    turnout = sigmoid(-1.0 + 0.9 * general + 0.3 * traits.civic[rows] + rng.normal(0, 0.7, size))
    ids = glue("PK-", digits(people.truth_id[rows] * 5 + 2, 10))
    one = table(["0", "1"])

    def interest(latent: Floats, share: float) -> Text:
        seen = latent + 0.9 * rng.standard_normal(size)
        cut = float(np.quantile(seen, 1 - share)) if size else 0.0
        return take(one, (seen > cut).astype(np.int64))

    body = lines(
        [
            ids,
            _full_name(job, rng, rows),
            take(table(["F", "M", ""]), np.where(coin(rng, 0.04, size), 2, members.sex[rows])),
            only(coin(rng, 0.82, size), digits(age)),
            line,
            town,
            constant("IA", size),
            glue(zip5, only(coin(rng, 0.02, size), constant(".0", size))),
            only(coin(rng, 0.55, size), phone_text(people.reach.cell[rows])),
            only(coin(rng, 0.65, size), phone_text(people.reach.landline[rows])),
            interest(traits.news[rows] + 0.5 * traits.civic[rows], 0.3),
            interest(traits.outdoor[rows], 0.36),
            interest(traits.finance[rows], 0.28),
            interest(traits.news[rows], 0.45),
            digits(np.round(100 * partisan).astype(np.int64)),
            digits(np.round(100 * turnout).astype(np.int64)),
            dates(updated, "%Y-%m-%d"),
        ],
        "\t",
    )
    text = bytes(as_bytes(body)).decode("utf-8").encode("cp1252")
    _send(job.inbox, "vendor_b", DAY_B, NAME_B, HEADER_B.encode(), text, size)
    _tell(job, "vendor_b/profiles", ids, rows)


def write(job: Job) -> None:
    """Add one chunk's rows to both files."""
    _write_a(job)
    _write_b(job)
