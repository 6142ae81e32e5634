"""An invented world for identity alone: households, twins, Jr and Sr, dirt, and who is who.

Used by tests and benchmarks that need many records without a whole demo. The campaign's own
demo, with its suppliers' formats, is in ``orchestration.demo``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

STREETS = [f"{name} {kind}" for name in (
    "OAK", "ELM", "MAPLE", "CEDAR", "PINE", "MAIN", "PARK", "LAKE", "HILL", "RIVER", "GRAND",
    "UNIVERSITY", "FOREST", "JEFFERSON", "LINCOLN", "MONROE", "ADAMS", "FRANKLIN", "CHURCH",
    "WALNUT", "CHESTNUT", "LOCUST", "SPRUCE", "BIRCH", "HICKORY", "ASH", "PROSPECT", "SUNSET",
) for kind in ("ST", "AVE", "RD", "DR", "LN", "CT")]  # fmt: skip
SHORT = {
    "WILLIAM": "BILL", "ROBERT": "BOB", "JAMES": "JIM", "RICHARD": "RICK", "MARGARET": "PEGGY",
    "ELIZABETH": "BETH", "KATHERINE": "KATE", "PATRICIA": "PAT", "MICHAEL": "MIKE",
    "THOMAS": "TOM", "JENNIFER": "JENNY", "DANIEL": "DAN", "JOSEPH": "JOE", "SUSAN": "SUE",
    "EDWARD": "ED", "DAVID": "DAVE", "STEVEN": "STEVE", "CHRISTOPHER": "CHRIS",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """The two inputs of identity and the truth about them.

    Attributes:
        voters: As ``int_link_voters``.
        records: As ``int_link_records``.
        truth: ``record_key`` and ``voter_key`` (null when the person is on no file).
    """

    voters: pd.DataFrame
    records: pd.DataFrame
    truth: pd.DataFrame

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both inputs as Parquet and say where they lie."""
        folder.mkdir(parents=True, exist_ok=True)
        voters, records = folder / "int_link_voters.parquet", folder / "int_link_records.parquet"
        self.voters.to_parquet(voters, index=False)
        self.records.to_parquet(records, index=False)
        return voters, records


def make_world(people: int = 3000, records: int = 2500, seed: int = 7) -> World:
    """Invent a world; equal arguments give equal worlds."""
    rng = np.random.default_rng(seed)
    humans = _people(people, rng)
    on_file = rng.random(people) < 0.9
    voters = humans[on_file].copy()
    voters["record_key"] = "party/voterfile:" + voters["regn"].astype(str)
    voters["state_id"] = "IA:" + voters["regn"].astype(str)
    voters["party_id"] = "RNC:R" + voters["regn"].astype(str)
    voters["birth_year"] = pd.to_datetime(voters["birth_date"]).dt.year
    voters.loc[rng.random(len(voters)) < 0.4, "phone"] = None
    voters.loc[rng.random(len(voters)) < 0.7, "email"] = None
    given, truth = _records(humans, on_file, records, rng)
    return World(voters.drop(columns=["regn", "home"]).reset_index(drop=True), given, truth)


