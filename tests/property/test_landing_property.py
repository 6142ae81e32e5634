"""Which deliveries and records count, against a plain retelling of the rules."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timezone
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.lake import Lake, connect, sql_path, write_parquet
from orchestration.landing.context import write_context
from orchestration.landing.effective import Effective, in_force, landed_by, snapshot_pairs
from orchestration.landing.places import keys_path
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.settings import load_campaign

FEEDS = frozenset({("s", "f"), ("s", "g")})
MODES = {"f": "append", "g": "snapshot"}
CAMPAIGN = load_campaign(Path(__file__).resolve().parents[2] / "campaign.yaml")


@st.composite
def ledgers(draw: st.DrawFn) -> list[DeliveryRecord]:
    """Outcome records of deliveries, some refused or withdrawn, in any order of landing."""
    records = []
    for number in range(draw(st.integers(0, 12))):
        feed = draw(st.sampled_from(sorted(MODES)))
        day = f"2016-01-{draw(st.integers(1, 9)):02d}"
        state = draw(st.sampled_from(["landed", "landed", "landed", "refused", "withdrawn"]))
        outcome = FeedOutcome(feed, "contact", MODES[feed], 1, 1, 0)
        record = DeliveryRecord(
            source="s",
            delivery=f"d{number}",
            file=f"{day}/{draw(st.sampled_from('abc'))}.csv",
            received=day,
            state="landed" if state == "withdrawn" else state,
            recorded_at=f"{day}T08:00:00+00:00",
            feeds=(outcome,) if state != "refused" else (),
        )
        records.append(record)
        if state == "withdrawn":
            records.append(DeliveryRecord(**{**vars(record), "state": "withdrawn", "feeds": ()}))
    return records


@given(ledgers(), st.integers(1, 9))
def test_what_counts_is_landed_known_and_last_of_its_kind(
    records: list[DeliveryRecord], day: int
) -> None:
    today = date(2016, 1, day)
    known = landed_by(records, today, FEEDS)
    counting = in_force(known)
    gone = {r.delivery for r in records if r.state == "withdrawn" and r.received <= str(today)}
    assert all(d.received <= today and d.delivery not in gone for d in counting)
    kinds = [(d.feed,) if d.mode == "snapshot" else (d.feed, d.file) for d in counting]
    assert len(kinds) == len(set(kinds))
    for delivery in known:
        kind = (delivery.feed,) if delivery.mode == "snapshot" else (delivery.feed, delivery.file)
        ahead = [d for d, k in zip(counting, kinds, strict=True) if k == kind]
        assert ahead[0].order >= delivery.order
    assert all(old.received <= new.received for old, new in snapshot_pairs(known))


@settings(max_examples=15)
@given(st.lists(st.sets(st.integers(0, 6), max_size=5), max_size=5))
def test_a_record_counts_as_last_told(deliveries: list[set[int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        con = connect(lake.home)
        counting = []
        for order, keys in enumerate(deliveries):
            values = ", ".join(f"('s/f:{key}')" for key in sorted(keys)) or "(null)"
            query = (
                f"select record_key::varchar as record_key from (values {values}) as t(record_key) "
                "where record_key is not null"
            )
            write_parquet(con, query, keys_path(lake, "s", f"d{order}", "f"))
            day = date(2016, 1, 1 + order)
            counting.append(
                Effective("s", "f", "contact", "upsert", f"d{order}", "x", day, None, 1, order, "v")
            )
        moment = datetime(2016, 1, 21, tzinfo=timezone.utc)
        write_context(con, lake, CAMPAIGN, counting, ["contact"], moment.date(), moment)
        superseded = con.execute(
            "select record_key, delivery from "
            f"read_parquet({sql_path(lake.context / 'superseded_keys.parquet')})"
        ).fetchall()
        con.close()
    told = {(f"s/f:{key}", f"d{n}") for n, keys in enumerate(deliveries) for key in keys}
    last = {f"s/f:{key}": f"d{n}" for n, keys in enumerate(deliveries) for key in keys}
    assert sorted(superseded) == sorted(told - set(last.items()))
