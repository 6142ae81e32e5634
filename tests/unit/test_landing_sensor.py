"""The inbox sensor starts one run for a burst, when it is over, and never a second one."""

from __future__ import annotations

from orchestration.landing.sensors import Watch, look


def ticks(states: list[tuple[str, int]]) -> list[bool]:
    watch, asked = Watch(), []
    for name, waiting in states:
        watch, go = look(name, waiting, watch)
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
