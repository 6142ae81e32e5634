"""`tminus check` on a release: every asset check, on what the release holds, the home untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.checking import check_release
from orchestration.lake import Lake
from orchestration.settings import UserError
from tests.pipeline.conftest import Road


def stamps(home: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file of the lake and of the releases."""
    roots = (Lake(home).root, Lake(home).releases)
    files = [f for root in roots for f in root.rglob("*") if f.is_file()]
    return {str(f): (f.stat().st_size, f.stat().st_mtime_ns) for f in files}


@pytest.fixture
def spoilt(road: Road) -> str:
    """The live release under another name, with a voter twice and a manifest that says so."""
    from orchestration.lake import file_hash
    from orchestration.release.read import current_release

    live = current_release(road.settings.home)
    assert live is not None
    name = "2016-01-20.0123456789"
    folder = road.lake.releases / name
    shutil.copytree(live.path, folder)
    voters = folder / "marts" / "voters.parquet"
    twice = voters.with_name("twice.parquet")
    duckdb.execute(
        f"copy (select * from '{voters}' union all (select * from '{voters}' limit 1)) to '{twice}'"
    )
    twice.replace(voters)
    manifest = folder / "manifest.json"
    told = manifest.read_text()
    entry = live.manifest["files"]["marts/voters.parquet"]
    told = told.replace(entry["hash"], file_hash(voters))
    told = told.replace(f'"bytes": {entry["bytes"]}', f'"bytes": {voters.stat().st_size}')
    manifest.write_text(told)
    return name


def test_what_is_wrong_with_a_release_is_found_and_the_home_stays(road: Road, spoilt: str) -> None:
    before = stamps(road.settings.home)
    report = check_release(road.settings, spoilt)
    assert stamps(road.settings.home) == before
    assert not (road.settings.home / "checks" / spoilt).exists()
    # The op of the marts fails with the check that holds the release; every other one looks.
    assert set(report.errors) == {"marts"}
    assert not report.passed
    bad = {(c.asset, c.blocking) for c in report.checks if not c.passed and c.blocking}
    assert ("marts/voters", True) in bad
    # Every check that the code defines was looked at.
    from orchestration.definitions import build_definitions

    graph = build_definitions(road.settings).resolve_asset_graph()
    looked_at = {(c.asset, c.check) for c in report.checks}
    assert looked_at == {(k.asset_key.to_user_string(), k.name) for k in graph.asset_check_keys}


def test_a_damaged_release_is_told_without_looking_further(road: Road) -> None:
    folder = road.lake.releases / "2016-01-19.0123456789"
    folder.mkdir()
    assert check_release(road.settings, folder.name).errors == {
        "release": "manifest.json is missing or unreadable"
    }
    folder.rmdir()


def test_an_unknown_release_is_the_users_mistake(road: Road) -> None:
    with pytest.raises(UserError, match="there is no release 'x'; the last ones are: 2016"):
        check_release(road.settings, "x")
