"""Invented cells of the same shape as a column's: never a value of a person.

Short codes of a list are kept, for they are the layout's; everything else is made up, or its
letters and digits are drawn anew. How the cells become a file is ``samples.py``.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from orchestration.contracts.onboard.profile import Profile

GIVEN = "Ada Bela Cora Dorian Edda Fenno Greta Hollis Imke Jorun Kester Linnea Marlo Nyle".split()
FAMILY = "Ashgrove Birchmoor Caldwick Dunmere Elmsford Farrowby Greendale Hartwell Inverley".split()
CITIES = "Riverbend Oakfield Millbrook Stonebridge Lakemont Fairhollow".split()
STREETS = "Maple Walnut Prairie Juniper Heron Quarry".split()
_CODE = 12


def invented(
    seen: Profile, target: str | None, rows: int, random: Random, unique: bool = False
) -> list[str]:
    """Cells for a sample: as many as rows, blank about as often as the column is.

    Args:
        seen: The column's profile.
        target: Our column that it becomes, if any.
        rows: How many.
        random: Where chance comes from.
        unique: Whether no two may be equal and none empty, as an id's.
    """
    make = _maker(seen, target, random)
    if make is None:
        return [str(1_000 + n) if unique else "" for n in range(rows)]
    cells = [make(n) for n in range(rows)]
    if unique:
        return _apart(cells)
    empty = 1 - seen.filled / seen.rows if seen.rows else 0.0
    return ["" if (n % 5 == 4 and empty > 0.1) or empty > 0.9 else c for n, c in enumerate(cells)]


def _apart(cells: list[str]) -> list[str]:
    """The same cells, made different by their last digits."""
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        tail = f"{number:02}"
        body = re.sub(r"[A-Za-z0-9]{2}$", "", cell)
        found.append(body + tail if body else str(100 + number))
    return (
        found if len(set(found)) == len(found) else [f"X{n:04}" for n in range(1, len(cells) + 1)]
    )


def _maker(seen: Profile, target: str | None, random: Random) -> Callable[[int], str] | None:
    named = _by_target(seen, target, random)
    if named:
        return named
    if not seen.filled:
        return None
    if seen.share("email") > 0.5:
        return lambda n: f"person{n}@example.org"
    if seen.share("phone") > 0.5:
        return _phone(seen)
    if seen.formats and seen.share("date") > 0.8:
        return _day(seen, target, random)
    if is_code_list(seen):
        codes = sorted(seen.counts)
        return lambda n: codes[n % len(codes)]
    if seen.share("whole_name") > 0.4:
        return lambda n: _cased(seen, f"{GIVEN[n % len(GIVEN)]} {FAMILY[n % len(FAMILY)]}")
    if seen.share("list") > 0.3:
        return lambda _n: "[]"
    shapes = sorted(seen.counts, key=len)[: len(seen.counts) // 2 + 1]
    return lambda n: scrambled(shapes[n % len(shapes)][:60], random)


def is_code_list(seen: Profile) -> bool:
    """Whether a column's values are codes of the layout, and not words about a person."""
    if not seen.filled or seen.distinct > 30 or (seen.distinct * 3 > seen.filled):
        return False
    longest = max(len(value) for value in seen.counts)
    personal = max(seen.share("given") * (longest > 3), seen.share("email"), seen.share("phone"))
    return longest <= _CODE and personal < 0.3


