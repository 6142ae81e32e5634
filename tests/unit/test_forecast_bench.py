"""The forecast's benchmark: its worlds repeat, tell no secrets, and its scores are scores."""

from __future__ import annotations

from datetime import datetime

import pytest

from benchmarks.forecast import replay
from benchmarks.forecast_world import ZONE, make_world, seen_on


def test_equal_seeds_invent_equal_countdowns() -> None:
    first, again = make_world(3), make_world(3)
    assert first.goals == again.goals
    assert first.sources == again.sources
    assert make_world(10).goals != first.goals


def test_a_morning_shows_only_what_has_happened() -> None:
    now = datetime(2016, 1, 15, 6, tzinfo=ZONE)
    outlook = seen_on(make_world(4), now)
    assert all(moment <= now for source in outlook.sources for moment in source.received)
    assert all(goal.done is None or goal.done <= now for goal in outlook.goals)


@pytest.mark.parametrize("seed", [0, 5])
def test_a_replay_scores_each_morning_until_it_is_done(seed: int) -> None:
    seen = replay(seed)
    assert seen
    assert all(0 <= s.p_on_time <= 1 and s.days_to_deadline > 0 for s in seen)
    assert all(s.in_p90 for s in seen if s.in_p50)
