"""What contacts did: found where there is an effect, not where there is none, said when unknown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lake import Lake
from orchestration.release.holdout import measured_effects
from orchestration.release.publish import publish
from orchestration.settings import Settings, UserError, load_settings

PEOPLE = 20_000
NOW = datetime.fromisoformat("2016-01-30T06:00:00-06:00")


def write(file: Path, **columns: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".aside")
    pq.write_table(pa.table(columns), aside)
    aside.rename(file)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a release whose universe holds out a fifth of its households."""
    lake, rng = Lake(tmp_path), np.random.default_rng(5)
    ids = [f"p{i:05d}" for i in range(PEOPLE)]
    household = np.arange(PEOPLE) // 2
    write(lake.identity / "links.parquet", record_key=["r"], source=["w"], entity=["c"],
          voter_key=["v"], needs_review=[False], method=["m"], person_id=["p00000"])  # fmt: skip
    write(lake.identity / "persons.parquet", person_id=ids)
    write(lake.marts / "contacts.parquet", person_id=["p00000"], voter_key=["v"])
    write(lake.marts / "persons.parquet", person_id=ids, county_fips=["19153"] * PEOPLE,
          is_eligible=[True] * PEOPLE, household_key=[f"h{h}" for h in household])  # fmt: skip
    write(lake.scores("attendance"), person_id=ids, probability=[0.3] * PEOPLE)
    write(lake.segment("universe"), person_id=ids,
          channel=np.where(household % 2, "door", "phone"),
          is_held_out=rng.random(PEOPLE // 2)[household] < 0.2,
          p_attends=[0.3] * PEOPLE, contact_rate=[0.5] * PEOPLE, county_fips=["19153"] * PEOPLE,
          minutes=[1.0] * PEOPLE, votes_gained=[0.0] * PEOPLE)  # fmt: skip
    write(lake.segment("universe_curve"), n_people=[PEOPLE])
    came(lake, {})
    settings = load_settings(tmp_path)
    publish(settings, "2016-01-30", NOW, {"segments": {}, "sources": []})
    return settings


def came(lake: Lake, effect: dict[str, float], base: float | None = None) -> None:
    """Everybody's vote history; a contact adds so much for those who were not held out."""
    universe = pq.read_table(lake.segment("universe")).to_pydict()
    rng = np.random.default_rng(9)
    lift = np.array([effect.get(c, 0.0) for c in universe["channel"]])
    chance = (base or 0.0) + np.where(universe["is_held_out"], 0.0, lift)
    voted = rng.random(PEOPLE) < chance
    history = [["C2016", "G2014"] if v else ["G2014"] for v in voted]
    write(lake.marts / "voters.parquet", person_id=universe["person_id"], vote_history=history)


def test_the_effect_is_found_where_it_is_and_only_there(settings: Settings) -> None:
    came(Lake(settings.home), {"door": 0.05}, base=0.3)
    found = measured_effects(settings)
    door, phone = found["channels"]["door"], found["channels"]["phone"]
    assert found["election"] == "C2016"
    # Five points for everybody approached, of whom half are reached.
    assert door["points_interval"][0] < 10 < door["points_interval"][1]
    assert door["interval"][0] > 0
    assert phone["interval"][0] < 0 < phone["interval"][1]
    assert door["people"] + door["held_out"] == PEOPLE // 2


def test_before_anybody_is_known_to_have_come_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(UserError, match="land the roll that came after 2016-02-01"):
        measured_effects(settings)


def test_without_a_universe_there_is_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no release from before"):
        measured_effects(load_settings(tmp_path))
