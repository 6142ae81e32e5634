"""What every page of the director's does with a release that is swapped, torn, poor or absent."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from apps.lib import money, segments, sources, today
from orchestration.lake import Lake
from orchestration.settings import PROJECT_ROOT
from tests.apps.invented import NOW, forecast, past, write_release

LOADERS = {"today": today, "sources": sources, "segments": segments, "money": money}
OLD, NEW = "2016-01-21.aaaaaaaaaa", "2016-01-21.bbbbbbbbbb"
HOSTILE = "<script>alert(1)</script>"

pytestmark = pytest.mark.parametrize("name", LOADERS)


@pytest.fixture
def show(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Draw a page; what it says."""
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))

    def start(name: str, **query: str) -> str:
        file = PROJECT_ROOT / "apps" / "app_pages" / f"{name}.py"
        page = AppTest.from_file(str(file), default_timeout=60)
        for key, value in query.items():
            page.query_params[key] = value
        page.run()
        assert not page.exception
        return "\n".join(element.proto.body for element in page.get("html"))

    return start


def test_a_release_swapped_while_loading_leaves_the_page_on_one_release(
    home: Path, show: Callable[..., str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(home, OLD, forecast=forecast())
    load = LOADERS[name].load
    loaded: list[str] = []

    def swapping(release: Any, *others: Any) -> Any:
        loaded.append(release.id)
        if len(loaded) == 1:
            write_release(home, NEW, forecast=forecast(), link_rate=0.5)
        return load(release, *others)

    monkeypatch.setattr(LOADERS[name], "load", swapping)
    text = show(name)
    # One drawing, one release: whole and the old one. The next drawing has the new one.
    assert loaded == [OLD]
    assert f"<code>{OLD}</code>" in text
    assert NEW not in text
    assert f"<code>{NEW}</code>" in show(name)


def test_a_release_taken_away_while_loading_gives_way_to_the_one_in_force(
    home: Path, show: Callable[..., str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_release(home, OLD, forecast=forecast())
    load = LOADERS[name].load

    def taking_away(release: Any, *others: Any) -> Any:
        if release.id == OLD:
            write_release(home, NEW, forecast=forecast())
            shutil.rmtree(old)
        return load(release, *others)

    monkeypatch.setattr(LOADERS[name], "load", taking_away)
    text = show(name)
    assert f"<code>{NEW}</code>" in text
    assert "damaged" not in text


def test_without_a_release_every_page_says_how_to_make_one(
    show: Callable[..., str], name: str
) -> None:
    text = show(name)
    assert "No release yet" in text
    assert "make demo" in text


def test_a_damaged_release_gives_way_to_the_last_good_one_and_says_so(
    home: Path, show: Callable[..., str], name: str
) -> None:
    write_release(home, OLD, NOW - timedelta(days=1))
    (write_release(home, NEW) / "summary.json").unlink()
    text = show(name)
    assert f"Release {NEW} is damaged" in text
    assert f"<code>{OLD}</code>" in text


def test_a_release_without_any_table_is_shown_with_what_it_has(
    home: Path, show: Callable[..., str], name: str
) -> None:
    tables = {file.stem for file in (write_release(home, OLD) / "aggregates").iterdir()}
    write_release(home, NEW, without=(*tables, "cards"))
    text = show(name)
    assert f"<code>{NEW}</code>" in text
    assert "Traceback" not in text


def test_a_torn_past_gives_way_and_the_lake_is_not_read(
    home: Path, show: Callable[..., str], name: str
) -> None:
    write_release(home, OLD, NOW - timedelta(days=1), past=past())
    torn = write_release(home, NEW, past=past()) / "readiness" / "past.json"
    torn.write_bytes(b"x" * torn.stat().st_size)
    text = show(name)
    # Only the page that reads it falls back; the others have all that they show.
    assert f"<code>{OLD if name == 'today' else NEW}</code>" in text
    assert not Lake(home).root.exists()


def test_what_stands_in_the_address_is_neither_shown_nor_run(
    home: Path, show: Callable[..., str], name: str
) -> None:
    write_release(home, OLD)
    text = show(name, person="p0001", segment=HOSTILE, source="../../etc/passwd")
    assert f"<code>{OLD}</code>" in text
    for foreign in ("<script", "alert(1)", "etc/passwd", "p0001"):
        assert foreign not in text
