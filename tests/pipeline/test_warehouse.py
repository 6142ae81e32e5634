"""The dbt project on a small invented home: every model, every test, alone and together."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.contracts.traits import refused_trait
from orchestration.lake import Lake, file_hash, sql_path
from orchestration.ledger import checks, steps
from orchestration.settings import UserError, load_settings
from orchestration.warehouse.engine import BuildReport, Engine, model_path
from orchestration.warehouse.project import STAGES, Project, load_project
from tests.warehouse_home import make_home

SEGMENTS = (
    "seg_base",
    "seg_first_time",
    "seg_new_registrants",
    "seg_non_traditional",
    "seg_party_switchers",
    "seg_persuadable",
)


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Path:
    home = tmp_path_factory.mktemp("warehouse")
    make_home(home)
    for stage in STAGES:
        report = Engine(home).build(project, project.stage(stage))
        assert report.problems == []
        assert {m.status for m in report.models} == {"made"}
        assert len(report.models) == len(project.stage(stage))
    return home


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A home of this test alone, built like the shared one."""
    return Path(shutil.copytree(built, tmp_path / "home"))


def rows(home: Path, name: str, what: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
    file = sql_path(home / "lake" / f"{name}.parquet")
    query = f"select {what} from read_parquet({file}) where {where}"
    return duckdb.connect().execute(query).fetchall()


def hashes(home: Path) -> dict[str, str]:
    return {
        f"{stage}/{file.stem}": file_hash(file)
        for stage in STAGES
        for file in (Lake(home).root / stage).glob("*.parquet")
    }


def build(home: Path, project: Project, *names: str) -> BuildReport:
    return Engine(home).build(project, [project.models[n] for n in names])


def test_the_units_of_the_models_hold(project: Project, home: Path) -> None:
    outcome = Engine(home).unit_tests(project)
    assert len(outcome) >= 4
    assert {name: why for name, why in outcome.items() if why} == {}


def test_every_model_says_what_a_row_is_and_tests_its_key(project: Project) -> None:
    for model in project.models.values():
        assert model.description.startswith("One row per "), model.name
        assert model.columns, model.name
        assert all(c.description and c.type for c in model.columns), model.name
        kinds = [t.name.split("_")[0] for t in model.tests]
        assert "unique" in kinds, model.name
        assert len(model.tests) >= 3, f"{model.name} has no invariant"


def test_descriptions_are_of_the_columns_that_are_there(built: Path, project: Project) -> None:
    con = duckdb.connect()
    for model in project.models.values():
        if model.is_file:
            file = sql_path(model_path(built, model))
            there = con.execute(f"describe select * from read_parquet({file})").fetchall()
            assert [(c.name, c.type) for c in model.columns] == [
                (r[0], r[1].lower()) for r in there
            ], model.name


def test_no_column_speaks_of_a_refused_trait(project: Project) -> None:
    found = [
        (m.name, c.name)
        for m in project.models.values()
        for c in m.columns
        if refused_trait(c.name)
    ]
    assert found == []


def test_only_deliveries_in_force_and_newest_keys_are_seen(built: Path) -> None:
    assert rows(built, "staging/int_link_voters", "count(*), count(distinct voter_key)") == [
        (900, 900)
    ]
    superseded = "record_key = 'website/signups:S6'"
    assert rows(built, "marts/contacts", "count(*)", superseded) == [(0,)]


def test_a_county_of_another_state_is_none_of_ours(built: Path) -> None:
    counties = rows(built, "marts/contacts", "distinct coalesce(state, 'none said'), county_fips")
    assert sorted(counties, key=str) == [("IA", "19153"), ("NE", None), ("none said", "19153")]


def test_made_again_everything_is_the_same_to_the_byte(copy: Path, project: Project) -> None:
    before = hashes(copy)
    for stage in STAGES:
        Engine(copy).build(project, project.stage(stage))
    assert hashes(copy) == before


def test_one_model_is_made_alone(copy: Path, project: Project) -> None:
    before = hashes(copy)
    (Lake(copy).marts / "persons.parquet").unlink()
    report = build(copy, project, "persons")
    assert [m.model for m in report.models] == ["persons"]
    assert {t.rule.model for t in report.tests} == {"model.tminus.persons"}
    assert hashes(copy) == before


def test_an_empty_campaign_makes_empty_files(tmp_path: Path, project: Project) -> None:
    make_home(tmp_path, people=0)
    for stage in STAGES:
        report = Engine(tmp_path).build(project, project.stage(stage))
        assert [m for m in report.models if m.status != "made"] == []
        assert [t for t in report.tests if t.rule.blocking and not t.held] == []
    assert rows(tmp_path, "marts/persons", "count(*)") == [(0,)]
    assert rows(tmp_path, "segments/seg_base", "count(*)") == [(0,)]


def test_features_of_then_and_now_have_the_same_names(built: Path) -> None:
    con = duckdb.connect()
    now, then = (
        {
            r[0]
            for r in con.execute(
                f"describe select * from read_parquet({sql_path(Lake(built).marts / name)})"
            ).fetchall()
        }
        for name in ("person_features.parquet", "attendance_training.parquet")
    )
    assert then - now == {"attended_2012"}


def test_a_day_later_is_another_age(copy: Path, project: Project) -> None:
    oldest = "max(age), sum(n_generals)"
    before = rows(copy, "marts/person_features", oldest)
    context = Lake(copy).context / "context.parquet"
    con = duckdb.connect()
    con.execute(f"create table c as from read_parquet({sql_path(context)})")
    con.execute("update c set as_of = date '2018-12-01'").fetchall()
    con.execute(f"copy c to {sql_path(context)} (format parquet)")
    build(copy, project, "person_features")
    after = rows(copy, "marts/person_features", oldest)
    # Two years older, and the generals of 2014 and before have moved through the window.
    assert after[0][0] > before[0][0]
    assert after[0][1] < before[0][1]


def test_who_is_gone_is_in_no_segment(built: Path) -> None:
    gone = {r[0] for r in rows(built, "marts/persons", "person_id", "is_deletion or is_deceased")}
    assert gone
    for segment in SEGMENTS:
        members = {r[0] for r in rows(built, f"segments/{segment}", "person_id")}
        assert members
        assert not members & gone


def test_first_timers_have_no_caucus_or_primary(built: Path) -> None:
    voters = {
        r[0]
        for r in rows(
            built,
            "marts/voters",
            "person_id",
            "len(list_filter(vote_history, lambda v: left(v, 1) in ('C', 'P'))) > 0",
        )
    }
    members = {r[0] for r in rows(built, "segments/seg_first_time", "person_id")}
    assert members
    assert not members & voters


def test_only_differences_of_files_known_today_count(built: Path) -> None:
    switched = rows(built, "marts/roll_changes", "count(*), max(new_date)", "change != 'new'")
    assert switched[0][0] > 0
    assert str(switched[0][1]) == "2016-01-20"
    assert rows(built, "marts/roll_changes", "count(distinct change_key)") == rows(
        built, "marts/roll_changes", "count(*)"
    )
    assert rows(built, "marts/roll_changes", "count(*)", "change = 'new'")[0][0] == 23


def test_every_row_of_a_segment_can_be_acted_on(built: Path) -> None:
    for segment in SEGMENTS:
        silent = "reason is null or kind is null or channels is null or county_fips is null"
        assert rows(built, f"segments/{segment}", "count(*)", silent) == [(0,)], segment


def test_the_universe_takes_the_hours_that_there_are(built: Path) -> None:
    people, hours, held_out = rows(
        built, "segments/universe", "count(*), max(hours_so_far), count(*) filter (is_held_out)"
    )[0]
    # Five hours a week for the eleven days that are left.
    assert 7 < hours <= 5 * 11 / 7
    assert 0 < held_out < people / 8
    at_capacity = rows(built, "segments/universe_curve", "n_people", "is_capacity")
    assert at_capacity == [(people,)]


def test_the_curve_tells_each_turnout_and_the_middle_one_is_in_force(built: Path) -> None:
    off = rows(
        built,
        "segments/universe_curve",
        "count(*), count(*) filter (votes_gained <> votes_gained_middle)",
    )
    assert off[0][0] > 10
    assert off[0][1] == 0
    plain = "plain_votes_gained_low > 0 and plain_votes_gained_high > 0"
    assert rows(built, "segments/universe_curve", f"bool_and({plain})") == [(True,)]
    hours, there_are = rows(
        built, "segments/universe_curve", "hours, hours_there_are", "is_capacity"
    )[0]
    assert there_are == pytest.approx(5 * 11 / 7, abs=0.01)
    assert hours > 0


def test_what_was_never_made_is_named(tmp_path: Path, project: Project) -> None:
    make_home(tmp_path, people=10)
    with pytest.raises(UserError, match=r"segment_pool reads marts/.* never made"):
        build(tmp_path, project, "segment_pool", "seg_base")


def test_a_broken_key_stops_what_reads_it(copy: Path, project: Project) -> None:
    persons = Lake(copy).identity / "persons.parquet"
    con = duckdb.connect()
    con.execute(f"create table p as from read_parquet({sql_path(persons)})")
    con.execute("insert into p select * from p where kind = 'contact' limit 1").fetchall()
    con.execute(f"copy (from p order by person_id) to {sql_path(persons)} (format parquet)")
    report = build(copy, project, "persons", "person_features")
    states = {m.model: m.status for m in report.models}
    assert states == {"persons": "made", "person_features": "skipped"}
    assert any(p.startswith("unique_persons_person_id") for p in report.problems)


@pytest.fixture
def dagster_home(copy: Path) -> tuple[Path, list[dg.AssetsDefinition]]:
    from orchestration.warehouse.assets import build_assets

    return copy, build_assets(load_settings(copy))


def test_dagster_makes_a_chosen_part_and_writes_it_down(
    dagster_home: tuple[Path, list[dg.AssetsDefinition]],
) -> None:
    home, assets = dagster_home
    chosen = dg.AssetSelection.assets(["marts", "voters"], ["marts", "households"])
    with dg.instance_for_test() as instance:
        result = dg.materialize(assets, selection=chosen, instance=instance)
    assert result.success
    made = steps.latest(Lake(home))
    assert set(made) == {"marts/voters", "marts/households"}
    assert made["marts/voters"].rows == 900
    assert made["marts/voters"].data_version == file_hash(Lake(home).marts / "voters.parquet")
    assert set(made["marts/households"].inputs) == {"marts/voters"}
    assert {c.asset for c in checks.read(Lake(home))} == set(made)
    assert len(result.get_asset_check_evaluations()) == len(checks.read(Lake(home)))


def test_dagster_reports_a_broken_model_and_what_still_holds(
    dagster_home: tuple[Path, list[dg.AssetsDefinition]],
) -> None:
    home, assets = dagster_home
    (Lake(home).identity / "links.parquet").write_bytes(b"no parquet")
    chosen = dg.AssetSelection.assets(["marts", "sites"], ["marts", "contacts"])
    with dg.instance_for_test() as instance:
        result = dg.materialize(assets, selection=chosen, instance=instance, raise_on_error=False)
    assert not result.success
    assert {r.asset: r.state for r in steps.read(Lake(home))} == {
        "marts/sites": "made",
        "marts/contacts": "failed",
    }
    skipped = [c for c in checks.failing(Lake(home)) if c.asset == "marts/contacts"]
    assert skipped
    assert all("not looked at" in c.detail for c in skipped)
