"""*Today* looked at more closely: what changed, the way there, what if, burn-up, record, cuts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from apps.lib import charts_today, closer
from apps.lib.closer import Asked
from orchestration.settings import PROJECT_ROOT
from tests.apps.invented import NOW, contracts, deliveries, forecast, past, write_release

PAGE = str(PROJECT_ROOT / "apps" / "app_pages" / "today.py")


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    write_release(home, forecast=forecast(), past=past())
    return AppTest.from_file(PAGE, default_timeout=60).run()


def look(page: AppTest, view: str) -> str:
    page.segmented_control(key="closer").set_value(view).run()
    assert not page.exception
    return said(page)


def said(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def test_what_changed_stands_with_its_why(page: AppTest) -> None:
    text = said(page)
    for shown in (
        "Ready in time, day by day",
        "Since Wed 20 Jan 2016, and why.",
        "Ready in time fell from 61% to 48%",
        "Event site holds up 82% of the futures, 40% before",
    ):
        assert shown in text
    assert "Slack of everything" not in text  # on demand only


def test_the_way_there_has_slack_by_task_and_the_latest_useful_arrival(page: AppTest) -> None:
    text = look(page, "The way there")
    for shown in (
        "Review links",
        "Mon 25 Jan, 11:00",
        "5 h short",
        "31%",
        "Event site",
    ):
        assert shown in text


def test_record_and_cuts_are_told_and_a_reason_is_no_markup(page: AppTest) -> None:
    record = look(page, "The forecast's record")
    assert "0.081" in record
    assert "0.310" in record
    cuts = look(page, "Cuts")
    for shown in ("Social pages", "left out", "digital director", "70% → 75%"):
        assert shown in cuts
    assert "its export &lt;b&gt;broke&lt;/b&gt;" in cuts


def test_a_what_if_is_answered_beside_the_present_and_writes_nothing(
    page: AppTest, home: Path
) -> None:
    assert "Remedies" in look(page, "What if")
    page.button[0].click().run()
    assert "Nothing is assumed" in said(page)
    page.multiselect[0].set_value(["vendor_b"])
    page.button[0].click().run()
    assert not page.exception
    text = said(page)
    assert "Chances as it stands and as asked" in text
    assert "Everything on time" in text
    assert "--what-if vendor_b=drop" in text
    assert {p.name for p in home.iterdir()} == {"home.json", "releases"}


def test_what_is_asked_is_said_as_the_terminal_takes_it() -> None:
    assert Asked().text == ""
    asked = Asked(("vendor_b",), ("events", "vendor_b"), (("reviewers", 4.0),), 70)
    assert asked.text == "vendor_b=drop,events=carry_forward,reviewers=4,universe=0.7"


def test_the_burn_up_holds_what_came_against_the_cadences() -> None:
    today, last = date(2016, 1, 21), date(2016, 2, 1)
    table = closer.burn_up(deliveries(), contracts(), today, last)
    came = table[table["what"] == "came"].set_index("day")["count"]
    agreed = table[table["what"] == "agreed"].set_index("day")["count"]
    # The website alone has a cadence: daily from the 12th, and it came twice.
    assert came[pd.Timestamp(2016, 1, 21)] == 2
    assert agreed[pd.Timestamp(2016, 1, 21)] == 10
    assert came.index.max() == pd.Timestamp(today)
    assert agreed.index.max() == pd.Timestamp(last)
    assert closer.burn_up(None, None, today, last).empty


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_pictures_say_what_they_show(ground: str) -> None:
    ways = closer.ways(forecast(), NOW.tzinfo)
    assert [way.title for way in ways] == [
        "Campaign website", "Review links", "Event site",
    ]  # fmt: skip
    assert ways[1].slack_hours == -5
    assert "Expected too late: Review links, Event site." in closer.in_words(ways)
    drawn = charts_today.way(ways, NOW, ground).to_json()  # type: ignore[arg-type]
    assert "latest useful" in drawn
    days = pd.DataFrame({"day": ["2016-01-20"], "p_ready": [0.5]})
    assert "On time (%)" in charts_today.history(days, 0.9, ground).to_json()  # type: ignore[arg-type]
    burnt = closer.burn_up(deliveries(), contracts(), NOW.date(), (NOW + timedelta(9)).date())
    assert "Deliveries so far" in charts_today.burn_up(burnt, NOW.date(), ground).to_json()  # type: ignore[arg-type]


def test_a_release_of_before_has_no_past_and_says_so(
    home: Path, page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, "2016-01-21.bbbbbbbbbb")
    page.run()
    assert "What changed" not in said(page)
    for view, shown in (
        ("Cuts", "Nobody decided"),
        ("The forecast's record", "No day before"),
        ("What if", "nothing to forecast"),
        ("The way there", "Nothing is awaited"),
    ):
        assert shown in look(page, view)
