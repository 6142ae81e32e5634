"""Each delivery's whole story, as tables of a release: every outcome, whether it counts, its diff.

What came on a day stands in ``arrivals``; here one file is followed from the first look at it to
the file that took its place. Counts only: no record and no value of one is carried.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, connect, sql_path, write_parquet
from orchestration.landing.effective import in_force
from orchestration.landing.land import known_deliveries
from orchestration.ledger import deliveries
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.release.small_cells import SMALLEST_CELL
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

# A record is looked at once by each feed; one that was refused has no feed at all.
STORIES = """
select
    source,
    file,
    delivery,
    step,
    try_cast(recorded_at as timestamptz) as recorded_at,
    state,
    feed,
    read,
    landed,
    quarantined,
    try_cast(data_time as timestamp) as data_time,
    seconds,
    bytes,
    encoding,
    contract_version,
    normaliser_version,
    counts,
    reason
from told
order by source, file, step, feed
"""

# A change of few people would tell of them one by one.
CHANGES = """
select
    changed.source,
    changed.feed,
    changed.new_delivery as delivery,
    changed.change,
    case when count(*) >= {smallest} then count(*) end as rows
from read_parquet({files}, hive_partitioning = true, hive_types_autocast = false) as changed
semi join told on changed.source = told.source and changed.new_delivery = told.delivery
group by all
order by changed.source, changed.feed, delivery, changed.change
"""

NO_CHANGES = """
select
    '' as source, '' as feed, '' as delivery, '' as change, 0::bigint as rows
where false
"""


def build(settings: Settings, release: Path, as_of: date) -> None:
    """Write the tables of the release that is being built in ``release``.

    Args:
        settings: The campaign and its home.
        release: The folder aside.
        as_of: The local day that the release describes; what came later is not known.
    """
    import pyarrow as pa

    lake = Lake(settings.home)
    contracts = load_contracts(settings.sources)
    counting = {
        (each.source, each.feed, each.delivery)
        for each in in_force(known_deliveries(lake, contracts, as_of))
    }
    told = [
        row
        for step, record in enumerate(deliveries.read(lake))
        if record.received <= as_of.isoformat()
        for row in _rows(record, step, counting)
    ]
    out = release / "aggregates"
    con = connect(settings.home)
    try:
        con.register("told", pa.Table.from_pylist(told, schema=_schema()))
        write_parquet(con, STORIES, out / "delivery_stories.parquet")
        write_parquet(con, _changes(lake), out / "delivery_changes.parquet")
    finally:
        con.close()


def _rows(
    record: DeliveryRecord, step: int, counting: set[tuple[str, str, str]]
) -> Iterator[dict[str, Any]]:
    common = {
        "source": record.source,
        "file": record.file,
        "delivery": record.delivery,
        "step": step,
        "recorded_at": record.recorded_at,
        "state": record.state,
        "seconds": record.seconds,
        "bytes": record.bytes,
        "encoding": record.encoding,
        "contract_version": record.contract_version,
        "normaliser_version": record.normaliser_version,
        "reason": record.reason,
    }
    if not record.feeds:
        yield {**common, "counts": False}
    for outcome in record.feeds:
        place = (record.source, outcome.feed, record.delivery)
        yield {
            **common,
            "feed": outcome.feed,
            "read": outcome.read,
            "landed": outcome.landed,
            "quarantined": outcome.quarantined,
            "data_time": outcome.data_time,
            "counts": record.state == "landed" and place in counting,
        }


def _changes(lake: Lake) -> str:
    folder = lake.root / "changes"
    # A pattern that finds no file is an error to DuckDB.
    if next(folder.glob("source=*/feed=*/*.parquet"), None) is None:
        return NO_CHANGES
    files = sql_path(folder / "source=*" / "feed=*" / "*.parquet")
    return CHANGES.format(files=files, smallest=SMALLEST_CELL)


def _schema() -> Any:
    import pyarrow as pa

    text = ("source", "file", "delivery", "recorded_at", "state", "feed", "data_time", "encoding",
            "contract_version", "normaliser_version", "reason")  # fmt: skip
    counts = ("step", "read", "landed", "quarantined", "bytes")
    return pa.schema(
        [
            *((name, pa.string()) for name in text),
            *((name, pa.int64()) for name in counts),
            ("seconds", pa.float64()),
            ("counts", pa.bool_()),
        ]
    )
