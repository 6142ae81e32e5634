"""Invented lists of which it is known who is who, as hard as the public ones not at hand.

Names come from the US Census of 1990 as the ``names`` package carries them. Each world is made
from a seed alone and written as CSV with the known answer in the column ``human``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]
PLACES = (
    "Iowa Illinois Ohio Indiana Missouri Wisconsin Pennsylvania Nebraska Germany Sweden Norway "
    "Denmark Ireland England Kansas Minnesota Michigan Canada Bohemia Holland"
).split()
STREETS = (
    "Maple Oak Pine Cedar Elm Washington Lake Hill Walnut Spring Main Church Park Grand High "
    "Center Mill River Forest Locust Sunset Jackson Franklin Adams Jefferson Lincoln".split()
)
TOWNS = (
    "Ames Dayton Salem Clinton Madison Marion Grinnell Ashland Dover Milton Nevada Perry".split()
)
TRADES = (
    "politician writer painter engineer physician composer soldier clergyman lawyer farmer "
    "journalist actor architect botanist poet".split()
)
SHORT = {
    "WILLIAM": "WILL", "ROBERT": "BOB", "JAMES": "JIM", "JOHN": "JACK", "MARGARET": "MAGGIE",
    "ELIZABETH": "BETTY", "CHARLES": "CHARLIE", "EDWARD": "ED", "THOMAS": "TOM", "JOSEPH": "JOE",
    "CATHERINE": "KATE", "GEORGE": "GEO", "FREDERICK": "FRED", "RICHARD": "DICK", "HENRY": "HARRY",
    "ALBERT": "BERT", "MARY": "MOLLY", "SARAH": "SALLY", "PATRICIA": "PAT", "MICHAEL": "MIKE",
}  # fmt: skip
SOUNDS = (("PH", "F"), ("CK", "K"), ("EI", "IE"), ("Y", "I"), ("TH", "T"), ("SEN", "SON"),
          ("LL", "L"), ("NN", "N"), ("OU", "O"), ("AU", "A"), ("C", "K"), ("Z", "S"), ("TT", "T"),
          ("E", "A"))  # fmt: skip


@dataclass(frozen=True)
class World:
    """A truth set.

    Attributes:
        lists: One file to be searched for duplicates, or two to be matched.
        peer: What a Splink script would compare, column with the kind of comparison.
        blocks: The columns that its pairs have in common, one rule each.
    """

    name: str
    lists: tuple[Path, ...]
    peer: dict[str, str]
    blocks: tuple[tuple[str, ...], ...]


class Draw:
    """Random choices of one world."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.first = {sex: _weighted(f"dist.{sex}.first") for sex in ("male", "female")}
        self.last = _weighted("dist.all.last", 30_000)

    def name(self, sex: str) -> str:
        """A given name."""
        return self._pick(self.first[sex])

    def surname(self) -> str:
        """A family name."""
        return self._pick(self.last)

    def _pick(self, listed: tuple[list[str], list[float]]) -> str:
        return self.random.choices(listed[0], cum_weights=listed[1])[0]

    def chance(self, share: float) -> bool:
        """Whether something happens that happens to so many."""
        return self.random.random() < share

    def typo(self, text: str) -> str:
        """One mistake: a letter left out, doubled, changed or exchanged with its neighbour."""
        if len(text) < 3:
            return text
        at = self.random.randrange(1, len(text) - 1)
        other = self.random.choice("AEIOURSTLN" if text[at].isalpha() else "0123456789")
        return self.random.choice((
            text[:at] + text[at + 1:], text[:at] + text[at] + text[at:],
            text[:at] + other + text[at + 1:], text[:at] + text[at + 1] + text[at] + text[at + 2:],
        ))  # fmt: skip

    def misheard(self, text: str) -> str:
        """Spelled as it sounds."""
        fits = [(a, b) for a, b in SOUNDS if a in text[1:]]
        if not fits:
            return self.typo(text)
        a, b = self.random.choice(fits)
        return text[0] + text[1:].replace(a, b, 1)


