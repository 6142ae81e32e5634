"""A large file lands in parts, and everything that reads landed rows reads all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.contracts.readers import delimited, slices
from orchestration.lake import Lake, connect, sql_path
from orchestration.landing import places, writing
from orchestration.landing.changes import count_changes, write_changes
from orchestration.landing.effective import Effective
from orchestration.landing.land import known_deliveries, land
from orchestration.landing.places import all_of, changes_path, is_whole, landed_path, parts_of
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import Settings, load_settings
from orchestration.sources.registry import load_contracts

CONTRACT = """
source: state
title: A state
owner: data director
licence: public_record
delivery: {mode: snapshot}
feeds:
  - name: voters
    files: "voters*"
    format: csv
    entity: voter
    columns:
      record_id: {from: id, required: true, unique: true}
      last_name: {from: last, required: true}
      party: {from: party}
    wide: {score: {from: score, type: INTEGER}}
"""
ROWS = 40


@pytest.fixture
def settings(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(delimited, "WHOLE", 0)
    monkeypatch.setattr(slices, "SLICE", 200)
    monkeypatch.setattr(slices, "BLOCK", 64)
    monkeypatch.setattr(writing, "LARGE", 0)
    (tmp_path / "sources" / "state").mkdir(parents=True)
    (tmp_path / "sources" / "state" / "source.yaml").write_text(CONTRACT)
    return load_settings(home).model_copy(update={"sources": tmp_path / "sources"})


def put(settings: Settings, day: str, changed: dict[int, str]) -> None:
    path = settings.home / "inbox" / "state" / day / "voters.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [changed.get(n, f"{n},Last,R,{n}") for n in range(ROWS)]
    path.write_text("id,last,party,score\n" + "".join(f"{line}\n" for line in lines))


def landed(settings: Settings, record: DeliveryRecord) -> list[Path]:
    return all_of(landed_path(Lake(settings.home), "state", record.delivery, "voter", "voters"))


def known(settings: Settings, moment: datetime) -> list[Effective]:
    contracts = load_contracts(settings.sources)
    return known_deliveries(Lake(settings.home), contracts, moment.date())


def test_parts_hold_every_row_once_and_in_order(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-20", {5: "5,,R,5", 30: "3,Again,R,3", 31: "31,x"})
    (record,) = land(settings, moment)
    assert (record.state, record.read, record.landed, record.quarantined) == ("landed", 40, 37, 3)
    files = landed(settings, record)
    assert files == parts_of(files[0].with_name("voters.parquet"), len(files))
    assert len(files) > 2
    wide = all_of(places.wide_path(Lake(settings.home), "state", record.delivery, "voters"))
    assert [f.name for f in wide] == [f.name for f in files]
    with connect(settings.home) as con:
        read = [
            row
            for file, beside in zip(files, wide, strict=True)
            for row in con.execute(
                f"select row_number, score from read_parquet({sql_path(file)}) "
                f"positional join read_parquet({sql_path(beside)})"
            ).fetchall()
        ]
    kept = [n for n in range(ROWS) if n not in {5, 30, 31}]
    assert read == [(n + 1, n) for n in kept]
    assert land(settings, moment) == []


def test_a_part_that_is_gone_lands_the_file_again(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-20", {})
    (record,) = land(settings, moment)
    files = landed(settings, record)
    before = [file.read_bytes() for file in files]
    files[1].unlink()
    assert not is_whole(files[0].with_name("voters.parquet"))
    (again,) = land(settings, moment)
    assert again.state == "landed"
    assert [file.read_bytes() for file in landed(settings, record)] == before


def test_a_file_that_is_refused_now_leaves_no_part(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-20", {})
    (record,) = land(settings, moment)
    source = settings.sources / "state" / "source.yaml"
    source.write_text(CONTRACT.replace("from: party", "from: allegiance"))
    (refused,) = land(settings, moment)
    assert refused.state == "refused"
    assert not landed(settings, record)


def test_full_files_in_parts_are_compared(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-18", {})
    put(settings, "2016-01-20", {7: "7,Last,D,7", 9: "900,New,R,9"})
    old, new = land(settings, moment)
    path = changes_path(Lake(settings.home), "state", "voters", old.delivery, new.delivery)
    with connect(settings.home) as con:
        assert count_changes(con, path) == {"gone": 1, "new": 1, "party_switched": 1}


def test_files_landed_by_two_versions_are_compared_by_their_values(
    settings: Settings, moment: datetime
) -> None:
    put(settings, "2016-01-18", {})
    put(settings, "2016-01-20", {7: "7,Last,D,7", 8: "8,Other,R,8"})
    land(settings, moment)
    old, new = known(settings, moment)
    lake = Lake(settings.home)
    path = changes_path(lake, old.source, old.feed, old.delivery, new.delivery)
    with connect(settings.home) as con:
        for file in all_of(landed_path(lake, old.source, old.delivery, old.entity, old.feed)):
            con.execute(f"create or replace table r as from read_parquet({sql_path(file)})")
            old_rows = "select * replace ('a hash of old' as row_hash) from r order by row_number"
            con.execute(f"copy ({old_rows}) to {sql_path(file)} (format parquet)")
        path.unlink()
        write_changes(con, lake, replace(old, version="of old"), new)
        assert count_changes(con, path) == {"changed": 1, "party_switched": 1}
