"""What changed between two full files of one feed: a diff by row hash, made once at landing."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.contracts import ENTITIES
from orchestration.lake import Lake, sql_path, write_parquet
from orchestration.landing.effective import Effective
from orchestration.landing.places import all_of, changes_path, landed_path

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
        write_parquet(con, _query(con, lake, old, new), path)
    return path


def forget_changes(lake: Lake, source: str, delivery: str) -> None:
    """Drop the differences of a delivery that is about to be landed again."""
    folder = lake.root / "changes" / f"source={source}"
    for path in folder.glob(f"*/*{delivery}*.parquet"):
        path.unlink(missing_ok=True)


def _rows(lake: Lake, one: Effective) -> str:
    files = all_of(landed_path(lake, one.source, one.delivery, one.entity, one.feed))
    return f"read_parquet([{', '.join(map(sql_path, files))}], hive_partitioning=false)"


def _values(
    con: duckdb.DuckDBPyConnection, old: Effective, new: Effective, rows: tuple[str, str]
) -> str:
    """What names a row's values: the hash that landing gave it, where one landing gave both."""
    if old.version == new.version:
        return "row_hash"
    # hashes of two versions differ for every row: an old file that has left the inbox does not
    # land again, and is held against the new one by what both have
    has = [{row[0] for row in con.execute(f"describe from {r}").fetchall()} for r in rows]
    told = [c.name for c in ENTITIES[old.entity].columns if all(c.name in names for names in has)]
    return f"hash({', '.join(told)})"


def _query(con: duckdb.DuckDBPyConnection, lake: Lake, old: Effective, new: Effective) -> str:
    before, after = _rows(lake, old), _rows(lake, new)
    values = _values(con, old, new, (before, after))
    kinds = ["'changed'"]
    if old.entity == "voter":
        party, moved = (t.format(a="before", b="after") for t in (_PARTY, _MOVED))
        kinds = [
            f"case when {party} then 'party_switched' end",
            f"case when {moved} then 'moved' end",
            f"case when not ({party}) and not ({moved}) then 'changed' end",
        ]
    # Rows are narrowed to those that differ before anything wide is compared.
    return f"""
    with before as (select * from {before}),
    after as (select * from {after}),
    differing as (
        select record_key, before.told is null as is_new, after.told is null as is_gone
        from (select record_key, {values} as told from before) as before
        full join (select record_key, {values} as told from after) as after using (record_key)
        where before.told is distinct from after.told
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
