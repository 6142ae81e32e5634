"""What holds for every source, taken from the registry: a new folder is tested with no new line."""

from __future__ import annotations

import os
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.contracts import ENTITIES, Contract
from orchestration.lake import Lake, connect, sql_path
from orchestration.landing.land import land
from orchestration.landing.places import landed_path, wide_path
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import Settings, load_settings
from orchestration.sources.registry import HERE, load_contracts, samples

# A temporary copy of the sources is tested by pointing here.
SOURCES = Path(os.environ.get("TMINUS_TEST_SOURCES", HERE))
CONTRACTS = load_contracts(SOURCES)
EVERY = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
LATER = datetime.fromisoformat("2016-02-01T06:00:00-06:00")


def home_of(contract: Contract, home: Path) -> Settings:
    """A home whose inbox holds the sample of one source."""
    for sample in samples(contract.source, SOURCES):
        day = (sample.day or date(2016, 1, 20)).isoformat()
        target = home / "inbox" / contract.source / day / sample.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample.path, target)
    return load_settings(home).model_copy(update={"sources": SOURCES})


def landed(contract: Contract, home: Path) -> list[DeliveryRecord]:
    return land(home_of(contract, home), LATER)


@EVERY
def test_the_sample_lands_whole_and_its_rows_add_up(contract: Contract, home: Path) -> None:
    records = landed(contract, home)
    assert len(records) == len(samples(contract.source, SOURCES))
    assert [(r.file, r.reason) for r in records if r.state != "landed"] == []
    for outcome in (o for r in records for o in r.feeds):
        assert outcome.read == outcome.landed + outcome.quarantined
        assert outcome.landed > 0
        assert outcome.data_time is not None


@EVERY
def test_every_feed_has_a_sample(contract: Contract) -> None:
    files = [s.path.name for s in samples(contract.source, SOURCES)]
    for feed in contract.feeds:
        assert any(feed.takes(name) for name in files), feed.name


@EVERY
def test_every_landed_table_keeps_the_rules_of_its_entity(contract: Contract, home: Path) -> None:
    from orchestration.contracts import check_entity

    records = landed(contract, home)
    con = connect(home)
    for record, outcome in ((r, o) for r in records for o in r.feeds):
        path = landed_path(Lake(home), record.source, record.delivery, outcome.entity, outcome.feed)
        relation = f"read_parquet({sql_path(path)}, hive_partitioning=false)"
        assert check_entity(con, outcome.entity, relation) == ()


@EVERY
def test_a_second_landing_changes_nothing(contract: Contract, home: Path) -> None:
    landed(contract, home)
    assert land(load_settings(home).model_copy(update={"sources": SOURCES}), LATER) == []


@EVERY
def test_wide_columns_join_the_landed_records(contract: Contract, home: Path) -> None:
    wide = [feed for feed in contract.feeds if feed.wide]
    if not wide:
        pytest.skip("this source has no wide columns")
    records = landed(contract, home)
    con = connect(home)
    for feed in wide:
        for record in records:
            table = wide_path(Lake(home), record.source, record.delivery, feed.name)
            rows = landed_path(Lake(home), record.source, record.delivery, feed.entity, feed.name)
            unmatched = con.execute(
                f"select count(*) from read_parquet({sql_path(rows)}, hive_partitioning=false) "
                f"anti join read_parquet({sql_path(table)}, hive_partitioning=false) "
                "using (record_key)"
            ).fetchone()
            assert unmatched == (0,)


@EVERY
def test_no_refused_column_leaves_a_trace(contract: Contract, home: Path) -> None:
    refused = {name for feed in contract.feeds for name in feed.refuse}
    if not refused:
        pytest.skip("this source sends nothing that is refused")
    landed(contract, home)
    for path in (home / "lake").rglob("*.parquet"):
        content = path.read_bytes()
        assert [name for name in refused if name.encode() in content] == []


@EVERY
def test_terms_are_stated(contract: Contract) -> None:
    assert contract.licence
    assert contract.title
    assert contract.delivery.needed_by, "say until when it is needed, in T-minus notation"
    for feed in contract.feeds:
        assert contract.licence_of(feed)
        for column in (*feed.columns, *feed.wide):
            assert contract.licence_of(feed, column)


@EVERY
def test_its_owner_is_a_role_of_the_campaign(contract: Contract, home: Path) -> None:
    assert contract.owner in load_settings(home).campaign.people


@EVERY
def test_every_column_it_fills_has_a_meaning(contract: Contract) -> None:
    for feed in contract.feeds:
        assert ENTITIES[feed.entity].meaning
        for column in ENTITIES[feed.entity].columns:
            assert column.meaning, column.name


@EVERY
def test_the_same_sample_gives_the_same_bytes(contract: Contract, tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        landed(contract, tmp_path / name)
        lake = tmp_path / name / "lake"
        written.append(
            {p.relative_to(lake).as_posix(): p.read_bytes() for p in lake.rglob("*.parquet")}
        )
    assert written[0] == written[1]
