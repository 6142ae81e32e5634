"""The demo as a whole: equal bytes, nothing half-written, mistakes told in a sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from orchestration.demo import generate as module
from orchestration.demo.generate import generate
from orchestration.settings import UserError

VOTERS = 1_000


def _fingerprint(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("inbox", "truth")
        for path in sorted((home / folder).rglob("*"))
        if path.is_file() and path.name != "demo.json"
    }


@pytest.fixture(scope="module")
def standing(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("standing")
    generate(home, VOTERS, 3)
    return home


def test_the_same_seed_gives_the_same_bytes(standing: Path, home: Path) -> None:
    generate(home, VOTERS, 3)
    assert _fingerprint(home) == _fingerprint(standing)


def test_another_seed_gives_other_people(standing: Path, home: Path) -> None:
    generate(home, VOTERS, 4)
    ours, others = _fingerprint(home), _fingerprint(standing)
    name = "inbox/party/2016-01-04/voterfile_full_20160104.zip"
    assert ours[name] != others[name]


def test_a_second_call_changes_nothing_and_says_so(standing: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in standing.rglob("*")}
    report = generate(standing, VOTERS, 3)
    assert not report.fresh
    assert report.voters == VOTERS
    assert before == {path: path.stat().st_mtime_ns for path in standing.rglob("*")}


def test_another_demo_does_not_overwrite_this_one(standing: Path) -> None:
    with pytest.raises(UserError, match="another demo"):
        generate(standing, VOTERS, 5)


def test_deliveries_that_are_no_demo_are_not_touched(home: Path) -> None:
    file = home / "inbox" / "website" / "2016-01-05" / "signups_20160105.csv"
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    with pytest.raises(UserError, match="deliveries already"):
        generate(home, VOTERS)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [({"voters": 0}, "voters"), ({"voters": 10**9}, "voters"), ({"world": "flat"}, "friendly")],
)
def test_impossible_arguments_are_told(home: Path, arguments: dict, word: str) -> None:
    with pytest.raises(UserError, match=word):
        generate(home, **arguments)
    assert not (home / "inbox").exists()


def test_a_demo_that_dies_leaves_nothing_behind(home: Path, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(module.fec, "write", broken)
    with pytest.raises(OSError, match="no space"):
        generate(home, VOTERS, 3)
    assert list(home.iterdir()) == []


def test_many_chunks_keep_ids_and_totals(home: Path) -> None:
    import pyarrow.parquet as pq

    report = generate(home, 1_000, 3, chunk_size=500)
    records = pq.read_table(home / "truth" / "records.parquet")["record_key"].to_pylist()
    assert len(records) == len(set(records))
    people = pq.read_table(home / "truth" / "people.parquet")
    assert len(set(people["truth_id"].to_pylist())) == people.num_rows
    assert sum(people["attends"].to_pylist()) == 89
    assert report.voters == 1_000


def test_progress_is_told(home: Path) -> None:
    told: list[float] = []
    generate(home, VOTERS, 3, chunk_size=500, progress=told.append)
    assert told == [0.5, 1.0]
