"""`tminus run` after a late contacts file: identity links what it touches and says so."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from orchestration.countdown import clock
from orchestration.identity.link import link_home
from orchestration.identity.places import Places, read_day
from orchestration.lake import Lake, file_hash
from orchestration.ledger import steps
from orchestration.runner import build_road, run
from orchestration.settings import Settings, load_settings
from tests.pipeline.conftest import MORNING, Road

SAMPLE = "website/sample/2016-01-20/signups_20160120.csv"
UP_TO_LINKS = {"sources", "landing", "staging", "identity"}


@pytest.fixture
def home(road: Road, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of the finished home, at the same morning."""
    copy = Path(shutil.copytree(road.settings.home, tmp_path / "copy", symlinks=True))
    monkeypatch.setenv("TMINUS_HOME", str(copy))
    clock.set_home_clock(copy, MORNING)
    return load_settings(copy)


def deliver_late(settings: Settings) -> int:
    """Tomorrow's sign-ups a day early: three people anew, and one nobody knows."""
    with (settings.sources / SAMPLE).open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    late = [row | {"signup_id": f"S9{n:05d}"} for n, row in enumerate(rows[:3])]
    late.append(rows[3] | {"signup_id": "S999999", "First Name": "Wilhelmina", "Email": ""})
    target = settings.home / "inbox" / "website" / "2016-01-21" / "signups_20160121.csv"
    target.parent.mkdir(parents=True)
    with target.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(late)
    return len(late)


def published(places: Places) -> list[str]:
    return [file_hash(f) for f in (places.links, places.persons, places.review, places.changes)]


def test_a_late_file_is_linked_by_what_it_touches(home: Settings, tmp_path: Path) -> None:
    late = deliver_late(home)
    before = steps.latest(Lake(home.home))["identity/links"]
    twin = Places(Path(shutil.copytree(home.home / "lake", tmp_path / "twin" / "lake")).parent)
    whole = build_road(home, keep=False)
    part = replace(whole, nodes=tuple(n for n in whole.nodes if n.group in UP_TO_LINKS))
    assert run(home, MORNING, road=part).reasons == {}
    made = steps.latest(Lake(home.home))["identity/links"]
    assert before.extra["mode"] == "full"
    assert made.extra["mode"] == "incremental"
    assert made.reason.startswith("incremental: ")
    assert late <= made.extra["touched"] < made.rows
    assert made.rows == before.rows + late
    event = part.instance.get_latest_materialization_event(dg.AssetKey(["identity", "links"]))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["how"].value == made.reason
    places = Places(home.home)
    for name in ("staging", "context"):
        shutil.copytree(home.home / "lake" / name, twin.home / "lake" / name, dirs_exist_ok=True)
    assert not link_home(twin, read_day(twin.home), full=True).is_incremental
    assert published(twin) == published(places)
