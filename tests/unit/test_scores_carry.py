"""From a past contest to this one: blurred logits, strangers, answers that do not hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from orchestration.scores.calibrate import Calibration, diluted
from orchestration.scores.carry import DRIFT, Carry, blurred, fit_carry
from orchestration.scores.level import Level
from orchestration.scores.measure import logit, sigmoid
from orchestration.scores.model import Prediction
from orchestration.scores.strangers import LIKE_LINKED, Strangers, fit_strangers

Z = np.array([-4.0, -1.0, 1.5, -3.0, -2.0, 0.5])


def people() -> pa.Table:
    return pa.table(
        {
            "kind": ["voter"] * 6,
            "party": ["REP", "DEM", "REP", "DEM", None, "REP"],
            "n_generals": [2, 1, 3, 0, 0, 0],
        }
    )


def test_a_blur_of_nothing_changes_nothing_and_any_other_makes_nobody_bolder() -> None:
    assert blurred(Z, np.zeros(6)) == pytest.approx(Z)
    assert (np.abs(blurred(Z, np.full(6, DRIFT**2))) < np.abs(Z)).all()


def test_the_mean_over_the_blur_is_what_many_contests_would_show() -> None:
    contests = Z[:, None] + DRIFT * np.random.default_rng(5).standard_normal(200_000)
    assert sigmoid(blurred(Z, np.full(6, DRIFT**2))) == pytest.approx(
        sigmoid(contests).mean(axis=1), abs=2e-3
    )


def test_those_with_and_without_votes_keep_what_they_expected_together() -> None:
    carried = fit_carry(Z, people(), "REP").apply(Z, people())
    for part in (slice(0, 3), slice(3, 6)):
        assert sigmoid(carried[part]).sum() == pytest.approx(sigmoid(Z[part]).sum(), abs=1e-5)
    assert carried != pytest.approx(Z)


def test_another_registration_drifts_further() -> None:
    same = np.full(6, -4.0)
    carried = Carry("REP", {True: 0.0, False: 0.0}).apply(same, people())
    assert carried[1] > carried[0]
    assert carried[4] == carried[1]


def test_a_score_that_tells_nobody_apart_is_left_alone() -> None:
    flat = np.full(6, -2.0)
    assert fit_carry(flat, people(), "REP").apply(flat, people()) == pytest.approx(flat)


def test_somebody_without_a_record_has_nothing_that_drifts() -> None:
    rows = people().set_column(0, "kind", pa.array(["contact"] * 6))
    assert Carry("REP", {True: 0.3, False: 0.3}).apply(Z, rows) == pytest.approx(Z)


def acting(size: int, seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    voter = seed == 1
    return pa.table(
        {
            "kind": ["voter" if voter else "contact"] * size,
            "n_generals": pa.array(
                rng.integers(0, 4, size) if voter else [None] * size, pa.int64()
            ),
            "n_engagements": rng.integers(1, 4, size),
        }
    )


def score(rows: Any) -> Prediction:
    """Generals count where they are known, acts always."""
    known = rows.column("n_generals").cast(pa.float64()).to_numpy(zero_copy_only=False)
    acts = rows.column("n_engagements").to_numpy(zero_copy_only=False)
    z = -4.0 + 0.9 * np.nan_to_num(np.asarray(known, dtype=float)) + 0.5 * acts
    return Prediction(z, np.zeros(len(z)))


def test_a_stranger_is_half_like_the_linked_seen_as_little_of() -> None:
    linked, strangers = acting(4_000, 1), acting(500, 2)
    chances = score(linked).probability
    found = fit_strangers(linked, chances, strangers, score, 0.0)
    assert found is not None
    read = sigmoid(found.read(score(strangers).z))
    others = score(strangers).probability.mean()
    assert found.others == pytest.approx(others)
    half = LIKE_LINKED * chances.mean() + (1 - LIKE_LINKED) * others
    assert read.mean() == pytest.approx(half, rel=0.05)


def test_too_few_linked_teach_nothing_about_strangers() -> None:
    linked = acting(50, 1)
    assert fit_strangers(linked, score(linked).probability, acting(9, 2), score, 0.0) is None


def test_a_level_reads_back_from_its_card() -> None:
    level = Level(
        "middle", 10, {"middle": 2.0}, {"middle": 0.25}, Carry("REP", {True: 0.1, False: -0.2}),
        Strangers(0.5, 1.0, 0.1),
    )  # fmt: skip
    assert Level.from_json(level.to_json()) == level


def test_who_chooses_anew_is_as_everybody() -> None:
    curve = diluted(Calibration("sigmoid", 1.0, 0.0), 0.2, 0.3)
    assert sigmoid(curve.apply(logit(np.array([0.8])))) == pytest.approx(0.7, abs=2e-3)
