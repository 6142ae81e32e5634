"""A replay's parts without its runs: scenarios on an inbox, sayings, burn-up, the picture."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.lake import Lake
from orchestration.ledger import deliveries
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.replay.days import Replay
from orchestration.replay.picture import chart_of
from orchestration.replay.scenarios import SCENARIOS, scenario
from orchestration.replay.scored import Burnt, burn_up, sayings
from orchestration.replay.scratch import share
from orchestration.settings import Settings, UserError, load_settings

EVE = "2016-01-31"


@pytest.fixture
def settings(home: Path) -> Settings:
    """An inbox with a few files of every source that a scenario touches."""
    settings = load_settings(home)
    for name, text in (
        ("party/2016-01-04/voterfile.zip", "first"),
        ("party/2016-01-18/voterfile.zip", "second"),
        ("vendor_a/2016-01-02/consumer.csv", "a"),
        ("vendor_a/2016-01-20/consumer.csv", "b"),
        ("vendor_b/2016-01-11/profiles.txt", "c"),
        ("field/2016-01-12/canvass_1.csv", "canvass_id,support\nK1,1\nK2,\nK3,4\n"),
        (f"website/{EVE}/signups_1.csv", "signup_id,Email,Mobile\nS1,a@b.example,515\nS2,,\n"),
        (f"website/{EVE}/donations_1.csv", "donation_id\nD1\n"),
    ):
        file = settings.home / "inbox" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return settings


def prepared(settings: Settings, name: str) -> Path:
    """The inbox as a scenario leaves it before the first day."""
    inbox = Lake(settings.home).inbox
    scenario(name).prepare(inbox, settings.campaign.contest_plan())
    return inbox


def table(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_party_is_two_weeks_late_and_no_file_is_lost(settings: Settings) -> None:
    party = prepared(settings, "party_late") / "party"
    found = {f.parent.name: f.read_text() for f in party.glob("*/*")}
    assert found == {"2016-01-18": "first", "2016-02-01": "second"}


def test_a_vendor_never_delivers(settings: Settings) -> None:
    inbox = prepared(settings, "never")
    assert not (inbox / "vendor_b").exists()
    assert (inbox / "vendor_a").exists()


def test_a_flood_has_new_ids_and_addresses(settings: Settings) -> None:
    rows = table(prepared(settings, "flood") / "website" / EVE / "signups_1.csv")
    assert len(rows) == 80
    assert len({r["signup_id"] for r in rows}) == 80
    assert rows[0]["Email"] == "a@b.example"
    assert {r["Email"] for r in rows[1::2]} == {""}


def test_a_revoked_source_is_withdrawn_and_comes_no_more(settings: Settings) -> None:
    lake = Lake(settings.home)
    record = DeliveryRecord(
        "vendor_a", "hash", "2016-01-02/consumer.csv", "2016-01-02", "landed", "2016-01-02T06:00"
    )
    deliveries.append(lake, record)
    scenario("revoked").morning(settings, date(2016, 1, 18))
    assert [r.state for r in deliveries.read(lake)] == ["landed", "withdrawn"]
    assert [f.name for f in (lake.inbox / "vendor_a").iterdir()] == ["2016-01-02"]


def test_a_canvass_comes_again_turned_round(settings: Settings) -> None:
    scenario("bad_model").morning(settings, date(2016, 1, 21))
    inbox = Lake(settings.home).inbox
    rows = table(inbox / "field" / "2016-01-21" / "canvass_1.csv")
    assert [r["support"] for r in rows] == ["5", "", "2"]
    assert "K1,1" in (inbox / "field" / "2016-01-12" / "canvass_1.csv").read_text()


def test_a_day_without_a_run_is_one_day(settings: Settings) -> None:
    contest = settings.campaign.contest_plan()
    down = scenario("daemon_down")
    days = [contest.day - timedelta(days=n) for n in range(42)]
    assert [d for d in days if down.is_today(contest, d)] == [date(2016, 1, 23)]


def test_an_unknown_scenario_names_the_known(settings: Settings) -> None:
    with pytest.raises(UserError, match="known are party_late, never"):
        scenario("meteor")
    assert scenario(None) not in SCENARIOS.values()


def test_what_a_scenario_changes_is_landed_anew(settings: Settings) -> None:
    lake = Lake(settings.home)
    for source in ("party", "website"):
        deliveries.append(lake, DeliveryRecord(source, "h", "f", EVE, "landed", "t"))
    scratch = share(settings, "r", ("party",))
    assert [r.source for r in deliveries.read(Lake(scratch.home))] == ["website"]
    assert len(deliveries.read(lake)) == 2
    assert (scratch.home / "inbox" / "party").is_dir()


def test_burn_up_counts_days_against_cadence(settings: Settings, moment: datetime) -> None:
    lake = Lake(settings.home)
    for day in ("2016-01-18", "2016-01-18", "2016-01-20", "2016-01-25"):
        deliveries.append(lake, DeliveryRecord("website", day, day, day, "landed", "t"))
    burnt = burn_up(settings, moment)
    assert burnt["website"] == Burnt(2, 4.0)
    assert (burnt["party"].came, burnt["party"].share) == (0, 0.0)


def test_sayings_are_of_what_is_still_open() -> None:
    now = datetime.fromisoformat("2016-01-21T12:00:00-06:00")
    due = "2016-01-30T23:59:59-06:00"
    goal = {"deadline": due, "p_on_time": 0.7, "p50": due, "p90": None}
    source = {"planned": due, "needed_by": due, "p_on_time": 0.4, "p50": due, "p90": due}
    report = {
        "sources": [{"name": "website", "state": "late"}],
        "forecast": {
            "deliverables": [
                {**goal, "name": "lists", "state": "open"},
                {**goal, "name": "books", "state": "done"},
            ],
            "sources": [
                {**source, "name": "website"},
                {**source, "name": "fec", "planned": None},
            ],
        },
    }
    said = sayings(report, {"website": Burnt(3, 2.0)}, now)
    assert [(s.kind, s.name) for s in said] == [("deliverable", "lists"), ("source", "website")]
    assert said[0].p90 is None
    assert said[1].plain == {"status": 0.0, "burn_up": 1.0}


def lived_days(home: Path) -> Replay:
    """Three days: a release, one held back, one without a run."""
    days = [
        {
            "day": f"2016-01-2{n}",
            "release": release,
            "failed": failed,
            "p_ready": chance,
            "p_on_time": {"phone_lists": chance or 0.0},
            "states": {"phone_lists": "open"},
            "came": n,
            "wanted": n + 0.5,
            "sources": {"party": "late", "website": "on_time"},
        }
        for n, release, failed, chance in (
            (6, "one", {}, 0.8),
            (7, "one", {"release": "held back by 1 check"}, 0.4),
            (8, None, {"run": "nothing ran on this day"}, None),
        )
    ]
    return Replay(str(home), "daemon_down", days, {}, {"Phone lists": "2016-01-27"}, 1.0)


def test_the_picture_shows_runs_chances_and_deadlines(tmp_path: Path) -> None:
    words = chart_of(lived_days(tmp_path)).to_json()
    for wanted in ("nothing runs for a day", "P(on time)", "Phone lists", "held back", "party"):
        assert wanted in words


def test_a_replay_is_plain_data(tmp_path: Path) -> None:
    from dataclasses import asdict

    assert json.loads(json.dumps(asdict(lived_days(tmp_path))))["scenario"] == "daemon_down"
