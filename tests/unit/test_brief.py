"""The morning brief: what it says on a day, against the day before, as text and as a page."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.lake import Lake
from orchestration.readiness.brief import Brief, as_json, brief
from orchestration.readiness.brief_changes import changes
from orchestration.readiness.brief_pdf import as_pdf, write_pdf
from orchestration.readiness.brief_text import MOST_CHANGES, WIDTH, as_text
from orchestration.readiness.kept import keep, kept_before
from orchestration.settings import UserError, load_settings
from tests.apps.invented import NOW, forecast, summary


def report(**other: Any) -> dict[str, Any]:
    return summary(forecast={**forecast(), **other})


def yesterday(**other: Any) -> dict[str, Any]:
    return {**deepcopy(report(**other)), "as_of": "2016-01-20"}


def said(home: Path, before: dict[str, Any] | None = None, **other: Any) -> Brief:
    if before:
        keep(Lake(home), before)
    return brief(load_settings(home), NOW, {**report(), **other})


def words(*pair: dict[str, Any]) -> list[str]:
    return [change.what for change in changes(*pair)]


def test_the_brief_names_the_chance_the_way_and_three_things(home: Path) -> None:
    text = as_text(said(home))
    assert "READY IN TIME: 48%, ABOUT EVEN." in text
    # A task has the title that campaign.yaml gives it.
    assert "Campaign website > Event site > Decide the doubtful links" in text
    assert re.findall(r"^  (\d)\. ", text, re.MULTILINE) == ["1", "2", "3"]
    assert "LATE OR AT RISK, 3 OF 10 SOURCES" in text
    assert "This is the first day that was kept." in text
    assert "No release is live yet." in text


def test_lines_are_short_and_nothing_is_coloured(home: Path) -> None:
    lines = as_text(said(home)).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert not [line for line in lines if "\x1b" in line or line != line.rstrip()]


def test_a_day_like_the_one_before_changed_nothing(home: Path) -> None:
    same = said(home, yesterday())
    assert same.changes == ()
    assert same.since == date(2016, 1, 20)
    assert "Nothing that matters." in as_text(same)


def test_a_fall_is_laid_to_what_holds_up_more_futures() -> None:
    before = yesterday(p_ready=0.7, criticality={"delivery/events": 0.3, "marts/voters": 0.0})
    now = report(criticality={"delivery/events": 0.8, "marts/voters": 1.0})
    (first,) = changes(before, now)
    assert first.what == "Ready in time fell from 70% to 48%"
    assert first.why == "Event site holds up 80% of the futures, 30% before"
    assert first.tone == "bad"


def test_a_chance_that_only_trembles_has_not_changed() -> None:
    assert words(yesterday(p_ready=0.49), report()) == []


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"state": "on_time"}, {}, "Vendor B profiles is late, was on time"),
        ({"received": "2016-01-19"}, {}, "Vendor B profiles arrived"),
        ({}, {"state": "on_time"}, "Vendor B profiles is on time, was late"),
    ],
)
def test_a_source_that_moved_is_told(
    before: dict[str, Any], now: dict[str, Any], expected: str
) -> None:
    old, new = yesterday(), report()
    old["sources"][6].update(before)
    new["sources"][6].update(now)
    assert words(old, new) == [expected]


def test_a_deliverable_a_check_and_a_tier_are_told_worst_first() -> None:
    old, new = yesterday(), report()
    old["forecast"]["deliverables"][0]["p_on_time"] = 0.95
    new["tier"] = {"name": "T-7d", "max_age_hours": 24.0, "next_change": None}
    check = {"asset": "marts/voters", "check": "is_unique", "blocking": True, "detail": "2 rows"}
    new["failed_checks"] = [check]
    assert words(old, new) == [
        "A check of marts/voters fails and holds the release",
        "Phone lists now in doubt, was likely",
        "Tier T-7d began, after T-21d",
    ]
    assert words(new, old)[-1] == "1 check holds again"


def test_kept_is_the_last_day_before_today(home: Path) -> None:
    lake = Lake(home)
    for day in ("2016-01-18", "2016-01-20", "2016-01-21"):
        keep(lake, {"as_of": day})
    assert kept_before(lake, date(2016, 1, 21)) == {"as_of": "2016-01-20"}
    assert kept_before(lake, date(2016, 1, 18)) is None


def test_over_the_contest_the_sources_speak(home: Path) -> None:
    over = said(home, forecast={**forecast(), "over": True})
    assert over.chance is None
    assert "7 of 10 sources are on time." in as_text(over)


def test_the_json_is_plain(home: Path) -> None:
    plain = json.loads(json.dumps(as_json(said(home)), default=str))
    assert plain["chance"] == 0.4847
    assert [goal["word"] for goal in plain["goals"]] == ["in doubt", "at stake", "done"]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_page_is_one_page_whatever_the_day_holds(home: Path) -> None:
    quiet = said(home, yesterday(p_ready=0.9))
    storm = replace(
        quiet,
        changes=quiet.changes * 40,
        waiting=tuple(replace(row, reason="it is late, " * 60) for row in quiet.waiting * 9),
        holding=("marts/voters: unique: " + "2 rows " * 80,) * 9,
    )
    assert pages(as_pdf(quiet)) == pages(as_pdf(storm)) == 1
    assert f"and {40 - MOST_CHANGES} more" in as_text(storm)
    assert as_pdf(quiet) == as_pdf(quiet)


def test_the_page_holds_names_with_signs_of_markup(home: Path) -> None:
    assert pages(as_pdf(replace(said(home), contest="Caucus <b>& more", path=("A < B",)))) == 1


def test_a_page_that_cannot_be_written_is_told(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(UserError, match="name another file"):
        write_pdf(said(home), home / "file" / "brief.pdf")
