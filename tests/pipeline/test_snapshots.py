"""The keys of all assets and checks, so that a rename or a loss is seen in the review."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest

SNAPSHOT = Path(__file__).parent / "snapshots" / "asset_keys.txt"

# The flow's ranks, not the folders': segments are made by the warehouse after the scores.
RANKS = {
    "sources": 3.0,
    "landing": 4.0,
    "staging": 5.0,
    "identity": 6.0,
    "marts": 6.5,
    "scores": 7.0,
    "segments": 7.5,
    "readiness": 8.0,
    "release": 9.0,
    "handoff": 10.0,
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> dg.AssetGraph:
    """The definitions of a home in which nothing has happened yet."""
    from orchestration.definitions import build_definitions
    from orchestration.settings import load_settings

    home = tmp_path_factory.mktemp("home")
    return build_definitions(load_settings(home)).resolve_asset_graph()


def written(graph: dg.AssetGraph) -> str:
    """One line an asset or check, with the group of an asset and what a check blocks."""
    assets = [
        f"asset {key.to_user_string()} [{graph.get(key).group_name}]"
        for key in graph.materializable_asset_keys
    ]
    checks = [
        f"check {key.asset_key.to_user_string()}: {key.name}" for key in graph.asset_check_keys
    ]
    return "\n".join([*sorted(assets), *sorted(checks)]) + "\n"


def test_keys_are_as_they_were(graph: dg.AssetGraph) -> None:
    now = written(graph)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(now)
    assert now == SNAPSHOT.read_text(), (
        "assets or checks changed; if that is meant, run this test with UPDATE_SNAPSHOTS=1"
    )


def test_no_asset_reads_from_a_later_group(graph: dg.AssetGraph) -> None:
    for key in graph.materializable_asset_keys:
        rank = RANKS[graph.get(key).group_name or ""]
        for parent in graph.get(key).parent_keys:
            if parent in graph.materializable_asset_keys:
                before = RANKS[graph.get(parent).group_name or ""]
                assert before <= rank, f"{key.to_user_string()} reads {parent.to_user_string()}"
