"""The inbox as landing sees it: days, names, unfinished transfers, links, first sight."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from orchestration.lake import Lake
from orchestration.landing.arrivals import Arrival, Sightings, being_written, scan

TODAY = date(2016, 1, 21)


def put(home: Path, name: str, content: str = "a,b\n1,2\n") -> Path:
    path = home / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def only(home: Path) -> Arrival:
    (arrival,) = scan(home / "inbox")
    return arrival


def test_a_home_without_inbox_has_no_arrivals(tmp_path: Path) -> None:
    assert scan(tmp_path / "inbox") == []


def test_files_come_in_the_order_of_their_days(tmp_path: Path) -> None:
    put(tmp_path, "website/2016-01-20/a.csv")
    put(tmp_path, "field/2016-01-19/z.csv")
    put(tmp_path, "field/late.csv")
    found = [(a.source, a.name, a.received) for a in scan(tmp_path / "inbox")]
    assert found == [
        ("field", "2016-01-19/z.csv", date(2016, 1, 19)),
        ("website", "2016-01-20/a.csv", date(2016, 1, 20)),
        ("field", "late.csv", None),
    ]


def test_one_source_can_be_looked_at_alone(tmp_path: Path) -> None:
    put(tmp_path, "website/2016-01-20/a.csv")
    put(tmp_path, "field/2016-01-19/z.csv")
    assert [a.source for a in scan(tmp_path / "inbox", "field")] == ["field"]


@pytest.mark.parametrize("name", ["x.csv.part", "x.TMP", "x.zip.filepart", "x.crdownload"])
def test_an_unfinished_transfer_waits(tmp_path: Path, name: str) -> None:
    put(tmp_path, f"website/2016-01-20/{name}")
    assert only(tmp_path).waiting


def test_hidden_files_are_not_seen(tmp_path: Path) -> None:
    put(tmp_path, "website/2016-01-20/.x.csv.swp")
    assert scan(tmp_path / "inbox") == []


@pytest.mark.parametrize("folder", ["2016-02-30", "monday", "2016-1-2"])
def test_a_folder_that_is_no_day_is_refused(tmp_path: Path, folder: str) -> None:
    put(tmp_path, f"website/{folder}/a.csv")
    assert "is no day" in only(tmp_path).problem


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("x")
    link = put(tmp_path, "website/2016-01-20/a.csv")
    link.unlink()
    link.symlink_to(secret)
    assert "symbolic link" in only(tmp_path).problem


def test_a_linked_folder_is_refused_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.csv").write_text("x")
    (tmp_path / "inbox" / "website").mkdir(parents=True)
    (tmp_path / "inbox" / "website" / "2016-01-20").symlink_to(outside)
    assert "symbolic link" in only(tmp_path).problem


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "website" / "2016-01-20"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "a.csv")
    assert "no ordinary file" in only(tmp_path).problem


def test_a_file_open_for_writing_is_noticed(tmp_path: Path) -> None:
    path = put(tmp_path, "website/2016-01-20/a.csv")
    with path.open("a"):
        assert being_written(path)
    assert not being_written(path)


def test_first_sight_is_recorded_once(tmp_path: Path) -> None:
    put(tmp_path, "website/a.csv")
    lake = Lake(tmp_path)
    first = Sightings(lake).see(only(tmp_path), TODAY)
    again = Sightings(lake).see(only(tmp_path), date(2016, 1, 30))
    assert first is not None
    assert again is not None
    assert first.first_seen == again.first_seen == "2016-01-21"


def test_new_content_under_an_old_name_is_a_new_sighting(tmp_path: Path) -> None:
    path = put(tmp_path, "website/a.csv")
    lake = Lake(tmp_path)
    first = Sightings(lake).see(only(tmp_path), TODAY)
    path.write_text("other content\n")
    second = Sightings(lake).see(only(tmp_path), date(2016, 1, 30))
    assert first is not None
    assert second is not None
    assert first.delivery != second.delivery
    assert second.first_seen == "2016-01-30"


def test_an_unchanged_file_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "website/a.csv")
    lake = Lake(tmp_path)
    Sightings(lake).see(only(tmp_path), TODAY)

    def fail(path: Path) -> str:
        raise AssertionError(path)

    monkeypatch.setattr("orchestration.landing.arrivals.file_hash", fail)
    assert Sightings(lake).see(only(tmp_path), TODAY)


def test_a_file_that_changes_while_it_is_read_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "website/a.csv")
    arrival = only(tmp_path)

    def grow(_: Path) -> str:
        path.write_text("more and more\n")
        return "0" * 16

    monkeypatch.setattr("orchestration.landing.arrivals.file_hash", grow)
    assert Sightings(Lake(tmp_path)).see(arrival, TODAY) is None
