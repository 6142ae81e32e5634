"""The page *Today* in every state it can be in, without a browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.lib.home import exposure
from orchestration.lake import Lake
from orchestration.settings import PROJECT_ROOT
from tests.apps.invented import NOW, forecast, write_release

ROUTER = str(PROJECT_ROOT / "apps" / "streamlit_app.py")
PAGE = str(PROJECT_ROOT / "apps" / "app_pages" / "today.py")


def show(home: Path, monkeypatch: pytest.MonkeyPatch, file: str = PAGE) -> AppTest:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    page = AppTest.from_file(file, default_timeout=60).run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def test_without_a_release_it_says_how_to_make_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(show(home, monkeypatch))
    assert "No release yet" in text
    assert "make demo" in text
    assert "tminus run" in text


def test_a_good_release_is_shown_with_its_day_and_id(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home)
    page = show(home, monkeypatch)
    text = said(page)
    assert "7 of 10 sources are on time." in text
    assert "Vendor B profiles is late since Sat 16 Jan, 06:00" in text
    assert "1 more is late and 1 more is at risk." in text
    assert "Thu 21 Jan 2016" in text
    assert "2016-01-21.aaaaaaaaaa" in text
    assert "Tier T−21d is in force" in text
    assert "Link rate 81.3%" in text
    assert "28,945" in text
    assert "tm-note" not in text
    assert "Local single-user mode" in text


def test_a_forecast_is_shown_with_its_deliverables_and_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, forecast=forecast())
    text = said(show(home, monkeypatch))
    for shown in (
        "Ready in time: 48%, about even.",
        "Event site is in the way: it must arrive by Mon 25 Jan, 17:36",
        "7 of 10 sources are on time.",
        "The next three to do",
        "Will each deliverable be on time?",
        "42% with every source fresh",
        "12 h short",
    ):
        assert shown in text
    for sign, word in (("!", "in doubt"), ("✕", "at stake"), ("✓", "done")):
        assert f"{sign}</b>{word}" in text


def test_a_release_without_forecast_speaks_of_its_sources(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home)
    text = said(show(home, monkeypatch))
    assert "Ready in time" not in text
    assert "Will each deliverable" not in text


def test_a_forecast_of_another_shape_is_a_release_that_cannot_be_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, forecast={"p_ready": 1.0})
    assert "No release can be read" in said(show(home, monkeypatch))


def test_each_state_has_a_word_and_a_sign_beside_its_colour(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home)
    text = said(show(home, monkeypatch))
    for sign, word in (("✓", "on time"), ("!", "at risk"), ("✕", "late")):
        assert f"{sign}</b>{word}" in text


def test_segment_and_measure_choose_what_the_map_shows(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home)
    page = show(home, monkeypatch)
    first = page.dataframe[0].value
    assert len(first) == 99
    page.segmented_control[1].set_value("seg_base").run()
    page.segmented_control[2].set_value("per_hundred").run()
    assert not page.exception
    assert "Base, expected votes per 100 people" in said(page)
    assert not page.dataframe[0].value.equals(first)


def test_a_cut_release_falls_back_to_the_last_good_one_and_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, "2016-01-20.good", NOW - timedelta(days=1))
    broken = write_release(home, "2016-01-21.broken")
    (broken / "aggregates" / "funnel.parquet").unlink()
    text = said(show(home, monkeypatch))
    assert "Release 2016-01-21.broken is damaged" in text
    assert "release <code>2016-01-20.good</code>" in text


@pytest.mark.parametrize("name", ["summary.json", "aggregates/funnel.parquet"])
def test_damage_that_keeps_the_size_falls_back_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write_release(home, "2016-01-20.good", NOW - timedelta(days=1))
    file = write_release(home, "2016-01-21.rotten") / name
    file.write_bytes(b"x" * file.stat().st_size)
    text = said(show(home, monkeypatch))
    assert "Release 2016-01-21.rotten cannot be read" in text
    assert "release <code>2016-01-20.good</code>" in text


def test_when_no_release_is_whole_it_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_release(home)
    (folder / "summary.json").write_text("{")
    text = said(show(home, monkeypatch))
    assert "No release can be read" in text
    assert "tminus run" in text


def test_a_release_without_a_table_says_so_and_shows_the_rest(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, without=("funnel", "segment_by_county", "links_by_source"))
    text = said(show(home, monkeypatch))
    for missing in ("no funnel", "no segments by county", "no links by source"):
        assert missing in text
    assert "7 of 10 sources" in text


def test_checks_that_do_not_hold_are_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"asset": "scores/support", "check": "calibrated", "detail": "slope 0.6"}
    write_release(home, failed_checks=[{**failed, "blocking": False}])
    text = said(show(home, monkeypatch))
    assert "1 check does not hold" in text
    assert "scores/support: calibrated (slope 0.6)" in text


def test_html_in_a_name_is_shown_and_not_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.apps.invented import SOURCES, source

    entry = source(SOURCES[6])
    entry["title"] = "<img src=x onerror=alert(1)>"
    write_release(home, sources=[entry])
    text = said(show(home, monkeypatch))
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_a_mistake_in_the_campaign_file_is_one_sentence_on_the_page(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = home / "campaign.yaml"
    wrong.write_text((PROJECT_ROOT / "campaign.yaml").read_text() + "\nbudget: 5\n")
    monkeypatch.setenv("TMINUS_CAMPAIGN", str(wrong))
    text = said(show(home, monkeypatch))
    assert "unknown key &#x27;budget&#x27;" in text


def test_the_router_shows_the_page_on_loopback_and_on_nothing_else(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit

    write_release(home)
    known = streamlit.get_option
    for address, shown in (("127.0.0.1", True), ("0.0.0.0", False), (None, False)):
        monkeypatch.setattr(
            streamlit,
            "get_option",
            lambda key, at=address: at if key == "server.address" else known(key),
        )
        text = said(show(home, monkeypatch, ROUTER))
        assert ("7 of 10 sources" in text) is shown
        assert ("Not shown on an open address" in text) is not shown


def test_exposure_names_the_address() -> None:
    assert exposure("127.0.0.1") is None
    assert "0.0.0.0" in (exposure("0.0.0.0") or "")
    assert "every address" in (exposure(None) or "")


def test_the_page_reads_nothing_but_the_release(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home)
    show(home, monkeypatch)
    assert not Lake(home).root.exists()
    assert {p.name for p in home.iterdir()} == {"home.json", "releases"}
