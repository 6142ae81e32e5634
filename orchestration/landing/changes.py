"""What changed between two full files of one feed: a diff by row hash, made once at landing."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.lake import Lake, sql_path, write_parquet
from orchestration.landing.effective import Effective
from orchestration.landing.places import changes_path, landed_path

_PARTY = "{a}.party is distinct from {b}.party"
_MOVED = (
    "({a}.house_number, {a}.street, {a}.unit, {a}.city, {a}.zip5) is distinct from "
    "({b}.house_number, {b}.street, {b}.unit, {b}.city, {b}.zip5)"
)


def write_changes(
    con: duckdb.DuckDBPyConnection, lake: Lake, old: Effective, new: Effective
) -> Path:
    """Write one row a record and kind of change, unless that was done before.

    Kinds are ``new``, ``gone``, and for a record in both files whose row hash differs
    ``party_switched`` and ``moved`` (voters), or ``changed`` when it is neither.
    """
    path = changes_path(lake, old.source, old.feed, old.delivery, new.delivery)
    if not path.exists():
        write_parquet(con, _query(lake, old, new), path)
    return path


def forget_changes(lake: Lake, source: str, delivery: str) -> None:
    """Drop the differences of a delivery that is about to be landed again."""
    folder = lake.root / "changes" / f"source={source}"
    for path in folder.glob(f"*/*{delivery}*.parquet"):
        path.unlink(missing_ok=True)


def _query(lake: Lake, old: Effective, new: Effective) -> str:
    before = sql_path(landed_path(lake, old.source, old.delivery, old.entity, old.feed))
    after = sql_path(landed_path(lake, new.source, new.delivery, new.entity, new.feed))
    kinds = ["'changed'"]
    if old.entity == "voter":
        party, moved = (t.format(a="before", b="after") for t in (_PARTY, _MOVED))
        kinds = [
            f"case when {party} then 'party_switched' end",
            f"case when {moved} then 'moved' end",
            f"case when not ({party}) and not ({moved}) then 'changed' end",
        ]
    options = "hive_partitioning=false"
    # Rows are narrowed to those that differ before anything wide is compared.
    return f"""
    with before as (select * from read_parquet({before}, {options})),
    after as (select * from read_parquet({after}, {options})),
    differing as (
        select record_key, before.row_hash is null as is_new, after.row_hash is null as is_gone
        from (select record_key, row_hash from before) as before
        full join (select record_key, row_hash from after) as after using (record_key)
        where before.row_hash is distinct from after.row_hash
    ),
    kinds as (
        select record_key, unnest([{", ".join(kinds)}]) as change
        from differing
        inner join before using (record_key)
        inner join after using (record_key)
        union all
        select record_key, case when is_new then 'new' else 'gone' end
        from differing where is_new or is_gone
    )
    select record_key, change, '{old.delivery}' as old_delivery, '{new.delivery}' as new_delivery
    from kinds where change is not null order by record_key, change
    """


def count_changes(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, int]:
    """How many records changed in which way."""
    rows = con.execute(
        f"select change, count(*) from read_parquet({sql_path(path)}) group by 1 order by 1"
    ).fetchall()
    return {str(kind): int(count) for kind, count in rows}