def _by_target(seen: Profile, target: str | None, random: Random) -> Callable[[int], str] | None:
    """What a column of ours is filled with, whatever it looked like."""
    names: dict[str, Callable[[int], str]] = {
        "first_name": lambda n: GIVEN[n % len(GIVEN)],
        "middle_name": lambda n: GIVEN[(n + 5) % len(GIVEN)],
        "last_name": lambda n: FAMILY[(n * 3) % len(FAMILY)],
        "city": lambda n: CITIES[n % len(CITIES)],
        "county": lambda n: ("Story", "Linn", "Scott")[n % 3],
        "street_name": lambda n: STREETS[n % len(STREETS)],
        "address_line": lambda n: f"{101 + 7 * n} {STREETS[n % len(STREETS)]} St",
        "full_name": lambda n: _whole_name(seen, n),
        "payee": lambda n: f"Invented Works {n + 1}",
        "site_name": lambda n: f"Invented Hall {n + 1}",
        "event_name": lambda n: f"Invented Evening {n + 1}",
    }
    if target in names:
        make = names[target]
        return lambda n: _cased(seen, make(n))
    if seen.filled:
        return None
    bare: dict[str, Callable[[int], str]] = {
        "email": lambda n: f"person{n}@example.org",
        "phone": lambda n: f"515555{100 + n:04}",
        "phone_2": lambda n: f"641555{100 + n:04}",
        "zip5": lambda n: f"50{300 + n}",
        "state": lambda _n: "IA",
        "gender": lambda n: "FM"[n % 2],
        "party": lambda n: ("REP", "DEM")[n % 2],
        "voter_status": lambda n: ("ACTIVE", "INACTIVE")[n % 4 == 3],
        "house_number": lambda n: str(101 + 7 * n),
        "birth_year": lambda n: str(1950 + n),
        "state_id": lambda n: f"{700000000 + 13 * n}",
        "party_id": lambda n: f"R{700000000 + 17 * n}",
        "amount": lambda n: f"{25 + n}.00",
    }
    if target and target.endswith(("_date", "_at")):
        low = 1950 if target == "birth_date" else 2008
        return lambda _n: _random_day(low, low + 7, random).isoformat()
    return bare.get(target or "")


def _whole_name(seen: Profile, n: int) -> str:
    given, family = GIVEN[n % len(GIVEN)], FAMILY[(n * 3) % len(FAMILY)]
    return f"{family}, {given}" if seen.share("comma") > 0.5 else f"{given} {family}"


def _cased(seen: Profile, text: str) -> str:
    upper = sum(value.isupper() for value in seen.counts) > len(seen.counts) / 2
    return text.upper() if upper else text


def _phone(seen: Profile) -> Callable[[int], str]:
    shape = next(v for v in seen.counts if sum(c.isdigit() for c in v) >= 10)

    def make(n: int) -> str:
        digits = sum(c.isdigit() for c in shape)
        drawn = iter(f"1515555{100 + n:04}"[-min(digits, 11) :].ljust(digits, "0"))
        return "".join(next(drawn) if c.isdigit() else c for c in shape)

    return make


def _random_day(low: int, high: int, random: Random) -> date:
    first = date(low, 1, 1)
    return first + timedelta(days=random.randrange((date(max(high, low) + 1, 1, 1) - first).days))


def _day(seen: Profile, target: str | None, random: Random) -> Callable[[int], str]:
    years = seen.years or (2000,)
    low, high = years[len(years) // 10], years[-1 - len(years) // 10]
    sample = next(iter(seen.counts))
    found = re.search(r"[T ]+\d{1,2}:\d{2}.*$", sample)
    tail = re.sub(r"\d{1,2}:\d{2}(:\d{2})?", _clock, found[0], count=1) if found else ""
    if target == "birth_date":
        low, high = max(low, 1930), min(high, 1997)
    return lambda _n: _random_day(low, high, random).strftime(seen.formats[0]) + tail


def _clock(found: re.Match[str]) -> str:
    return "10:15:00" if found[1] else "10:15"


def scrambled(text: str, random: Random) -> str:
    """The same shape with other letters and digits; signs and blanks stay."""
    draws = {
        "upper": lambda: random.choice(string.ascii_uppercase),
        "lower": lambda: random.choice(string.ascii_lowercase),
    }

    def other(sign: str) -> str:
        if sign.isdigit():
            return random.choice("123456789")
        if sign.isalpha():
            return draws["upper" if sign.isupper() else "lower"]()
        return sign

    return "".join(other(sign) for sign in text)
