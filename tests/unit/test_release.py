"""Releases: live in one rename, held by blocking checks, restored when asked."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lake import Lake, connect, write_parquet
from orchestration.ledger import audit, checks, deliveries
from orchestration.ledger.checks import CheckRecord
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.release.publish import Published, publish, restore
from orchestration.release.read import current_release, damage, list_releases
from orchestration.settings import Settings, UserError, load_settings

NOW = datetime.fromisoformat("2016-01-21T06:00:00-06:00")
SUMMARY: dict[str, Any] = {
    "segments": {"seg_base": 12},
    "sources": [
        {
            "name": "vendor_b",
            "title": "Vendor B",
            "carried": "its last good data is used",
            "left_out": None,
        },
        {
            "name": "social",
            "title": "Social pages",
            "carried": None,
            "left_out": "left out, for its data is 9 days old",
        },
        {"name": "website", "title": "Website", "carried": None, "left_out": None},
    ],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose lake holds fifty invented persons, three of them in Adair."""
    settings = load_settings(tmp_path)
    lake = Lake(tmp_path)
    con = connect(tmp_path)
    people = (
        "select 'p' || i as person_id, case when i < 12 then '19153' when i < 15 then '19001' "
        "when i < 30 then '19113' else '19169' end as county_fips, i % 2 = 0 as is_eligible, "
        "0.5::double as probability, 0.25::double as value, "
        "case when i < 15 then '19153-001' when i < 20 then '19113-001' "
        "when i < 30 then '19113-002' else '19169-00' || (i % 2) end as precinct_id, "
        "case when i < 4 then 'rare' else 'usual' end as kind, kind as reason, "
        "case when i < 20 then ['door'] else []::varchar[] end as channels from range(50) r(i)"
    )
    contacts = (
        "select 'website/signups:' || i as record_key, 'p' || i as person_id, "
        "case when i < 6 then 'v' || i end as voter_key from range(8) r(i)"
    )
    links = (
        "select 'website/signups:' || i as record_key, 'website' as source, 'contact' as entity, "
        "case when i < 2 then 'v' || i end as voter_key, false as needs_review, "
        "'splink' as method from range(4) r(i)"
    )
    for query, file in (
        (people, lake.marts / "persons.parquet"),
        (people, lake.scores("attendance")),
        (people, lake.segment("seg_base")),
        (links, lake.identity / "links.parquet"),
        (contacts, lake.marts / "contacts.parquet"),
    ):
        write_parquet(con, f"{query} order by 1", file)
    return settings


def _publish(settings: Settings, minutes: int = 0) -> Published:
    return publish(settings, "2016-01-21", NOW + timedelta(minutes=minutes), SUMMARY)


def _change(settings: Settings) -> None:
    con = connect(settings.home)
    file = Lake(settings.home).segment("seg_base")
    changed = (
        "select 'p1' as person_id, '19153' as county_fips, 1.0 as value, '19153-001' as "
        "precinct_id, 'usual' as kind, 'usual' as reason, ['door'] as channels"
    )
    write_parquet(con, changed, file)


def test_a_release_goes_live_with_its_manifest(settings: Settings) -> None:
    published = _publish(settings)
    release = current_release(settings.home)
    assert release is not None
    assert published == Published(release.id, True, "published")
    assert release.as_of.isoformat() == "2016-01-21"
    assert release.manifest["carried_forward"] == ["vendor_b"]
    assert release.manifest["left_out"] == ["social"]
    assert release.caveats == (
        "Vendor B: its last good data is used",
        "Social pages: left out, for its data is 9 days old",
    )
    assert release.manifest["files"]["marts/persons.parquet"]["rows"] == 50
    assert release.summary["release"]["id"] == release.id
    assert damage(release.path) is None
    assert audit.verify(Lake(settings.home)).entries == 1