def _weighted(file: str, most: int = 100_000) -> tuple[list[str], list[float]]:
    import names

    lines = (Path(names.__file__).parent / file).read_text(encoding="ascii").splitlines()[:most]
    parts = [line.split() for line in lines]
    return [part[0] for part in parts], [float(part[2]) for part in parts]


def historical(folder: Path, people: int = 1_500, seed: int = 1) -> World:
    """One list of people born from 1580 to 1910, each up to fifteen times, every field decaying."""
    draw = Draw(seed)
    rows: list[Row] = []
    for human in range(people):
        sex = "female" if draw.chance(0.25) else "male"
        person = {
            "first": draw.name(sex), "middle": draw.name(sex) if draw.chance(0.5) else "",
            "last": draw.surname(), "year": int(1580 + 330 * draw.random.random() ** 0.4),
            "month": draw.random.randint(1, 12), "day": draw.random.randint(1, 28),
            "place": f"{draw.random.choice(TOWNS)} {draw.random.choice(PLACES)}",
            "code": f"{draw.random.choice('ABDEGLMNSTW')}{draw.random.randint(1, 40)} "
                    f"{draw.random.randint(1, 9)}{draw.random.choice('ABDEFGH')}"
                    f"{draw.random.choice('JLNPQRS')}",
            "sex": sex, "trade": draw.random.choice(TRADES),
        }  # fmt: skip
        times = 1 + int(14 * draw.random.random() ** 2)
        rows += [_record(draw, person) | {"human": human} for _ in range(times)]
    draw.random.shuffle(rows)
    peer = {"first_name": "name", "surname": "name", "dob": "birth", "postcode_fake": "code",
            "birth_place": "exact", "occupation": "exact"}  # fmt: skip
    blocks = (("first_name", "surname"), ("dob",), ("postcode_fake", "surname"),
              ("postcode_fake", "first_name"), ("birth_place", "surname"))  # fmt: skip
    return World(
        "historical people, within", (_write(folder / "historical.csv", rows),), peer, blocks
    )


def _record(draw: Draw, person: Row) -> Row:
    first = person["first"]
    if draw.chance(0.15):
        first = SHORT.get(first, first)
    elif draw.chance(0.15):
        first = draw.typo(first)
    elif person["middle"] and draw.chance(0.08):
        first = person["middle"]
    last = draw.typo(person["last"]) if draw.chance(0.15) else person["last"]
    year = person["year"] + (draw.random.choice((-10, -1, 1, 2)) if draw.chance(0.08) else 0)
    month, day = person["month"], person["day"]
    if draw.chance(0.12):
        month, day = 1, 1
    born = f"{year}-{month:02}-{day:02}"
    gone = draw.chance
    middle = f" {person['middle']}" if person["middle"] and draw.chance(0.6) else ""
    return {
        "full_name": f"{first}{middle} {last}".lower(),
        "first_name": "" if gone(0.03) else first.lower(),
        "surname": "" if gone(0.03) else last.lower(),
        "dob": "" if gone(0.2) else draw.typo(born) if draw.chance(0.05) else born,
        "birth_place": "" if gone(0.25) else person["place"].lower(),
        "postcode_fake": ""
        if gone(0.3)
        else draw.typo(person["code"])
        if draw.chance(0.1)
        else person["code"],
        "gender": "" if gone(0.2) else person["sex"],
        "occupation": "" if gone(0.3) else person["trade"],
    }


def iowa(folder: Path, early: int = 6_900, late: int = 65_000, seed: int = 2) -> World:
    """Iowans of 1915 found again in 1940 by name and year of birth alone; four in six are there."""
    draw = Draw(seed)
    first, second = [], []
    for human in range(late):
        person = _iowan(draw)
        if human < early:
            first.append(_census(draw, person, 1915) | {"human": human})
        if human >= early or draw.chance(0.63):
            second.append(_census(draw, person, 1940) | {"human": human})
    draw.random.shuffle(second)
    lists = (_write(folder / "iowa_1915.csv", first), _write(folder / "iowa_1940.csv", second))
    peer = {"fname": "name", "lname": "name", "yob": "year"}
    blocks = (("lname", "yob"), ("fname", "yob"), ("fname", "lname"))
    return World("Iowans of 1915 in 1940", lists, peer, blocks)


