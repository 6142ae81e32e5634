import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from orchestration.scores.calibrate import fit_calibration, shift_to
from orchestration.scores.design import fit_design
from orchestration.scores.drift import drift, profile
from orchestration.scores.encode import fit_encoder
from orchestration.scores.features import infer_spec
from orchestration.scores.folds import grouped_folds
from orchestration.scores.measure import auc, figures, reliability, sigmoid, sigmoid_fit

logits = hnp.arrays(np.float64, st.integers(5, 60), elements=st.floats(-8, 8))
cells = st.one_of(st.none(), st.sampled_from(["REP", "DEM", "", "ü", "a b"]))
numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-9, 9))


@given(logits, st.floats(0.001, 0.999))
def test_the_shift_meets_every_level_between_nobody_and_everybody(z, share):
    expected = share * len(z)
    found = sigmoid(z + shift_to(z, np.ones(len(z)), expected)).sum()
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-4)


@given(logits, st.randoms(use_true_random=False), st.sampled_from(["level", "sigmoid"]))
def test_a_calibration_never_turns_the_order_round(z, random, kind):
    y = np.array([float(random.random() < 0.5) for _ in z])
    if y.min() == y.max():
        y[0] = 1 - y[0]
    curve = fit_calibration(y, z, np.ones(len(z)), kind)
    assert (np.diff(curve.apply(np.sort(z))) >= -1e-12).all()


@given(logits, st.randoms(use_true_random=False))
def test_auc_knows_only_the_order_and_turns_with_it(z, random):
    y = np.array([float(random.random() < 0.4) for _ in z])
    p = np.round(sigmoid(z), 3)
    area = auc(y, p)
    if area is None:
        assert y.min() == y.max()
        return
    assert auc(y, 3 * p + 1) == pytest.approx(area)
    assert auc(y, -p) == pytest.approx(1 - area)
    assert auc(y, p, np.full(len(y), 2.5)) == pytest.approx(area)


@given(logits, st.randoms(use_true_random=False), st.floats(-9, 9))
def test_the_line_is_found_from_however_far_away(z, random, off):
    y = np.array([float(random.random() < 0.5) for _ in z])
    slope, intercept = sigmoid_fit(y, z + off, np.ones(len(z)))
    assert np.isfinite([slope, intercept]).all()


@given(logits, st.randoms(use_true_random=False))
def test_figures_are_finite_and_bins_hold_every_row(z, random):
    y = np.array([float(random.random() < 0.3) for _ in z])
    found = figures(y, sigmoid(z))
    assert all(v is None or np.isfinite(v) for v in found.values())
    rows = reliability(y, sigmoid(z), np.ones(len(z)))
    assert sum(r["rows"] for r in rows) == len(z)
    assert 0 <= found["ece"] <= 1


@given(st.lists(st.tuples(cells, numbers, st.booleans()), min_size=3, max_size=40))
def test_any_table_becomes_a_finite_matrix(rows):
    table = pa.table(
        {
            "word": pa.array([r[0] for r in rows], pa.string()),
            "number": pa.array([None if r[1] is None else float(r[1]) for r in rows], pa.float64()),
            "flag": pa.array([r[2] for r in rows]),
        }
    )
    encoder = fit_encoder(table, infer_spec(table))
    raw = encoder.encode(table)
    assert raw.shape == (len(rows), len(encoder.names))
    columns = fit_design(encoder, raw).expand(raw)
    assert np.isfinite(columns).all()
    assert all(v == 0 for v in drift(profile(encoder, raw), encoder, raw).values())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=50), st.integers(2, 5))
def test_a_household_is_never_split(groups, folds):
    codes = np.array(groups, dtype=np.int64)
    found = grouped_folds(codes, folds, 1)
    assert ((found >= 0) & (found < folds)).all()
    for code in set(groups):
        assert len(set(found[codes == code].tolist())) == 1
