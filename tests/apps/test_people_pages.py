"""The pages that show people: *People*, *Review* and *Hand-off*, by role, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from orchestration.countdown.clock import set_home_clock
from orchestration.handoff import register, views
from orchestration.handoff.lists import make_list
from orchestration.handoff.register import Request
from orchestration.identity import review
from orchestration.lake import Lake
from orchestration.ledger import audit
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.apps.invented_people import write_home
from tests.apps.test_sign_in import ROLES, SECRETS, claims
from tests.handoff_home import MOMENT

OpenAs = Callable[..., AppTest]


@pytest.fixture
def home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with people, where lists of more than four wait for approval."""
    settings = yaml.safe_load((PROJECT_ROOT / "campaign.yaml").read_text())
    settings["app"] = {"roles": ROLES}
    settings["handoff"]["approval_above"] = 4
    settings["universe"]["holdout_pct"] = 0
    file = tmp_path / "campaign.yaml"
    file.write_text(yaml.safe_dump(settings, sort_keys=False))
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("TMINUS_HOME", str(home))
    monkeypatch.setenv("TMINUS_CAMPAIGN", str(file))
    return write_home(home)


@pytest.fixture
def open_as(home: Path) -> OpenAs:
    """Open a page in a group; without one as the local user."""

    def start(page: str, *groups: str, who: str = "dee@x.example", **query: str) -> AppTest:
        app = AppTest.from_file(
            str(PROJECT_ROOT / "apps" / "app_pages" / f"{page}.py"), default_timeout=60
        )
        if groups:
            app.secrets["auth"] = SECRETS
            issued = datetime.now(timezone.utc).timestamp()
            app.user = claims(*groups, email=who, iat=issued)
        for name, value in query.items():
            app.query_params[name] = value
        return run(app)

    return start


def run(app: AppTest, *acted: object) -> AppTest:
    """Draw anew, after whatever was ``acted`` on the page's widgets."""
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def searched(app: AppTest, text: str) -> str:
    app.text_input[0].set_value(text)
    run(app, app.button[0].click())
    return said(app)


def actions(home: Path) -> list[str]:
    return [entry["action"] for entry in audit.entries(Lake(home))]


@pytest.mark.parametrize(
    ("page", "group", "sees"),
    [
        ("people", "data", False),
        ("people", "chiefs", False),
        ("people", "mail-house", False),
        ("people", "vendor-b", False),
        ("people", "polk", True),
        ("review", "data", True),
        ("review", "state", True),
        ("review", "polk", False),
        ("review", "chiefs", False),
        ("handoff", "chiefs", True),
        ("handoff", "mail-house", True),
        ("handoff", "vendor-b", False),
    ],
)
def test_a_page_asks_for_the_role_itself(
    open_as: OpenAs, page: str, group: str, sees: bool
) -> None:
    assert ("does not open this page" not in said(open_as(page, group))) is sees


# People.


def test_somebody_is_found_opened_and_both_are_written(open_as: OpenAs, home: Path) -> None:
    app = open_as("people", "polk")
    assert "12 people found" in searched(app, "abel")
    run(app, app.selectbox[0].set_value("p0001"))
    text = said(app)
    for shown in (
        "ADA1 ABEL1", "Campaign website", "Fri 15 Jan 2016", "+15155550123", "also said",
        "42%", "30%", "55%", "votes generals, never caucused", "splink: model", "0.9870",
        "checked in", "At the door", "may be used",
    ):  # fmt: skip
        assert shown in text, shown
    run(app)
    assert actions(home) == [views.SEARCHED, views.LOOKED], "drawing anew is no second look"
    run(app, app.button("back").click())
    assert "Find a person" in said(app)


def test_another_precincts_person_is_refused_by_address(open_as: OpenAs, home: Path) -> None:
    text = said(open_as("people", "polk", person="p0030"))
    assert "nobody of this id" in text
    assert "FARAWAY" not in text
    assert actions(home) == [views.REFUSED]
    assert "FARAWAY" in said(open_as("people", "state", person="p0030"))
    assert "0 people found" in searched(open_as("people", "polk"), "faraway")


def test_hostile_names_are_text(open_as: OpenAs) -> None:
    app = open_as("people", "state")
    text = searched(app, "hostile")
    assert "&lt;img src=x" in text
    assert "<img" not in text
    assert "=HYPERLINK(&quot;" in searched(app, "eva hyper")
    assert "<img" not in said(open_as("people", "state", person="p0020"))


@pytest.mark.parametrize("text", ["x" * 1000, "ab", ""])
def test_a_search_too_long_or_too_short_is_refused_in_a_sentence(
    open_as: OpenAs, text: str
) -> None:
    shown = searched(open_as("people", "state"), text)
    assert "Not searched:" in shown
    assert "x" * 100 not in shown


