"""Readers: any delivery file becomes one all-text table with record numbers.

One module a format, one function each; a new format is a new module and a line in ``_READERS``.
A large delimited file is no table but slices of its text, mapped as they are (``slices.py``).
What the columns mean is the contract's; what a cell says is ``normalise``. Files are only read
here: what has to be unpacked or transcoded goes to a spool folder that the caller gives and that
is emptied again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.readers import delimited, fec, fixed, jsons, parquet, sheets
from orchestration.contracts.readers.delimited import Note
from orchestration.contracts.readers.slices import SlicedPart
from orchestration.contracts.readers.spool import Part, Piece, Rejects, same_columns
from orchestration.contracts.readers.unwrap import unwrap
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

Reader = Callable[["duckdb.DuckDBPyConnection", Path, str, Reading, Path, Rejects], Part]

_DELIMITED = frozenset({"csv", "tsv", "pipe", "delimited"})
_READERS: dict[str, Reader] = {
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
        parts: The file, or the members of an archive, one after the other.
        rejects: SQL to put after ``from``: row_number, line, column_name, reason, fix, record.
        encoding: As found or stated, or empty for formats that have none.
        members: The names inside an archive.
    """

    name: str
    parts: tuple[Part | SlicedPart, ...]
    rejects: str
    encoding: str
    members: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's own column names, in order."""
        return self.parts[0].columns

    @property
    def rows(self) -> int:
        """Records that could be read."""
        return sum(part.rows for part in self.parts)

    @property
    def rejected(self) -> int:
        """Records that could not; they are in ``rejects``."""
        return sum(part.rejected for part in self.parts)

    @property
    def read(self) -> int:
        """All records of the file."""
        return self.rows + self.rejected

    @property
    def blanks(self) -> str:
        """What blanks may stand around a cell, as ``text.clean`` asks."""
        kinds = {part.blanks for part in self.parts}
        return next((kind for kind in ("odd", "spaces") if kind in kinds), "none")

    @property
    def relation(self) -> str:
        """SQL to put after ``from``: ``__row`` (record number from 1) and every column."""
        return _together([part.query(before) for part, before in self._placed()])

    @property
    def noted(self) -> str:
        """The same, of which only the columns asked for when it was opened must be filled."""
        return _together([part.noted(before) for part, before in self._placed()])

    @property
    def pieces(self) -> list[Piece]:
        """The file in stretches that can be worked on side by side; mostly it is one."""
        if any(isinstance(part, SlicedPart) for part in self.parts):
            return [piece for part, before in self._placed() for piece in part.pieces(before)]
        return [Piece(self.relation, 1, self.read)]

    def records(self, numbers: Sequence[int]) -> str:
        """The relation of these ascending record numbers alone."""
        return _together([part.records(numbers, before) for part, before in self._placed()])

    def lines_of(self, numbers: Sequence[int]) -> dict[int, int]:
        """The lines on which these ascending records begin, where the format has lines."""
        found: dict[int, int] = {}
        for part, before in self._placed():
            end = before + part.rows + part.rejected
            found |= part.lines_of([n for n in numbers if before < n <= end], before)
        return found

    def _placed(self) -> Iterator[tuple[Part | SlicedPart, int]]:
        before = 0
        for part in self.parts:
            yield part, before
            before += part.rows + part.rejected


@contextmanager
def open_raw(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    reading: Reading,
    spool: Path,
    note: Note | None = None,
) -> Iterator[Raw]:
    """Read a file, unpacked and transcoded as needed; its relation lives until the block ends.

    Args:
        con: Where the relation can be queried.
        file: The delivery, which is only read.
        reading: How, from the contract's feed.
        spool: A folder for what is between; emptied on leaving.
        note: Who works piece by piece says here which of a file's columns it looks at before;
            then a large delimited file is left as text, in slices.

    Raises:
        Refusal: the file cannot be taken as a whole; one sentence says why and what to do.
    """
    spool.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="read-", dir=spool))
    parts: list[Part | SlicedPart] = []
    try:
        yield _read(con, file, reading, aside, note, parts)
    finally:
        for part in parts:
            part.forget(con)
        shutil.rmtree(aside, ignore_errors=True)


def _read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    reading: Reading,
    aside: Path,
    note: Note | None,
    parts: list[Part | SlicedPart],
) -> Raw:
    rejects = Rejects(con, aside)
    members: list[str] = []
    for number, (member, plain) in enumerate(unwrap(file, reading.member, aside)):
        place = aside / f"part-{number:05}"
        place.mkdir()
        rejects.start_part(sum(part.rows + part.rejected for part in parts))
        if reading.format in _DELIMITED:
            part = delimited.read(con, plain, file.name, reading, place, rejects, note)
        else:
            part = _READERS[reading.format](con, plain, file.name, reading, place, rejects)
        parts.append(part)
        if member:
            members.append(member)
        if plain != file and (isinstance(part, SlicedPart) or part.lines is None):
            plain.unlink(missing_ok=True)
    same_columns(parts, file.name)
    return Raw(
        name=file.name,
        parts=tuple(parts),
        rejects=f"read_parquet({sql_path(rejects.close())})",
        encoding=", ".join(dict.fromkeys(part.encoding for part in parts if part.encoding)),
        members=tuple(members),
    )


def _together(queries: list[str]) -> str:
    return f"({' union all by name '.join(queries)})"


__all__ = ["Note", "Piece", "Raw", "open_raw"]
