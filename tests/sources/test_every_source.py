"""What holds for every source, taken from the registry: a new folder is tested with no new line."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.contracts import ENTITIES, Contract, check_entity, pandera_model
from orchestration.lake import Lake, connect, sql_path
from orchestration.landing.land import land
from orchestration.landing.places import landed_path, wide_path
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.settings import Settings, load_settings
from orchestration.sources.registry import HERE, load_contracts, samples

# A temporary copy of the sources is tested by pointing here.
SOURCES = Path(os.environ.get("TMINUS_TEST_SOURCES", HERE))
CONTRACTS = load_contracts(SOURCES)
EVERY = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS), scope="module")
LATER = datetime.fromisoformat("2016-02-01T06:00:00-06:00")


@dataclass(frozen=True)
class Landed:
    """A home in which the sample of one source, and nothing else, was landed."""

    settings: Settings
    records: list[DeliveryRecord]

    def tables(self, only: str = "") -> list[tuple[DeliveryRecord, FeedOutcome, str]]:
        """Every landed table (of one feed): its record, its outcome and its SQL name."""
        lake = Lake(self.settings.home)
        return [
            (r, o, table(landed_path(lake, r.source, r.delivery, o.entity, o.feed)))
            for r in self.records
            for o in r.feeds
            if only in ("", o.feed)
        ]

    def bytes_of_lake(self) -> dict[str, bytes]:
        """The content of every Parquet file, by its name below the lake."""
        lake = self.settings.home / "lake"
        return {p.relative_to(lake).as_posix(): p.read_bytes() for p in lake.rglob("*.parquet")}


def table(path: Path) -> str:
    return f"read_parquet({sql_path(path)}, hive_partitioning=false)"


def land_sample(contract: Contract, home: Path) -> Landed:
    for sample in samples(contract.source, SOURCES):
        day = (sample.day or date(2016, 1, 20)).isoformat()
        target = home / "inbox" / contract.source / day / sample.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample.path, target)
    settings = load_settings(home).model_copy(update={"sources": SOURCES})
    return Landed(settings, land(settings, LATER))


@pytest.fixture(scope="module")
def landed(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """The sample of a source, landed once for all tests that only look at it."""
    return land_sample(contract, tmp_path_factory.mktemp(contract.source))


@EVERY
def test_the_sample_lands_whole_and_its_rows_add_up(contract: Contract, landed: Landed) -> None:
    assert len(landed.records) == len(samples(contract.source, SOURCES))
    assert [(r.file, r.reason) for r in landed.records if r.state != "landed"] == []
    for _, outcome, _ in landed.tables():
        assert outcome.read == outcome.landed + outcome.quarantined
        assert outcome.landed > 0
        assert outcome.data_time is not None


@EVERY
def test_every_feed_has_a_sample(contract: Contract) -> None:
    files = [s.path.name for s in samples(contract.source, SOURCES)]
    for feed in contract.feeds:
        assert any(feed.takes(name) for name in files), feed.name


@EVERY
def test_every_landed_table_keeps_the_rules_of_its_entity(landed: Landed) -> None:
    con = connect(landed.settings.home)
    for _, outcome, relation in landed.tables():
        assert check_entity(con, outcome.entity, relation) == ()


@EVERY
def test_every_landed_table_fits_its_pandera_model(landed: Landed) -> None:
    con = connect(landed.settings.home)
    for _, outcome, relation in landed.tables():
        frame = con.execute(f"select * from {relation}").df()
        pandera_model(outcome.entity).validate(frame, lazy=True)


@EVERY
def test_a_second_landing_changes_nothing(landed: Landed) -> None:
    before = landed.bytes_of_lake()
    assert land(landed.settings, LATER) == []
    assert landed.bytes_of_lake() == before


@EVERY
def test_the_same_sample_gives_the_same_bytes(
    contract: Contract, landed: Landed, home: Path
) -> None:
    assert land_sample(contract, home).bytes_of_lake() == landed.bytes_of_lake()


@EVERY
def test_wide_columns_join_the_landed_records(contract: Contract, landed: Landed) -> None:
    wide = [feed for feed in contract.feeds if feed.wide]
    if not wide:
        pytest.skip("this source has no wide columns")
    con = connect(landed.settings.home)
    for feed in wide:
        for record, outcome, relation in landed.tables(feed.name):
            beside = table(
                wide_path(Lake(landed.settings.home), record.source, record.delivery, outcome.feed)
            )
            unmatched = con.execute(
                f"select count(*) from {relation} as landed "
                f"anti join {beside} as beside using (record_key)"
            ).fetchone()
            assert unmatched == (0,)


@EVERY
def test_no_refused_column_leaves_a_trace(contract: Contract, landed: Landed) -> None:
    refused = {name for feed in contract.feeds for name in feed.refuse}
    if not refused:
        pytest.skip("this source sends nothing that is refused")
    for content in landed.bytes_of_lake().values():
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
