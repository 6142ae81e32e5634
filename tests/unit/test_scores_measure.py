import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from orchestration.scores.calibrate import (
    Calibration,
    choose_calibration,
    fit_calibration,
    shift_to,
)
from orchestration.scores.measure import figures, lift, logit, reliability, sigmoid


def draw(n=3000, slope=1.0, seed=1):
    rng = np.random.default_rng(seed)
    z = rng.normal(-1.5, 1.2, n)
    y = (rng.random(n) < sigmoid(slope * z)).astype(float)
    return y, z, np.ones(n)


def test_figures_agree_with_scikit_learn_with_weights_and_ties():
    y, z, _ = draw()
    p = np.round(sigmoid(z), 2)
    w = np.random.default_rng(2).uniform(0.2, 3, len(y))
    found = figures(y, p, w)
    assert found["auc"] == pytest.approx(roc_auc_score(y, p, sample_weight=w), abs=1e-6)
    assert found["brier"] == pytest.approx(brier_score_loss(y, p, sample_weight=w), abs=1e-6)
    q = np.clip(p, 1e-6, 1 - 1e-6)
    assert found["log_loss"] == pytest.approx(log_loss(y, q, sample_weight=w), abs=1e-5)


def test_a_true_probability_has_slope_one_and_a_small_error():
    y, z, w = draw(20_000)
    found = figures(y, sigmoid(z), w)
    assert found["slope"] == pytest.approx(1, abs=0.06)
    assert found["ece"] < 0.01
    assert found["observed_over_expected"] == pytest.approx(1, abs=0.05)
    assert found["brier_skill"] > 0


def test_the_base_rate_alone_has_no_skill():
    y, _, w = draw()
    found = figures(y, np.full(len(y), y.mean()), w)
    assert found["brier_skill"] == pytest.approx(0, abs=1e-6)
    assert found["auc"] == pytest.approx(0.5)


def test_one_class_and_no_rows_give_no_auc_and_no_crash():
    assert figures(np.ones(5), np.full(5, 0.3))["auc"] is None
    assert figures(np.zeros(0), np.zeros(0))["rows"] == 0


def test_reliability_bins_hold_everybody_and_lift_finds_all():
    y, z, w = draw()
    rows = reliability(y, sigmoid(z), w)
    assert sum(r["rows"] for r in rows) == len(y)
    assert [r["predicted"] for r in rows] == sorted(r["predicted"] for r in rows)
    tenths = lift(y, sigmoid(z), w)
    assert tenths[-1]["found_so_far"] == pytest.approx(1, abs=1e-4)
    assert tenths[0]["lift"] > 2


def test_sigmoid_calibration_mends_what_is_too_sure():
    y, z, w = draw(6000)
    folds = np.arange(len(y)) % 3
    curve, honest = choose_calibration(y, 2.5 * z, w, folds)
    assert curve.kind == "sigmoid"
    assert curve.slope == pytest.approx(0.4, abs=0.05)
    assert figures(y, sigmoid(honest), w)["slope"] == pytest.approx(1, abs=0.08)


def test_what_is_right_already_is_left_alone():
    y, z, w = draw(6000)
    curve, honest = choose_calibration(y, z, w, np.arange(len(y)) % 3)
    assert curve == Calibration()
    assert np.array_equal(honest, z)


def test_isotonic_is_monotone_and_bends_what_no_line_can():
    rng = np.random.default_rng(5)
    z = rng.uniform(-3, 3, 12_000)
    y = (rng.random(len(z)) < np.where(z > 0, 0.7, 0.1)).astype(float)
    w = np.ones(len(z))
    curve, _ = choose_calibration(y, z, w, np.arange(len(z)) % 3)
    assert curve.kind == "isotonic"
    out = curve.apply(np.linspace(-4, 4, 100))
    assert (np.diff(out) >= 0).all()
    assert Calibration.from_json(curve.to_json()) == curve


def test_a_level_calibration_moves_the_sum_and_not_the_order():
    y, z, w = draw()
    curve = fit_calibration(y, z - 2, w, "level")
    p = sigmoid(curve.apply(z - 2))
    assert p.sum() == pytest.approx(y.sum(), rel=1e-4)


@pytest.mark.parametrize("expected", [0.0, 1.0, 400.0, 2999.0, 5000.0])
def test_the_shift_meets_what_can_be_met(expected):
    _, z, w = draw()
    total = sigmoid(z + shift_to(z, w, expected)).sum()
    assert total == pytest.approx(min(max(expected, 0.0), 3000.0), rel=1e-3, abs=0.01)


def test_logit_and_sigmoid_are_inverse_and_safe_at_the_ends():
    p = np.array([0.0, 1e-9, 0.2, 1.0])
    assert np.isfinite(logit(p)).all()
    assert sigmoid(logit(np.array([0.2])))[0] == pytest.approx(0.2)
