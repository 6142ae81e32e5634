"""Whether anything speaks for a gain over the usual list, before the night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from orchestration.scores import attendance, evidence
from orchestration.scores.context import ScoreContext
from orchestration.scores.evidence import agreement
from orchestration.scores.model import Prediction
from orchestration.scores.outcome import RefusedFitError
from orchestration.scores.tables import Marts
from tests.unit.score_marts import write_marts

SHARES = {"low": 0.05, "middle": 0.07, "high": 0.09}


ONE_WAY = np.array(["survey"] * 3_000, dtype=object)


def answers(seed: int, more_often: float, size: int = 3_000) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    chance = rng.beta(0.5, 4.0, size)
    comes = rng.random(size) < chance
    return (rng.random(size) < 0.25 + more_often * comes).astype(float), chance


def test_what_is_said_shows_how_much_more_often_the_coming_say_yes() -> None:
    slope, error = agreement(*answers(1, 0.5), ONE_WAY) or (0.0, 0.0)
    assert slope == pytest.approx(0.5, abs=3 * error)
    slope, error = agreement(*answers(1, 0.0), ONE_WAY) or (1.0, 0.0)
    assert abs(slope) < 3 * error


def test_equal_answers_and_equal_chances_show_nothing() -> None:
    says, chance = answers(2, 0.5)
    assert agreement(np.ones(3_000), chance, ONE_WAY) is None
    assert agreement(says, np.full(3_000, 0.1), ONE_WAY) is None
    assert agreement(np.zeros(0), np.zeros(0), ONE_WAY[:0]) is None


def test_a_way_of_asking_that_finds_more_yes_among_the_likelier_shows_nothing() -> None:
    rng = np.random.default_rng(4)
    door = np.arange(3_000) % 2 == 0
    chance = rng.beta(0.5, 4.0, 3_000) + 0.3 * door
    says = (rng.random(3_000) < np.where(door, 0.6, 0.2)).astype(float)
    slope, error = agreement(says, chance, np.where(door, "canvass", "survey")) or (1.0, 0.0)
    assert abs(slope) < 3 * error


def told(
    monkeypatch: pytest.MonkeyPatch, home: Path, more_often: float, gain: float
) -> evidence.Evidence:
    says, chance = answers(3, more_often)
    table = pa.table({"says_yes": says, "chance": chance, "asked_by": ONE_WAY})
    monkeypatch.setattr(attendance, "stated_intentions", lambda _: table)
    lake = write_marts(home)
    context = ScoreContext(
        lake, Marts(lake), SHARES, "middle", 0.24, "REP", "contest", "2016-01-21"
    )

    def plain(rows: Any) -> Prediction:
        p = rows.column("chance").to_numpy()
        return Prediction(np.log(p / (1 - p)), np.zeros(len(p)))

    figures = {"rows": 2_000, "positives": 500}
    cards = {
        "support": {"figures": {**figures, "auc": 0.65 + gain}},
        "conventional": {"parts": {"support": {"figures": {**figures, "auc": 0.65}}}},
    }
    return evidence.evidence(context, plain, cards)


def test_a_gain_is_shown_only_where_answers_and_records_agree_and_ours_foretells_better(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = told(monkeypatch, tmp_path, 0.5, 0.1)
    assert shown.is_shown
    assert shown.sentence.startswith("A gain")
    contradicted = told(monkeypatch, tmp_path, 0.0, 0.1)
    assert not contradicted.is_shown
    assert "nothing to do with who came before" in contradicted.sentence
    no_better = told(monkeypatch, tmp_path, 0.5, 0.01)
    assert not no_better.is_shown
    assert "foretold no better" in no_better.sentence


def test_where_nobody_was_asked_no_gain_is_claimed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = told(monkeypatch, tmp_path, 0.5, 0.1)

    def nobody(_: Any) -> pa.Table:
        raise RefusedFitError("nobody has been asked")

    monkeypatch.setattr(attendance, "stated_intentions", nobody)
    lake = write_marts(tmp_path)
    context = ScoreContext(lake, Marts(lake), SHARES, "middle", 0.24, "REP", "c", "2016-01-21")
    found = evidence.evidence(
        context, lambda _: pytest.fail("asked"), {"support": {}, "conventional": {}}
    )
    assert shown.is_shown
    assert not found.is_shown
    assert "too few" in found.sentence
