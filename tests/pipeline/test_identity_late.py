"""A late delivery links what it touches, and comes to what linking everything comes to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.identity import blocking, cluster, faces, linking, prepare, review
from orchestration.identity.blocking import BlockLimits
from orchestration.identity.cluster import ClusterLimits
from orchestration.identity.contact_use import ContactLimits
from orchestration.identity.link import LinkReport, link_home
from orchestration.identity.places import Day, Places
from orchestration.lake import file_hash
from tests import identity_deliveries as county

DAY = Day(date(2016, 1, 21), datetime(2016, 1, 21, 12), date(2016, 2, 1), date(1998, 11, 8))
EARLIER = datetime(2016, 1, 20, tzinfo=timezone.utc)
PEOPLE = 60


class Home:
    """A home whose records change from delivery to delivery."""

    def __init__(self, folder: Path, seed: int, records: int = 60) -> None:
        self.rng = np.random.default_rng(seed)
        self.people = county.people(PEOPLE, self.rng)
        self.places = Places(folder)
        self.made = records
        self.rows = [county.record(n, self.people, self.rng) for n in range(records)]
        self.voters = county.voters(self.people)
        self.write()

    def write(self) -> None:
        self.places.voters.parent.mkdir(parents=True, exist_ok=True)
        self.voters.to_parquet(self.places.voters, index=False)
        county.frame(self.rows).to_parquet(self.places.records, index=False)

    def deliver(self, new: int, different: int, gone: int, decided: int) -> None:
        """What a day brings."""
        for _ in range(min(gone, len(self.rows) - 5)):
            self.rows.pop(self.rng.integers(len(self.rows)))
        for _ in range(different):
            place = self.rng.integers(len(self.rows))
            self.rows[place] = county.changed(self.rows[place], self.people, self.rng)
        for _ in range(new):
            self.rows.append(county.record(self.made, self.people, self.rng))
            self.made += 1
        for _ in range(decided):
            self._decide()
        self.write()

    def _decide(self) -> None:
        kind = self.rng.choice(["same", "different", "no_voter", "undo"])
        made = review.decided(self.places.home)
        if kind == "undo" and made:
            review.undo(self.places.home, made[-1].id, "bob", EARLIER)
            return
        row = self.rows[self.rng.integers(len(self.rows))]
        voter = self.voters["record_key"].iloc[self.rng.integers(len(self.voters))]
        kind = "different" if kind == "undo" else kind
        voter = "" if kind == "no_voter" else voter
        review.decide(self.places.home, kind, row["record_key"], voter, "ann", EARLIER)

    def link(self, full: bool = False) -> LinkReport:
        return link_home(self.places, DAY, full=full, feeds=[("vendor_a", "people")])

    def files(self) -> dict[str, str]:
        """The content of what is published, and of what the next run will build on."""
        p = self.places
        kept = next(f for f in p.standing.iterdir() if f.is_dir())
        files = [p.links, p.persons, p.review, p.changes, *sorted(kept.iterdir())]
        return {f.name: file_hash(f) for f in files}

    def copy(self, folder: Path) -> Home:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.places.home, folder)
        twin = object.__new__(Home)
        twin.places = Places(folder)
        return twin


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the county, trained once."""
    home = Home(tmp_path_factory.mktemp("county"), seed=1, records=200)
    home.link()
    return home.places.models


@pytest.fixture(scope="module", autouse=True)
def narrow() -> Iterator[None]:
    """Limits so low that a handful of records crosses them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocking, "BlockLimits", partial(BlockLimits, 5, 24))
        patch.setattr(cluster, "ClusterLimits", partial(ClusterLimits, 3.0, 4))
        patch.setattr(faces, "CROWD", 4)
        low = partial(prepare.Limits, ContactLimits(2, 5), 0.3, 0.1, 6)
        patch.setattr(prepare, "Limits", low)
        patch.setattr(linking, "MOST_TOUCHED", 1.0)
        yield


DELIVERIES = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)),
    min_size=1,
    max_size=2,
)


@settings(max_examples=4, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), deliveries=DELIVERIES)
def test_a_late_delivery_equals_linking_everything(
    taught: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, deliveries: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("late")
    home = Home(folder / "home", seed)
    shutil.copytree(taught, home.places.models)
    home.link()
    for delivery in deliveries:
        home.deliver(*delivery)
        twin = home.copy(folder / "twin")
        assert home.link().is_incremental
        twin.link(full=True)
        assert home.files() == twin.files(), f"{seed} {deliveries}"
