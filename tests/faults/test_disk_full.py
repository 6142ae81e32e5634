"""A full disk fails the delivery that met it, in one sentence; with room again all is as ever.

Two kinds: a limit on the size of any file, which every system can set, and a small file system
of its own, which only root may mount (the test is skipped elsewhere).
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.ledger.deliveries import DeliveryRecord
from tests.faults.desk import HEAD, Desk, open_desk

ROWS = 20_000
LIMIT = 96 << 10


def content() -> str:
    return HEAD + "".join(f"{n},Ann{n * 7919} Ames{n},1980-01-02,\n" for n in range(ROWS))


def tables(home: Path) -> dict[str, bytes]:
    lake = home / "lake"
    return {p.relative_to(lake).as_posix(): p.read_bytes() for p in lake.rglob("*.parquet")}


@pytest.fixture
def undisturbed(tmp_path: Path, moment: datetime) -> dict[str, bytes]:
    desk = open_desk(tmp_path / "undisturbed", moment)
    desk.put("cards.csv", content())
    assert desk.land()["cards.csv"].landed == ROWS
    return tables(desk.settings.home)


def failed(desk: Desk, record: DeliveryRecord) -> None:
    assert record.state == "failed"
    assert "the next run tries again" in record.reason
    assert "Ames" not in record.reason
    assert not list(desk.lake.root.rglob("cards.parquet"))
    assert not list(desk.lake.root.rglob(".*.aside"))


def test_a_disk_that_takes_no_large_file(
    home: Path, moment: datetime, undisturbed: dict[str, bytes]
) -> None:
    desk = open_desk(home, moment)
    desk.put("cards.csv", content())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        record = desk.land()["cards.csv"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    failed(desk, record)
    assert desk.land()["cards.csv"].landed == ROWS
    assert tables(home) == undisturbed


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    options = ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(home)]
    try:
        done = subprocess.run(options, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if done.returncode:
        pytest.skip("only root may mount a small file system")
    try:
        yield home
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_a_disk_that_is_full(
    small_disk: Path, moment: datetime, undisturbed: dict[str, bytes]
) -> None:
    desk = open_desk(small_disk, moment)
    desk.put("cards.csv", content())
    failed(desk, desk.land()["cards.csv"])
    subprocess.run(["mount", "-o", "remount,size=900m", str(small_disk)], check=True)
    assert desk.land()["cards.csv"].landed == ROWS
    assert tables(small_disk) == undisturbed
