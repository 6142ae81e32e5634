"""What came, as tables of a release: deliveries, contracts, and why rows were set aside.

Counts and reasons only: no record and no value of one is carried. Counts of people are made in
``aggregates``; whether a source is late is judged in ``readiness``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lake import Lake, connect, sql_path, write_parquet
from orchestration.ledger import deliveries
from orchestration.settings import Settings
from orchestration.sources.registry import load_contracts

if TYPE_CHECKING:
    from orchestration.contracts.model import Contract
    from orchestration.ledger.deliveries import DeliveryRecord

# A file broken in every line must not put every line into the release.
MOST_REASONS = 50

DELIVERIES = """
select
    source,
    file,
    cast(received as date) as received,
    state,
    read,
    landed,
    quarantined,
    try_cast(data_time as timestamp) as data_time,
    reason
from came
order by source, received, file, state
"""

QUARANTINE = """
with reasons as (
    select
        bad.source,
        parse_filename(bad.filename, true) as feed,
        bad.column_name,
        bad.reason,
        min(bad.fix) as fix,
        count(distinct bad.delivery) as files,
        count(*) as row_count
    from
        read_parquet(
            {files},
            hive_partitioning = true,
            hive_types_autocast = false,
            union_by_name = true,
            filename = true
        ) as bad
    semi join (select * from came where state = 'landed') as landed
        on bad.source = landed.source and bad.delivery = landed.delivery
    group by all
)

select source, feed, column_name, reason, fix, files, row_count as rows
from reasons
qualify row_number() over (partition by source order by row_count desc, feed, reason) <= {most}
order by source, row_count desc, feed, column_name, reason
"""

NO_QUARANTINE = """
select
    '' as source, '' as feed, '' as column_name, '' as reason, '' as fix, 0::bigint as files,
    0::bigint as rows
where false
"""


def build(settings: Settings, release: Path) -> None:
    """Write the tables of the release that is being built in ``release``."""
    import pyarrow as pa

    lake = Lake(settings.home)
    came = [_delivery(record) for record in deliveries.latest(lake).values()]
    contracts = [_contract(c) for c in load_contracts(settings.sources).values()]
    out = release / "aggregates"
    con = connect(settings.home)
    try:
        con.register("came", pa.Table.from_pylist(came, schema=_came()))
        con.register("agreed", pa.Table.from_pylist(contracts, schema=_agreed()))
        write_parquet(con, DELIVERIES, out / "deliveries.parquet")
        write_parquet(con, "select * from agreed order by source", out / "contracts.parquet")
        write_parquet(con, _quarantine(lake), out / "quarantine.parquet")
    finally:
        con.close()


def _quarantine(lake: Lake) -> str:
    # A pattern that finds no file is an error to DuckDB.
    if next(lake.quarantine.glob("source=*/delivery=*/*.parquet"), None) is None:
        return NO_QUARANTINE
    files = sql_path(lake.quarantine / "source=*" / "delivery=*" / "*.parquet")
    return QUARANTINE.format(files=files, most=MOST_REASONS)


def _delivery(record: DeliveryRecord) -> dict[str, Any]:
    return {
        "source": record.source,
        "delivery": record.delivery,
        "file": record.file,
        "received": record.received,
        "state": record.state,
        "read": record.read,
        "landed": record.landed,
        "quarantined": record.quarantined,
        "data_time": record.data_time,
        "reason": record.reason,
    }


def _contract(contract: Contract) -> dict[str, Any]:
    agreed = contract.delivery
    return {
        "source": contract.source,
        "title": contract.title,
        "owner": contract.owner,
        "licence": contract.licence,
        "mode": agreed.mode,
        "cadence": agreed.cadence,
        "needed_by": agreed.needed_by,
        "if_late": agreed.if_late,
        "promised": list(agreed.promised),
        "price": contract.terms.price,
        "until": contract.terms.until,
        "uses": list(contract.terms.uses),
        "feeds": [f"{feed.name} → {feed.entity}" for feed in contract.feeds],
        "obligations": [f"{o.event}: {o.duty}" for o in contract.obligations],
        "version": contract.version,
    }


def _came() -> Any:
    import pyarrow as pa

    text = ("source", "delivery", "file", "received", "state", "data_time", "reason")
    counts = ("read", "landed", "quarantined")
    return pa.schema([*((n, pa.string()) for n in text), *((n, pa.int64()) for n in counts)])


def _agreed() -> Any:
    import pyarrow as pa

    texts = pa.list_(pa.string())
    return pa.schema(
        [
            *(
                (name, pa.string())
                for name in ("source", "title", "owner", "licence", "mode", "cadence",
                             "needed_by", "if_late", "version")
            ),
            ("promised", pa.list_(pa.date32())),
            ("price", pa.float64()),
            ("until", pa.date32()),
            ("uses", texts),
            ("feeds", texts),
            ("obligations", texts),
        ]
    )  # fmt: skip
