"""A late source through the whole road: one holds the release, one is left out, one is carried."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.countdown import clock
from orchestration.readiness.cutting import decide
from orchestration.release.read import current_release
from orchestration.runner import build_road, run
from orchestration.settings import Settings
from tests.pipeline.conftest import MORNING, Road

WEEK_LATER = MORNING + timedelta(days=9)


def contracts_with(settings: Settings, folder: Path, **if_late: str) -> Path:
    """A copy of the sources in which some say otherwise what is done when they are late."""
    sources = Path(shutil.copytree(settings.sources, folder / "sources"))
    for name, wanted in if_late.items():
        contract = sources / name / "source.yaml"
        before = contract.read_text()
        start = before.index("if_late: ")
        end = min(before.index(c, start) for c in ",}" if c in before[start:])
        contract.write_text(f"{before[:start]}if_late: {wanted}{before[end:]}")
    return sources


def sources_linked(home: Path) -> set[str]:
    links = home / "lake" / "identity" / "links.parquet"
    found = duckdb.connect().execute(f"select distinct source from read_parquet('{links}')")
    return {source for (source,) in found.fetchall()}


def live(settings: Settings, moment: datetime) -> None:
    clock.set_home_clock(settings.home, moment)


def test_block_holds_drop_leaves_out_carry_forward_goes_on_and_says_so(
    road: Road, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(road.settings.home, tmp_path / "home", symlinks=True))
    sources = contracts_with(road.settings, tmp_path, website="block", social="drop")
    settings = road.settings.model_copy(update={"home": home, "sources": sources})
    before = current_release(home)
    assert before is not None
    assert "social" in sources_linked(home)
    live(settings, WEEK_LATER)

    held = run(settings, WEEK_LATER, road=build_road(settings, keep=False))
    assert "source/website: on_time" in held.reasons["release"]
    assert held.release == before.id
    assert sources_linked(home) == sources_linked(road.settings.home) - {"social"}

    decide(settings, WEEK_LATER, "website", "carry_forward", "director", "the site is down")
    run(settings, WEEK_LATER, road=build_road(settings, keep=False))
    after = current_release(home)
    assert after is not None
    assert after.id != before.id
    assert {"website", "organising"} <= set(after.manifest["carried_forward"])
    assert after.manifest["left_out"] == ["social"]
    told = " ".join(after.caveats)
    assert "decided by director: the site is down" in told
    assert "left out, for its data is" in told
