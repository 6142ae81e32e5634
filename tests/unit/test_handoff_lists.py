"""Lists: who is on one, what stands on it, who may ask, and until when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.handoff import register
from orchestration.handoff.lists import approve_list, make_list, usable_file
from orchestration.handoff.register import Made, Request
from orchestration.handoff.undo import undo_request
from orchestration.lake import Lake
from orchestration.ledger import audit
from orchestration.settings import Settings, UserError
from tests.handoff_home import MOMENT, ask_not_to, make_release, person, read_list

REQUEST = Request(
    list="walk", audience="seg_first_time", purpose="mobilise", role="field", who="dee"
)


def ask(settings: Settings, **more: Any) -> Made:
    return make_list(settings, replace(REQUEST, **more), MOMENT)


def rows(settings: Settings, **more: Any) -> list[dict[str, str]]:
    return read_list(ask(settings, **more).files[0])


def withheld(settings: Settings, **more: Any) -> dict[str, int]:
    return dict(ask(settings, **more).withheld)


def with_rules(settings: Settings, **rules: Any) -> Settings:
    """The same settings with other rules of hand-off."""
    handoff = settings.campaign.handoff.model_copy(update=rules)
    campaign = settings.campaign.model_copy(update={"handoff": handoff})
    return settings.model_copy(update={"campaign": campaign})


def nobody_held_out(settings: Settings) -> Settings:
    universe = settings.campaign.universe.model_copy(update={"holdout_pct": 0})
    campaign = settings.campaign.model_copy(update={"universe": universe})
    return settings.model_copy(update={"campaign": campaign})


def home(folder: Path, *people: dict[str, Any], **tables: Any) -> Settings:
    return nobody_held_out(make_release(folder, people, **tables))


# What stands on a list.


def test_walkers_go_up_one_side_of_a_street_and_down_the_other(tmp_path: Path) -> None:
    numbers = {0: "7", 1: "2", 2: "3", 3: "10", 4: "2"}
    people = [person(n, house_number=at, household_key=f"h{at}") for n, at in numbers.items()]
    found = rows(home(tmp_path, *people))
    assert [(r["side"], r["house_number"], r["stop"]) for r in found] == [
        ("even", "10", "1"), ("even", "2", "2"), ("even", "2", "2"), ("odd", "3", "3"),
        ("odd", "7", "4"),
    ]  # fmt: skip


def test_a_walk_list_carries_the_newest_site_in_local_time_and_no_phone_or_score(
    tmp_path: Path,
) -> None:
    site = {"precinct_id": "19153-001", "city": "TOWN", "address_line": "1 Hall Rd"}
    sites = [
        {
            **site,
            "site_name": "Old hall",
            "starts_at": "2016-02-02 01:00",
            "data_time": "2016-01-01",
        },
        {
            **site,
            "site_name": "New hall",
            "starts_at": "2016-02-02 01:00",
            "data_time": "2016-01-19",
        },
    ]
    (row,) = rows(home(tmp_path, person(1), sites=sites))
    assert (row["site_name"], row["site_starts_at"]) == ("New hall", "2016-02-01 19:00")
    assert not {"phone", "email", "person_id", "value"} & set(row)


def test_a_shared_number_is_one_row_and_names_no_one(tmp_path: Path) -> None:
    shared = {"phone": "+15155550001"}
    own = person(3, name_source="website")
    settings = home(tmp_path, person(1, **shared), person(2, **shared), own, person(4))
    found = {r["phone"]: r["first_name"] for r in rows(settings, list="text")}
    # The roll's names may not be used for texts, so who is known from it alone is not named.
    assert found == {"+15155550001": "", "+15155550003": "ADA3", "+15155550004": ""}


def test_a_number_names_no_one_when_somebody_outside_the_audience_holds_it(tmp_path: Path) -> None:
    other = {"person_id": "p0009", "first_name": "CY", "last_name": "ABEL", "phone": "+15155550001"}
    (row,) = rows(home(tmp_path, person(1), contacts=[other]), list="phone")
    assert row["first_name"] == row["last_name"] == ""


def test_a_household_gets_one_letter(tmp_path: Path) -> None:
    together = {"house_number": "5", "household_key": "h5"}
    settings = home(
        tmp_path,
        person(1, **together, last_name="ABEL"),
        person(2, **together, last_name="ABEL"),
        person(3),
    )
    made = ask(settings, list="mail")
    assert (made.rows, made.people) == (2, 3)
    assert {r["addressee"] for r in read_list(made.files[0])} == {
        "THE ABEL HOUSEHOLD",
        "ADA3 ABEL3",
    }


def test_a_formula_in_a_name_is_text(tmp_path: Path) -> None:
    (row,) = rows(home(tmp_path, person(1, first_name="=HYPERLINK(1)", last_name="-X")))
    assert (row["first_name"], row["last_name"]) == ("'=HYPERLINK(1)", "'-X")


# Who is not on it.


@pytest.mark.parametrize(
    ("of_person", "asked", "reason"),
    [
        ({"is_eligible": False}, {}, "not_eligible"),
        ({"street": None}, {}, "nothing_to_reach_by"),
        ({"address_source": "vendor_a"}, {}, "licence"),
        ({"phone_source": "vendor_b"}, {"list": "text"}, "licence"),
        ({"email_source": "fec"}, {"list": "email"}, "licence"),
        ({"sms_consent": None}, {"list": "text"}, "no_consent"),
        ({"phone_consent": None}, {"list": "phone", "autodial": True}, "no_consent"),
        ({"age_on_contest": 17}, {"list": "text"}, "minor"),
        ({"age_on_contest": 17, "phone_source": "vendor_b"}, {"list": "phone"}, "minor"),
        ({"channels": ["mail"]}, {}, "channel"),
    ],
)
def test_each_reason_to_be_left_out(
    tmp_path: Path, of_person: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    settings = home(tmp_path, person(1, **of_person), person(2))
    made = ask(settings, **asked)
    assert made.withheld == {reason: 1}
    assert made.people == 1


def test_a_value_of_a_weak_link_leaves_nobody_named(tmp_path: Path) -> None:
    weak = [{"person_id": "p0001", "source": "website", "probability": 0.9}]
    settings = home(tmp_path, person(1), person(2), links=weak)
    assert withheld(settings, list="phone") == {"weak_link": 1}
    assert withheld(settings, list="walk") == {}  # its address is the roll's


def test_a_bought_name_does_not_go_to_doors(tmp_path: Path) -> None:
    (row,) = rows(home(tmp_path, person(1, name_source="vendor_a", gender_source="vendor_a")))
    assert (row["first_name"], row["gender"], row["street"]) == ("", "", "MAIN ST")


def test_the_holdout_is_contacted_by_nobody(tmp_path: Path) -> None:
    settings = make_release(tmp_path, [person(n) for n in range(200)])
    left_out = withheld(settings)["held_out"]
    assert 0 < left_out < 30
    assert withheld(settings, audience="universe")["held_out"] == left_out


# Requests of this minute.


def test_a_request_that_waits_in_the_inbox_counts(tmp_path: Path) -> None:
    settings = home(tmp_path, person(1), person(2))
    ask_not_to(tmp_path, {"first_name": "Ada1", "last_name": "Abel1", "phone": "515-555-0001"})
    assert withheld(settings) == {"suppressed": 1}
    assert withheld(settings, list="email") == {"suppressed": 1}


def test_a_number_on_a_request_is_used_for_nobody(tmp_path: Path) -> None:
    settings = home(tmp_path, person(1, first_name="BO", phone="+15155550007"), person(2))
    ask_not_to(
        tmp_path,
        {"kind": "do_not_call", "first_name": "Zoe", "last_name": "Zell", "phone": "515-555-0007"},
    )
    assert withheld(settings, list="phone") == {"suppressed": 1}
    assert withheld(settings, list="mail") == {}


def test_who_is_dead_is_not_the_whole_house(tmp_path: Path) -> None:
    house = {"phone": "+15155550007", "last_name": "ABEL"}
    settings = home(
        tmp_path, person(1, first_name="BO", **house), person(2, first_name="CY", **house)
    )
    ask_not_to(
        tmp_path,
        {"kind": "deceased", "first_name": "Bo", "last_name": "Abel", "phone": "515-555-0007"},
    )
    assert withheld(settings, list="walk") == {"suppressed": 1}


def test_a_request_taken_back_counts_no_more_and_can_count_again(tmp_path: Path) -> None:
    settings = home(tmp_path, person(1), person(2))
    ask_not_to(tmp_path, {"first_name": "Ada1", "last_name": "Abel1", "phone": "515-555-0001"})
    assert withheld(settings) == {"suppressed": 1}
    key = "suppressions/requests:suppressions_20160121.csv-0"
    undo_request(Lake(tmp_path), key, "dee", "asked to be called again", MOMENT)
    assert withheld(settings) == {}
    undo_request(Lake(tmp_path), key, "dee", "mistaken", MOMENT, again=True)
    assert withheld(settings) == {"suppressed": 1}


# Who may ask, and until when.


def test_a_large_list_waits_for_somebody_else(tmp_path: Path) -> None:
    settings = with_rules(home(tmp_path, person(1), person(2)), approval_above=1)
    made = ask(settings)
    assert made.state == "awaiting approval"
    assert not made.files
    with pytest.raises(UserError, match="somebody else must approve"):
        approve_list(settings, made.list_id, " Dee", MOMENT)
    ask_not_to(tmp_path, {"first_name": "Ada1", "last_name": "Abel1", "email": "ada1@example.org"})
    approved = approve_list(settings, made.list_id, "field director", MOMENT)
    assert approved.people == 1  # drawn anew, so the request of a minute ago counts
    assert approved.manifest is not None
    assert approved.manifest["approved_by"] == "field director"
    with pytest.raises(UserError, match="awaits no approval"):
        approve_list(settings, made.list_id, "field director", MOMENT)


def test_an_expired_list_is_used_and_approved_no_more(tmp_path: Path) -> None:
    settings = home(tmp_path, person(1), person(2))
    made = ask(settings)
    assert usable_file(settings, made.list_id, MOMENT).exists()
    later = MOMENT + timedelta(days=7)
    with pytest.raises(UserError, match="is expired"):
        usable_file(settings, made.list_id, later)
    waiting = ask(with_rules(settings, approval_above=1))
    with pytest.raises(UserError, match="is expired"):
        approve_list(settings, waiting.list_id, "field director", later)


def test_no_list_outlives_the_contest_by_more_than_a_day(tmp_path: Path) -> None:
    settings = with_rules(home(tmp_path, person(1)), expires_after="52w")
    assert ask(settings).expires_at == "2016-02-02T23:59:59-06:00"
    with pytest.raises(UserError, match="no list is made after it"):
        make_list(settings, REQUEST, MOMENT + timedelta(days=14))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"list": "tattoo"}, "choose walk, phone"),
        ({"purpose": "discourage"}, "choose inform, register"),
        ({"role": "leadership"}, "may not have lists"),
        ({"role": "god"}, "may not have lists"),
        ({"most": 1_000_000}, "more than the role field may have"),
        ({"audience": "seg_nobody"}, "choose universe, seg_first_time"),
        ({"audience": "../../persons"}, "choose universe"),
        ({"audience": "universe", "list": "mail"}, "choose a segment"),
        ({"where": ("19999",)}, "nobody of seg_first_time"),
        ({"recipients": ("age1nonsense",)}, "no public key of age"),
    ],
)
def test_what_may_not_be_asked_is_said_in_a_sentence(
    tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        ask(home(tmp_path, person(1)), **asked)


def test_the_most_worth_comes_first_when_a_list_is_cut(tmp_path: Path) -> None:
    settings = home(tmp_path, *(person(n) for n in range(5)))
    made = ask(settings, list="phone", most=2)
    assert [r["phone"] for r in read_list(made.files[0])] == ["+15155550000", "+15155550001"]
    assert made.withheld == {"beyond_the_cap": 3}


# What is left behind.


def test_a_list_is_the_owners_alone_and_encrypted_when_it_leaves(tmp_path: Path) -> None:
    import pyrage

    key = pyrage.x25519.Identity.generate()
    settings = home(tmp_path, person(1))
    made = ask(settings, recipients=(str(key.to_public()),))
    sealed = Path(made.files[0])
    assert sealed.suffix == ".age"
    assert sealed.stat().st_mode & 0o077 == 0
    assert list(sealed.parent.glob("*.csv")) == []
    assert b"ADA1" in pyrage.decrypt(sealed.read_bytes(), [key])


def test_canaries_stand_on_a_list_and_on_no_other(tmp_path: Path) -> None:
    settings = home(tmp_path, *(person(n) for n in range(20)))

    def seeds(list_id: str, file: str) -> set[str]:
        text = Path(file).read_text()
        assert text.count("INVENTED PLZ") == settings.campaign.handoff.canaries
        return {line for line in text.splitlines() if "INVENTED PLZ" in line}

    one, other = ask(settings), ask(settings)
    assert not seeds(one.list_id, one.files[0]) & seeds(other.list_id, other.files[0])


def test_the_audit_names_the_list_and_no_person(tmp_path: Path) -> None:
    settings = home(tmp_path, person(1))
    made = ask(settings)
    lake = Lake(tmp_path)
    told = (lake.ledger / "audit.ndjson").read_text()
    assert [json.loads(line)["action"] for line in told.splitlines()] == ["list asked", "list made"]
    assert audit.verify(lake).holds
    assert "ABEL1" not in told
    (lake.ledger / "audit.ndjson").write_text(told.replace(made.list_id, "walk-20160121-forged", 1))
    assert not audit.verify(lake).holds


def test_a_list_whose_making_was_killed_is_unfinished_and_can_be_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home(tmp_path, person(1))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.handoff.files.write_parquet", killed)
        with pytest.raises(KeyboardInterrupt):
            ask(settings)
    (entry,) = register.entries(Lake(tmp_path), MOMENT).values()
    assert entry.state == "unfinished"
    with pytest.raises(UserError, match="is unfinished"):
        usable_file(settings, entry.list_id, MOMENT)
    assert ask(settings).state == "ready"
