"""What identity is given that would make a wrong link, and what it says of who has no voter."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.identity_world import World, make_world
from orchestration.identity import one_to_one
from orchestration.identity.link import link_home
from orchestration.identity.places import Day, Places
from orchestration.identity.suppress import possible_voters
from orchestration.lake import file_hash
from orchestration.settings import UserError

DAY = Day(date(2016, 1, 21), datetime(2016, 1, 21, 12), date(2016, 2, 1), date(1998, 11, 8))
NAMED = ["first_name", "last_name", "birth_date", "birth_year", "gender"]
PLACED = ["house_number", "street", "zip5", "city", "county_fips", "state"]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(people=900, records=600, seed=5)


@pytest.fixture(scope="module")
def linked(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was linked once; copy it before changing it."""
    home = tmp_path_factory.mktemp("traps")
    world.write(Places(home).voters.parent)
    link_home(Places(home), DAY)
    return home


@pytest.fixture
def places(linked: Path, tmp_path: Path) -> Places:
    return Places(Path(shutil.copytree(linked, tmp_path / "home")))


def person(world: World, number: int) -> dict[str, Any]:
    """A voter of whom nobody else has the name."""
    names = world.voters.groupby(["first_name", "last_name"])["record_key"].transform("count")
    row: dict[str, Any] = world.voters[names == 1].iloc[number].to_dict()
    return row


