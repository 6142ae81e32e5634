"""Reading the marts that scores are made from: samples for fitting, streams for predicting.

Samples are by a hash of the household, so they are the same on every run and keep households
whole. Nothing here holds a whole national table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.lake import Lake, connect, sql_path, write_parquet
from orchestration.scores.columns import PERSON
from orchestration.scores.folds import HOUSEHOLD_COLUMNS

BATCH = 1 << 17
MAXIMUM_ROWS = 50_000


class UnfitTableError(Exception):
    """A mart that scores need is missing or lacks its key; the message says which."""


@dataclass(frozen=True)
class Marts:
    """The files that scores are made from."""

    lake: Lake

    @property
    def people(self) -> Path:
        """One row per eligible person, features as of today."""
        return self.lake.marts / "person_features.parquet"

    @property
    def attendance(self) -> Path:
        """One row per voter of then, features as of then, and whether the voter attended."""
        return self.lake.marts / "attendance_training.parquet"

    @property
    def support(self) -> Path:
        """One row per answer about the candidate, with its weight and kind."""
        return self.lake.marts / "support_training.parquet"

    @property
    def canvasses(self) -> Path:
        """One row per person asked, at the door, by phone or in the survey."""
        return self.lake.marts / "canvasses.parquet"

    def demand(self) -> None:
        """Make sure that the marts are there.

        Raises:
            UnfitTableError: one is missing, or its rows have no person.
        """
        for file in (self.people, self.attendance, self.support):
            if not file.exists():
                raise UnfitTableError(f"{file.name} is not there; run the marts first")
            if PERSON not in pq.read_schema(file).names:
                raise UnfitTableError(f"{file.name} has no column {PERSON}; mend the mart")


def rows_of(file: Path) -> int:
    """Number of rows, from the footer."""
    return int(pq.read_metadata(file).num_rows)


def sample(lake: Lake, file: Path, where: str = "true", maximum: int = MAXIMUM_ROWS) -> pa.Table:
    """At most about ``maximum`` rows in key order, whole households, the same on every run."""
    names = pq.read_schema(file).names
    unit = next((n for n in HOUSEHOLD_COLUMNS if n in names), PERSON)
    chosen = thinned(maximum / max(rows_of(file), 1), unit)
    return query(
        lake,
        f"select * from read_parquet({sql_path(file)}) where ({where}) and {chosen} "
        f"order by {PERSON}",
    )


def thinned(share: float, unit: str, of: str = "") -> str:
    """SQL that is true of about this share of the rows, whole households, always the same ones.

    Args:
        share: 1 or more keeps everybody.
        unit: Column that names the household; who has none is a household alone.
        of: Name of the table, with its dot, where another has such columns too.
    """
    if share >= 1:
        return "true"
    draw = f"hash(coalesce(cast({of}{unit} as varchar), cast({of}{PERSON} as varchar)))"
    return f"{draw} % 1000000 < {int(share * 1_000_000)}"


def query(lake: Lake, sql: str) -> pa.Table:
    """The rows of a query."""
    with connect(lake.home) as con:
        table: pa.Table = con.sql(sql).to_arrow_table()
    return table


def ordered(lake: Lake, file: Path) -> Path:
    """The file itself when its keys ascend, else a sorted copy beside it under ``spill``."""
    last: str | None = None
    for batch in pq.ParquetFile(file).iter_batches(BATCH, columns=[PERSON]):
        keys = batch.column(0)
        inside = len(keys) < 2 or pc.all(pc.less_equal(keys[:-1], keys[1:])).as_py()
        if not inside or (last is not None and len(keys) and last > keys[0].as_py()):
            break
        last = keys[-1].as_py() if len(keys) else last
    else:
        return file
    copy = lake.spill / f"ordered_{file.name}"
    with connect(lake.home) as con:
        write_parquet(con, f"select * from read_parquet({sql_path(file)}) order by {PERSON}", copy)
    return copy


def stream(file: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a file in batches, only the columns that are needed."""
    parquet = pq.ParquetFile(file)
    present = [c for c in columns if c in parquet.schema_arrow.names]
    yield from parquet.iter_batches(BATCH, columns=present)


def column_of(table: Any, name: str) -> Any:
    """A column as a numpy array of Python values or numbers."""
    return table.column(name).to_numpy(zero_copy_only=False)
