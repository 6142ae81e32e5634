"""The inbox sensor starts one run for a burst, when it is over, and never a second one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from orchestration.landing.sensors import PAUSES, Watch, look

NOON = datetime(2016, 1, 21, 12, tzinfo=timezone.utc)


def ticks(states: list[tuple[str, int]]) -> list[bool]:
    watch, asked = Watch(), []
    for name, waiting in states:
        watch, go = look(name, waiting, watch, NOON)
        asked.append(go)
    return asked


def test_an_empty_inbox_starts_nothing() -> None:
    assert ticks([("a", 0), ("a", 0)]) == [False, False]


def test_a_burst_starts_one_run_when_it_has_ended() -> None:
    burst = [("a", 1), ("b", 2), ("c", 5), ("c", 5), ("c", 5), ("c", 5)]
    assert ticks(burst) == [False, False, False, True, False, False]


def test_files_that_come_during_a_run_start_the_next_one() -> None:
    later = [("a", 1), ("a", 1), ("b", 1), ("b", 1), ("b", 0)]
    assert ticks(later) == [False, True, False, True, False]


def test_files_that_a_run_left_waiting_are_asked_for_after_growing_pauses_and_then_left() -> None:
    watch, now, runs = Watch(seen="a"), NOON, []
    watch, go = look("a", 1, watch, now)
    assert go
    for pause in PAUSES:
        early, no = look("a", 1, watch, now + pause - timedelta(seconds=1))
        now += pause
        watch, go = look("a", 1, early, now)
        runs.append((no, go))
    assert runs == [(False, True)] * len(PAUSES)
    assert sorted(PAUSES) == list(PAUSES)
    watch, go = look("a", 1, watch, now + timedelta(days=3))
    assert not go
    # Another file is another matter.
    watch, _ = look("b", 2, watch, now)
    assert look("b", 2, watch, now)[1]
