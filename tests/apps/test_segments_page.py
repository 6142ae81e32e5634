"""The page *Segments*: its figures, and the page in every state, without a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.lib import (
    auth,
    charts,
    charts_models,
    charts_universe,
    handoff,
    segments,
    universe,
)
from apps.lib.auth import Visitor
from apps.lib.home import HomeView, open_home
from apps.lib.segments import Segments
from orchestration.handoff.register import Request
from orchestration.release.read import current_release
from orchestration.settings import PROJECT_ROOT
from tests.apps.invented import card, segment_tables, universe_curve, write_release

PAGE = str(PROJECT_ROOT / "apps" / "app_pages" / "segments.py")


@pytest.fixture
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> HomeView:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    write_release(home)
    return open_home({})


def read(here: HomeView) -> Segments:
    release = current_release(here.path)
    assert release is not None
    return segments.load(release, here)


def show() -> tuple[AppTest, str]:
    page = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not page.exception
    return page, said(page)


def said(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def test_small_cells_are_not_in_the_table_of_precincts(here: HomeView) -> None:
    view = read(here)
    shown = segments.precincts(view, "seg_first_time", charts.county_names())
    assert shown["precinct_id"].tolist() == ["19153-001", "19153-002"]
    assert shown["county"].tolist() == ["Polk", "Polk"]
    assert segments.hidden_precincts(view, "seg_first_time") == 1


def test_counts_are_words_and_a_small_one_is_not_a_number(here: HomeView) -> None:
    view = read(here)
    assert segments.counted(view.reasons, "seg_first_time", "reason") == [
        ("Votes in generals, never in a caucus", "20,000"),
        ("Was too young at the last caucus", "under 10"),
    ]
    assert segments.counted(view.channels, "seg_first_time", "channel")[1] == (
        "no channel: cannot be reached",
        "4,000",
    )
    assert segments.overlaps(view, "seg_first_time") == [
        ("Non-traditional", "5,120"),
        ("Base", "0"),
    ]


def test_a_card_has_its_figures_by_group(here: HomeView) -> None:
    card = read(here).cards[0]
    assert segments.figure_rows(card) == [
        ("everybody", "7,000", "0.920", "0.330", "7.0%", "0.99"),
        ("never voted", "300", "–", "0.330", "7.0%", "0.99"),
        ("17-29", "300", "–", "0.330", "7.0%", "0.99"),
    ]
    assert card.leans_on == {"no_history": [("party", "0.0312")]}
    assert card.curves["no_history"]["rows"].tolist() == [100, 200]
    assert ("Not in training", "who died since then is not in training") in card.notes
    assert ("Not learnt: signals", "only 12 answers on attending") in card.notes
    assert list(card.pictures) == ["all", "no_history"]
    shown = card.pictures["no_history"]
    assert "Predicted (%)" in charts_models.reliability(shown.reliability, "dark").to_json()
    assert "Times the average" in charts_models.lift(shown.lift, "light").to_json()


def test_the_page_shows_a_segment_and_its_models(here: HomeView) -> None:
    page, text = show()
    for shown in (
        "First-time: reasons, channels, overlap",
        "1 precinct not shown",
        "The models behind it",
        "deciding who may take part",
        "What does it lean on?",
        "Not in training: who died since then is not in training",
    ):
        assert shown in text
    page.segmented_control[0].set_value("seg_base").run()
    page.segmented_control[2].set_value("support").run()
    assert not page.exception
    assert "Base, people by county" in said(page)
    assert "Figures of Support" in said(page)


def test_a_release_without_these_tables_says_so_and_shows_the_rest(
    here: HomeView, home: Path
) -> None:
    absent = (*segment_tables(), "segment_by_county", "universe_curve", "cards")
    write_release(home, "2016-01-21.bbbbbbbbbb", without=absent)
    _, text = show()
    assert "no segments by county" in text
    assert "no reasons" in text
    assert "no universe by size" in text
    assert "28,945" in text
    assert "The models behind it" not in text


def test_the_page_says_whether_there_is_a_gain_over_the_usual_list(
    here: HomeView, home: Path
) -> None:
    assert "Non-traditional supporters:" not in show()[1]
    folder = write_release(home, "2016-01-21.cccccccccc")
    told = {**card("conventional"), "non_traditional": {"sentence": "There is no gain shown."}}
    (folder / "scores" / "conventional.card.json").write_text(json.dumps(told))
    assert "Non-traditional supporters: There is no gain shown." in show()[1]


def test_the_slider_tells_what_a_size_gains_costs_and_leaves(here: HomeView) -> None:
    page, text = show()
    for shown in ("3,000", "690", "10.0", "120", "60.1", "+60.1", "Votes gained by 3,000 people"):
        assert shown in text
    assert "no hours for so many" not in text
    page.select_slider(key="universe_size").set_value(9_000).run()
    assert not page.exception
    text = said(page)
    assert "1,400 short" in text
    assert "Volunteers have no hours for so many: they reach 3,000 people." in text
    assert "+118.8" in text  # at a high turnout


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_curve_has_both_rules_at_each_turnout(ground: str) -> None:
    table = universe.drawn(universe_curve())
    assert len(table) == 3 * 2 * 3
    assert "Expected votes gained" in charts_universe.curve(table, 400, ground).to_json()  # type: ignore[arg-type]


def test_a_curve_of_before_there_were_turnouts_is_told_as_it_is() -> None:
    old = universe_curve().filter(regex="^(?!.*_(low|middle|high)$)(?!hours_there)")
    size = universe.sizes(old)[400]
    assert size.gains == (("in force", 21.5, 10.75),)
    assert universe.facts(size)["Hours left"] == "–"


def test_precincts_are_filtered_by_county(here: HomeView) -> None:
    page, _ = show()
    assert page.dataframe[0].value["county"].unique().tolist() == ["Polk"]
    page.selectbox(key="county").set_value("Polk").run()
    assert len(page.dataframe[0].value) == 2


def test_packets_are_ordered_for_the_precincts_chosen_and_for_none_without(
    here: HomeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []
    monkeypatch.setattr(handoff, "ask", lambda _, request: asked.append(request) or "It is made.")
    page, _ = show()
    page.button[0].click().run()
    assert "Choose the precincts first" in said(page)
    page.multiselect(key="packets_in_seg_first_time").set_value(["19153-002"])
    page.button[0].click().run()
    assert not page.exception
    assert "It is made." in said(page)
    (request,) = asked
    assert (request.list, request.audience, request.where, request.role) == (
        "walk", "seg_first_time", ("19153-002",), "field",
    )  # fmt: skip


def test_packets_that_may_not_be_made_say_why(here: HomeView) -> None:
    page, _ = show()
    page.multiselect(key="packets_in_seg_first_time").set_value(["19153-001"])
    page.button[0].click().run()
    assert not page.exception
    assert "Not made: release 2016-01-21.aaaaaaaaaa holds no marts/persons." in said(page)


def test_who_may_not_have_lists_is_offered_none(
    here: HomeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = Visitor("leader@x.example", frozenset({"leadership"}))
    monkeypatch.setattr(auth, "visitor", lambda _: leader)
    page, text = show()
    assert "Order packets" not in text
    assert "19153-001" in page.dataframe[0].value["precinct_id"].tolist()
