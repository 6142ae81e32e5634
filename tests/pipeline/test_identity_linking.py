"""Linking as a whole, on an invented world small enough to link many times."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from benchmarks.identity_world import World, make_world
from orchestration.identity import link as link_module
from orchestration.identity import model_charts, model_store, review
from orchestration.identity.evaluate import evaluate
from orchestration.identity.explain import explain
from orchestration.identity.link import LinkReport, link_home
from orchestration.identity.places import Day, Places
from orchestration.identity.quality import measure, rates
from orchestration.lake import file_hash

NOW = datetime(2016, 1, 21, 12)
DAY = Day(date(2016, 1, 21), NOW, date(2016, 2, 1), date(1998, 11, 8))
EARLIER = datetime(2016, 1, 20, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(people=1500, records=1500, seed=11)


@pytest.fixture(scope="module")
def linked(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was linked once; copy it before changing it."""
    home = tmp_path_factory.mktemp("linked")
    link(home, world)
    return home


@pytest.fixture
def again(linked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(linked, tmp_path / "again"))


def link(home: Path, world: World | None = None) -> LinkReport:
    places = Places(home)
    if world is not None:
        world.write(places.voters.parent)
    return link_home(places, DAY)


def hashes(home: Path) -> list[str]:
    places = Places(home)
    return [file_hash(f) for f in (places.links, places.persons, places.review, places.changes)]


def table(file: Path) -> pd.DataFrame:
    return pd.read_parquet(file)


def test_links_are_right_and_most_are_found(linked: Path, world: World) -> None:
    with duckdb.connect() as con:
        con.register("truth", world.truth)
        con.register("given", world.records)
        rich = f"""
            select l.* from read_parquet('{Places(linked).links}') l join given r using (record_key)
            where r.first_name is not null and (r.birth_date is not null)::int
                + (r.street is not null)::int + (r.phone is not null)::int
                + (r.email is not null)::int >= 2
        """
        overall, *groups = evaluate(
            con, rich, "select record_key, voter_key from truth", ("source", "method")
        )
    assert overall.precision.value >= 0.99
    assert overall.recall.value >= 0.9
    assert {g.group for g in groups} >= {"source: website", "method: splink"}


def test_the_same_again_is_the_same_bytes_and_changes_nothing(again: Path) -> None:
    before = hashes(again)
    report = link(again)
    assert (report.trained, report.changes) == (False, 0)
    assert hashes(again) == before


def test_order_of_rows_means_nothing(linked: Path, world: World, tmp_path: Path) -> None:
    for seed in range(2):
        shuffled = replace(
            world,
            voters=world.voters.sample(frac=1, random_state=seed),
            records=world.records.sample(frac=1, random_state=seed),
        )
        home = tmp_path / str(seed)
        link(home, shuffled)
        assert hashes(home)[:3] == hashes(linked)[:3]


def test_every_check_holds(linked: Path) -> None:
    assert [v.check for v in measure(Places(linked)) if not v.passed] == []
    table_of_rates = rates(Places(linked))
    assert table_of_rates["social"]["link_rate"] == 0
    assert table_of_rates["website"]["link_rate"] > 0.5


def test_a_name_and_a_town_link_nobody(linked: Path) -> None:
    links = table(Places(linked).links)
    assert links.loc[links["source"] == "social", "voter_key"].isna().all()


def test_human_decisions_bind_and_are_undone(again: Path) -> None:
    places = Places(again)
    links = table(places.links).dropna(subset=["voter_key"]).sort_values("record_key")
    one, two, other = links.iloc[0], links.iloc[1], links.iloc[2]
    review.decide(again, "same", one["record_key"], other["voter_key"], "ann", EARLIER)
    no = review.decide(again, "no_voter", two["record_key"], "", "ann", EARLIER)
    review.decide(again, "different", other["record_key"], other["voter_key"], "ann", EARLIER)
    report = link(again)
    after = table(places.links).set_index("record_key")
    assert after.loc[one["record_key"], "voter_key"] == other["voter_key"]
    assert after.loc[one["record_key"], "method"] == "human"
    assert pd.isna(after.loc[two["record_key"], "voter_key"])
    assert after.loc[other["record_key"], "voter_key"] != other["voter_key"]
    assert report.changes >= 3
    events = set(table(places.changes)["event"])
    assert {"link changed", "link lost"} <= events
    assert two["record_key"] not in {case.record_key for case in review.queue(again, 10_000)}
    review.undo(again, no.id, "bob", EARLIER)
    link(again)
    after = table(places.links).set_index("record_key")
    assert after.loc[two["record_key"], "voter_key"] == two["voter_key"]
    assert "link gained" in set(table(places.changes)["event"])


