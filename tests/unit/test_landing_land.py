"""Landing a file: what is taken in, refused, repeated, superseded, withdrawn or left for later."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.lake import Lake, connect, sql_path
from orchestration.landing.inbox import waiting_files
from orchestration.landing.land import compute_in_force, land, withdraw
from orchestration.landing.places import changes_path, quarantine_path
from orchestration.ledger import deliveries
from orchestration.settings import Settings, UserError, load_settings
from orchestration.sources.registry import load_contracts

CONTRACT = """
source: desk
title: A desk
owner: data director
licence: first_party
delivery: {mode: MODE, cadence: 1d, needed_by: T-2d}
feeds:
  - name: cards
    files: "cards_*.csv"
    format: csv
    entity: contact
    KEY
    columns:
      record_id: {from: id, required: true, unique: true}
      first_name: {from: first}
      city: {from: town}
"""
HEAD = "id,first,town\n"


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    sources = tmp_path / "sources"
    write_contract(sources, "append")
    return load_settings(home).model_copy(update={"sources": sources})


def write_contract(sources: Path, mode: str, **change: str) -> None:
    text = CONTRACT.replace("MODE", mode).replace("KEY", "key: id" if mode == "upsert" else "")
    for old, new in change.items():
        text = text.replace(old, new)
    (sources / "desk").mkdir(parents=True, exist_ok=True)
    (sources / "desk" / "source.yaml").write_text(text)


def put(settings: Settings, name: str, rows: str, head: str = HEAD) -> Path:
    path = settings.home / "inbox" / "desk" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + rows)
    return path


def towns(settings: Settings) -> list[tuple[str, str]]:
    """The rows in force as staging sees them: id and town."""
    lake = Lake(settings.home)
    con = connect(settings.home)
    landed = sql_path(f"{lake.landing('contact')}/source=*/delivery=*/*.parquet")
    context = {n: sql_path(lake.context / f"{n}.parquet") for n in ("in_force", "superseded_keys")}
    return con.execute(
        f"""
        select record_id, city
        from read_parquet({landed}, hive_partitioning=true, union_by_name=true) as landed
        semi join read_parquet({context["in_force"]}) as counting using (source, feed, delivery)
        anti join read_parquet({context["superseded_keys"]}) as old using (record_key, delivery)
        order by all
        """
    ).fetchall()


def test_rows_land_and_broken_ones_are_quarantined(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-20/cards_1.csv", "1,Ann,Ames\n,Bob,Boone\n1,Cy,Clive\n2,Di,Dyersville\n")
    (record,) = land(settings, moment)
    assert (record.state, record.read, record.landed, record.quarantined) == ("landed", 4, 2, 2)
    con = connect(settings.home)
    path = quarantine_path(Lake(settings.home), "desk", record.delivery, "cards")
    rows = con.execute(
        f"select row_number, line, column_name, reason, fix from read_parquet({sql_path(path)}) "
        "order by 1"
    ).fetchall()
    assert [row[0] for row in rows] == [2, 3]
    assert all(all(part for part in row[2:]) for row in rows)


def test_a_second_landing_looks_at_nothing(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-20/cards_1.csv", "1,Ann,Ames\n")
    assert waiting_files(settings, moment.date()) == {"desk": 1}
    land(settings, moment)
    assert waiting_files(settings, moment.date()) == {}
    assert land(settings, moment) == []
    assert len(deliveries.read(Lake(settings.home))) == 1


def test_the_same_content_twice_is_recognised(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")
    put(settings, "2016-01-20/cards_2.csv", "1,Ann,Ames\n")
    states = [r.state for r in land(settings, moment)]
    assert states == ["landed", "duplicate"]
    assert towns(settings) == [("1", "AMES")]
    assert land(settings, moment) == []


def test_a_corrected_file_of_the_same_name_supersedes(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n2,Bo,Boone\n")
    put(settings, "2016-01-20/cards_1.csv", "1,Ann,Adel\n")
    land(settings, moment)
    assert towns(settings) == [("1", "ADEL")]


def test_a_record_sent_again_counts_as_last_told(settings: Settings, moment: datetime) -> None:
    write_contract(settings.sources, "upsert")
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n2,Bo,Boone\n")
    put(settings, "2016-01-20/cards_2.csv", "1,Ann,Adel\n3,Cy,Clive\n")
    land(settings, moment)
    assert towns(settings) == [("1", "ADEL"), ("2", "BOONE"), ("3", "CLIVE")]
    land(settings, moment - timedelta(days=2))
    assert towns(settings) == [("1", "AMES"), ("2", "BOONE")]


def test_a_new_full_file_supersedes_and_says_what_changed(
    settings: Settings, moment: datetime
) -> None:
    write_contract(settings.sources, "snapshot")
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n2,Bo,Boone\n3,Cy,Clive\n")
    put(settings, "2016-01-20/cards_2.csv", "1,Ann,Ames\n2,Bo,Adel\n4,Di,Dyersville\n")
    old, new = (r.delivery for r in land(settings, moment))
    assert towns(settings) == [("1", "AMES"), ("2", "ADEL"), ("4", "DYERSVILLE")]
    path = changes_path(Lake(settings.home), "desk", "cards", old, new)
    changes = connect(settings.home).execute(
        f"select record_key, change from read_parquet({sql_path(path)}) order by 1"
    )
    assert changes.fetchall() == [
        ("desk/cards:2", "changed"),
        ("desk/cards:3", "gone"),
        ("desk/cards:4", "new"),
    ]


def test_a_file_of_a_later_day_is_not_seen(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-22/cards_1.csv", "1,Ann,Ames\n")
    assert land(settings, moment) == []
    assert waiting_files(settings, moment.date()) == {}
    assert [r.state for r in land(settings, moment + timedelta(days=1))] == ["landed"]


def test_a_wrong_column_refuses_the_file_and_not_the_rest(
    settings: Settings, moment: datetime
) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n", head="number,first,town\n")
    put(settings, "2016-01-20/cards_2.csv", "2,Bo,Boone\n")
    refused, landed = land(settings, moment)
    assert (refused.state, landed.state) == ("refused", "landed")
    assert "id" in refused.reason
    assert "\n" not in refused.reason
    assert land(settings, moment) == []
    assert [r.state for r in land(settings, moment, retry=True)] == ["refused"]


def test_a_mended_contract_lands_what_it_refused(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n", head="number,first,town\n")
    land(settings, moment)
    write_contract(settings.sources, "append", **{"from: id,": "from: number,"})
    assert [r.state for r in land(settings, moment)] == ["landed"]
    assert towns(settings) == [("1", "AMES")]


def test_a_changed_price_lands_nothing_again(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")
    land(settings, moment)
    write_contract(settings.sources, "append", **{"title: A desk": "title: Another desk"})
    assert land(settings, moment) == []


def test_a_file_that_no_feed_takes_is_refused(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/list.csv", "1,Ann,Ames\n")
    (record,) = land(settings, moment)
    assert record.state == "refused"
    assert "cards_*.csv" in record.reason


def test_an_unknown_folder_is_refused_once(settings: Settings, moment: datetime) -> None:
    path = settings.home / "inbox" / "stranger" / "2016-01-20" / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    (record,) = land(settings, moment)
    assert record.state == "refused"
    assert "no source 'stranger'" in record.reason
    assert land(settings, moment) == []


def test_a_symbolic_link_is_refused_unread(settings: Settings, moment: datetime) -> None:
    secret = settings.home / "secret.csv"
    secret.write_text(HEAD + "1,Ann,Ames\n")
    link = put(settings, "2016-01-20/cards_1.csv", "")
    link.unlink()
    link.symlink_to(secret)
    (record,) = land(settings, moment)
    assert (record.state, record.delivery) == ("refused", "")


def test_a_file_still_being_written_waits(settings: Settings, moment: datetime) -> None:
    path = put(settings, "2016-01-20/cards_1.csv", "1,Ann,Ames\n")
    with path.open("a") as stream:
        (record,) = land(settings, moment)
        assert record.state == "waiting"
        stream.write("2,Bo,Boone\n")
    assert [r.landed for r in land(settings, moment)] == [2]


def test_a_withdrawn_delivery_no_longer_counts(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")
    put(settings, "2016-01-20/cards_2.csv", "2,Bo,Boone\n")
    land(settings, moment)
    withdraw(settings, moment, "desk", "cards_1.csv", "sent by mistake")
    assert land(settings, moment) == []
    assert towns(settings) == [("2", "BOONE")]


def test_withdrawing_what_never_landed_is_a_mistake(settings: Settings, moment: datetime) -> None:
    with pytest.raises(UserError, match="none is called"):
        withdraw(settings, moment, "desk", "x.csv", "never came")


def test_an_unknown_source_is_a_mistake(settings: Settings, moment: datetime) -> None:
    with pytest.raises(UserError, match="no source 'dsk'; known are desk"):
        land(settings, moment, only="dsk")


def test_outputs_that_were_lost_are_made_again(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")
    land(settings, moment)
    before = {p: p.read_bytes() for p in (settings.home / "lake").rglob("cards.parquet")}
    for path in before:
        path.unlink()
    assert [r.state for r in land(settings, moment)] == ["landed"]
    assert {p: p.read_bytes() for p in before} == before


def test_a_file_replaced_while_it_is_read_leaves_nothing(
    settings: Settings, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")
    monkeypatch.setattr("orchestration.landing.intake.current_stamp", lambda _: "another")
    assert [r.state for r in land(settings, moment)] == ["waiting"]
    assert not list((settings.home / "lake").rglob("cards.parquet"))
    monkeypatch.undo()
    assert [r.state for r in land(settings, moment)] == ["landed"]


def test_lost_rows_stop_the_delivery(
    settings: Settings, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")
    monkeypatch.setattr("orchestration.landing.writing._write_quarantine", lambda *_: 7)
    (record,) = land(settings, moment)
    assert record.state == "failed"
    assert not list((settings.home / "lake").rglob("cards.parquet"))
    monkeypatch.undo()
    assert [r.state for r in land(settings, moment)] == ["landed"]


def test_a_full_disk_fails_one_delivery_and_names_nobody(
    settings: Settings, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,Ames\n")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device", "Ann")

    monkeypatch.setattr("orchestration.landing.writing.write_parquet", full)
    (record,) = land(settings, moment)
    assert record.state == "failed"
    assert "no space left on device" in record.reason
    assert "Ann" not in record.reason


def test_a_column_that_is_empty_throughout_lands(settings: Settings, moment: datetime) -> None:
    write_contract(
        settings.sources, "append", **{"city: {from: town}": "address_line: {from: town}"}
    )
    put(settings, "2016-01-19/cards_1.csv", "1,Ann,\n2,Bo,\n")
    assert [(r.state, r.landed) for r in land(settings, moment)] == [("landed", 2)]


def test_records_hold_no_personal_value(settings: Settings, moment: datetime) -> None:
    put(settings, "2016-01-19/cards_1.csv", "1,Zebulon,Ames\n1,Zebulon,Ames\n")
    land(settings, moment)
    ledger = "".join(p.read_text() for p in Lake(settings.home).ledger.iterdir())
    assert "ebulon" not in ledger
    assert all(json.loads(line) for line in ledger.splitlines())


def test_withdrawing_an_older_full_file_makes_what_changed_stale(
    settings: Settings, moment: datetime
) -> None:
    write_contract(settings.sources, "snapshot")
    for day, town in (("18", "Ames"), ("19", "Boone"), ("20", "Clive")):
        put(settings, f"2016-01-{day}/cards_1.csv", f"1,Ann,{town}\n")
    land(settings, moment)
    contracts = load_contracts(settings.sources)
    before = compute_in_force(settings, contracts, moment)
    withdraw(settings, moment, "desk", "2016-01-19/cards_1.csv", "sent by mistake")
    after = compute_in_force(settings, contracts, moment)
    assert [d.delivery for d in after.counting] == [d.delivery for d in before.counting]
    assert after.versions.entities["contact"] != before.versions.entities["contact"]
    assert after.versions.entities["voter"] == before.versions.entities["voter"]
