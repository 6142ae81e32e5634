"""dbt's docs can be built, and say who reads what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestration.warehouse.project import PROJECT


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The manifest of freshly built docs; nothing needs to have been made for them."""
    from dbt.cli.main import dbtRunner

    target = tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMINUS_HOME", str(target / "home"))
        result = dbtRunner().invoke(
            ["--quiet", "--log-level-file", "none", "--no-send-anonymous-usage-stats",
             "docs", "generate", "--empty-catalog", "--project-dir", str(PROJECT),
             "--profiles-dir", str(PROJECT), "--target-path", str(target),
             "--log-path", str(target)]
        )  # fmt: skip
    assert result.success, result.exception
    assert (target / "index.html").stat().st_size > 100_000
    manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    return manifest


def test_every_segment_is_read_by_the_release(docs: dict[str, Any]) -> None:
    made = {
        name
        for name, node in docs["nodes"].items()
        if node["resource_type"] == "model"
        and node["path"].startswith("segments/")
        # A step on the way has a folder of its own and leaves with no release.
        and node["config"]["meta"].get("folder") is None
    }
    release = docs["exposures"]["exposure.tminus.release"]["depends_on"]["nodes"]
    assert made <= set(release)


def test_every_exposure_says_what_for_and_whose(docs: dict[str, Any]) -> None:
    for exposure in docs["exposures"].values():
        assert exposure["description"], exposure["name"]
        assert exposure["owner"]["email"], exposure["name"]
