"""The warehouse without dbt: what a manifest says, how a file is published, what is hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import UserError
from orchestration.warehouse.engine import Engine, hide_values, model_path
from orchestration.warehouse.project import Project, project_version
from orchestration.warehouse.publish import publish


def node(name: str, kind: str = "lake", stage: str = "marts", **more: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.tminus.{name}",
        "resource_type": "model",
        "name": name,
        "original_file_path": f"models/{name}.sql",
        "description": f"One row per {name}.",
        "config": {"materialized": kind, "meta": {"stage": stage}},
        "columns": {},
        "checksum": {"checksum": name},
        "depends_on": {"nodes": more.get("reads", []), "macros": more.get("macros", [])},
    }


def manifest(*nodes: dict[str, Any], **sources: str | None) -> dict[str, Any]:
    seed = {
        "unique_id": "seed.tminus.counties",
        "resource_type": "seed",
        "name": "counties",
        "config": {},
        "checksum": {"checksum": "counties"},
        "depends_on": {"macros": []},
    }
    return {
        "nodes": {n["unique_id"]: n for n in (*nodes, seed)},
        "sources": {
            f"source.{name}": {
                "unique_id": f"source.{name}",
                "resource_type": "source",
                "config": {"meta": {"asset": asset} if asset else {}},
            }
            for name, asset in sources.items()
        },
        "macros": {
            "macro.tminus.features": {"macro_sql": "one", "depends_on": {"macros": ["macro.dbt.x"]}}
        },
    }


def rule(name: str, of: str, severity: str = "ERROR") -> dict[str, Any]:
    return {
        "unique_id": f"test.tminus.{name}",
        "resource_type": "test",
        "name": name,
        "description": "",
        "attached_node": f"model.tminus.{of}",
        "config": {"severity": severity},
        "depends_on": {"nodes": [f"model.tminus.{of}"], "macros": []},
        "test_metadata": {"name": "unique"},
    }


VIEW = node(
    "stg_x", "view", "staging", reads=["source.x", "source.in_force", "seed.tminus.counties"]
)


def project(*nodes: dict[str, Any]) -> Project:
    read = manifest(*nodes, x="landing/x", in_force=None)
    return Project(read, Path("nowhere"))


def test_a_model_is_made_from_models_and_sources_that_are_assets() -> None:
    models = project(VIEW, node("y", reads=["model.tminus.stg_x"])).models
    assert models["stg_x"].upstream == ("landing/x",)
    assert models["y"].upstream == ("staging/stg_x",)
    assert models["y"].key == "marts/y"


def test_views_and_seeds_are_made_again_and_files_are_read() -> None:
    found = project(
        VIEW,
        node("y", reads=["model.tminus.stg_x"]),
        node("z", reads=["model.tminus.y", "model.tminus.stg_x"]),
    ).models["z"]
    assert found.helpers == ("model.tminus.stg_x", "seed.tminus.counties")
    assert found.files == ("y",)


def test_what_a_test_reads_is_made_again_too() -> None:
    check = rule("as_many", "y")
    check["depends_on"]["nodes"].append("model.tminus.stg_x")
    assert "model.tminus.stg_x" in project(VIEW, node("y"), check).models["y"].helpers


@pytest.mark.parametrize("change", ["sql", "macro", "seed", "test"])
def test_the_code_version_follows_all_that_a_model_is_made_of(change: str) -> None:
    def version() -> str:
        return Project(read, Path("nowhere")).models["y"].code_version

    y = node("y", reads=["seed.tminus.counties"], macros=["macro.tminus.features"])
    read = manifest(y, rule("unique_y", "y"))
    before = version()
    if change == "sql":
        read["nodes"]["model.tminus.y"]["checksum"]["checksum"] = "other"
    elif change == "macro":
        read["macros"]["macro.tminus.features"]["macro_sql"] = "two"
    elif change == "seed":
        read["nodes"]["seed.tminus.counties"]["checksum"]["checksum"] = "other"
    else:
        read["nodes"]["test.tminus.unique_y"]["config"]["severity"] = "WARN"
    assert version() != before


def test_a_warning_does_not_block() -> None:
    model = project(node("y"), rule("a", "y"), rule("b", "y", "warn")).models["y"]
    assert [t.blocking for t in model.tests] == [True, False]


def test_a_model_in_no_known_folder_is_a_mistake() -> None:
    with pytest.raises(UserError, match="has no stage"):
        _ = project(node("y", stage="elsewhere")).models


def test_the_project_is_parsed_anew_when_a_file_changes(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    model = tmp_path / "models" / "y.sql"
    model.write_text("select 1")
    before = project_version(tmp_path)
    assert project_version(tmp_path) == before
    model.write_text("select 2")
    assert project_version(tmp_path) != before


def test_reading_what_was_never_made_is_said(home: Path) -> None:
    made = project(node("y"), node("z", reads=["model.tminus.y"]))
    with pytest.raises(UserError, match="marts/z reads marts/y, which was never made"):
        Engine(home).build(made, [made.models["z"]])


def test_a_home_with_a_comma_is_refused(tmp_path: Path) -> None:
    made = project(node("y"))
    with pytest.raises(UserError, match="comma"):
        Engine(tmp_path / "a,b").build(made, [made.models["y"]])


def test_messages_carry_no_values() -> None:
    said = hide_values(
        "Runtime Error in model y (models/y.sql)\n  Conversion Error: Could not convert string "
        "'MARY SMITH' to INT32 near 5155550100\n  LINE 1: select 'MARY'"
    )
    assert said == "Conversion Error: Could not convert string '..' to INT32 near .."


def test_publishing_renames_and_keeps_equal_files(tmp_path: Path) -> None:
    def aside(text: str, run: str) -> Path:
        path = tmp_path / f".y.parquet.{run}.aside"
        path.write_text(text)
        return path

    final = publish(aside("one", "r1"))
    assert (final.name, final.read_text()) == ("y.parquet", "one")
    before = final.stat().st_ino
    assert publish(aside("one", "r2")).stat().st_ino == before
    left = aside("half", "killed")
    publish(aside("two", "r3"))
    assert final.read_text() == "two"
    assert not left.exists()


def test_a_model_lies_in_the_folder_of_its_stage(home: Path) -> None:
    model = project(node("y")).models["y"]
    assert model_path(home, model) == home / "lake" / "marts" / "y.parquet"


def test_terms_become_what_a_value_may_be_used_for() -> None:
    from orchestration.sources.registry import load_contracts
    from orchestration.warehouse.terms import terms_of, terms_version

    terms = terms_of(load_contracts())
    by_feed = {(source, feed): may for source, feed, _, *may in terms}
    assert by_feed["vendor_a", "consumers"] == [False] * 5
    assert by_feed["vendor_b", "profiles"] == [False, False, True, False, False]
    assert terms_version(terms) != terms_version(terms[1:])


def test_terms_matter_to_the_models_that_read_them() -> None:
    bound, free = node("y", reads=["source.terms"]), node("z")
    read = manifest(bound, free, terms=None)
    read["sources"]["source.terms"]["config"]["meta"]["terms"] = True
    one, other = (Project(read, Path("nowhere"), terms).models for terms in ("one", "other"))
    assert one["y"].code_version != other["y"].code_version
    assert one["z"].code_version == other["z"].code_version
