"""Looking at people: what a search finds, what one person's page tells, what is written of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.handoff import views
from orchestration.handoff.people import Person, Search
from orchestration.handoff.views import Viewer
from orchestration.lake import Lake
from orchestration.landing.land import land
from orchestration.ledger import alerts, audit
from orchestration.release.read import Release, current_release
from orchestration.settings import Settings, UserError
from tests.handoff_home import KNOWN_OF_ONE, MOMENT, ask_not_to, make_release, person

ALL = Viewer("dee", ("all",))
POLK = Viewer("pat", ("19153",))


def release_of(settings: Settings) -> Release:
    release = current_release(settings.home)
    assert release is not None
    return release


def found(settings: Settings, text: str, viewer: Viewer = ALL) -> list[str]:
    result = views.search(settings, release_of(settings), viewer, text, MOMENT)
    assert isinstance(result, Search)
    return [one.person_id for one in result.people]


def look(settings: Settings, person_id: str, viewer: Viewer = ALL) -> Person:
    return views.look(settings, release_of(settings), viewer, person_id, MOMENT)


def written(settings: Settings) -> list[tuple[str, str, str]]:
    entries = audit.entries(Lake(settings.home))
    return [(e["actor"], e["action"], e["subject"]) for e in entries if "land" not in e["action"]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    elsewhere = person(
        2, last_name="ABELSON", county_fips="19169", precinct_id="19169-007", phone="+15155559999"
    )
    return make_release(
        tmp_path,
        [
            person(1, last_name="O'BRIEN", first_name="JOSÉ"),
            elsewhere,
            person(3, last_name="GONE", is_deletion=True),
        ],
        contacts=[
            {"person_id": "p0001", "phone": "+15155550199", "email": "Jo@Example.org",
             "source": "website", "data_time": "2016-01-15 08:00:00"}
        ],
        **KNOWN_OF_ONE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("obrien", ["p0001"]),
        ("O'Brien, José", ["p0001"]),
        ("jos o'b", ["p0001"]),
        ("abel", ["p0002"]),
        ("(515) 555-0199", ["p0001"]),
        ("jo@example.ORG", ["p0001"]),
        ("nobody", []),
        ("%%%abc_", []),
        ("' or true --abc", []),
    ],
)
def test_people_are_found_as_people_write_them(
    settings: Settings, text: str, ids: list[str]
) -> None:
    assert found(settings, text) == ids


@pytest.mark.parametrize("text", ["", "ab", "a b c", "5155", "x" * 1000, "<>", "12"])
def test_a_search_that_means_everybody_or_is_too_long_is_refused_in_a_sentence(
    settings: Settings, text: str
) -> None:
    with pytest.raises(UserError) as refused:
        found(settings, text)
    assert len(str(refused.value)) < 200
    assert written(settings) == []


def test_no_more_than_a_screenful_is_told(tmp_path: Path) -> None:
    many = make_release(tmp_path, [person(n, last_name="SMITH") for n in range(40)])
    result = views.search(many, release_of(many), ALL, "smith", MOMENT)
    assert (len(result.people), result.is_cut) == (25, True)


def test_who_asked_to_be_deleted_is_found_by_nobody(settings: Settings) -> None:
    assert found(settings, "gone") == []
    with pytest.raises(UserError, match="nobody of this id"):
        look(settings, "p0003")


def test_another_precincts_person_is_neither_found_nor_opened(settings: Settings) -> None:
    assert found(settings, "abel", POLK) == []
    with pytest.raises(UserError) as elsewhere:
        look(settings, "p0002", POLK)
    with pytest.raises(UserError) as nowhere:
        look(settings, "<script>", POLK)
    assert str(elsewhere.value) == str(nowhere.value), "the answer tells who exists"
    assert look(settings, "p0002", Viewer("pat", ("19169-007",))).name == "ADA2 ABELSON"
    refused = [entry for entry in written(settings) if entry[1] == views.REFUSED]
    assert refused == [("pat", views.REFUSED, "nobody")] * 2


def test_a_person_is_told_with_sources_dates_and_evidence(settings: Settings) -> None:
    told = look(settings, "p0001")
    assert told.name == "JOSÉ O'BRIEN"
    phones = [(v.text, v.sources, v.newest, v.is_chosen) for v in told.values if v.field == "phone"]
    assert phones == [
        ("+15155550001", ("website",), date(2016, 1, 15), True),
        ("+15155550123", ("vendor_b",), date(2015, 8, 28), False),
    ]
    assert told.links == (("website/signups:7", "website", "splink", "model", "0.9870", ""),)
    assert [(s.model, s.low, s.high, s.group) for s in told.scores] == [
        ("attendance", 0.3, 0.55, "generals_only")
    ]
    assert told.engagements == (("2016-01-10", "attended", "events", "checked_in"),)
    assert [name for name, _ in told.reasons] == ["seg_first_time"]
    assert set(told.ways.values()) == {""}


def test_a_request_of_a_minute_ago_closes_the_way(settings: Settings) -> None:
    ask_not_to(settings.home, {"phone": "515-555-0001", "channel": "phone", "first_name": "JOSE"})
    land(settings, MOMENT, only="suppressions")
    ways = look(settings, "p0001").ways
    assert ways["phone"] == ways["text"] == "asked not to be contacted so"
    assert ways["door"] == ""


def test_who_asked_to_be_deleted_a_minute_ago_is_not_shown(settings: Settings) -> None:
    ask_not_to(settings.home, {"kind": "deletion", "email": "ada1@example.org"})
    land(settings, MOMENT, only="suppressions")
    with pytest.raises(UserError, match="asked to be deleted"):
        look(settings, "p0001")
    assert look(settings, "p0002").ways["door"] == ""


def test_every_look_is_written_without_a_value(settings: Settings) -> None:
    found(settings, "obrien")
    look(settings, "p0001")
    assert written(settings) == [
        ("dee", views.SEARCHED, release_of(settings).id),
        ("dee", views.LOOKED, "p0001"),
    ]
    text = (Lake(settings.home).ledger / "audit.ndjson").read_text().lower()
    assert not any(value in text for value in ("brien", "555", "example.org"))
    assert audit.verify(Lake(settings.home)).holds


def test_reading_people_in_bulk_is_told_once_an_hour(settings: Settings) -> None:
    rules = settings.campaign.app.model_copy(update={"looks_per_hour": 3})
    few: Any = settings.campaign.model_copy(update={"app": rules})
    strict = settings.model_copy(update={"campaign": few})
    release = release_of(strict)
    for minute in range(6):
        views.look(strict, release, ALL, "p0001", MOMENT + timedelta(minutes=minute))
    views.look(strict, release, POLK, "p0001", MOMENT)
    told = alerts.messages(Lake(strict.home))
    assert [message.title for message in told] == ["dee looks at many people"]
    assert [w for w in written(strict) if w[1] == views.BULK] == [("dee", views.BULK, "people")]
