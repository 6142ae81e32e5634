from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import skops.io

from orchestration.lake import Lake
from orchestration.scores.boosted import fit_boosted
from orchestration.scores.features import infer_spec
from orchestration.scores.fit import FitOptions, Labels, fit_model
from orchestration.scores.folds import group_codes
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.store import UnknownModelError, load_models, save_models

LINEAR = FitOptions(families=("linear",), strengths=(0.3,))


def table(n=900, seed=1, shift=0.0):
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, n)
    party = rng.choice(["REP", "DEM", "NOP"], n)
    y = rng.random(n) < 1 / (1 + np.exp(2.0 - 1.8 * (party == "REP") - 0.02 * (age - 50) - shift))
    return pa.table(
        {
            "voter_id": np.arange(n) + 10_000,
            "age": age,
            "party": party,
            "household_id": [f"h{i // 2}" for i in range(n)],
            "voted": np.where(y, "Y", "N"),
        }
    )


def labels_of(rows):
    y = (rows.column("voted").to_numpy(zero_copy_only=False) == "Y").astype(float)
    return Labels(y, np.ones(len(y)), group_codes(rows.column("household_id"), len(y)))


def spec_of(rows):
    return infer_spec(rows.drop_columns(["voted", "voter_id"]))


def test_a_model_is_stored_without_code_and_scores_the_same(tmp_path):
    rows = table()
    fitted = fit_model("any", rows, spec_of(rows), labels_of(rows), LINEAR)
    lake = Lake(tmp_path)
    folder = save_models(lake, "any-1", {"any": fitted.model})
    assert not list(folder.rglob("*.pkl"))
    again = load_models(lake, "any-1")["any"]
    assert np.array_equal(again.predict(rows).z, fitted.model.predict(rows).z)
    with pytest.raises(UnknownModelError):
        load_models(lake, "any-2")


def test_trees_are_stored_too_and_nothing_strange_is_loaded(tmp_path):
    rows = table(120)
    fitted = fit_model("any", rows, spec_of(rows), labels_of(rows), LINEAR)
    encoder, labels = fitted.model.encoder, fitted.labels
    trees = fit_boosted(encoder, encoder.encode(rows), labels.y, labels.w, 1)
    model = replace(fitted.model, family="boosted", booster=trees)
    lake = Lake(tmp_path)
    folder = save_models(lake, "trees-1", {"any": model})
    again = load_models(lake, "trees-1")["any"]
    assert np.array_equal(again.predict(rows).z, model.predict(rows).z)

    skops.io.dump({"linear": Labels}, folder / "any" / "estimators.skops")
    with pytest.raises(UnknownModelError, match="Labels"):
        load_models(lake, "trees-1")


def test_two_fits_of_one_table_are_equal():
    rows = table()
    one, two = (fit_model("any", rows, spec_of(rows), labels_of(rows), LINEAR) for _ in range(2))
    assert np.array_equal(one.model.predict(rows).z, two.model.predict(rows).z)


def test_the_interval_holds_the_estimate_and_narrows_with_more_labels():
    few, many = table(200), table(4000)
    widths = []
    for rows in (few, many):
        model = fit_model("any", rows, spec_of(rows), labels_of(rows), LINEAR).model
        found = model.predict(many)
        assert (found.low <= found.probability).all()
        assert (found.probability <= found.high).all()
        widths.append(float((found.high - found.low).mean()))
    assert widths[1] < widths[0] / 2


def test_only_weighted_rows_set_the_level():
    rows = table(2000)
    plain = labels_of(rows)
    drawn = np.arange(2000) % 4 == 0
    y = np.where(drawn, plain.y, 1.0)
    labels = Labels(y, plain.w, plain.groups, level=drawn.astype(float))
    fitted = fit_model("any", rows, spec_of(rows), labels, LINEAR)
    assert fitted.model.calibration.kind in ("level", "sigmoid")
    assert fitted.model.extra_variance > 0
    found = fitted.model.predict(rows).probability
    assert found[drawn].mean() == pytest.approx(plain.y[drawn].mean(), abs=0.03)


@pytest.mark.parametrize(
    ("y", "why"),
    [
        (np.ones(10), "only 10 labels"),
        (np.ones(100), "all 100 labels are 1"),
        (np.r_[np.ones(2), np.zeros(98)], "only 2 of 100"),
    ],
)
def test_labels_that_teach_nothing_are_refused_with_the_reason(y, why):
    rows = table(len(y))
    labels = Labels(y, np.ones(len(y)), np.arange(len(y)))
    with pytest.raises(RefusedFitError, match=why):
        fit_model("any", rows, spec_of(rows), labels, LINEAR)


def test_no_feature_left_is_refused():
    rows = table(100)
    with pytest.raises(RefusedFitError, match="no usable feature"):
        fit_model("any", rows, infer_spec(rows.select(["voter_id"])), labels_of(rows), LINEAR)
