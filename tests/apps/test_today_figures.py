"""The figures and sentences of the page *Today*, apart from how they are drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from apps.lib import charts, today, words
from apps.lib.home import HomeView, open_home
from apps.lib.today import Today
from orchestration.readiness import outlook
from orchestration.release.read import current_release
from tests.apps.invented import NOW, SIZES, counties, forecast, links, write_release


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> HomeView:
    monkeypatch.setenv("TMINUS_HOME", str(home))
    write_release(home)
    return open_home({})


def read(here: HomeView, later: timedelta = timedelta(0)) -> Today:
    release = current_release(here.path)
    assert release is not None
    return today.load(release, here.contest, here.now + later)


def test_a_home_carries_its_clock_and_tier(here: HomeView) -> None:
    assert here.now == NOW
    assert here.is_clock_held
    assert here.tier.name == "T-21d"


def test_all_on_time_is_said_in_one_sentence(here: HomeView) -> None:
    good = tuple(replace(s, state="on_time") for s in read(here).sources)
    assert outlook.headline(None, good).lead == "All 10 sources are on time."
    assert outlook.headline(None, good).tone == "good"


def test_no_source_is_a_warning_and_no_success() -> None:
    assert outlook.headline(None, ()).tone == "warn"


def test_one_source_at_risk_is_no_alarm(here: HomeView) -> None:
    sources = tuple(s for s in read(here).sources if s.state != "late")
    said = outlook.headline(None, sources)
    assert said.tone == "warn"
    assert said.details[0].startswith("Event site is at risk: its data is 62 h old")


def test_a_source_that_holds_up_the_run_comes_first(here: HomeView, home: Path) -> None:
    from tests.apps.invented import SOURCES, source

    entries = [
        {**source(row), "if_late": "block" if row[0] == "field" else "drop"} for row in SOURCES
    ]
    write_release(home, "2016-01-21.bbbbbbbbbb", sources=entries)
    assert read(here).sources[0].name == "field"


def test_time_alone_makes_a_source_late(here: HomeView) -> None:
    events = next(s for s in read(here, timedelta(hours=12)).sources if s.name == "events")
    assert events.state == "late"
    assert events.late_since == NOW + timedelta(hours=10)
    assert "since this release was made" in events.reason
    said = outlook.headline(None, read(here, timedelta(hours=12)).sources)
    assert said.details[0].endswith(" 2 more are late.")


def test_a_source_that_never_came_is_late_since_its_deadline(here: HomeView, home: Path) -> None:
    from tests.apps.invented import SOURCES, source

    entry = {**source(SOURCES[6]), "age_hours": None, "max_age_hours": None, "needed_by": "T-14d"}
    write_release(home, "2016-01-21.bbbbbbbbbb", sources=[entry])
    since = read(here).sources[0].late_since
    assert since is not None
    assert since.isoformat().startswith("2016-01-18T23:59:59")


def test_segments_stand_in_the_order_of_the_campaign(here: HomeView, home: Path) -> None:
    sizes = {"seg_base": 1, "segment_pool": 9, "seg_zeal": 2, "seg_first_time": 3}
    write_release(home, "2016-01-21.bbbbbbbbbb", segments=sizes)
    assert list(read(here).segments) == ["seg_first_time", "seg_base", "seg_zeal"]


def test_the_funnel_says_what_each_step_loses(here: HomeView) -> None:
    funnel = read(here).funnel
    assert funnel is not None
    assert [step.lost for step in funnel] == [None, 11_596, 5_344, 36_808, 1_582]


def test_a_county_is_hidden_when_small_and_zero_when_empty() -> None:
    names = charts.county_names()
    table = pd.DataFrame(
        {
            "segment": "seg_base",
            "county_fips": ["19001", "19003"],
            "people": pd.array([120, None], dtype="Int64"),
            "value": [30.0, None],
        }
    )
    mine = today.segment_counties(table, "seg_base", names).set_index("county_fips")
    assert len(mine) == 99
    assert mine.loc["19001", "per_hundred"] == 25.0
    assert mine.loc["19003", "is_hidden"]
    assert pd.isna(mine.loc["19003", "people"])
    assert mine.loc["19005", "people"] == 0
    assert not mine.loc["19005", "is_hidden"]


@pytest.mark.parametrize("segment", SIZES)
@pytest.mark.parametrize("name", charts.MEASURES)
def test_every_county_is_drawn_in_one_class(segment: str, name: str) -> None:
    measure = charts.MEASURES[name]
    mine = today.segment_counties(counties(), segment, charts.county_names())
    table, labels = charts.classed(mine, measure)
    assert 1 <= len(labels) <= 5
    assert set(table["band"]) <= {*labels, charts.NOT_SHOWN}
    drawn = charts.county_map(mine, measure, "dark").to_dict()
    assert [len(values) for values in drawn["datasets"].values()] == [99]
    assert "Map of Iowa's 99 counties" in charts.county_text(mine, measure)


def test_a_segment_of_equal_or_no_counties_is_drawn() -> None:
    names = charts.county_names()
    for people in ([], [50] * 99):
        table = pd.DataFrame(
            {
                "segment": "seg_base",
                "county_fips": names["county_fips"].head(len(people)),
                "people": pd.array(people, dtype="Int64"),
                "value": [5.0] * len(people),
            }
        )
        mine = today.segment_counties(table, "seg_base", names)
        for measure in charts.MEASURES.values():
            charts.county_map(mine, measure, "light").to_dict()
            charts.county_text(mine, measure)


def test_borders_are_the_99_counties_each_clockwise() -> None:
    features = charts.borders()["features"]
    assert len(features) == 99
    assert all(f["id"].startswith("19") for f in features)
    for feature in features:
        (ring,) = feature["geometry"]["coordinates"]
        turn = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
        assert turn > 0, f"{feature['id']} would be drawn as the globe without it"
        assert ring[0] == ring[-1]


def test_link_shares_add_up_to_the_rate() -> None:
    table = charts.link_shares(links(), {"website": "Campaign website"})
    website = table[table["source"] == "Campaign website"]
    assert website["share"].sum() == pytest.approx(87.1, abs=0.05)
    assert website["label"].unique().tolist() == ["Campaign website  87.1%"]
    assert table["source"].iloc[0] == "field"


def test_words_of_what_is_not_known() -> None:
    assert words.state_words("on_fire").word == "on fire"
    assert words.segment_words("seg_early_birds") == ("Early birds", "")
    assert words.cell(None) == "under 10"
    assert words.percent(None) == words.count(None) == words.age(None) == "–"
    assert words.age_of(62, 72) == "62 of 72 h"
    assert words.age_of(30, 336) == "1.2 of 14 days"


def _seen(**other: object) -> outlook.Outlook:
    seen = outlook.read({**forecast(), **other}, NOW.tzinfo)
    assert seen is not None
    return seen


def test_the_sentence_names_the_delivery_that_holds_up_most(here: HomeView) -> None:
    said = outlook.headline(_seen(), read(here).sources)
    assert said.lead == "Ready in time: 48%, about even."
    assert said.details[0] == (
        "Event site is in the way: it must arrive by Mon 25 Jan, 17:36, "
        "and is planned for Tue 26 Jan, 12:00."
    )
    assert said.details[1].startswith("7 of 10 sources are on time. Vendor B")
    assert said.tone == "bad"


def test_peoples_work_in_the_way_is_named_when_no_delivery_is() -> None:
    seen = _seen(critical_path=["review_links", "print_packets"])
    assert outlook.in_the_way(seen) == "Review links is in the way."
    assert outlook.in_the_way(_seen(critical_path=[])) == ""


def test_sources_that_are_late_dampen_a_good_chance(here: HomeView) -> None:
    assert outlook.headline(_seen(p_ready=0.97), read(here).sources).tone == "warn"


@pytest.mark.parametrize("other", [{"over": True}, {"p_ready": None}])
def test_without_a_chance_the_sources_speak(here: HomeView, other: dict[str, object]) -> None:
    said = outlook.headline(_seen(**other), read(here).sources)
    assert said.lead == "7 of 10 sources are on time."


def test_three_things_to_do_whoever_is_late_first_and_what_helps_last(here: HomeView) -> None:
    todo = outlook.deeds(_seen(), read(here).sources)
    assert [deed.what for deed in todo] == [
        "Call the data director about Vendor B profiles",
        "Call the field director about Field: canvass, pledge cards, survey",
        "Printers: 2 more, 4 in all",
    ]
    assert todo[2].why == "all on time in 66% of the futures instead of 48%"


def test_with_all_on_time_the_delivery_planned_too_late_is_hastened(here: HomeView) -> None:
    good = tuple(replace(s, state="on_time") for s in read(here).sources)
    todo = outlook.deeds(_seen(), good)
    assert todo[0].what == "Ask the digital director for Event site by Mon 25 Jan, 17:36"
    # Two printers more and one printer more are one deed.
    assert [deed.what for deed in todo[1:]] == [
        "Printers: 2 more, 4 in all",
        "Go on with the last good data of Event site",
    ]
    assert outlook.deeds(None, good) == ()


def test_no_chance_is_rounded_to_certainty() -> None:
    assert [words.chance(c) for c in (0, 0.001, 0.5, 0.999, 1)] == [
        "0%", "under 1%", "50%", "over 99%", "100%",
    ]  # fmt: skip
    assert words.slack(None) == "none"
    assert words.slack(-12.1) == "12 h short"
