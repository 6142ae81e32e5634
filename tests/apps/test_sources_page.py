"""The page *Sources*: its figures, and the page in every state, without a browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.lib import charts_sources, sources, story, words
from apps.lib.home import HomeView, open_home
from apps.lib.sources import Sources
from orchestration.release.read import current_release
from orchestration.settings import PROJECT_ROOT
from tests.apps.invented import forecast, write_release

PAGE = str(PROJECT_ROOT / "apps" / "app_pages" / "sources.py")
TABLES = (
    "deliveries",
    "contracts",
    "quarantine",
    "links_by_source",
    "delivery_stories",
    "delivery_changes",
)


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> HomeView:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    write_release(home, forecast=forecast())
    return open_home({})


def read(here: HomeView) -> Sources:
    release = current_release(here.path)
    assert release is not None
    return sources.load(release, here)


def show(here: HomeView) -> tuple[AppTest, str]:
    page = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not page.exception
    return page, "\n".join(element.proto.body for element in page.get("html"))


def test_the_calendar_has_what_came_and_what_is_due(here: HomeView) -> None:
    marks = sources.calendar(read(here))
    kinds = marks["kind"].value_counts().to_dict()
    assert kinds == {"landed": 20, "needed": 9, "refused": 1, "other": 1, "expected": 1}
    due = marks[marks["kind"] == "expected"].iloc[0]
    assert (due["source"], due["day"].date()) == ("Campaign website", date(2016, 1, 21))
    told = marks[marks["kind"] == "landed"].iloc[0]["told"]
    assert told == "Tue 12 Jan 2016: 1 file, 40 rows"


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_calendar_is_drawn_with_todays_line(here: HomeView, ground: str) -> None:
    view = read(here)
    titles = [row.title for row in view.rows]
    marks = sources.calendar(view)
    today = view.now.date()
    chart = charts_sources.calendar(marks, titles, today, view.contest_day, ground)  # type: ignore[arg-type]
    assert "Day received or due" in chart.to_json()
    assert "20 days with something taken in" in charts_sources.calendar_text(marks, today)


def test_what_is_due_stands_soonest_first(here: HomeView) -> None:
    due = sources.open_dues(read(here))
    assert due[0].title == "Campaign website"
    assert words.moment_or_dash(due[0].latest_useful) == "Mon 25 Jan, 17:36"
    days = [entry.day for entry in due]
    assert days == sorted(days)  # type: ignore[type-var]
    # What was needed by a day that has passed and comes no more is not due.
    assert "Vendor A consumer file" not in [entry.title for entry in due]


def test_a_contract_is_broken_by_a_refusal_or_by_terms_that_ended(here: HomeView) -> None:
    view = read(here)
    state = {
        row.name: sources.contract_state(row, view.contracts.get(row.name), view.now.date()).word
        for row in view.rows
    }
    assert state["field"] == "1 file refused"
    assert state["vendor_a"] == "terms ended Fri 1 Jan 2016"
    assert state["website"] == "37 rows set aside"
    assert state["social"] == "kept"


def test_the_page_shows_a_source_in_full(here: HomeView) -> None:
    page, _ = show(here)
    page.segmented_control[0].set_value("website").run()
    assert not page.exception
    text = "\n".join(element.proto.body for element in page.get("html"))
    for shown in (
        "Delivery calendar",
        "What is due",
        "own data",
        "undisclosed",
        "analytics, door",
        "email is required and empty",
        "fill it",
        "whole row (signups)",
        "3 deliveries, newest first",
    ):
        assert shown in text
    assert page.dataframe[0].value["file"].tolist()[0] == "2016-01-21/again.csv"


def test_a_delivery_tells_its_whole_story(here: HomeView) -> None:
    page, _ = show(here)
    page.segmented_control[0].set_value("website").run()
    page.selectbox(key="story_website").set_value("2016-01-20/website.csv").run()
    assert not page.exception
    text = "\n".join(element.proto.body for element in page.get("html"))
    for shown in (
        "column Email is missing; ask for a new export",
        "Thu 21 Jan, 06:00",
        "2.4 MB",
        "1.5 s",
        "fb0bd644",
        "What it held",
    ):
        assert shown in text
    assert "What changed against" not in text
    assert text.index("refused") < text.index("What it held")


def test_a_full_file_says_what_changed_and_which_took_its_place(here: HomeView) -> None:
    view = read(here)
    assert view.stories is not None
    old, new = (
        story.tell(view.stories, view.changes, "party", f"2016-01-{day}/party.csv", view.now.tzinfo)
        for day in (12, 20)
    )
    assert old.facts["Now"] == "superseded by a later file, or left out"
    assert new.facts["Now"] == "counts"
    assert new.changes == (("moved (voterfile)", "85"), ("gone (voterfile)", "under 10"))
    assert old.changes == ()


def test_a_supplier_reads_the_stories_of_its_own_source_alone(here: HomeView) -> None:
    mine = sources.cut(read(here), ("website",))
    assert story.files(mine.stories, "party") == []
    assert mine.changes is not None
    assert mine.changes.empty
    assert story.files(mine.stories, "website") == ["2016-01-20/website.csv"]


def test_a_release_without_these_tables_says_so_and_shows_the_rest(
    here: HomeView, home: Path
) -> None:
    write_release(home, "2016-01-21.bbbbbbbbbb", without=TABLES)
    _, text = show(here)
    assert "no deliveries" in text
    assert "Freshness and contracts" in text


def test_a_cadence_in_words() -> None:
    assert [words.span(text) for text in ("1d", "7d", "4h", "P1D")] == [
        "day", "7 days", "4 hours", "P1D",
    ]  # fmt: skip
