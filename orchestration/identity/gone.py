"""Voters of an earlier full file who stand on none now: they moved away, or died.

Landing has written who is gone between two files; here those of the files that lead to the one in
force are put together, with what the earlier file said of them. That they may explain a record
without a voter is said in ``findings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity import usable
from orchestration.identity.places import Places
from orchestration.lake import Lake, connect, sql_path
from orchestration.landing.places import all_of, changes_path, landed_path

if TYPE_CHECKING:
    import duckdb

COLUMNS = {
    "first_name": "varchar", "last_name": "varchar", "birth_date": "date", "phone": "varchar",
    "phone_2": "varchar", "email": "varchar", "house_number": "varchar", "street": "varchar",
    "zip5": "varchar",
}  # fmt: skip


@dataclass(frozen=True)
class Replaced:
    """One full voter file that another replaced.

    Attributes:
        changes: What landing wrote of the difference.
        rows: The earlier file as landed.
    """

    changes: Path
    rows: tuple[Path, ...]


def replaced(places: Places) -> tuple[Replaced, ...]:
    """The full files that led to the one in force, latest first; none where there was one only."""
    lake = Lake(places.home)
    found = []
    for source, feed, delivery in _in_force(places):
        pairs = {
            file.stem.split("_")[1]: file.stem.split("_")[0]
            for file in sorted(changes_path(lake, source, feed, "", "").parent.glob("*_*.parquet"))
        }
        newer = delivery
        # Taken out as it is followed: two files that replaced each other must not go in circles.
        while older := pairs.pop(newer, None):
            rows = all_of(landed_path(lake, source, older, "voter", feed))
            if rows:
                changes = changes_path(lake, source, feed, older, newer)
                found.append(Replaced(changes, tuple(rows)))
            newer = older
    return tuple(found)


def make(con: duckdb.DuckDBPyConnection, files: tuple[Replaced, ...]) -> None:
    """Make ``side_gone`` of everybody who is gone and not back in ``side_voters``."""
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in COLUMNS.items())
    con.execute(
        f"create or replace temp table side_gone as select '' as record_key, {columns} where false"
    )
    for file in files:
        rows = f"read_parquet([{', '.join(map(sql_path, file.rows))}], hive_partitioning=false)"
        told = usable.select_list(con, file.rows[0], COLUMNS)
        con.execute(f"""
            insert into side_gone
            select record_key, {told} from {rows}
            semi join (
                select record_key from read_parquet({sql_path(file.changes)})
                where change = 'gone'
            ) using (record_key)
            anti join side_voters using (record_key)
            anti join side_gone using (record_key)
        """)


def _in_force(places: Places) -> list[tuple[str, str, str]]:
    file = places.context.with_name("in_force.parquet")
    if not file.exists():
        return []
    with connect(places.home) as con:
        return con.execute(
            f"select source, feed, delivery from read_parquet({sql_path(file)}) "
            "where entity = 'voter' order by all"
        ).fetchall()
