"""The public margins, and quotas that add up to them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from orchestration.demo.generate import SEEDS
from orchestration.demo.margins import Margins, read_margins
from orchestration.demo.places import Atlas, build_atlas
from orchestration.demo.plan import attendance_pools, plan_chunks
from orchestration.settings import UserError


@pytest.fixture(scope="module")
def margins() -> Margins:
    return read_margins(SEEDS)


def test_the_seeds_hold_the_published_totals(margins: Margins) -> None:
    assert len(margins.fips) == 99
    assert margins.precincts.sum() == 1_681
    assert margins.precincts.min() >= 3
    assert margins.total == 2_090_298
    assert margins.caucus[2012].sum() == 121_503
    assert margins.caucus[2016].sum() == 186_932


def test_the_seeds_are_the_public_files_in_our_own_shape(margins: Margins, shared_data) -> None:
    import polars as pl

    file = shared_data / "iowa" / "registration_by_county_month.csv"
    public = pl.read_csv(file, infer_schema_length=None).filter(pl.col("as_of") == "2016-01-04")
    public = public.sort("FIPS")
    active, inactive = (
        public[f"Republican - {status}"].to_numpy() for status in ("Active", "Inactive")
    )
    assert (margins.registered[:, 0, 0] == active).all()
    assert (margins.registered[:, 0, 1] == inactive).all()


def test_every_seed_is_documented_with_its_columns() -> None:
    import yaml

    described = yaml.safe_load((SEEDS / "_seeds.yml").read_text())["seeds"]
    for file in SEEDS.glob("*.csv"):
        entry = next((seed for seed in described if seed["name"] == file.stem), None)
        if entry is None:
            continue  # a seed of another room
        header = file.read_text().splitlines()[0].split(",")
        assert [column["name"] for column in entry["columns"]] == header, file.name
        assert len(entry["description"]) > 60
    assert {"counties", "registration_margins", "caucus_margins", "age_bands", "towns"} <= {
        seed["name"] for seed in described
    }


def test_a_missing_seed_is_named(tmp_path) -> None:
    with pytest.raises(UserError, match=r"counties\.csv"):
        read_margins(tmp_path)


@pytest.mark.parametrize("voters", [1_000, 99_999, 1_234_567])
def test_chunks_add_up_to_the_voters_and_to_the_margins(margins: Margins, voters: int) -> None:
    chunks = plan_chunks(margins, voters, "friendly")
    cells = sum(chunk.cells for chunk in chunks)
    assert cells.sum() == voters
    expected = margins.registered / margins.total * voters
    assert np.abs(cells - expected).max() < 1
    attend = sum(int(chunk.attend.sum()) for chunk in chunks)
    assert attend == round(186_932 / 2_090_298 * voters)
    assert sum(int(c.caucus[2012].sum()) for c in chunks) == round(121_503 / margins.total * voters)


def test_no_chunk_uses_the_ids_of_another(margins: Margins) -> None:
    chunks = plan_chunks(margins, 700_000, "friendly")
    assert len(chunks) > 1
    for before, after in pairwise(chunks):
        assert before.first_id + before.adults.sum() == after.first_id


def test_each_chunk_is_a_small_iowa(margins: Margins) -> None:
    chunks = plan_chunks(margins, 600_000, "friendly")
    for chunk in chunks:
        share = chunk.cells.sum((1, 2)) / chunk.cells.sum()
        assert np.abs(share - margins.registered.sum((1, 2)) / margins.total).max() < 0.001


def test_the_growth_of_the_roll_bounds_who_comes_in_at_the_door(margins: Margins) -> None:
    pools = attendance_pools(margins)
    assert (pools >= 0).all()
    assert (pools[:, 0] + pools[:, 1] <= np.maximum(margins.rep_growth, 0) + 1e-9).all()
    assert (pools[:, 0] <= np.maximum(margins.all_growth, 0) + 1e-9).all()
    assert pools.sum() == pytest.approx(186_932)
    first = (pools[:, 0] + pools[:, 2] + 0.92 * pools[:, 1]).sum() / pools.sum()
    assert first == pytest.approx(0.46, abs=0.01)


@pytest.fixture(scope="module")
def atlas(margins: Margins) -> Atlas:
    return build_atlas(margins)


def test_every_precinct_lies_in_a_town_of_its_county(atlas: Atlas) -> None:
    towns = atlas.margins.towns["county"].to_numpy()
    assert (towns[atlas.town_of_precinct] == atlas.county_of_precinct).all()
    assert len(set(atlas.precinct_id.to_pylist())) == 1_681
    assert atlas.precinct_id[0].as_py() == "19001-001"
    polk = atlas.margins.first_precinct[atlas.margins.county.index("POLK")]
    assert atlas.precinct_code[int(polk)].as_py() == "DSM 001"
