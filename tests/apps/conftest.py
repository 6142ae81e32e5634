"""The app started on a home, and a browser to look at it with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from orchestration.settings import PROJECT_ROOT
from tests.apps.invented import forecast, past, write_release

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
STARTED = re.compile(r"URL: (http://127\.0\.0\.1:\d+)")

WAIT = 60_000  # ms; nothing waits so long on an idle machine

Serve = Callable[..., str]


@pytest.fixture(scope="session")
def screens() -> Path:
    """Where screenshots are left for somebody to look at."""
    folder = PROJECT_ROOT / "var" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is missing; apt-get install chromium")
    expect.set_options(timeout=WAIT)
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start the app on a home, at a free port unless one is named; all end with the session."""
    running: list[subprocess.Popen[str]] = []

    def start(home: Path, port: int = 0) -> str:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "apps/streamlit_app.py",
                f"--server.port={port}",
            ],
            cwd=PROJECT_ROOT,
            env={**os.environ, "TMINUS_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(server)
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if found := STARTED.search(line):
                # Whatever it says later is thrown away, or a full pipe would stop it.
                threading.Thread(target=server.communicate, daemon=True).start()
                return found[1]
        pytest.fail(f"the app did not start: {said}")

    yield start
    for server in running:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def app_url(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The app on a good release."""
    home = tmp_path_factory.mktemp("good_home")
    write_release(home, forecast=forecast(), past=past())
    return serve(home)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a context of its own; ``asked`` on it are the hosts it spoke to."""
    contexts = []

    def start(url: str, width: int = 1360, height: int = 900, ground: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=ground
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(url)
        return page

    yield start
    for context in contexts:
        context.close()