def _aggregate(settings: Settings, name: str) -> list[tuple[Any, ...]]:
    release = current_release(settings.home)
    assert release is not None
    return duckdb.read_parquet(str(release.table(f"aggregates/{name}"))).fetchall()


def test_a_small_cell_is_empty_and_cannot_be_had_by_subtraction(settings: Settings) -> None:
    _publish(settings)
    assert _aggregate(settings, "segment_by_county") == [
        ("seg_base", "19001", None, None),  # three people
        ("seg_base", "19113", 15, 3.8),
        ("seg_base", "19153", None, None),  # twelve: hidden so that the three stay hidden
        ("seg_base", "19169", 20, 5.0),
    ]


def test_precincts_do_not_give_away_what_their_county_hides(settings: Settings) -> None:
    _publish(settings)
    assert _aggregate(settings, "segment_by_precinct") == [
        ("seg_base", "19001", "19153-001", None, None),
        ("seg_base", "19113", "19113-001", None, None),  # five people
        ("seg_base", "19113", "19113-002", None, None),  # ten, else the five were 15 - 10
        ("seg_base", "19153", "19153-001", None, None),  # twelve in a county that is hidden
        ("seg_base", "19169", "19169-000", 10, 2.5),
        ("seg_base", "19169", "19169-001", 10, 2.5),
    ]
    assert _aggregate(settings, "segment_reasons") == [
        ("seg_base", "rare", None),
        ("seg_base", "usual", None),
    ]
    assert _aggregate(settings, "segment_channels") == [
        ("seg_base", "none", 30), ("seg_base", "door", 20),
    ]  # fmt: skip


def test_overlap_counts_people_who_are_in_two_segments(settings: Settings) -> None:
    lake = Lake(settings.home)
    for name, people in (("seg_few", 5), ("seg_many", 20)):
        query = f"select * from read_parquet('{lake.segment('seg_base')}') limit {people}"
        write_parquet(connect(settings.home), query, lake.segment(name))
    _publish(settings)
    overlap = {row[:2]: row[2] for row in _aggregate(settings, "segment_overlap")}
    assert overlap["seg_base", "seg_many"] == 20
    assert overlap["seg_base", "seg_few"] is None


def test_a_release_tells_what_came_and_why_rows_were_set_aside(settings: Settings) -> None:
    lake = Lake(settings.home)
    came = DeliveryRecord(
        source="website",
        delivery="aa",
        file="2016-01-20/signups.csv",
        received="2016-01-20",
        state="landed",
        recorded_at="t",
        feeds=(FeedOutcome("signups", "contact", "append", 9, 7, 2, "2016-01-19T23:00:00"),),
    )
    refused = DeliveryRecord(
        source="website",
        delivery="bb",
        file="2016-01-21/signups.csv",
        received="2016-01-21",
        state="refused",
        recorded_at="t",
        reason="column Email is missing",
    )
    deliveries.append(lake, refused, came)
    bad = "select 'Email' as column_name, 'email is required and empty' as reason, 'fill it' as fix"
    for name in ("aa", "cc"):  # cc was withdrawn: it counts no more
        file = lake.quarantine / "source=website" / f"delivery={name}" / "signups.parquet"
        record = """'{"name": "invented"}' as record"""
        write_parquet(connect(settings.home), f"{bad}, {record} from range(2)", file)
    _publish(settings)
    assert _aggregate(settings, "deliveries") == [
        ("website", "2016-01-20/signups.csv", date(2016, 1, 20), "landed", 9, 7, 2,
         datetime(2016, 1, 19, 23), ""),
        ("website", "2016-01-21/signups.csv", date(2016, 1, 21), "refused", 0, 0, 0, None,
         "column Email is missing"),
    ]  # fmt: skip
    assert _aggregate(settings, "quarantine") == [
        ("website", "signups", "Email", "email is required and empty", "fill it", 1, 2)
    ]


