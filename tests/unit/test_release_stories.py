"""Each delivery's whole story in a release: every look, what counts, what a full file changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lake import Lake, connect, sql_path, write_parquet
from orchestration.landing.places import changes_path
from orchestration.ledger import deliveries
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.release import stories
from orchestration.settings import load_settings

DAY = date(2016, 1, 21)


def record(delivery: str, day: int, state: str = "landed", **other: Any) -> DeliveryRecord:
    feeds = (FeedOutcome("voterfile", "voter", "snapshot", 100, 98, 2),)
    return DeliveryRecord(
        source="party",
        delivery=delivery,
        file=f"2016-01-{day:02}/voters.csv",
        received=f"2016-01-{day:02}",
        state=state,  # type: ignore[arg-type]
        recorded_at=f"2016-01-{day:02}T06:00:00-06:00",
        feeds=feeds if state == "landed" else (),
        **other,
    )


@pytest.fixture
def tables(home: Path) -> Path:
    lake = Lake(home)
    deliveries.append(
        lake,
        record("p1", 6),
        record("p2", 20, "refused", reason="column party is missing; ask for a new export"),
        record("p2", 20),
        record("p3", 22),
    )
    changed = (
        "select 'k' || i as record_key, if(i < 12, 'moved', 'gone') as change, "
        "'p1' as old_delivery, 'p2' as new_delivery from range(15) r(i)"
    )
    with connect(home) as con:
        write_parquet(con, changed, changes_path(lake, "party", "voterfile", "p1", "p2"))
    stories.build(load_settings(home), home / "release", DAY)
    return home / "release" / "aggregates"


def read(file: Path, columns: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"select {columns} from read_parquet({sql_path(file)})").fetchall()


def test_a_file_is_followed_through_every_look_and_the_newest_full_one_counts(
    tables: Path,
) -> None:
    told = read(tables / "delivery_stories.parquet", "delivery, state, landed, counts, reason")
    refused = ("p2", "refused", None, False, "column party is missing; ask for a new export")
    # The delivery of the day after is not known yet.
    assert told == [("p1", "landed", 98, False, ""), refused, ("p2", "landed", 98, True, "")]


def test_a_change_of_few_is_not_a_number(tables: Path) -> None:
    told = read(tables / "delivery_changes.parquet", "source, feed, delivery, change, rows")
    assert told == [
        ("party", "voterfile", "p2", "gone", None),
        ("party", "voterfile", "p2", "moved", 12),
    ]


def test_a_home_without_full_files_has_no_changes(home: Path) -> None:
    stories.build(load_settings(home), home / "release", DAY)
    out = home / "release" / "aggregates"
    assert read(out / "delivery_stories.parquet", "count(*)") == [(0,)]
    assert read(out / "delivery_changes.parquet", "count(*)") == [(0,)]