def _iowan(draw: Draw) -> Row:
    return {
        "first": draw.name("male"), "middle": draw.name("male") if draw.chance(0.7) else "",
        "last": draw.surname(), "year": draw.random.randint(1897, 1915),
    }  # fmt: skip


def _census(draw: Draw, person: Row, year: int) -> Row:
    first, last = person["first"], person["last"]
    if draw.chance(0.06):
        first = SHORT.get(first, first)
    elif draw.chance(0.08):
        first = draw.misheard(first)
    elif draw.chance(0.03):
        first = first[0]
    if person["middle"] and draw.chance(0.5):
        first += f" {person['middle'][0] if draw.chance(0.6) else person['middle']}"
    if draw.chance(0.12):
        last = draw.misheard(last)
    elif draw.chance(0.05):
        last = draw.typo(last)
    off = draw.random.choices((0, -1, 1, -2, 2, 3), (68, 12, 12, 3, 3, 2))[0]
    return {f"lname{year}": last.lower(), f"uid{year}": draw.random.randrange(10**9),
            f"yob{year}": person["year"] + off, f"fname{year}": first.lower()}  # fmt: skip


def censuses(folder: Path, people: int = 12_000, seed: int = 3) -> World:
    """Two censuses of men and women: age instead of birth, birthplaces, parents' birthplaces.

    Half the women marry and take another surname; ages are off and heap at fives; no address.
    """
    draw = Draw(seed)
    early, late = [], []
    for human in range(people):
        sex = draw.random.choice(("male", "female"))
        place, father, mother = (draw.random.choices(PLACES, range(20, 0, -1))[0] for _ in range(3))
        person = {"first": draw.name(sex), "last": draw.surname(), "sex": sex,
                  "middle": draw.name(sex) if draw.chance(0.6) else "",
                  "year": draw.random.randint(1860, 1912), "place": place, "father": father,
                  "mother": mother}  # fmt: skip
        if draw.chance(0.75):
            early.append(_counted(draw, person, 1915) | {"human": human})
        if sex == "female" and draw.chance(0.4):
            person["last"] = draw.surname()
        if draw.chance(0.75):
            late.append(_counted(draw, person, 1940) | {"human": human})
    draw.random.shuffle(late)
    lists = (_write(folder / "census_1915.csv", early), _write(folder / "census_1940.csv", late))
    peer = {
        "first_name": "name",
        "last_name": "name",
        "age": "age",
        "sex": "exact",
        "birthplace": "exact",
        "father_birthplace": "exact",
        "mother_birthplace": "exact",
    }
    blocks = (("first_name", "last_name"), ("last_name", "birthplace"),
              ("first_name", "birthplace", "father_birthplace"))  # fmt: skip
    return World("two censuses, ages alone", lists, peer, blocks)


def _counted(draw: Draw, person: Row, year: int) -> Row:
    row = _census(draw, person, year)
    age = year - row[f"yob{year}"]
    if age > 30 and draw.chance(0.15):
        age = 5 * round(age / 5)
    first, _, middle = row[f"fname{year}"].partition(" ")
    return {
        "record": draw.random.randrange(10**9), "first_name": first, "middle_initial": middle[:1],
        "last_name": row[f"lname{year}"], "sex": person["sex"][0].upper(), "age": age,
        "birthplace": _told(draw, person["place"]),
        "father_birthplace": _told(draw, person["father"]),
        "mother_birthplace": _told(draw, person["mother"]),
    }  # fmt: skip


def _told(draw: Draw, place: str) -> str:
    if draw.chance(0.06):
        return ""
    return draw.random.choice(PLACES) if draw.chance(0.05) else place