def test_a_run_that_died_before_publishing_logs_its_changes_once(again: Path) -> None:
    places = Places(again)
    published = places.links.read_bytes()
    record = table(places.links).dropna(subset=["voter_key"]).iloc[0]["record_key"]
    review.decide(again, "no_voter", record, "", "ann", EARLIER)
    link(again)
    logged = places.changes.read_bytes()
    places.links.write_bytes(published)
    link(again)
    assert places.changes.read_bytes() == logged


def test_ids_outlive_the_voter_file_and_the_model(again: Path, world: World) -> None:
    places = Places(again)
    before = table(places.links).set_index("record_key")["person_id"]
    gone = set(world.voters["record_key"].iloc[::10])
    refreshed = replace(world, voters=world.voters[~world.voters["record_key"].isin(gone)])
    refreshed.write(places.voters.parent)
    link_home(places, DAY, retrain=True)
    links = table(places.links).set_index("record_key")
    kept = links["person_id"] == before.reindex(links.index)
    # Whoever lost the voter keeps the id, as a contact now.
    lost = (
        links["voter_key"].isna()
        & kept
        & links.index.isin(
            table(places.changes).query("event == 'link lost'")["cause"].str.split(": ").str[0]
        )
    )
    assert lost.any()
    assert kept.mean() > 0.97
    persons = table(places.persons)
    assert persons["person_id"].is_unique
    assert set(links["person_id"]) <= set(persons["person_id"])


def test_a_model_of_another_shape_is_replaced(again: Path) -> None:
    places = Places(again)
    model = model_store.load(places.models)
    assert model is not None
    model_store.save(places.models, replace(model, version="old", shape="other"))
    model_store.point_to(places.models, "old")
    assert link(again).trained
    (places.models / f"{model.version}.json").write_text("{")
    model_store.point_to(places.models, model.version)
    assert link(again).trained


