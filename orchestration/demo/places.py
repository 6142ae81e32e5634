"""Where people live: precincts, towns, streets and numbers.

The towns are real, the streets and who lives there are not. How an address is misspelt belongs to
:mod:`dirt`; which supplier writes it how, to :mod:`writers`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.demo.draws import Floats, Ints, coin
from orchestration.demo.margins import Margins
from orchestration.demo.text import Text, digits, either, glue, only, table, take

_TREES = "OAK MAPLE ELM WALNUT CEDAR PINE ASH BIRCH LOCUST CHERRY WILLOW LINDEN SPRUCE HICKORY"
_PEOPLE = (
    "WASHINGTON ADAMS JEFFERSON MADISON MONROE JACKSON LINCOLN GRANT CLEVELAND GARFIELD HARRISON "
    "MCKINLEY ROOSEVELT WILSON FRANKLIN CLAY WEBSTER DODGE ALLEN CLARK LEWIS DOUGLAS SHERMAN "
    "SHERIDAN DEWEY KENNEDY TRUMAN GRAND HOOVER WALLACE DAVIS MARION WARREN WAYNE FULTON"
)
_LAND = (
    "PARK LAKE RIVER HILL VALLEY PRAIRIE MEADOW SUNSET HIGHLAND RIDGE SPRING FOREST GARDEN ORCHARD "
    "UNIVERSITY COLLEGE SCHOOL CHURCH MARKET MILL BRIDGE STATION COURT MAIN CENTER UNION LIBERTY "
    "PLEASANT FAIRVIEW GREENWOOD WESTWOOD EASTVIEW NORTHVIEW SOUTHRIDGE COUNTRY_CLUB TIMBER EAGLE "
    "DEER FOX PHEASANT QUAIL MEADOWLARK CARDINAL BLUE_GRASS STONE IRON COPPER MILITARY STAGECOACH"
)
_TYPES = ("ST", "AVE", "DR", "RD", "LN", "CT", "CIR", "BLVD", "PL", "WAY", "TRL", "TER")
_LONG = ("Street", "Avenue", "Drive", "Road", "Lane", "Court", "Circle", "Boulevard", "Place",
         "Way", "Trail", "Terrace")  # fmt: skip
_HEADINGS = ("", "N", "S", "E", "W", "NE", "NW", "SE", "SW")
_UNITS = ("APT", "UNIT", "LOT", "#")
_ELSEWHERE = (  # town, state, zip, area code: where supporters from outside the state live
    ("Omaha", "NE", "68104", "402"), ("Moline", "IL", "61265", "309"),
    ("Rock Island", "IL", "61201", "309"), ("Rochester", "MN", "55901", "507"),
    ("Sioux Falls", "SD", "57103", "605"), ("Kansas City", "MO", "64114", "816"),
    ("Minneapolis", "MN", "55407", "612"), ("Chicago", "IL", "60614", "773"),
)  # fmt: skip


def _ordinal(number: int) -> str:
    ending = (
        "TH" if 10 <= number % 100 <= 13 else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    )
    return f"{number}{ending}"


def street_names() -> list[str]:
    """Every street name without its type: towns' first, then the numbered roads between farms."""
    words = [word.replace("_", " ") for word in f"{_TREES} {_PEOPLE} {_LAND}".split()]
    return words + [_ordinal(n) for n in range(1, 90)] + [_ordinal(n) for n in range(100, 400, 2)]


@dataclass(frozen=True, eq=False)
class Homes:
    """Addresses, one row a household; ``street``, ``kind``, ``heading`` are places in tables.

    Attributes:
        town: Row of ``Atlas`` towns.
        unit: 0 when the household has the house to itself.
    """

    precinct: Ints
    town: Ints
    number: Ints
    heading: Ints
    street: Ints
    kind: Ints
    unit_type: Ints
    unit: Ints
    zip_plus: Ints

    def of(self, index: Ints) -> Homes:
        """The addresses at these places."""
        return Homes(**{name: values[index] for name, values in vars(self).items()})