# Review.


def test_ten_pairs_are_decided_and_one_taken_back(open_as: OpenAs, home: Path) -> None:
    app = open_as("review", "state")
    text = said(app)
    assert "12 cases" in text
    assert "≠" in text
    assert "one side" in text
    assert "&lt;b&gt;KRUSE" in text
    for answer in ("yes", "second", "no", "nobody", "skip", "yes", "yes", "no", "yes", "yes"):
        run(app, app.button(f"answer_{answer}").click())
    made = [(d.kind, d.record_key, d.voter_key) for d in review.decided(home)]
    assert made[:4] == [
        ("same", "website/signups:1", "party/voterfile:1"),
        ("same", "website/signups:2", "party/voterfile:99"),
        ("different", "website/signups:3", "party/voterfile:3"),
        ("no_voter", "website/signups:4", ""),
    ]
    assert len(made) == 9
    run(app, app.button("undo").click())
    assert "record website/signups:10:" in said(app)
    assert review.decided(home)[-1].kind == "undo"
    assert {d.who for d in review.decided(home)} == {"dee@x.example"}
    for _ in range(3):
        run(app, app.button("answer_yes").click())
    assert "record website/signups:5:" in said(app), "what was skipped comes at the end"
    run(app, app.button("answer_no").click())
    assert "Nothing waits" in said(app)


def test_what_somebody_else_decided_is_not_asked_again(open_as: OpenAs, home: Path) -> None:
    app = open_as("review")
    review.decide(home, "no_voter", "website/signups:1", "", "bob", MOMENT)
    run(app)
    assert "record website/signups:2:" in said(app)


def test_the_minutes_left_follow_the_clock(open_as: OpenAs, home: Path) -> None:
    assert "too late" not in said(open_as("review"))
    set_home_clock(home, datetime.fromisoformat("2016-01-30T12:00:00-06:00"))
    assert "too late" in said(open_as("review"))


# Hand-off.


def asked(home: Path, **more: Any) -> str:
    request = Request(
        list="walk", audience="seg_first_time", purpose="mobilise", role="field", who="bob"
    )
    wanted: Mapping[str, Any] = {**vars(request), **more}
    return make_list(load_settings(home), Request(**wanted), MOMENT).list_id


def test_a_list_is_asked_for_approved_by_another_and_taken(open_as: OpenAs, home: Path) -> None:
    app = open_as("handoff", "state")
    assert "No list has been asked for" in said(app)
    assert "nothing back" in said(app) or "tminus giveback" in said(app)
    app.selectbox("ask_audience").set_value("seg_first_time")
    run(app, app.button[0].click())
    assert "awaits somebody else" in said(app)
    run(app, app.button("approve").click())
    assert "somebody else must approve it" in said(app)
    other = open_as("handoff", "chiefs", who="ann@x.example")
    run(other, other.button("approve").click())
    assert "is made: 15 rows" in said(other)
    assert "approved by ann@x.example" in said(other)
    assert not other.get("download_button"), "leadership takes no list away"
    (entry,) = register.entries(Lake(home), MOMENT).values()
    run(app)
    assert [button.proto.label for button in app.get("download_button")] == ["Download"]
    assert entry.state == "ready"


def test_a_list_is_asked_for_within_the_roles_places(open_as: OpenAs, home: Path) -> None:
    app = open_as("handoff", "polk")
    app.selectbox("ask_audience").set_value("seg_first_time")
    app.text_input[0].set_value("19169")
    run(app, app.button[0].click())
    assert "holds for 19153 alone" in said(app)
    assert register.entries(Lake(home), MOMENT) == {}
    app.text_input[0].set_value("19153-001")
    app.number_input[0].set_value(3)
    run(app, app.button[0].click())
    assert "is made: 3 rows for 3 people" in said(app)


def test_a_list_of_another_place_or_past_its_day_is_not_taken(open_as: OpenAs, home: Path) -> None:
    asked(home, where=("19169",))
    assert not open_as("handoff", "polk").get("download_button")
    assert not open_as("handoff", "mail-house").get("download_button")
    assert open_as("handoff", "state").get("download_button")
    set_home_clock(home, datetime.fromisoformat("2016-01-29T12:00:00-06:00"))
    late = open_as("handoff", "state")
    assert not late.get("download_button")
    assert "expired" in said(late)


def test_few_people_are_not_told_to_who_sees_no_people(open_as: OpenAs, home: Path) -> None:
    asked(home, most=3)
    assert "under 10" in said(open_as("handoff", "chiefs"))
    assert "under 10" not in said(open_as("handoff", "state"))