def test_a_model_that_humans_contradict_stays_away(
    again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(again)
    in_force = model_store.load(places.models)
    assert in_force is not None
    links = table(places.links).query("method == 'splink'").sort_values("record_key").head(25)
    for record, voter in zip(links["record_key"], links["voter_key"], strict=True):
        review.decide(again, "same", record, voter, "ann", EARLIER)
    doubtful = in_force.settings | {"probability_two_random_records_match": 1e-30}
    odd = model_store.build(doubtful, {}, in_force.frequencies)
    monkeypatch.setattr(link_module, "train", lambda *_: odd)
    report = link_home(places, DAY, retrain=True)
    assert not report.trained
    assert "agrees with humans on" in report.model_refusals[0]
    assert model_store.load(places.models) == in_force
    assert (places.models / f"{odd.version}.json").exists()


def test_a_model_that_makes_no_sense_stays_away(
    again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(again)
    in_force = model_store.load(places.models)
    assert in_force is not None
    settings = json.loads(json.dumps(in_force.settings))
    settings["comparisons"][0]["comparison_levels"][1]["m_probability"] = 1e-6
    odd = model_store.build(settings, {}, in_force.frequencies)
    monkeypatch.setattr(link_module, "train", lambda *_: odd)
    report = link_home(places, DAY, retrain=True)
    assert report.model_refusals == ("first_name: agreement speaks against a pair",)
    assert report.model_version == in_force.version


def test_what_a_new_model_links_is_looked_at_before_it_is_published(
    again: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(again)
    in_force = model_store.load(places.models)
    assert in_force is not None
    before = hashes(again)[0]
    doubtful = in_force.settings | {"probability_two_random_records_match": 1e-30}
    odd = model_store.build(doubtful, {}, in_force.frequencies)
    monkeypatch.setattr(link_module, "train", lambda *_: odd)
    report = link_home(places, DAY, retrain=True)
    assert not report.trained
    assert any("links another share of website" in why for why in report.model_refusals)
    assert model_store.load(places.models) == in_force
    assert hashes(again)[0] == before


def test_a_model_has_pictures(again: Path) -> None:
    drawn = model_charts.draw(Places(again).models)
    assert set(drawn) == {model_charts.WEIGHTS, model_charts.UNLINKABLES}
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in drawn.values())
    assert model_charts.as_markdown(drawn["weights"], "weights").startswith("![weights](data:")


def test_every_pair_has_a_reason(linked: Path) -> None:
    links = table(Places(linked).links)
    chosen = links[links["method"] == "splink"].iloc[0]
    why = explain(Places(linked), chosen["record_key"], chosen["voter_key"])
    assert why.doubt is None
    assert not why.is_impossible
    assert why.weight == pytest.approx(chosen["match_weight"], abs=0.01)
    assert why.prior + sum(e.weight for e in why.evidence) == pytest.approx(why.weight, abs=0.01)


def test_the_queue_shows_both_sides(linked: Path) -> None:
    cases = review.queue(linked, 5)
    assert len(cases) == 5
    assert [c.worth for c in cases] == sorted((c.worth for c in cases), reverse=True)
    assert cases[0].record["first_name"]
    assert cases[0].voter["last_name"]
    assert review.waiting(linked) >= 5
    sample = review.sample(linked, 20)
    assert len({c.record_key for c in sample}) == 20
    assert sample == review.sample(linked, 20)


def test_what_a_link_teaches_finds_the_next_record(world: World, tmp_path: Path) -> None:
    voter = world.voters[world.voters["email"].isna() & world.voters["phone"].isna()].iloc[0]
    fields = ["first_name", "last_name", "birth_date", "birth_year", "house_number", "street",
              "zip5", "county_fips", "gender"]  # fmt: skip
    blank = dict.fromkeys(world.records.columns)
    signup = blank | {f: voter[f] for f in fields}
    own = {"source": "website", "entity": "contact", "email": "taught.here@mail.example"}
    signup |= own | {"record_key": "website/signups:1", "feed": "signups"}
    form = blank | {f: voter[f] for f in ("first_name", "last_name")} | own
    form |= {"record_key": "website/volunteers:1", "feed": "volunteers"}
    taught = pd.concat([world.records, pd.DataFrame([signup, form])], ignore_index=True)
    link(tmp_path, replace(world, records=taught))
    links = table(Places(tmp_path).links).set_index("record_key")
    assert links.loc["website/signups:1", "voter_key"] == voter["record_key"]
    assert links.loc["website/volunteers:1", "voter_key"] == voter["record_key"]
    assert "linked record" in links.loc["website/volunteers:1", "rule"]


def test_nothing_to_review_before_the_first_linking(home: Path) -> None:
    assert (review.queue(home), review.sample(home, 5), review.waiting(home)) == ([], [], 0)


@pytest.mark.parametrize(
    ("trap", "fields"),
    [
        ("one phone", {"phone": "+15155550000"}),
        ("one name", {"first_name": "JOHN", "last_name": "SMITH"}),
        ("test names", {"first_name": "TEST"}),
        ("no identity", dict.fromkeys(["first_name", "last_name", "party_id", "state_id"])),
        ("one address", {"house_number": "1", "street": "MAIN ST", "zip5": "50001"}),
        ("one email", {"email": "info@mail.example"}),
    ],
)
def test_traps_make_no_mass_link(
    trap: str, fields: dict[str, str | None], world: World, tmp_path: Path
) -> None:
    records = world.records.iloc[:600].assign(**fields)
    link(tmp_path, replace(world, records=records))
    places = Places(tmp_path)
    assert [v.check for v in measure(places) if not v.passed and v.blocking] == [], trap
    judged = table(places.links).merge(world.truth, on="record_key")
    made = judged[judged["voter_key_x"].notna()]
    wrong = (made["voter_key_x"] != made["voter_key_y"]).sum()
    assert wrong <= max(2, 0.01 * len(made)), trap


@pytest.mark.parametrize(("voters", "records"), [(0, 50), (50, 0), (0, 0), (3, 3)])
def test_hardly_anything_is_linked_without_complaint(
    voters: int, records: int, world: World, tmp_path: Path
) -> None:
    few = replace(world, voters=world.voters.iloc[:voters], records=world.records.iloc[:records])
    report = link(tmp_path, few)
    assert (report.voters, report.records) == (voters, records)
    assert [v.check for v in measure(Places(tmp_path)) if not v.passed] == []
