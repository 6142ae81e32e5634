"""Readers: any delivery file becomes one all-text table with record numbers.

One module a format, one function each; a new format is a new module and a line in ``_READERS``.
What the columns mean is the contract's; what a cell says is ``normalise``. Files are only read
here: what has to be unpacked or transcoded goes to a spool folder that the caller gives and that
is emptied again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.readers import delimited, fec, fixed, jsons, parquet, sheets
from orchestration.contracts.readers.spool import Part, Rejects, same_columns
from orchestration.contracts.readers.unwrap import unwrap
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

Reader = Callable[["duckdb.DuckDBPyConnection", Path, str, Reading, Path, Rejects], Part]

_READERS: dict[str, Reader] = {
    "csv": delimited.read,
    "tsv": delimited.read,
    "pipe": delimited.read,
    "delimited": delimited.read,
    "fixed_width": fixed.read,
    "json": jsons.read_pages,
    "ndjson": jsons.read_lines,
    "xlsx": sheets.read,
    "parquet": parquet.read,
    "fec": fec.read,
}


@dataclass(frozen=True)
class Raw:
    """A file as text.

    Attributes:
        name: The file's name, for messages.
        relation: SQL to put after ``from``: ``__row`` (record number from 1) and every column.
        columns: The file's own column names, in order.
        rows: Records that could be read.
        rejected: Records that could not; they are in ``rejects``.
        rejects: SQL to put after ``from``: row_number, line, column_name, reason, fix, record.
        encoding: As found or stated, or empty for formats that have none.
        members: The names inside an archive.
        odd_blanks: False when no cell holds a blank but the space.
    """

    name: str
    relation: str
    columns: tuple[str, ...]
    rows: int
    rejected: int
    rejects: str
    encoding: str
    members: tuple[str, ...]
    odd_blanks: bool = True

    @property
    def read(self) -> int:
        """All records of the file."""
        return self.rows + self.rejected


@contextmanager
def open_raw(
    con: duckdb.DuckDBPyConnection, file: Path, reading: Reading, spool: Path
) -> Iterator[Raw]:
    """Read a file, unpacked and transcoded as needed; its relation lives until the block ends.

    Args:
        con: Where the relation can be queried.
        file: The delivery, which is only read.
        reading: How, from the contract's feed.
        spool: A folder for what is between; emptied on leaving.

    Raises:
        Refusal: the file cannot be taken as a whole; one sentence says why and what to do.
    """
    spool.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="read-", dir=spool))
    try:
        yield _read(con, file, reading, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _read(con: duckdb.DuckDBPyConnection, file: Path, reading: Reading, aside: Path) -> Raw:
    rejects = Rejects(con, aside)
    parts: list[Part] = []
    members: list[str] = []
    for number, (member, plain) in enumerate(unwrap(file, reading.member, aside)):
        place = aside / f"part-{number:05}"
        place.mkdir()
        rejects.start_part(sum(part.rows + part.rejected for part in parts))
        parts.append(_READERS[reading.format](con, plain, file.name, reading, place, rejects))
        if member:
            members.append(member)
        if plain != file:
            plain.unlink(missing_ok=True)
    same_columns(parts, file.name)
    return Raw(
        name=file.name,
        relation=f"({_together(parts)})",
        columns=parts[0].columns,
        rows=sum(part.rows for part in parts),
        rejected=sum(part.rejected for part in parts),
        rejects=f"read_parquet({sql_path(rejects.close())})",
        encoding=", ".join(dict.fromkeys(part.encoding for part in parts if part.encoding)),
        members=tuple(members),
        odd_blanks=any(part.odd_blanks for part in parts),
    )


def _together(parts: list[Part]) -> str:
    queries, before = [], 0
    for part in parts:
        queries.append(part.query(before))
        before += part.rows + part.rejected
    return " union all by name ".join(queries)


__all__ = ["Raw", "open_raw"]
