"""What every test may rely on, and the guard of the fast tiers.

Sockets (loopback only) and random order come from ``pyproject.toml``. A fixture of one tier
alone belongs to that tier's own ``conftest.py``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TMINUS_SHARED", ROOT.parent / "shared")) / "data"

FAST_TIERS = ("unit", "property", "sources")
FAST_SECONDS = 2.0  # of processor time: a busy machine must not fail a test that is quick
HANGS_AFTER = 60  # of wall time: catches what waits without working
FIRST_IMPORTS = 20  # so many new modules mean that the time went into importing a library

# Nothing that runs in a test reports to anybody, and no test sees the caller's home.
os.environ.update(DO_NOT_TRACK="1", DBT_SEND_ANONYMOUS_USAGE_STATS="false")
for name in ("TMINUS_HOME", "TMINUS_NOW", "TMINUS_CAMPAIGN", "TMINUS_SOURCES", "DAGSTER_HOME"):
    os.environ.pop(name, None)

# Time limits are the guard's; hypothesis would measure wall time, which a busy machine stretches.
hypothesis_settings.register_profile("house", deadline=None, max_examples=50)
hypothesis_settings.load_profile("house")


def tier(item: pytest.Item) -> str | None:
    """The tier that a test stands in: the first folder below ``tests``."""
    tests = ROOT / "tests"
    below = item.path.relative_to(tests).parts if item.path.is_relative_to(tests) else ()
    return below[0] if len(below) > 1 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of a fast tier that hangs is stopped, whatever it waits for."""
    for item in items:
        if tier(item) in FAST_TIERS and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(HANGS_AFTER))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """The guard: a test of a fast tier is stopped after two seconds of processor time.

    The first test that needs a heavy library pays for importing it; that is nobody's fault in
    a random order, so time in which many modules appeared is granted once more.
    """
    if tier(item) not in FAST_TIERS:
        return (yield)
    known = len(sys.modules)

    def out_of_time(_signal: int, _frame: FrameType | None) -> None:
        nonlocal known
        if len(sys.modules) - known > FIRST_IMPORTS:
            known = len(sys.modules)
            signal.setitimer(signal.ITIMER_PROF, FAST_SECONDS)
            return
        pytest.fail(
            f"used more than {FAST_SECONDS:g} s of processor time in a fast tier; "
            "make its data smaller or move it to tests/pipeline",
            pytrace=False,
        )

    before = signal.signal(signal.SIGPROF, out_of_time)
    signal.setitimer(signal.ITIMER_PROF, FAST_SECONDS)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public files beside the repository; a test that reads it skips without it."""
    if not SHARED.is_dir():
        pytest.skip(f"the public files are not at {SHARED}; set TMINUS_SHARED to shared/")
    return SHARED


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home of this test alone."""
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.fixture
def moment() -> datetime:
    """Eleven days before the contest of the demo, at breakfast."""
    return datetime(2016, 1, 21, 6, 0, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture
def frozen_clock(moment: datetime) -> Iterator[datetime]:
    """The computer's own clock stands still at ``moment``."""
    with time_machine.travel(moment, tick=False):
        yield moment
