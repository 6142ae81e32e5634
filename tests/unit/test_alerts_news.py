"""What is worth telling: a state that is not the one told last, once, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.readiness.alerts import Standing, news, standings, text, title
from tests.apps.invented import forecast, summary


def report(**other: Any) -> dict[str, Any]:
    return summary(forecast=forecast(), **other)


def told(of: dict[str, Any]) -> dict[str, str]:
    return {one.subject: one.state for one in standings(of, {})}


def test_what_was_told_is_no_news() -> None:
    now = report()
    assert news(standings(now, told(now)), told(now)) == []


def test_of_what_was_never_told_only_trouble_is_news() -> None:
    found = news(standings(report(), {}), {})
    assert {item.now.title: item.now.state for item in found} == {
        "Vendor B profiles": "late",
        "Field: canvass, pledge cards, survey": "late",
        "Event site": "at risk",
        "Phone lists": "in doubt",
        "Walk lists in the counties": "at stake",
    }


def test_a_source_that_became_late_says_whom_to_call_and_what_follows() -> None:
    before, now = report(), report()
    before["sources"][6]["state"] = "on_time"
    (item,) = news(standings(now, told(before)), told(before))
    head, told_of = text([item], "head").splitlines()
    assert head == "head"
    assert told_of == (
        "✕ Vendor B profiles: late, was on time. Its data is 8 days old; 3 days are allowed now. "
        "To do: call the data director; until then releases go on with its last good data."
    )


def test_a_source_that_recovered_is_told_too() -> None:
    now, before = report(), report()
    now["sources"][6]["state"] = "on_time"
    (item,) = news(standings(now, told(before)), told(before))
    assert (item.now.state, item.was, item.now.todo) == ("on time", "late", "")


@pytest.mark.parametrize(("chance", "changed"), [(0.89, 0), (0.86, 1)])
def test_a_chance_that_trembles_at_a_bound_is_not_told(chance: float, changed: int) -> None:
    before, now = report(), report()
    before["forecast"]["deliverables"][0]["p_on_time"] = 0.91
    now["forecast"]["deliverables"][0]["p_on_time"] = chance
    assert len(news(standings(now, told(before)), told(before))) == changed


def check(blocking: bool = True, **other: str) -> dict[str, Any]:
    return {"asset": "marts/voters", "check": "is_unique", "blocking": blocking,
            "detail": "2 rows break it", **other}  # fmt: skip


def test_a_blocking_check_holds_the_release_and_both_are_told() -> None:
    before, now = told(report()), report(failed_checks=[check()])
    found = news(standings(now, before), before)
    assert title(found) == ("The release held back, Check is unique of marts/voters fails")
    after = told(now)
    again = news(standings(report(), after), after)
    assert [item.now.state for item in again] == ["free", "holds"]


def test_a_check_that_only_warns_holds_nothing() -> None:
    before = told(report())
    (item,) = news(standings(report(failed_checks=[check(blocking=False)]), before), before)
    assert item.now.tone == "warn"


def test_a_sources_lateness_is_told_once_and_not_as_a_check_too() -> None:
    late = check(asset="source/vendor_b", check="on_time", blocking=False)
    before = told(report())
    assert news(standings(report(failed_checks=[late]), before), before) == []


def test_a_long_burst_has_a_short_title() -> None:
    many = [Standing(f"s/{n}", f"S{n}", "late", "bad", "why") for n in range(5)]
    assert title(news(many, {})) == "S0 late, S1 late and 3 more"
