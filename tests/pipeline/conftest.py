"""The whole road, once a session: the samples of all sources through the real definitions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from orchestration.countdown import clock
from orchestration.lake import Lake
from orchestration.settings import Settings, load_settings

MORNING = datetime.fromisoformat("2016-01-21T06:00:00-06:00")
RECEIVED = "2016-01-20"


@dataclass(frozen=True)
class Road:
    """A home through which the samples of every source went, and what two runs said."""

    settings: Settings
    first: object
    second: object

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.home)


def fill_inbox(settings: Settings) -> None:
    """Lay each source's sample files into the inbox, as if they had come the day before."""
    for sample in sorted(settings.sources.glob("*/sample")):
        target = settings.home / "inbox" / sample.parent.name / RECEIVED
        shutil.copytree(sample, target)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget the storage of an instance that is gone: Dagster keeps it in the thread's context.

    An instance that a test made and dropped leaves it there, and whoever loads definitions next,
    in whatever order the tests come, would ask it.
    """
    from dagster._core.storage.defs_state import base

    base._current_storage.set(None)


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """Run the samples twice; the second run has nothing to do."""
    from orchestration.runner import run

    home = tmp_path_factory.mktemp("road")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMINUS_HOME", str(home))
        settings = load_settings(home)
        fill_inbox(settings)
        # What nobody's contract knows must not hold up the rest.
        bad = home / "inbox" / "website" / RECEIVED / "signups_20160120_broken.csv"
        bad.write_text("this,is,no\nsign-up,file,at all\n")
        clock.set_home_clock(home, MORNING)
        yield Road(settings, run(settings, MORNING), run(settings, MORNING))
