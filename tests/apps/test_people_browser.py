"""The pages that show people in a real browser: ten pairs by keys, a list asked for, axe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from orchestration.handoff import register
from orchestration.identity import review
from orchestration.lake import Lake
from tests.apps.conftest import Serve
from tests.apps.invented_people import HOSTILE, write_home
from tests.apps.test_browser import DESKTOP, PHONE, serious, whole
from tests.handoff_home import MOMENT

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def people_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_home(tmp_path_factory.mktemp("people_home"))


@pytest.fixture(scope="module")
def people_url(serve: Serve, people_home: Path) -> str:
    return serve(people_home)


@pytest.mark.parametrize("name", ["people", "people?person=p0001", "review", "handoff"])
@pytest.mark.parametrize(
    ("kind", "size", "ground"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_a_page_of_people_fits_and_is_accessible(
    people_url: str,
    open_page: OpenPage,
    screens: Path,
    name: str,
    kind: str,
    size: tuple[int, int],
    ground: str,
) -> None:
    page = open_page(f"{people_url}/{name}", *size, ground=ground)
    page.wait_for_selector(".tm-foot")
    whole(page)
    page.screenshot(path=screens / f"{name.replace('?person=', '_')}_{kind}_{ground}.png")
    wide = page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth - m.clientWidth")
    assert wide <= 0, "the page scrolls sideways"
    assert serious(page) == []


def test_ten_pairs_by_keys_and_a_list_asked_for(
    people_url: str, people_home: Path, open_page: OpenPage
) -> None:
    page = open_page(f"{people_url}/review")
    for number in range(1, 11):
        asked_about(page, number)
        press(page, "y" if number % 2 else "n", people_home)
    asked_about(page, 11)
    press(page, "u", people_home)
    asked_about(page, 10)
    kinds = [decision.kind for decision in review.decided(people_home)]
    assert kinds == ["same", "different"] * 5 + ["undo"]

    page.get_by_role("link", name="Hand-off").click()
    expect(page.get_by_text("No list has been asked for")).to_be_visible()
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_text("is made:")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    assert "line_id" in taken.value.path().read_text()
    (entry,) = register.entries(Lake(people_home), MOMENT).values()
    assert (entry.state, entry.request.audience) == ("ready", "universe")


def asked_about(page: Page, number: int) -> None:
    """Wait until a case and its keys stand."""
    expect(page.get_by_text(f"record website/signups:{number}:")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, the same")).to_be_enabled()


def press(page: Page, key: str, home: Path) -> None:
    """Press a key until it is written down: one pressed while the page is drawn is for no case."""
    before = len(review.decided(home))
    for _ in range(30):
        page.wait_for_selector("[data-test-script-state=notRunning]")
        page.keyboard.press(key)
        for _ in range(20):
            if len(review.decided(home)) > before:
                return
            page.wait_for_timeout(100)
    pytest.fail(f"key {key} decides nothing")


def test_a_hostile_name_runs_nothing(people_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{people_url}/people?person=p0020")
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
