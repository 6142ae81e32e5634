"""Drift: silent while elections differ as they do, loud when a file has lost something."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.scores.context import ScoreContext
from orchestration.scores.drift import SHIFTED, beyond, moved, profile
from orchestration.scores.encode import fit_encoder
from orchestration.scores.features import infer_spec
from orchestration.scores.quality import TAUGHT, measure
from orchestration.scores.stage import make_scores
from orchestration.scores.tables import Marts
from tests.unit.score_marts import rewrite, write_marts


@pytest.fixture
def context(tmp_path):
    lake = write_marts(tmp_path)
    shares = {"low": 0.06, "middle": 0.08, "high": 0.1}
    return ScoreContext(
        lake, Marts(lake), shares, "middle", 0.24, "REP", "Invented caucus", "2016-01-21"
    )


def verdicts(context):
    make_scores(context)
    return {v.score: v for v in measure(context.lake) if v.check == TAUGHT}


def test_a_good_day_is_silent_though_everybody_is_four_years_older(context):
    found = verdicts(context)
    assert [v.detail for v in found.values()] == ["within what was taught"] * 4


def test_a_roll_that_has_lost_its_parties_is_loud(context):
    parties = pq.read_table(context.marts.people).column("party").to_pylist()
    rewrite(context.marts.people, party=[None if i % 2 else n for i, n in enumerate(parties)])
    verdict = verdicts(context)["attendance"]
    assert not verdict.passed
    assert "history/party" in verdict.detail
    assert not verdict.blocking


def test_a_unit_that_has_changed_is_loud(context):
    generals = pq.read_table(context.marts.people).column("n_generals").to_numpy()
    rewrite(context.marts.people, n_generals=generals * 10)
    verdict = verdicts(context)["attendance"]
    assert not verdict.passed
    assert verdict.figures["history/n_generals"] > 0.9


def people(n=4000, seed=1, **change):
    rng = np.random.default_rng(seed)
    held = {
        "age": rng.normal(50, 15, n),
        "party": rng.choice(["REP", "DEM", "NOP"], n),
        "n_signups": rng.integers(0, 2, n),
    }
    return pa.table({**held, **change})


def test_two_samples_of_the_same_people_have_not_moved():
    assert max(moved(people(), people(seed=2)).values()) < 0.02


def test_codes_that_nobody_maps_have_moved_and_nothing_else_has():
    found = moved(people(), people(seed=2, party=["R", "D"] * 2000))
    assert next(iter(found)) == "party"
    assert found["party"] > SHIFTED
    assert found["age"] < SHIFTED


def test_beyond_counts_what_is_out_of_range_or_newly_missing():
    before = people()
    encoder = fit_encoder(before, infer_spec(before))
    known = profile(encoder, encoder.encode(before))
    today = people(seed=2, age=np.where(np.arange(4000) % 4 == 0, 900.0, 50.0))
    found = beyond(known, encoder, encoder.encode(today))
    assert found["age"] == pytest.approx(0.25)
    assert found["party"] == 0
    without = beyond(known, encoder, encoder.encode(today.drop_columns(["party"])))
    assert without["party"] == 1