def record(world: World, key: str, **fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(world.records.columns)
    own = {"record_key": key, "source": "website", "feed": "signups", "entity": "contact",
           "data_time": pd.Timestamp("2016-01-20")}  # fmt: skip
    return blank | own | fields


def links_of(
    places: Places,
    world: World,
    *rows: dict[str, Any],
    feeds: Sequence[tuple[str, str]] = (),
) -> pd.DataFrame:
    """The links of these records, delivered late."""
    late = pd.concat([world.records, pd.DataFrame(rows)], ignore_index=True)
    for column in ("birth_date", "data_time"):
        late[column] = pd.to_datetime(late[column]).astype("datetime64[us]")
    late.to_parquet(places.records, index=False)
    link_home(places, DAY, feeds=feeds)
    links = pd.read_parquet(places.links).set_index("record_key")
    return links.loc[[row["record_key"] for row in rows]]


def test_who_stood_on_the_file_before_this_one_has_moved(places: Places, world: World) -> None:
    gone, stays = person(world, 0), person(world, 1)
    marks = {name: gone[name] for name in ("first_name", "last_name", "birth_date", "birth_year")}
    lake = places.home / "lake"
    before = lake / "landing/voter/source=party/delivery=aaaa/voterfile.parquet"
    changes = lake / "changes/source=party/feed=voterfile/aaaa_bbbb.parquet"
    for file in (before, changes, places.context):
        file.parent.mkdir(parents=True, exist_ok=True)
    world.voters.to_parquet(before, index=False)
    pd.DataFrame([{"record_key": gone["record_key"], "change": "gone"}]).to_parquet(changes)
    in_force = {"entity": "voter", "source": "party", "feed": "voterfile", "delivery": "bbbb"}
    pd.DataFrame([in_force]).to_parquet(places.context.with_name("in_force.parquet"))
    left = world.voters[world.voters["record_key"] != gone["record_key"]]
    left.to_parquet(places.voters, index=False)
    links = links_of(
        places,
        world,
        record(world, "website/signups:1", **marks, email="here@mail.example"),
        record(world, "website/signups:2", **marks | {"birth_date": date(1950, 1, 1)}),
        record(world, "website/signups:3", **{name: stays[name] for name in marks},
               zip5=stays["zip5"]),
    )  # fmt: skip
    assert links["voter_key"].isna().tolist() == [True, True, False]
    assert links["finding"].dropna().tolist() == ["moved", "not registered"]


def test_who_has_no_voter_is_told_why(places: Places, world: World) -> None:
    why: dict[str, dict[str, Any]] = {
        "17 and eligible": {"birth_date": date(1998, 6, 1), "birth_year": 1998, "state": "IA"},
        "out of state": {"state": "NE", "city": "OMAHA", "zip5": "68102"},
        "fake": {"email": "x@mailinator.com"},
        "bad contact": {"phone_given": "12", "email": None},
        "not registered": {"email": "hello@mail.example"},
    }
    names = ["WILHELMINA", "THEODORA", "LEOPOLD", "KUNIGUNDE", "BALTHASAR"]
    rows = [
        record(world, f"website/signups:{name}",
               **{"first_name": name, "last_name": f"ZIMMER{name}", "zip5": "50010"} | fields)
        for name, fields in zip(names, why.values(), strict=True)
    ]  # fmt: skip
    assert links_of(places, world, *rows)["finding"].tolist() == list(why)


def test_an_id_of_two_voters_links_nobody_by_it(world: World, tmp_path: Path) -> None:
    one, two = person(world, 0), person(world, 1)
    twice = world.voters.assign(
        state_id=world.voters["state_id"].replace(two["state_id"], one["state_id"])
    )
    replace(world, voters=twice, records=world.records.iloc[:5]).write(
        Places(tmp_path).voters.parent
    )
    given = {name: one[name] for name in ("first_name", "last_name")}
    row = record(world, "website/signups:1", **given, state_id=one["state_id"])
    links = links_of(Places(tmp_path), replace(world, records=world.records.iloc[:5]), row)
    assert links["method"].tolist() != ["shared_id"]
    persons = pd.read_parquet(Places(tmp_path).persons)
    assert persons["person_id"].is_unique


ODD_NAMES = [
    ("A", "B"), ("ΑΝΝΑ", "ΠΑΠΠΑ"), ("ИВАН", "ПЕТРОВ"), ("DR", "MD"), ("O'", '"'),
    ("'; DROP TABLE id_voters; --", "%"),
]  # fmt: skip


def test_odd_names_link_nobody_and_break_nothing(places: Places, world: World) -> None:
    home = {name: person(world, 0)[name] for name in PLACED}
    rows = [
        record(world, f"website/signups:{n}-{again}", first_name=first, last_name=last, **home)
        for n, (first, last) in enumerate(ODD_NAMES)
        for again in range(3)
    ]
    links = links_of(places, world, *rows)
    assert links["voter_key"].isna().all()
    assert links["person_id"].notna().all()


def test_many_late_records_with_one_phone_link_nobody_by_it(places: Places, world: World) -> None:
    phone = person(world, 0)["phone"] or "+15155550000"
    many = [
        record(world, f"website/signups:{n}", first_name=f"N{n % 90}X", last_name="QUATSCH",
               phone=phone) for n in range(150)
    ]  # fmt: skip
    assert links_of(places, world, *many)["voter_key"].isna().all()


def test_ten_times_in_another_order_gives_the_same_ids(world: World, tmp_path: Path) -> None:
    places = Places(tmp_path)
    few = replace(world, voters=world.voters.iloc[:250], records=world.records.iloc[:200])
    few.write(places.voters.parent)
    link_home(places, DAY)
    wanted = [file_hash(f) for f in (places.links, places.persons, places.review)]
    for seed in range(10):
        replace(
            few,
            voters=few.voters.sample(frac=1, random_state=seed),
            records=few.records.sample(frac=1, random_state=seed),
        ).write(places.voters.parent)
        report = link_home(places, DAY)
        assert report.changes == 0
        assert [file_hash(f) for f in (places.links, places.persons, places.review)] == wanted


def test_two_rows_of_one_voter_are_a_question_where_each_is_another_person(
    places: Places, world: World
) -> None:
    voter = person(world, 3)
    marks = {name: voter[name] for name in [*NAMED, *PLACED]}
    vendor = {"source": "vendor_b", "feed": "profiles", "entity": "trait"}
    rows = [
        record(world, "vendor_b/profiles:1", **marks | vendor),
        record(world, "vendor_b/profiles:2", **marks | vendor | {"birth_date": None,
               "birth_year": None, "house_number": None, "street": None}),
        record(world, "website/signups:1", **marks),
        record(world, "website/signups:2", **marks),
    ]  # fmt: skip
    links = links_of(places, world, *rows, feeds=[("vendor_b", "profiles")])
    mine = voter["record_key"]
    assert links["voter_key"].fillna("").tolist() == [mine, "", mine, mine]
    assert links["finding"].tolist()[1] == "in review"
    asked = pd.read_parquet(places.review).set_index("record_key").loc["vendor_b/profiles:2"]
    assert (asked["voter_key"], asked["reason"]) == (mine, one_to_one.REASON)
    same = record(world, "vendor_b/profiles:3", **marks | vendor)
    links = links_of(places, world, *rows, same, feeds=[("vendor_b", "profiles")])
    assert links["voter_key"].fillna("").tolist() == ["", "", mine, mine, ""]


def requests(places: Places, *rows: dict[str, Any]) -> Path:
    file = places.home / "requests.parquet"
    pd.DataFrame(rows).to_parquet(file, index=False)
    return file


def test_a_misspelt_request_finds_its_voter(places: Places, world: World) -> None:
    voter = person(world, 2)
    told = {name: voter[name] for name in ("house_number", "street", "zip5", "city", "state")}
    name = str(voter["last_name"])
    misspelt = {"first_name": voter["first_name"], "last_name": name[:2] + name[3:]}
    file = requests(places, {"record_key": "suppressions/requests:1", **misspelt, **told})
    found = possible_voters(places, file, 0.3)
    assert found[0].voter_key == voter["record_key"]
    assert found[0].person_id in set(pd.read_parquet(places.persons)["person_id"])


def test_a_request_that_could_be_two_finds_both(places: Places, world: World) -> None:
    shared = world.voters[world.voters.duplicated(["first_name", "last_name"], keep=False)]
    pair = shared[shared.duplicated(["first_name", "last_name", "zip5"], keep=False)].iloc[:1]
    if pair.empty:
        pair = shared.iloc[:1]
        twin = pair.assign(record_key="party/voterfile:9", state_id="IA:9", party_id="RNC:R9")
        pd.concat([world.voters, twin]).to_parquet(places.voters, index=False)
    who = pair.iloc[0]
    told = {name: who[name] for name in ("first_name", "last_name", "zip5", "state")}
    file = requests(places, {"record_key": "suppressions/requests:1", **told})
    assert len(possible_voters(places, file, 0.01)) >= 2


def test_a_stranger_suppresses_nobody(places: Places) -> None:
    stranger = {"first_name": "WILHELMINA", "last_name": "ZIMMERLI", "zip5": "99999"}
    file = requests(places, {"record_key": "suppressions/requests:1", **stranger})
    assert possible_voters(places, file, 0.3) == []


def test_requests_before_the_first_linking_are_told_to_wait(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="make the links first"):
        possible_voters(Places(tmp_path), tmp_path / "requests.parquet", 0.3)
