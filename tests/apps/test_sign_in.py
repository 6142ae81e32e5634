"""Who may see which page: roles from groups, the router, and the local user."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from apps.lib import auth
from apps.lib.home import exposure
from orchestration.settings import PROJECT_ROOT, UserError, load_campaign
from orchestration.settings.access import AppSettings
from tests.apps.invented import write_release

ROUTER = str(PROJECT_ROOT / "apps" / "streamlit_app.py")
NOW = datetime(2026, 1, 21, 12, tzinfo=timezone.utc)
ROLES: dict[str, dict[str, Any]] = {
    "data": {"role": "engineer"},
    "chiefs": {"role": "leadership"},
    "polk": {"role": "field", "precincts": ["19153"]},
    "state": {"role": "field", "precincts": ["all"]},
    "mail-house": {"role": "processor", "precincts": ["all"], "until": "2016-01-31"},
    "vendor-b": {"role": "vendor", "sources": ["vendor_b"]},
}
RULES = AppSettings.model_validate({"roles": ROLES})
SECRETS = {"redirect_uri": "http://127.0.0.1/oauth2callback", "cookie_secret": "invented"}


def claims(*groups: str, **more: Any) -> dict[str, Any]:
    return {
        "is_logged_in": True,
        "email": "dee@campaign.example",
        "iat": NOW.timestamp(),
        "groups": list(groups),
        **more,
    }


def seen(*groups: str, today: date = date(2016, 1, 21)) -> list[str]:
    visitor = auth.signed_in(claims(*groups), RULES, today, NOW)
    assert visitor is not None
    return [page for page in auth.PAGES if visitor.may_see(page)]


@pytest.mark.parametrize(
    ("groups", "pages"),
    [
        (("data",), ["today", "sources", "segments", "review", "money", "handoff"]),
        (("chiefs",), ["today", "sources", "segments", "money", "handoff"]),
        (("state",), ["today", "sources", "segments", "people", "review", "handoff"]),
        (("polk",), ["today", "sources", "segments", "people", "handoff"]),
        (("mail-house",), ["handoff"]),
        (("vendor-b",), ["sources"]),
        (("unheard of",), []),
        ((), []),
    ],
)
def test_pages_follow_from_groups(groups: tuple[str, ...], pages: list[str]) -> None:
    assert seen(*groups) == pages


def test_a_grant_ends_with_its_day() -> None:
    assert seen("mail-house", today=date(2016, 1, 31)) == ["handoff"]
    assert seen("mail-house", today=date(2016, 2, 1)) == []


@pytest.mark.parametrize(
    "identity",
    [
        {},
        {**claims("data"), "is_logged_in": False},
        claims("data", iat=(NOW - timedelta(hours=13)).timestamp()),
        claims("data", iat=None),
    ],
)
def test_without_a_fresh_identity_nobody_is_signed_in(identity: Mapping[str, Any]) -> None:
    assert auth.signed_in(identity, RULES, date(2016, 1, 21), NOW) is None


def test_an_identity_without_a_name_has_no_role() -> None:
    found = auth.signed_in(claims("data", email=None), RULES, date(2016, 1, 21), NOW)
    assert found is not None
    assert found.roles == frozenset()


def test_several_groups_add_up_and_places_hold_their_precincts() -> None:
    found = auth.signed_in(claims("polk", "vendor-b"), RULES, date(2016, 1, 21), NOW)
    assert found is not None
    assert found.roles == {"field", "vendor"}
    assert found.only_sources is None
    assert found.holds("field", ("19153-001", "19153"))
    assert not found.holds("field", ("19153-001", "19169-002"))
    assert not found.holds("field", ()), "no place is everywhere"


def test_the_scope_of_one_role_is_not_lent_to_another() -> None:
    found = auth.signed_in(claims("polk", "mail-house"), RULES, date(2016, 1, 21), NOW)
    assert found is not None
    assert found.holds("processor", ())
    assert found.within("field") == ("19153",)
    assert not found.may_see("review")


@pytest.mark.parametrize(
    ("grant", "word"),
    [
        ({"role": "field"}, "precincts"),
        ({"role": "vendor"}, "sources"),
        ({"role": "processor", "precincts": ["all"]}, "until"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_grant_without_its_scope_is_refused(
    tmp_path: Path, grant: dict[str, Any], word: str
) -> None:
    file = written(tmp_path, {"group": grant})
    with pytest.raises(UserError, match=word):
        load_campaign(file)


def test_a_sign_in_opens_an_address_that_without_it_is_refused() -> None:
    assert exposure("0.0.0.0") is not None
    assert exposure("0.0.0.0", has_sign_in=True) is None


def written(folder: Path, roles: Mapping[str, Any]) -> Path:
    """The campaign's own file with these roles."""
    settings = yaml.safe_load((PROJECT_ROOT / "campaign.yaml").read_text())
    settings["app"] = {"roles": dict(roles)}
    file = folder / "campaign.yaml"
    file.write_text(yaml.safe_dump(settings, sort_keys=False))
    return file


@pytest.fixture
def signed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The router on a release, with a sign-in configured and nobody signed in."""
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    monkeypatch.setenv("TMINUS_CAMPAIGN", str(written(tmp_path, ROLES)))
    write_release(home)
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.secrets["auth"] = SECRETS
    app.user = {"is_logged_in": False}
    return app


def said(app: AppTest) -> str:
    app.run()
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def as_member(app: AppTest, *groups: str) -> AppTest:
    app.user = claims(*groups, iat=datetime.now(timezone.utc).timestamp())
    return app


def test_nothing_is_shown_before_signing_in(signed: AppTest) -> None:
    text = said(signed)
    assert "Sign in" in text
    assert [button.label for button in signed.button] == ["Sign in"]
    assert "sources" not in text


def test_leadership_sees_the_morning_page_under_its_name(signed: AppTest) -> None:
    text = said(as_member(signed, "chiefs"))
    assert "7 of 10 sources" in text
    assert "Signed in as dee@campaign.example: leadership." in text
    assert "Local single-user mode" not in text


def test_who_has_no_role_sees_nothing(signed: AppTest) -> None:
    text = said(as_member(signed, "strangers"))
    assert "none of your groups has" in text
    assert "sources" not in text


def test_a_vendor_sees_its_own_source_and_nobody_elses(signed: AppTest) -> None:
    text = said(as_member(signed, "vendor-b"))
    assert "Vendor B profiles" in text
    assert "Vendor A consumer file" not in text
    assert "Campaign website" not in text