@dataclass(frozen=True, eq=False)
class Atlas:
    """Tables of places: what a person's numbers stand for."""

    margins: Margins
    town: Text
    state: Text
    zip5: Text
    area_code: Ints
    town_of_precinct: Ints
    town_rows: int
    county_of_precinct: Ints
    precinct_code: Text
    precinct_id: Text
    is_rural: Floats  # by town row: 1 for a small place
    street: Text
    kind: Text
    long_kind: Text
    heading: Text
    unit_type: Text
    town_streets: int

    def outside(self, rng: np.random.Generator, size: int) -> Ints:
        """Town rows outside the state."""
        return self.town_rows + rng.integers(0, len(_ELSEWHERE), size)

    def draw(self, rng: np.random.Generator, precinct: Ints, chunk: int, many: int) -> Homes:
        """Addresses in these precincts; ``many`` households a precinct need more streets."""
        size = len(precinct)
        town = self.town_of_precinct[precinct]
        rural = coin(rng, 0.05 + 0.3 * self.is_rural[town], size)
        spread = max(8, many // 12)
        block = chunk * spread + rng.integers(0, spread, size)
        mixed = (precinct * 1_000_003 + block * 7_919) * 2_654_435_761 % 4_294_967_296
        names = len(self.street)
        street = np.where(
            rural,
            self.town_streets + mixed % (names - self.town_streets),
            mixed % self.town_streets,
        )
        flat = coin(rng, 0.13 - 0.06 * self.is_rural[town], size) & ~rural
        number = np.where(rural, rng.integers(1000, 4000, size), rng.integers(100, 2600, size))
        return Homes(
            precinct=precinct,
            town=town,
            number=number,
            heading=np.where(self.is_rural[town] > 0, 0, np.clip(mixed // 7 % 14 - 5, 0, 8)),
            street=street,
            kind=np.where(rural, mixed // 11 % 2, mixed // 97 % len(_TYPES)),
            unit_type=rng.integers(0, 4, size),
            unit=np.where(flat, rng.integers(1, 320, size), 0),
            zip_plus=rng.integers(1000, 9999, size),
        )

    def line(self, homes: Homes, long: bool = False) -> Text:
        """House number and street in one, as an envelope has it."""
        parts = [digits(homes.number), take(self.heading, homes.heading)]
        kind = take(self.long_kind if long else self.kind, homes.kind)
        heading = either(homes.heading > 0, glue(parts[1], " "), parts[1])
        return glue(parts[0], " ", heading, take(self.street, homes.street), " ", kind)

    def unit_text(self, homes: Homes) -> Text:
        """Apartment and number, or nothing."""
        text = glue(take(self.unit_type, homes.unit_type), " ", digits(homes.unit))
        return only(homes.unit > 0, text)


def _towns_of_precincts(margins: Margins) -> Ints:
    """The town row of each precinct: precincts in a row fill the county's towns by share."""
    towns, first = margins.towns, margins.first_precinct
    county, share = towns["county"].to_numpy(), towns["share"].to_numpy()
    result = np.zeros(int(first[-1]), dtype=np.int64)
    for number in range(len(margins.fips)):  # 99 counties, not people
        rows = np.flatnonzero(county == number)
        edges = np.cumsum(share[rows])
        middles = (np.arange(margins.precincts[number]) + 0.5) / margins.precincts[number]
        place = np.searchsorted(edges / edges[-1], middles)
        result[first[number] : first[number + 1]] = rows[place]
    return result


def build_atlas(margins: Margins) -> Atlas:
    """Lay the map: precincts over towns, streets, and the few towns outside the state."""
    towns, first = margins.towns, margins.first_precinct
    county = np.repeat(np.arange(len(margins.fips)), margins.precincts)
    local = np.arange(len(county)) - first[county] + 1
    streets = street_names()
    small = (towns["size"] == "other").to_numpy().astype(np.float64)
    main = towns.filter(towns["size"] == "main").unique("county", keep="first", maintain_order=True)
    short = [name.replace(" ", "")[:3].upper() for name in main.sort("county")["town"]]
    short[margins.county.index("POLK")] = "DSM"
    pairs = list(zip(county.tolist(), local.tolist(), strict=True))
    return Atlas(
        margins=margins,
        town=table([*towns["town"], *(t for t, _, _, _ in _ELSEWHERE)]),
        state=table(["IA"] * len(towns) + [s for _, s, _, _ in _ELSEWHERE]),
        zip5=table([*towns["zip5"], *(z for _, _, z, _ in _ELSEWHERE)]),
        area_code=np.array([*towns["area_code"], *(a for *_, a in _ELSEWHERE)]).astype(np.int64),
        town_of_precinct=_towns_of_precincts(margins),
        town_rows=len(towns),
        county_of_precinct=county,
        precinct_code=table([f"{short[c]} {n:03d}" for c, n in pairs]),
        precinct_id=table([f"{margins.fips[c]}-{n:03d}" for c, n in pairs]),
        is_rural=np.concatenate([small, np.zeros(len(_ELSEWHERE))]),
        street=table(streets),
        kind=table(_TYPES),
        long_kind=table(_LONG),
        heading=table(_HEADINGS),
        unit_type=table(_UNITS),
        town_streets=len(streets) - 150,
    )
