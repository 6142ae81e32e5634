"""The forecast scored against what happened, worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from orchestration.readiness.hindsight import Judged, Outlooked, score

START = datetime(2016, 1, 1, 12, tzinfo=timezone.utc)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def said(name: str, on: int, due: int, chance: float, p50: float, p90: float) -> Outlooked:
    plain = {"status": 1.0}
    return Outlooked("source", name, day(on), day(due), chance, day(p50), day(p90), plain)


def test_figures_by_hand() -> None:
    judged = [
        Judged(said("kept", 0, 5, 0.9, 2, 4), day(3), day(20)),
        Judged(said("kept", 1, 5, 0.8, 3, 4), day(3), day(20)),
        Judged(said("missed", 0, 5, 0.6, 4, 6), day(7), day(20)),
        Judged(said("missed", 1, 5, 0.3, 6, 8), day(7), day(20)),
        Judged(said("missed", 3, 5, 0.1, 7, 9), day(7), day(20)),
        Judged(said("scare", 1, 9, 0.2, 8, 9), day(2), day(20)),
    ]
    found = score(judged)
    assert found["sayings"] == 6
    assert found["coverage_p50"] == pytest.approx(3 / 6)
    assert found["coverage_p90"] == pytest.approx(5 / 6, abs=1e-4)
    squares = [0.01, 0.04, 0.36, 0.09, 0.01, 0.64]
    assert found["brier"] == pytest.approx(sum(squares) / 6, abs=1e-4)
    assert found["brier_plain"] == {"status": 0.5}
    assert (found["misses"], found["warning_days"], found["false_alarms"]) == (1, 4.0, 1)
    assert found["alarms_plain"]["status"]["warning_days"] == 0.0


def test_what_is_not_known_yet_counts_nowhere() -> None:
    open_still = Judged(said("open", 0, 30, 0.5, 40, 50), None, day(20))
    assert score([open_still])["sayings"] == 0
    assert score([open_still])["coverage_p90"] is None
    never = Judged(said("never", 0, 10, 0.5, 5, 30), None, day(20))
    found = score([never])
    assert (found["sayings"], found["coverage_p50"], found["coverage_p90"]) == (1, 0.0, None)


def test_no_saying_no_score() -> None:
    found = score([])
    assert (found["brier"], found["misses"], found["warning_days"]) == (None, 0, None)
