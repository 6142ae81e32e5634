"""A landing that is killed at any moment is run again and gives byte-equal tables."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.sources.registry import load_contracts, samples

SEEDS = range(12)
SLICED_SEEDS = range(8)
SOURCES = ("party", "organising", "vendor_a")

# The child counts the times that it changes the disk and kills itself at the chosen one, so the
# moment is exact and nothing waits. SIGKILL leaves it no chance to tidy up.
LAND = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
at, count = int(sys.argv[2]), 0
def strike(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
for name in ("replace", "fsync", "unlink", "open"):
    setattr(os, name, strike(getattr(os, name)))
from orchestration.contracts.readers import delimited
from orchestration.landing.land import land
from orchestration.settings import load_settings
if sys.argv[3] == "sliced":
    delimited.WHOLE = 0
land(load_settings(Path(sys.argv[1])), datetime.fromisoformat("2016-01-21T06:00:00-06:00"))
print(count)
"""


def fill(home: Path) -> None:
    for source in SOURCES:
        for sample in samples(source):
            target = home / "inbox" / source / str(sample.day) / sample.path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(sample.path, target)


def child(home: Path, strike_at: int = 0, how: str = "whole") -> subprocess.Popen[str]:
    """Land in a process of its own; ``sliced`` treats each delimited file as a large one."""
    return subprocess.Popen(
        [sys.executable, "-c", LAND, str(home), str(strike_at), how],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
    )


def finish(process: subprocess.Popen[str]) -> None:
    _, err = process.communicate()
    assert process.returncode == 0, err


def tables(home: Path) -> dict[str, bytes]:
    lake = home / "lake"
    return {p.relative_to(lake).as_posix(): p.read_bytes() for p in lake.rglob("*.parquet")}


Undisturbed = tuple[dict[str, bytes], int, float]


def left_alone(home: Path, how: str) -> Undisturbed:
    """What a landing that nobody disturbs leaves, the number of its moments, and its seconds."""
    fill(home)
    started = time.monotonic()
    out, err = (process := child(home, how=how)).communicate()
    assert process.returncode == 0, err
    return tables(home), int(out), time.monotonic() - started


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return left_alone(tmp_path_factory.mktemp("undisturbed"), "whole")


@pytest.fixture(scope="module")
def undisturbed_slices(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return left_alone(tmp_path_factory.mktemp("undisturbed-slices"), "sliced")


def test_the_sources_of_this_test_exist() -> None:
    assert set(SOURCES) <= set(load_contracts())


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_between_two_changes_of_the_disk(
    home: Path, undisturbed: Undisturbed, seed: int
) -> None:
    expected, moments, _ = undisturbed
    fill(home)
    strike_at = random.Random(seed).randrange(1, moments)
    killed = child(home, strike_at)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    again = child(home)
    _, err = again.communicate()
    assert again.returncode == 0, err
    assert tables(home) == expected
    assert not list((home / "lake").rglob(".*.aside"))


@pytest.mark.parametrize("seed", SLICED_SEEDS)
def test_killed_while_slices_are_written_side_by_side(
    home: Path, undisturbed_slices: Undisturbed, seed: int
) -> None:
    expected, moments, _ = undisturbed_slices
    assert any("-001-of-002.parquet" in name for name in expected)
    fill(home)
    killed = child(home, random.Random(seed).randrange(1, moments), "sliced")
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    again = child(home, how="sliced")
    _, err = again.communicate()
    assert again.returncode == 0, err
    assert tables(home) == expected
    assert not list((home / "lake").rglob(".*.aside"))


def test_a_file_cut_otherwise_leaves_no_part_of_before(
    home: Path, undisturbed: Undisturbed
) -> None:
    fill(home)
    finish(child(home, how="sliced"))
    # the ledger is gone, so every file lands again
    shutil.rmtree(home / "lake" / "ledger")
    finish(child(home))
    assert tables(home) == undisturbed[0]


@pytest.mark.parametrize("seed", range(4))
def test_killed_from_outside_at_any_time(home: Path, undisturbed: Undisturbed, seed: int) -> None:
    expected, _, seconds = undisturbed
    fill(home)
    process = child(home)
    try:
        process.wait(timeout=random.Random(seed).uniform(0.3, 1.0) * seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    again = child(home)
    _, err = again.communicate()
    assert again.returncode == 0, err
    assert tables(home) == expected


def test_two_landings_at_once_do_the_work_once(home: Path, undisturbed: Undisturbed) -> None:
    expected, _, _ = undisturbed
    fill(home)
    both = [child(home), child(home)]
    for process in both:
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert tables(home) == expected
    recorded = (home / "lake" / "ledger" / "deliveries.ndjson").read_text().splitlines()
    assert len(recorded) == len(list((home / "inbox").rglob("*.*")))
