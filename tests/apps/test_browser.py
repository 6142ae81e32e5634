"""The page in a real browser: it counts, it fits, it is accessible, it fills by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.apps.conftest import Serve
from tests.apps.invented import write_release

OpenPage = Callable[..., Page]

DESKTOP, PHONE = (1360, 900), (390, 844)


def drawn(page: Page, charts: int = 3) -> None:
    """Wait until the last part of the page and its charts stand."""
    page.wait_for_selector(".tm-foot")
    pictures = page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)")
    expect(pictures).to_have_count(charts)
    expect(page.locator("[role=timer] .days")).to_have_text("11")
    page.wait_for_selector("[data-testid=stDataFrame] canvas")


def whole(page: Page) -> None:
    """Make the window as high as the page, for Streamlit scrolls inside of it."""
    height = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": int(height) + 10})


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize(("kind", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_it_fits_is_accessible_and_leaves_a_picture(
    app_url: str, open_page: OpenPage, screens: Path, kind: str, size: tuple[int, int], ground: str
) -> None:
    page = open_page(app_url, *size, ground=ground)
    drawn(page)
    whole(page)
    page.screenshot(path=screens / f"today_{kind}_{ground}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    wide = page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth - m.clientWidth")
    assert wide <= 0, "the page scrolls sideways"
    assert serious(page) == []


@pytest.mark.parametrize("name", ["sources", "segments"])
@pytest.mark.parametrize(
    ("kind", "size", "ground"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_other_pages_fit_and_are_accessible(
    app_url: str,
    open_page: OpenPage,
    screens: Path,
    name: str,
    kind: str,
    size: tuple[int, int],
    ground: str,
) -> None:
    page = open_page(f"{app_url}/{name}", *size, ground=ground)
    page.wait_for_selector(".tm-foot")
    page.wait_for_selector("[data-testid=stVegaLiteChart] :is(svg, canvas)")
    page.wait_for_selector("[data-testid=stDataFrame] canvas")
    whole(page)
    page.screenshot(path=screens / f"{name}_{kind}_{ground}.png")
    wide = page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth - m.clientWidth")
    assert wide <= 0, "the page scrolls sideways"
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    """Serious and critical findings of axe, with where they are."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def test_the_countdown_counts_without_the_server(app_url: str, open_page: OpenPage) -> None:
    page = open_page(app_url)
    drawn(page)
    clock = page.locator("[role=timer] .time")
    before = clock.inner_text()
    page.context.set_offline(True)
    expect(clock).not_to_have_text(before)


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_closer_looks_fit_a_phone_and_are_accessible(
    app_url: str, open_page: OpenPage, screens: Path, ground: str
) -> None:
    page = open_page(app_url, *PHONE, ground=ground)
    drawn(page)
    for name, shown in (
        ("The way there", "Slack of everything that is still to come"),
        ("What if", "Remedies"),
        ("Burn-up", ""),
        ("The forecast's record", "The forecast's record"),
        ("Cuts", "Cuts"),
    ):
        page.get_by_role("radio", name=name).click()
        if shown:
            expect(page.get_by_role("table", name=shown)).to_be_visible()
        else:
            drawn(page, charts=4)
        wide = page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth - m.clientWidth")
        assert wide <= 0, f"{name} scrolls sideways"
        assert serious(page) == []
        part = page.locator(".st-key-closer")
        part.scroll_into_view_if_needed()
        page.screenshot(path=screens / f"closer_{name.split()[-1].lower()}_{ground}.png")


def test_choosing_a_segment_changes_the_map(app_url: str, open_page: OpenPage) -> None:
    page = open_page(app_url)
    drawn(page)
    page.get_by_role("radio", name="Base").click()
    expect(page.get_by_text("Base, people by county")).to_be_visible()


def test_it_asks_nobody_but_its_own_server(app_url: str, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(app_url)
    drawn(page)
    strangers = [
        u for u in asked if not u.startswith((app_url, "data:", "blob:", "ws://127.0.0.1"))
    ]
    assert strangers == []


def test_an_empty_home_fills_by_itself_and_takes_up_the_next_release(
    home: Path, serve: Serve, open_page: OpenPage, screens: Path
) -> None:
    page = open_page(serve(home))
    expect(page.get_by_role("heading", name="No release yet")).to_be_visible()
    page.wait_for_selector(".tm-foot")
    page.screenshot(path=screens / "today_no_release.png")
    assert serious(page) == []

    write_release(home, "2016-01-21.aaaaaaaaaa")
    drawn(page, charts=2)  # no past
    expect(page.get_by_text("2016-01-21.aaaaaaaaaa")).to_be_visible()

    newer = write_release(home, "2016-01-21.bbbbbbbbbb")
    expect(page.get_by_text("2016-01-21.bbbbbbbbbb")).to_be_visible()

    (newer / "summary.json").unlink()
    expect(page.get_by_text("2016-01-21.bbbbbbbbbb is damaged")).to_be_visible()
    page.screenshot(path=screens / "today_damaged_release.png")
    assert serious(page) == []
