"""A card: what a model was made from, how good it is and for whom, what it must not be used for."""

import numpy as np
import pyarrow as pa
import pytest

from orchestration.scores.card import read_card
from orchestration.scores.context import ScoreContext
from orchestration.scores.curve import is_flat, learning_curve
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Labels, fit_model
from orchestration.scores.stage import make_scores
from orchestration.scores.tables import Marts
from tests.unit.score_marts import write_marts


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    lake = write_marts(tmp_path_factory.mktemp("home"), people=3000)
    shares = {"low": 0.06, "middle": 0.08, "high": 0.1}
    make_scores(
        ScoreContext(lake, Marts(lake), shares, "middle", 0.24, "REP", "A caucus", "2016-01-21")
    )
    return read_card(lake, "attendance")


def test_a_card_says_what_its_reader_must_know(card):
    assert "died, moved away" in card["survivorship"]
    assert "discouraging" in card["must_not_be_used_for"][0]
    assert "90 % interval" in card["interval"]
    assert card["features_as_of"] == "2011-12-31"
    part = card["parts"]["history"]
    assert {"features", "left_out", "candidates_log_loss", "calibration"} <= part.keys()
    assert part["importances"][0]["log_loss_added"] > 0


def test_a_card_has_pictures_by_group_and_figures_by_age(card):
    groups = card["figures"]["groups"]
    assert {"caucused_before", "generals_only"} <= groups.keys()
    bins = groups["generals_only"]["reliability"]
    assert sum(b["rows"] for b in bins) == groups["generals_only"]["rows"]
    assert len(groups["generals_only"]["lift"]) == len(bins)
    bands = card["parts"]["history"]["figures_by"]["age band"]
    assert list(bands) == ["17-29", "30-44", "45-64", "65+"]
    assert sum(b["rows"] for b in bands.values()) == card["parts"]["history"]["figures"]["rows"]


def test_the_learning_curve_falls_while_rows_teach_and_is_then_flat(card):
    curve = card["parts"]["history"]["learning_curve"]
    assert [c["rows"] for c in curve] == sorted(c["rows"] for c in curve)
    assert card["parts"]["history"]["more_rows_would_help"] is (not is_flat(curve))
    assert is_flat([{"log_loss": 0.5}, {"log_loss": 0.4999}])
    assert not is_flat([{"log_loss": 0.5}, {"log_loss": 0.45}])
    assert is_flat([{"log_loss": 0.5}]) is None


def test_no_household_is_learnt_from_and_measured_on_in_the_curve():
    rng = np.random.default_rng(1)
    # One number for each household that tells its outcome, and nothing about any other.
    homes = np.repeat(np.arange(600), 2)
    outcome = np.repeat(rng.random(600) < 0.5, 2).astype(float)
    rows = pa.table({"telltale": np.repeat(rng.random(600), 2)})
    fitted = fit_model(
        "any", rows, infer_spec(rows), Labels(outcome, np.ones(1200), homes),
        FitOptions(families=("linear",), strengths=(0.3,)),
    )  # fmt: skip
    curve = learning_curve(fitted, fitted.model.encoder.encode(rows), 3)
    assert all(abs(point["auc"] - 0.5) < 0.15 for point in curve)
