"""The table over worlds and seeds: means, intervals, and which limits hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from benchmarks import scores_ceiling, scores_worlds
from benchmarks.scores_worlds import GAIN, RATIO, SKILL, summarised


def one(ratio: float, gain: float, skill: float | None = 0.1) -> scores_worlds.Rows:
    return {
        "o/e": (ratio, RATIO),
        "lift": (gain, GAIN),
        "skill": (skill, SKILL),
        "auc": (0.8, None),
    }


def by_name(homes: list[scores_worlds.Rows]) -> dict[str, Any]:
    return {row["figure"]: row for row in summarised(homes)}


def test_a_mean_between_its_limits_holds() -> None:
    rows = by_name([one(0.8, 1.5), one(1.0, 1.7)])
    assert rows["o/e"]["interval"] is None
    assert rows["o/e"]["mean"] == 0.9
    assert rows["o/e"]["holds"] is True
    assert rows["auc"]["holds"] is None
    assert by_name([one(0.8, 1.5), one(0.7, 1.5)])["o/e"]["holds"] is False


def test_a_lift_must_be_above_one_for_sure() -> None:
    assert by_name([one(1, 1.4), one(1, 1.6)])["lift"]["holds"] is True
    assert by_name([one(1, 1.1), one(1, 1.2)])["lift"]["holds"] is False
    spread = by_name([one(1, 0.5), one(1, 2.5), one(1, 0.7), one(1, 0.9), one(1, 1.9)])["lift"]
    assert spread["mean"] > 1.25
    assert spread["interval"][0] < 1 < spread["interval"][1]
    assert spread["holds"] is False


def test_a_figure_that_a_home_does_not_have_is_left_out_and_a_few_seeds_have_no_interval() -> None:
    rows = by_name([one(1, 1.5, None), one(1, 1.5, 0.3)])
    assert (rows["skill"]["mean"], rows["skill"]["seeds"]) == (0.3, 1)
    assert rows["skill"]["interval"] is None
    missing = by_name([one(1, 1.5, None)])["skill"]
    assert missing["mean"] is None
    assert missing["holds"] is False


def test_the_table_marks_what_is_missed() -> None:
    report = {
        "voters": 40_000,
        "seeds": [201, 205],
        "worlds": {"friendly": summarised([one(0.5, 1.5)] * 4 + [one(0.6, 1.7)])},
    }
    shown = scores_worlds.table(report)
    assert "! 0.520 [0.50, 0.56]" in shown
    assert "! 1.6" not in shown


def test_the_ceiling_is_measured_on_households_that_were_not_taught() -> None:
    """Labels that are the household's own and tell nothing else cannot be reached."""
    rng = np.random.default_rng(7)
    homes = np.repeat(np.arange(1_000), 3)
    table = pa.table(
        {
            "household": homes,
            "age": homes % 97,
            "attends": (rng.random(1_000) < 0.3)[homes].astype(float),
        }
    )
    reached = scores_ceiling.reached(table, "attends")
    assert reached is not None
    assert reached == pytest.approx(0.5, abs=0.07)
