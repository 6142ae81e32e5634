"""The inbox and the truth, written piece by piece.

Which bytes a file holds belongs to each supplier's writer; this knows folders, files and counts.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.demo.days import FIRST, LAST, iso
from orchestration.demo.draws import Ints

Data = bytes | memoryview
STAMP = (2016, 1, 1, 0, 0, 0)  # every zip member's time, so that equal content is equal bytes


@dataclass
class Inbox:
    """Files under ``root/<source>/<day>/``, each begun once and then added to.

    Nothing stays open between two calls, except zip members: a season has hundreds of files.
    """

    root: Path
    rows: Counter[str] = field(default_factory=Counter)
    files: set[Path] = field(default_factory=set)

    def path(self, source: str, day: int, name: str) -> Path:
        """Where a delivery lies; its folder is made."""
        path = self.root / source / iso(day) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files.add(path)
        return path

    def add(self, source: str, day: int, name: str, header: bytes, body: Data) -> None:
        """Add rows to a file, with the header before the first."""
        if not FIRST <= day <= LAST:
            return
        begun = (self.root / source / iso(day) / name) in self.files
        with self.path(source, day, name).open("ab") as stream:
            if not begun:
                stream.write(header)
            stream.write(body)

    def add_frame(
        self, source: str, day: int, name: str, frame: pl.DataFrame, separator: str = ","
    ) -> None:
        """Add rows to a CSV file, nothing when there are none."""
        if not len(frame) or not FIRST <= day <= LAST:
            return
        header = separator.join(frame.columns).encode() + b"\n"
        # A null is written as nothing at all, an empty text as two quotes; suppliers do the former.
        frame = frame.with_columns(pl.col(pl.String).replace("", None))
        body = frame.write_csv(include_header=False, separator=separator).encode()
        self.add(source, day, name, header, body)
        self.rows[f"{source}/{name.rsplit('_', 1)[0]}"] += len(frame)

    def copy(self, source: str, day: int, name: str, to_day: int) -> bool:
        """Send a file once more, unchanged, on another day."""
        sent = self.root / source / iso(day) / name
        if not sent.exists():
            return False
        self.path(source, to_day, name).write_bytes(sent.read_bytes())
        return True


@dataclass
class ZipStream:
    """One zip with one member that grows; compressing runs beside the making of the next rows."""

    stream: IO[bytes]
    pool: ThreadPoolExecutor
    waiting: Future[int] | None = None

    def write(self, data: Data) -> None:
        """Hand over bytes; waits for the piece before, so that at most one piece is held."""
        self.flush()
        self.waiting = self.pool.submit(self.stream.write, data)

    def flush(self) -> None:
        """Wait until everything handed over is compressed."""
        if self.waiting is not None:
            self.waiting.result()
            self.waiting = None


@contextmanager
def zip_stream(path: Path, member: str) -> Iterator[ZipStream]:
    """Open a zip for one member of unknown length."""
    info = zipfile.ZipInfo(member, STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with ExitStack() as stack:
        archive = stack.enter_context(zipfile.ZipFile(path, "w", compresslevel=1))
        info._compresslevel = 1  # type: ignore[attr-defined]  # open() takes it from the member
        stream = stack.enter_context(archive.open(info, "w", force_zip64=True))
        pool = stack.enter_context(ThreadPoolExecutor(1))
        result = ZipStream(stream, pool)
        yield result
        result.flush()


_RECORDS = pa.schema([("record_key", pa.string()), ("truth_id", pa.int64())])
_PEOPLE = pa.schema(
    [
        ("truth_id", pa.int64()),
        ("regn_num", pa.string()),
        ("party_person_id", pa.string()),
        ("attends", pa.bool_()),
        ("supports", pa.bool_()),
        ("is_first_time", pa.bool_()),
        ("is_late_decider", pa.bool_()),
        ("household_id", pa.int64()),
        ("county_fips", pa.string()),
        ("kind", pa.string()),
        ("birth_date", pa.date32()),
    ]
)


@dataclass
class Truth:
    """Who is who, who will attend and whom they support; no stage may read it."""

    records: pq.ParquetWriter
    persons: pq.ParquetWriter
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, feed: str, record_id: pl.Series, truth_id: pl.Series | Ints) -> None:
        """Say whose records these are; no number for what belongs to no person."""
        key = (pl.lit(f"{feed}:") + record_id.cast(pl.String)).alias("record_key")
        frame = pl.select(key).with_columns(pl.Series("truth_id", truth_id).cast(pl.Int64))
        self.counts[feed] += len(frame)
        self.records.write_table(frame.to_arrow().cast(_RECORDS))

    def add_people(self, columns: dict[str, Any]) -> None:
        """Add one chunk's people."""
        self.persons.write_table(pa.table(columns, schema=_PEOPLE))


@contextmanager
def open_truth(folder: Path) -> Iterator[Truth]:
    """The two Parquet files of the truth, written in pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        pq.ParquetWriter(folder / "records.parquet", _RECORDS, compression="zstd") as records,
        pq.ParquetWriter(folder / "people.parquet", _PEOPLE, compression="zstd") as persons,
    ):
        yield Truth(records, persons)


def by_day(frame: pl.DataFrame, days: Ints) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each day, days in order, rows in theirs."""
    for number in np.unique(days):
        yield int(number), frame.filter(pl.Series(days == number))