def test_a_release_carries_every_contract(settings: Settings) -> None:
    _publish(settings)
    contracts = {row[0]: row for row in _aggregate(settings, "contracts")}
    assert contracts["vendor_b"][3] == "purchased"
    assert _aggregate(settings, "quarantine") == []


def test_each_step_of_the_funnel_is_part_of_the_one_before(settings: Settings) -> None:
    _publish(settings)
    assert _aggregate(settings, "funnel") == [
        (1, "in touch with us", 8),
        (2, "on the voter file", 6),
        (3, "may take part", 3),
        (4, "expected to attend", 2),
    ]


def test_the_same_content_publishes_nothing(settings: Settings) -> None:
    first = _publish(settings)
    again = _publish(settings, minutes=5)
    assert again == Published(first.release, False, "nothing changed since this release")
    assert list_releases(settings.home) == [first.release]


def test_a_blocking_check_holds_the_release_and_another_does_not(settings: Settings) -> None:
    lake = Lake(settings.home)
    first = _publish(settings)
    _change(settings)
    checks.append(lake, CheckRecord("marts/voters", "unique", False, True, "", "t"))
    held = _publish(settings)
    assert held.release is None
    assert "marts/voters: unique" in held.reason
    assert current_release(settings.home).id == first.release  # type: ignore[union-attr]
    checks.append(lake, CheckRecord("marts/voters", "unique", True, True, "", "t2"))
    checks.append(lake, CheckRecord("marts/voters", "drift", False, False, "", "t2"))
    assert _publish(settings).changed
    assert current_release(settings.home).manifest["checks"]["failed"] == [  # type: ignore[union-attr]
        "marts/voters: drift"
    ]


def test_rewriting_the_lake_leaves_a_release_as_it_was(settings: Settings) -> None:
    first = _publish(settings)
    _change(settings)
    assert damage(Lake(settings.home).releases / str(first.release)) is None


def test_a_damaged_release_gives_way_to_the_last_good_one(settings: Settings) -> None:
    first = _publish(settings)
    _change(settings)
    second = _publish(settings, minutes=5)
    broken = Lake(settings.home).releases / str(second.release) / "segments" / "seg_base.parquet"
    broken.unlink()
    release = current_release(settings.home)
    assert release is not None
    assert release.id == first.release
    assert str(second.release) in release.notice


def test_changed_bytes_of_equal_size_are_found_by_hash(settings: Settings) -> None:
    name = str(_publish(settings).release)
    file = Lake(settings.home).releases / name / "summary.json"
    file.write_text(file.read_text().replace("seg_base", "seg_bass"))
    assert damage(file.parent, deep=False) is None
    assert damage(file.parent) == "summary.json has another content than its manifest says"


def test_an_older_release_is_restored(settings: Settings) -> None:
    first = _publish(settings)
    _change(settings)
    second = _publish(settings, minutes=5)
    assert second.release != first.release
    assert restore(settings, str(first.release), NOW) == first.release
    assert current_release(settings.home).id == first.release  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["2016-01-01.none", "../releases", "current/.."])
def test_what_is_no_release_is_not_restored(settings: Settings, name: str) -> None:
    _publish(settings)
    with pytest.raises(UserError, match="there is no release"):
        restore(settings, name, NOW)


def test_the_views_read_the_release(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _publish(settings)
    release = current_release(settings.home)
    assert release is not None
    monkeypatch.chdir(release.path)
    con = duckdb.connect("tminus.duckdb", read_only=True)
    assert con.execute("select count(*) from marts_persons").fetchone() == (50,)


def test_without_a_release_there_is_none(tmp_path: Path) -> None:
    assert current_release(tmp_path) is None


def test_a_manifest_is_readable_json(settings: Settings) -> None:
    name = str(_publish(settings).release)
    manifest = json.loads((Lake(settings.home).releases / name / "manifest.json").read_text())
    assert manifest["contest"] == {"name": "Iowa Republican caucus 2016", "day": "2016-02-01"}
