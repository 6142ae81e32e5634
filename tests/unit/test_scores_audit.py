"""The audit by area: who is chosen and who is missed, in aggregate, and what cannot be asked."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lake import Lake
from orchestration.scores.audit import audit
from orchestration.scores.context import ScoreContext
from orchestration.scores.stage import make_scores
from orchestration.scores.tables import Marts
from tests.unit.score_marts import write_marts

COUNTIES = ["19001", "19003", "19005", "19007", "19009"]
SEED = """county_fips,county,state,population,density,pct_language_other
19001,A,IA,1,1,1
19003,B,IA,1,2,1
19005,C,IA,1,3,1
19007,D,IA,1,4,1
19009,E,IA,1,5,1
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "counties.csv").write_text(SEED)
    return write_marts(tmp_path)


def chosen(lake, name, counties, share=1.0):
    people = pq.read_table(Marts(lake).people, columns=["person_id", "county_fips"]).to_pylist()
    ids = [p["person_id"] for p in people if p["county_fips"] in counties]
    file = lake.segment(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"person_id": ids[: int(share * len(ids))]}), file)
    return {name: file}


def report(lake: Lake, lists):
    return audit(lake, Marts(lake).people, lists, lake.home / "counties.csv")


def test_an_even_list_is_even_and_a_one_sided_one_deserves_a_look(home):
    lists = {**chosen(home, "seg_even", COUNTIES), **chosen(home, "seg_towns", COUNTIES[3:])}
    found = report(home, lists)
    assert found["figures"]["density"]["least_to_most"]["seg_even"] == 1.0
    assert found["figures"]["density"]["least_to_most"]["seg_towns"] < 0.8
    assert found["deserves_a_look"] == ["seg_towns by density"]
    parts = found["figures"]["density"]["selection"]
    assert parts["lowest"]["chosen_pct"]["seg_towns"] == 0
    assert sum(part["people"] for part in parts.values()) == 1530


def test_it_says_what_it_can_ask_and_what_it_cannot(home):
    found = report(home, chosen(home, "seg_even", COUNTIES))
    # A figure that is the same everywhere cuts nothing in three.
    assert found["available"] == ["density"]
    assert "race and ethnicity" in found["not_available"]
    seed = home.home / "counties.csv"
    seed.write_text("\n".join(
        line if i == 0 else line[:-1] + str(i) for i, line in enumerate(SEED.splitlines())
    ))  # fmt: skip
    found = report(home, chosen(home, "seg_even", COUNTIES))
    assert found["available"] == ["density", "pct_language_other"]
    assert "language at home" not in found["not_available"]


def test_a_handful_of_chosen_people_is_not_told(home):
    few = {**chosen(home, "seg_few", COUNTIES[:1], share=0.01)}
    parts = report(home, few)["figures"]["density"]["selection"]
    assert parts["lowest"]["chosen_pct"]["seg_few"] is None


def test_errors_are_told_by_part_once_there_is_a_model(home):
    lists = chosen(home, "seg_even", COUNTIES)
    assert report(home, lists)["figures"]["density"]["attendance"] == {}
    shares = {"low": 0.06, "middle": 0.08, "high": 0.1}
    make_scores(
        ScoreContext(home, Marts(home), shares, "middle", 0.24, "REP", "A caucus", "2016-01-21")
    )
    errors = report(home, lists)["figures"]["density"]["attendance"]
    assert set(errors) == {"lowest", "middle", "highest"}
    for part in errors.values():
        assert 0 < part["missed_pct"] < 100
        assert 0.5 < part["observed_over_expected"] < 2
    assert np.isclose(sum(part["rows"] for part in errors.values()), 1500, atol=1)