def _name_pool(
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    syllables = ["BAR", "TEN", "SON", "MIL", "LER", "KRA", "HOL", "MAN", "ERS", "WOR", "TON",
                 "FEL", "DEN", "GRU", "BER", "LIN", "STEN", "OVE", "PAR", "KIN", "JOH",
                 "AND", "CAR"]  # fmt: skip
    last = np.array(sorted({"".join(rng.choice(syllables, 3)) for _ in range(1500)}))
    men = np.array(["WILLIAM", "ROBERT", "JAMES", "RICHARD", "MICHAEL", "THOMAS", "DANIEL",
        "JOSEPH", "EDWARD", "DAVID", "STEVEN", "CHRISTOPHER", "MARK", "PAUL", "GREGORY", "ERIC",
        "KEVIN", "BRIAN", "JASON", "SCOTT", "TIMOTHY", "LARRY", "AARON", "KYLE",
        "LOGAN"])  # fmt: skip
    women = np.array(["MARGARET", "ELIZABETH", "KATHERINE", "PATRICIA", "JENNIFER", "SUSAN",
        "MARY", "LINDA", "KAREN", "NANCY", "LISA", "EMILY", "SARAH", "ANNA", "MARIA",
        "MARIE", "DIANE", "CAROL", "JULIE", "HEATHER", "MEGAN", "AMY", "RUTH", "HELEN",
        "CLAIRE"])  # fmt: skip
    return last, men, women


def _people(count: int, rng: np.random.Generator) -> pd.DataFrame:
    last, men, women = _name_pool(rng)
    homes = np.sort(rng.integers(0, max(count // 2, 1), count))
    n_homes = int(homes.max()) + 1
    weights = 1 / np.arange(1, len(last) + 1) ** 0.7
    home_last = rng.choice(last, n_homes, p=weights / weights.sum())
    gender = np.where(rng.random(count) < 0.5, "F", "M")
    first = np.where(gender == "M", rng.choice(men, count), rng.choice(women, count))
    days = rng.integers(0, 365 * 70, count)
    same_home = np.r_[False, homes[1:] == homes[:-1]]
    junior = same_home & (rng.random(count) < 0.04) & np.r_[False, gender[:-1] == "M"]
    twin = same_home & ~junior & (rng.random(count) < 0.03)
    where = np.flatnonzero(junior)
    first[where], gender[where] = first[where - 1], "M"
    days[where] = (days[where - 1] + 365 * 27) % (365 * 70)
    days[np.flatnonzero(twin)] = days[np.flatnonzero(twin) - 1]
    suffix = np.full(count, None, dtype=object)
    suffix[where] = "JR"
    suffix[where - 1] = "SR"
    suffix[rng.random(count) < 0.3] = None
    house = rng.integers(100, 4000, n_homes).astype(str)
    street = rng.choice(STREETS, n_homes)
    zips = rng.integers(0, 60, n_homes)
    shared = rng.random(n_homes) < 0.5
    own_phone = np.char.add("+1515", rng.integers(2000000, 9999999, count).astype(str))
    home_phone = np.char.add("+1319", rng.integers(2000000, 9999999, n_homes).astype(str))
    numbers = rng.integers(0, 10**6, count).astype(str)
    email = pd.Series(np.char.lower(first.astype(str))) + numbers + "@mail.example"
    home_numbers = np.arange(n_homes).astype(str)
    home_email = pd.Series(np.char.lower(home_last.astype(str))) + home_numbers + "@home.example"
    return pd.DataFrame({
        "regn": np.arange(count) + 100_000_000, "home": homes,
        "first_name": first, "middle_name": rng.choice(list("ABCDEFGJKLMRST"), count),
        "last_name": home_last[homes], "suffix": suffix, "gender": gender,
        "birth_date": (np.datetime64("1927-03-01") + days).astype("datetime64[us]"),
        "phone": np.where(shared[homes], home_phone[homes], own_phone),
        "email": np.where(rng.random(count) < 0.2, home_email.to_numpy()[homes], email),
        "house_number": house[homes], "street": street[homes], "unit": None, "city": "AMES",
        "state": "IA", "zip5": (50000 + zips[homes]).astype(str),
        "county_fips": np.char.add("19", np.char.zfill((zips[homes] // 3 * 2 + 1).astype(str), 3)),
        "household_key": homes.astype(str),
    })  # fmt: skip


def _records(
    humans: pd.DataFrame, on_file: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    who = rng.integers(0, len(humans), count)
    given = humans.iloc[who].reset_index(drop=True).copy()
    given["birth_year"] = pd.to_datetime(given["birth_date"]).dt.year
    source = rng.choice(["website", "organising", "events", "vendor_b", "social"], count)
    given["source"], given["feed"] = source, "people"
    given["entity"] = np.where(source == "vendor_b", "trait", "contact")
    keys = source + "/people:" + pd.Series(np.arange(count)).astype(str)
    given["record_key"] = keys
    given["data_time"] = np.datetime64("2016-01-01T00:00:00", "us") + np.arange(count) % 20000
    has_id = rng.random(count) < 0.2
    carries = has_id & on_file[who] & (source == "organising")
    given["party_id"] = ("RNC:R" + given["regn"].astype(str)).where(carries, None)
    given["state_id"] = None
    _dirty(given, rng)
    for column, drop in {"birth_date": 0.4, "phone": 0.4, "email": 0.4, "middle_name": 0.5,
                         "suffix": 0.5, "gender": 0.5}.items():  # fmt: skip
        given.loc[rng.random(count) < drop, column] = None
    no_address = rng.random(count) < 0.3
    given.loc[no_address, ["house_number", "street"]] = None
    given.loc[given["birth_date"].isna() & (source != "vendor_b"), "birth_year"] = None
    given.loc[source == "vendor_b", "birth_date"] = None
    social = source == "social"
    given.loc[social, ["birth_date", "birth_year", "phone", "email", "house_number", "street",
                       "zip5", "suffix", "gender", "county_fips"]] = None  # fmt: skip
    truth = pd.DataFrame({
        "record_key": keys,
        "voter_key": ("party/voterfile:" + given["regn"].astype(str)).where(on_file[who], None),
        "human": who,
    })  # fmt: skip
    return given.drop(columns=["regn", "home", "household_key"]), truth


def _dirty(given: pd.DataFrame, rng: np.random.Generator) -> None:
    count = len(given)
    short = rng.random(count) < 0.25
    given.loc[short, "first_name"] = given.loc[short, "first_name"].replace(SHORT)
    typo = np.flatnonzero(rng.random(count) < 0.05)
    column = given["last_name"].to_numpy(dtype=object)
    column[typo] = [name[:2] + name[3:] for name in column[typo]]
    given["last_name"] = column
    swapped = rng.random(count) < 0.02
    given.loc[swapped, ["first_name", "last_name"]] = given.loc[
        swapped, ["last_name", "first_name"]
    ].to_numpy()
    moved = rng.random(count) < 0.08
    given.loc[moved, "house_number"] = rng.integers(100, 4000, moved.sum()).astype(str)
    given.loc[moved, "zip5"] = (50000 + rng.integers(0, 60, moved.sum())).astype(str)
    given.loc[moved, "county_fips"] = None
    wrong = rng.random(count) < 0.03
    born = pd.to_datetime(given["birth_date"])
    given["birth_date"] = born.mask(wrong, born + pd.Timedelta(days=10)).astype("datetime64[us]")
    married = (given["gender"] == "F") & (rng.random(count) < 0.05)
    given.loc[married, "last_name"] = rng.permutation(given.loc[married, "last_name"].to_numpy())