def households(folder: Path, homes: int = 3_000, seed: int = 4, births: bool = True) -> World:
    """One list of families at one address with one phone; one member in four stands in it twice.

    Fathers and sons share a name with Jr. and Sr. or without; twins have names that begin alike.
    """
    draw = Draw(seed)
    rows: list[Row] = []
    human = 0
    for _ in range(homes):
        home = {
            "last_name": draw.surname(), "phone": f"515{draw.random.randint(2_000_000, 9_999_999)}",
            "address": f"{draw.random.randint(1, 1999)} {draw.random.choice(STREETS)} St",
            "city": draw.random.choice(TOWNS), "zip": f"50{draw.random.randint(100, 999)}",
        }  # fmt: skip
        for member in _family(draw):
            human += 1
            kept = home | member
            rows.append(_listed(draw, kept, births) | {"human": human})
            if draw.chance(0.25):
                rows.append(_listed(draw, kept, births, again=True) | {"human": human})
    draw.random.shuffle(rows)
    peer = {"first_name": "name", "last_name": "name", "address": "exact", "zip": "code",
            "phone": "exact"} | ({"dob": "birth"} if births else {})  # fmt: skip
    blocks = (("first_name", "last_name"), ("address", "zip"), ("phone",),
              *((("dob",),) if births else ()))  # fmt: skip
    name = f"households{'' if births else ' without births'}, within"
    file = folder / f"households_{births}.csv".lower()
    return World(name, (_write(file, rows),), peer, blocks)


def _family(draw: Draw) -> list[Row]:
    year = draw.random.randint(1935, 1985)
    father, mother = draw.name("male"), draw.name("female")
    found = [
        {"first_name": father, "suffix": "", "year": year},
        {"first_name": mother, "suffix": "", "year": year + draw.random.randint(-5, 5)},
    ]
    if draw.chance(0.12):
        marked = draw.chance(0.5)
        found[0]["suffix"] = "Sr" if marked else ""
        found.append({"first_name": father, "suffix": "Jr" if marked else "", "year": year + 26})
    for _ in range(draw.random.choice((0, 0, 1, 1, 2, 3))):
        child = draw.name(draw.random.choice(("male", "female")))
        born = year + draw.random.randint(20, 34)
        found.append({"first_name": child, "suffix": "", "year": born})
        if draw.chance(0.06):
            twin = child[:3] + draw.name("female")[-3:]
            found.append({"first_name": twin, "suffix": "", "year": born, "twin": True})
    day: tuple[int, int] = (1, 1)
    for member in found:
        if not member.pop("twin", False):
            day = (draw.random.randint(1, 12), draw.random.randint(1, 28))
        member["dob"] = f"{member.pop('year')}-{day[0]:02}-{day[1]:02}"
    return found


def _listed(draw: Draw, member: Row, births: bool, again: bool = False) -> Row:
    row = {key: str(value) for key, value in member.items()}
    if not births:
        row.pop("dob")
    if not again:
        return row
    if draw.chance(0.25):
        row["first_name"] = SHORT.get(
            row["first_name"].upper(), draw.typo(row["first_name"].upper())
        )
    if draw.chance(0.1):
        row["last_name"] = draw.typo(row["last_name"].upper())
    if draw.chance(0.15):
        row["phone"] = ""
    if births and draw.chance(0.2):
        row["dob"] = "" if draw.chance(0.7) else draw.typo(row["dob"])
    if draw.chance(0.1):
        row["address"] = f"{draw.random.randint(1, 1999)} {draw.random.choice(STREETS)} Ave"
        row["zip"] = f"50{draw.random.randint(100, 999)}"
    row["suffix"] = "" if draw.chance(0.3) else row["suffix"]
    return row


def _write(file: Path, rows: Sequence[Row]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


WORLDS: tuple[Callable[[Path], World], ...] = (
    historical, iowa, censuses, households,
    lambda folder: households(folder, births=False, seed=5),
)  # fmt: skip


def worlds(folder: Path) -> Iterator[World]:
    """All of them, made in a folder."""
    for make in WORLDS:
        yield make(folder)
