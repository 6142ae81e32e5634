"""The suppliers' files of a small demo, read back with readers that are not ours."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.demo.generate import DemoReport, generate

VOTERS, SEED = 1_500, 7  # a seed in which somebody gave on the day that is corrected


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[Path, DemoReport]:
    home = tmp_path_factory.mktemp("demo")
    return home, generate(home, VOTERS, SEED)


@pytest.fixture(scope="module")
def inbox(demo) -> Path:
    return demo[0] / "inbox"


def _files(inbox: Path, source: str, pattern: str) -> list[Path]:
    return sorted(inbox.glob(f"{source}/*/{pattern}"))


def _rows(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def _day(text: str) -> date:
    month, number, year = text.split("/")
    return date(int(year), int(month), int(number))


def _voters(path: Path) -> list[list[str]]:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["voterfile.csv"]
        return list(csv.reader(io.StringIO(archive.read("voterfile.csv").decode("utf-8"))))


def _truth(demo) -> tuple[dict[str, int | None], dict[int, dict]]:
    import pyarrow.parquet as pq

    records = pq.read_table(demo[0] / "truth" / "records.parquet").to_pylist()
    people = pq.read_table(demo[0] / "truth" / "people.parquet").to_pylist()
    return (
        {row["record_key"]: row["truth_id"] for row in records},
        {row["truth_id"]: row for row in people},
    )


def test_every_delivery_lies_in_a_day_of_the_season(demo, inbox: Path) -> None:
    files = [path for path in inbox.rglob("*") if path.is_file()]
    assert len(files) == demo[1].files
    for path in files:
        received = date.fromisoformat(path.parent.name)
        assert date(2015, 12, 21) <= received <= date(2016, 2, 1)
        assert path.stat().st_size > 0
    assert {path.name for path in inbox.iterdir()} == {
        "party", "website", "organising", "events", "social", "vendor_a", "vendor_b", "field",
        "fec", "suppressions",
    }  # fmt: skip


def test_the_home_has_a_clock_inside_the_countdown(demo) -> None:
    content = json.loads((demo[0] / "home.json").read_text())
    assert content["now"].startswith("2016-01-21T06:00")


def test_the_voter_file_has_iowas_columns_and_the_partys(inbox: Path, shared_data: Path) -> None:
    with (shared_data / "layouts" / "iowa_voter_list_columns.csv").open() as stream:
        names = [row["column"] for row in csv.DictReader(stream)]
    rows = _voters(inbox / "party" / "2016-01-04" / "voterfile_full_20160104.zip")
    assert len(rows) == VOTERS
    assert {len(row) for row in rows} == {len(names) + 11}
    voter = [dict(zip(names, row, strict=False)) for row in rows]
    assert len({row["REGN_NUM"] for row in voter}) == VOTERS
    assert all(len(row["REGN_NUM"]) == 9 for row in voter)
    for row in voter:
        assert _day(row["BIRTHDATE"]) < date(1999, 1, 1)
        assert _day(row["EFF_REGN_DATE"]) < date(2016, 1, 4)
        assert row["VOTERSTATUS"] in ("Active", "Inactive")
        assert row["PARTY"] in ("REP", "DEM", "NOP", "OTH")
        assert row["COUNTY"] == row["COUNTY"].upper()
        assert row["GENERAL_VOTERVOTEMETHOD"] in ("", "AtPoll", "Absentee")
        assert bool(row["GENERAL_ELECTION_DATE"]) == bool(row["GENERAL_VOTERVOTEMETHOD"])
        assert row["POLITICAL_PARTY"] in ("", "REP", "DEM")
    inactive = sum(row["VOTERSTATUS"] == "Inactive" for row in voter)
    assert 0.05 < inactive / VOTERS < 0.1


def test_the_partys_own_columns(inbox: Path) -> None:
    rows = _voters(inbox / "party" / "2016-01-04" / "voterfile_full_20160104.zip")
    own = [row[132:] for row in rows]
    assert all(row[0].startswith("R") and len(row[0]) == 12 for row in own)
    assert all(row[3] in ("", "Y") and row[4] in ("", "Y") for row in own)
    assert sum(row[4] == "Y" for row in own) == round(121_503 / 2_090_298 * VOTERS)
    assert all(row[10][:2] == "19" and row[10][5] == "-" for row in own)
    assert {row[6] for row in own} <= {*"ABCDEFGHIJK", ""}


def test_the_second_voter_file_has_news(inbox: Path) -> None:
    first, second = (
        {row[0]: row for row in _voters(path)} for path in _files(inbox, "party", "*.zip")
    )
    assert first.keys() - second.keys(), "somebody has left the roll"
    assert second.keys() - first.keys(), "somebody is new on it"
    changed = [key for key in first.keys() & second.keys() if first[key] != second[key]]
    assert 0 < len(changed) < 0.05 * VOTERS
    for key in changed:
        assert _day(second[key][6]) > date(2016, 1, 4)


@pytest.mark.parametrize(
    ("pattern", "moment"),
    [("signups_*", "created_at"), ("donations_*", "donated_at"), ("volunteers_*", "submitted_at")],
)
def test_the_websites_exports_tell_of_days_gone_by(inbox: Path, pattern: str, moment: str) -> None:
    files = _files(inbox, "website", pattern)
    assert files
    for path in files:
        received = date.fromisoformat(path.parent.name)
        for row in _rows(path):
            assert datetime.fromisoformat(row[moment]).date() < received
            assert None not in row, "no row is longer than the header"
            assert None not in row.values(), "and none is shorter"


def test_a_file_is_sent_again_and_another_is_corrected(inbox: Path) -> None:
    website = inbox / "website"
    first = (website / "2016-01-07" / "signups_20160107.csv").read_bytes()
    assert first == (website / "2016-01-09" / "signups_20160107.csv").read_bytes()
    wrong = _rows(website / "2016-01-12" / "donations_20160112.csv")
    right = _rows(website / "2016-01-14" / "donations_20160112.csv")
    assert [row["donation_id"] for row in wrong] == [row["donation_id"] for row in right]


def test_test_rows_were_left_in_the_live_form(demo, inbox: Path) -> None:
    records, _ = _truth(demo)
    rows = [row for path in _files(inbox, "website", "signups_*") for row in _rows(path)]
    found = [row for row in rows if row["Email"] == "test@test.com"]
    assert ("Test", "Test") in {(row["First Name"], row["Last Name"]) for row in found}
    assert all(records[f"website/signups:{row['signup_id']}"] is None for row in found)


def test_each_export_of_the_organising_software_holds_everybody_known(inbox: Path) -> None:
    exports = [_rows(path) for path in _files(inbox, "organising", "nationbuilder_people_*")]
    assert len(exports) == 6
    known: set[str] = set()
    for rows in exports:
        ids = [row["nationbuilder_id"] for row in rows]
        assert len(ids) == len(set(ids))
        assert known <= set(ids)
        known = set(ids)
    log = [
        r for path in _files(inbox, "organising", "nationbuilder_contacts_*") for r in _rows(path)
    ]
    assert {row["nationbuilder_id"] for row in log} <= known | {
        row["nationbuilder_id"] for row in log
    }
    assert {row["method"] for row in log} <= {"door_knock", "phone_call", "text", "email"}


def test_event_pages_are_whole_and_say_how_many_there_are(inbox: Path) -> None:
    events = json.loads((inbox / "events" / "2016-01-19" / "events_p1.json").read_text())
    ids = {event["id"] for event in events["events"]}
    assert events["pagination"]["object_count"] == len(ids)
    pages = _files(inbox, "events", "attendees_*")
    assert pages
    states: Counter[str] = Counter()
    for path in pages:
        content = json.loads(path.read_text())
        assert len(content["attendees"]) <= content["pagination"]["page_size"]
        for guest in content["attendees"]:
            assert guest["event_id"] in ids
            assert guest["profile"]["email"]
            assert guest["checked_in"] == (guest["status"] == "Checked In")
            states[guest["status"]] += 1
    assert states["Checked In"] > 0
    assert states["Attending"] > 0


def test_events_attract_people_who_do_not_exist(demo, inbox: Path) -> None:
    records, _ = _truth(demo)
    fakes = {
        guest["id"]
        for path in _files(inbox, "events", "attendees_*")
        for guest in json.loads(path.read_text())["attendees"]
        if guest["profile"]["email"].endswith("@throwaway.example")
    }
    assert fakes
    assert all(records[f"events/attendees:{number}"] is None for number in fakes)


def test_social_lines_are_objects_of_people_who_opted_in(inbox: Path) -> None:
    for path in _files(inbox, "social", "interactions_*"):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            assert item["opted_in"] is True
            assert item["kind"] in ("like", "comment", "share", "rsvp")
            assert item["handle"].startswith("@")


def test_the_purchased_files_seldom_know_the_partys_id(inbox: Path) -> None:
    (wide,) = _files(inbox, "vendor_a", "*")
    rows = _rows(wide)
    assert len(rows) > 0.5 * VOTERS
    assert len({row["CONS_ID"] for row in rows}) == len(rows)
    assert sum(row["STATE_VOTER_ID"] == "" for row in rows) >= 0.4 * len(rows)
    assert all(row["INC_CD"] in "ABCDEFGHIJK" and row["EDUC_CD"] in "12345" for row in rows)


def test_the_second_vendor_writes_tabs_and_cp1252(inbox: Path) -> None:
    (path,) = _files(inbox, "vendor_b", "*")
    assert path.parent.name == "2016-01-11"
    with pytest.raises(UnicodeDecodeError):
        path.read_text(encoding="utf-8")
    rows = _rows(path, "cp1252", "\t")
    assert all(", " in row["FullName"] for row in rows)
    assert any("Í" in row["FullName"] or "’" in row["FullName"] for row in rows)
    assert all(0 <= int(row["Modeled_Partisan"]) <= 100 for row in rows)


def test_canvass_results_and_survey(inbox: Path) -> None:
    walked = [row for path in _files(inbox, "field", "canvass_*") for row in _rows(path)]
    assert {row["support"] for row in walked} <= {"", *"12345"}
    assert all(row["support"] == "" for row in walked if row["contact_quality"] == "not_home")
    (path,) = _files(inbox, "field", "id_survey_*")
    survey = _rows(path)
    assert 100 <= len(survey) <= 2_000
    assert {row["vote_choice"] for row in survey} <= {*"12345"}
    assert {row["certain_to_attend"] for row in survey} <= {*"1234"}
    weights = [float(row["weight"]) for row in survey]
    assert sum(weights) / len(weights) == pytest.approx(1, abs=0.01)


def test_pledge_cards_are_a_workbook_with_a_backlog(inbox: Path) -> None:
    import openpyxl

    paths = _files(inbox, "field", "pledge_cards_*.xlsx")
    assert paths
    for path in paths:
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["Cards", "Backlog"]
        header, *cards = book["Cards"].iter_rows(values_only=True)
        assert header[0] == "Card No"
        assert header[-1] == "Box"
        assert all(card[1].date() < date.fromisoformat(path.parent.name) for card in cards)
        assert book["Backlog"].max_row >= 2


def test_sites_are_shared_and_change_late(inbox: Path) -> None:
    before, after = (_rows(path) for path in _files(inbox, "field", "caucus_sites_*"))
    assert len(before) == len(after) == 1_681
    assert len({(row["site_name"], row["address"], row["zip"]) for row in before}) < 1_300
    changed = sum(a["site_name"] != b["site_name"] for a, b in zip(before, after, strict=True))
    assert 20 < changed < 170


@pytest.mark.parametrize(("name", "code"), [("9000137.fec", "Q3"), ("9000291.fec", "YE")])
def test_the_filings_tie_to_their_summary(inbox: Path, name: str, code: str) -> None:
    import fecfile

    (path,) = _files(inbox, "fec", name)
    parsed = fecfile.loads(path.read_text())
    assert parsed["header"]["fec_version"] == "8.1"
    assert parsed["filing"]["report_code"] == code
    lines = parsed["itemizations"]["Schedule B"]
    counted = [line for line in lines if line["memo_code"] != "X"]
    assert len(counted) < len(lines), "there are memo items"
    total = sum(round(line["expenditure_amount"] * 100) for line in counted)
    assert total == round(parsed["filing"]["col_a_operating_expenditures"] * 100)
    first, last = (parsed["filing"][f"coverage_{end}_date"] for end in ("from", "through"))
    assert all(first <= line["expenditure_date"] <= last + timedelta(days=1) for line in counted)


def test_suppression_requests_name_kind_and_channel(inbox: Path) -> None:
    rows = [row for path in _files(inbox, "suppressions", "*") for row in _rows(path)]
    assert rows
    kinds = {"opt_out", "do_not_call", "deletion", "wrong_number", "deceased"}
    assert {row["kind"] for row in rows} <= kinds
    assert {row["channel"] for row in rows} <= {"all", "phone", "text", "mail", "email", "door"}


def test_every_record_has_its_truth(demo, inbox: Path) -> None:
    records, people = _truth(demo)
    kinds = [
        ("website", "signups_*", "website/signups", "signup_id"),
        ("website", "donations_*", "website/donors", "donation_id"),
        ("website", "volunteers_*", "website/volunteers", "form_id"),
        ("organising", "nationbuilder_people_*", "organising/people", "nationbuilder_id"),
        ("vendor_a", "*", "vendor_a/consumers", "CONS_ID"),
        ("field", "canvass_*", "field/canvass", "canvass_id"),
        ("field", "id_survey_*", "field/id_survey", "respid"),
        ("suppressions", "*", "suppressions/requests", "request_id"),
    ]
    for source, pattern, feed, column in kinds:
        for path in _files(inbox, source, pattern):
            for row in _rows(path):
                assert f"{feed}:{row[column]}" in records, (path.name, row[column])
    for path in _files(inbox, "party", "*.zip"):
        for row in _voters(path):
            owner = records[f"party/voterfile:{row[0]}"]
            assert owner in people
    assert {owner for owner in records.values() if owner is not None} <= people.keys()


def test_most_contact_records_look_like_their_person_and_some_do_not(demo, inbox: Path) -> None:
    records, people = _truth(demo)
    by_person = {
        records[f"party/voterfile:{row[0]}"]: row
        for row in _voters(_files(inbox, "party", "*.zip")[0])
    }
    same = other = 0
    for path in _files(inbox, "website", "signups_*"):
        for row in _rows(path):
            owner = records[f"website/signups:{row['signup_id']}"]
            if owner in by_person:
                is_same = row["Last Name"].strip().upper() == by_person[owner][3]
                same, other = same + is_same, other + (not is_same)
    assert same > 5 * other > 0
    assert len(people) > VOTERS


def test_some_people_are_registered_twice(demo, inbox: Path) -> None:
    records, people = _truth(demo)
    rows = _voters(_files(inbox, "party", "*.zip")[0])
    owners = Counter(records[f"party/voterfile:{row[0]}"] for row in rows)
    assert max(owners.values()) == 2
    twice = [row for row in rows if owners[records[f"party/voterfile:{row[0]}"]] == 2]
    names = {records[f"party/voterfile:{row[0]}"]: set() for row in twice}
    for row in twice:
        names[records[f"party/voterfile:{row[0]}"]].add((row[3], row[31]))
    assert all(len(known) == 1 for known in names.values()), "one name and birth date under two ids"
    assert all(owner in people for owner in owners)


def test_the_report_counts_what_was_written(demo, inbox: Path) -> None:
    report = demo[1]
    assert report.voters == VOTERS
    assert report.rows["vendor_a/consumer_ia"] == len(_rows(_files(inbox, "vendor_a", "*")[0]))
    assert 0.1 < report.contacts / VOTERS < 0.25
