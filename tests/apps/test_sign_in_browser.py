"""Signing in at a real OpenID Connect provider, and being refused what is not one's own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.apps.conftest import Serve
from tests.apps.invented_people import write_home
from tests.apps.oidc_provider import CLIENT, provider
from tests.apps.test_sign_in import ROLES, written

SECRETS = """[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "invented-and-long-enough-for-a-cookie"
client_id = "{client}"
client_secret = "invented"
server_metadata_url = "{metadata}"
"""


def test_leadership_signs_in_sees_the_morning_and_is_refused_people(
    home: Path,
    tmp_path: Path,
    serve: Serve,
    open_page: Callable[..., Page],
    screens: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_home(home)
    monkeypatch.setenv("TMINUS_CAMPAIGN", str(written(tmp_path, ROLES)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secrets = tmp_path / "secrets.toml"
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
    with provider({"email": "cho@campaign.example", "groups": ["chiefs"]}) as metadata:
        secrets.write_text(SECRETS.format(port=port, client=CLIENT, metadata=metadata))
        page = open_page(serve(home, port))
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert "sources" not in page.locator("body").inner_text()
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Signed in as cho@campaign.example: leadership.")).to_be_visible()
        expect(page.get_by_role("link", name="Hand-off")).to_be_visible()
        assert page.get_by_role("link", name="People").count() == 0
        page.goto(f"http://127.0.0.1:{port}/people?person=p0001")
        expect(page.get_by_role("heading", name="People is not for your role")).to_be_visible()
        assert "ABEL1" not in page.locator("body").inner_text()
        page.screenshot(path=screens / "refused_desktop_light.png")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
