"""A large delimited file cut at record boundaries, so that it is mapped straight from its text.

Two passes over each slice: one counts its records, finds those that cannot be read and notes the
few columns that a landing looks at beforehand; the other, which maps it, is the landing's. Nothing
of the text is written down between, and slices can be worked on side by side.

Each slice is read by one thread, for only so do records keep their numbers. A file whose quotation
marks do not close is not cut at all; ``delimited.py`` mends it as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.readers.encoding import Blanks
from orchestration.contracts.readers.numbers import count_up_to, is_one_of
from orchestration.contracts.readers.record_lines import Lines
from orchestration.contracts.readers.rejected import Reject, forget_rejects, rejects_of
from orchestration.contracts.readers.spool import Piece

if TYPE_CHECKING:
    import duckdb

BLOCK = 1 << 20
SLICE = 128 << 20
"""Bytes of a slice: planning its query costs a hundredth of reading it. No file is one alone."""
READ_ANEW = 20_000
"""Records of a slice that are picked out of its text; of more, all of it is read again."""

Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Slice:
    """A stretch of whole records of a delimited UTF-8 file.

    Attributes:
        path: A file of its own.
        is_first: Whether the file's header is in it.
        line: Number of lines before it in the file.
        lines: Its own lines.
        rows: Records that can be read; known after :func:`count`.
        rejected_at: Numbers (from 1, in this slice) of the records that cannot, ascending.
    """

    path: Path
    is_first: bool
    line: int
    lines: int
    rows: int = 0
    rejected_at: tuple[int, ...] = ()

    @property
    def records(self) -> int:
        """All records in it."""
        return self.rows + len(self.rejected_at)

    def query(self, reader: str, columns: Sequence[str], before: int) -> str:
        """A query of ``__row`` and these columns; ``before`` records came in earlier slices."""
        listed = "".join(f", {identifier(name)}" for name in columns)
        return (
            f"select cast({self._number(before)} as bigint) as __row{listed} "
            f"from (select row_number() over () as __n{listed} from {reader})"
        )

    def noted_query(self, table: str, columns: Sequence[str], before: int) -> str:
        """The same over the table that :func:`count` made."""
        listed = "".join(f", {identifier(name)}" for name in columns)
        return f"select cast({self._number(before)} as bigint) as __row{listed} from {table}"

    def _number(self, before: int) -> str:
        """The number of a record in the whole file, from its number among the readable ones."""
        if not self.rejected_at:
            return f"__n + {before}"
        starts = [at - n for n, at in enumerate(self.rejected_at, 1)]
        return f"__n + {before} + {count_up_to(starts, '(__n - 1)')}"


@dataclass(frozen=True)
class SlicedPart:
    """A delimited file in slices; to the landing what ``spool.Part`` is.

    Attributes:
        readers: SQL of ``read_csv`` over each slice, for what ``count`` has read once.
        picked: The same over a text of our own, without a header.
        tables: Where the columns that were asked for beforehand are noted, slice by slice.
        asked: Those columns.
        skipped: Lines of the first slice before its first record; the last of them is the header.
    """

    columns: tuple[str, ...]
    encoding: str
    blanks: Blanks
    slices: tuple[Slice, ...]
    readers: tuple[str, ...]
    picked: Callable[[Path], str]
    tables: tuple[str, ...]
    asked: tuple[str, ...]
    skipped: int
    has_header: bool

    @property
    def rows(self) -> int:
        """Records that could be read."""
        return sum(part.rows for part in self.slices)

    @property
    def rejected(self) -> int:
        """Records that could not."""
        return sum(len(part.rejected_at) for part in self.slices)

    def query(self, before: int) -> str:
        """A query of ``__row`` and the columns; ``before`` records came in earlier parts."""
        return " union all ".join(piece.query for piece in self.pieces(before))

    def pieces(self, before: int) -> list[Piece]:
        """Each slice, to be worked on by itself."""
        return [
            Piece(part.query(reader, self.columns, start), start + 1, start + part.records)
            for part, reader, start in zip(
                self.slices, self.readers, self._starts(before), strict=True
            )
        ]

    def noted(self, before: int) -> str:
        """A query of every column, of which only those asked for beforehand are filled."""
        others = "".join(
            f", cast(null as varchar) as {identifier(name)}"
            for name in self.columns
            if name not in self.asked
        )
        told = " union all ".join(
            part.noted_query(table, self.asked, start)
            for part, table, start in zip(
                self.slices, self.tables, self._starts(before), strict=True
            )
        )
        return f"select *{others} from ({told})"

    def records(self, numbers: Sequence[int], before: int) -> str:
        """A query of these ascending records, numbered in the whole file."""
        queries = []
        for piece, part in zip(self.pieces(before), self.slices, strict=True):
            mine = [n - piece.first + 1 for n in numbers if piece.first <= n <= piece.last]
            if not mine:
                continue
            if len(mine) > READ_ANEW or not self._is_a_line_each(part):
                theirs = [n + piece.first - 1 for n in mine]
                queries.append(f"select * from ({piece.query}) where {is_one_of(theirs, '__row')}")
                continue
            queries.append(self._picked(part, mine, piece.first - 1))
        nothing = f"select * from ({self.pieces(before)[0].query}) limit 0"
        return " union all ".join(queries) or nothing

    def lines_of(self, numbers: Sequence[int], before: int) -> dict[int, int]:
        """The lines on which these ascending records begin."""
        found: dict[int, int] = {}
        for part, start in zip(self.slices, self._starts(before), strict=True):
            mine = [n - start for n in numbers if start < n <= start + part.records]
            skipped = self.skipped if part.is_first else 0
            if self._is_a_line_each(part):
                lines = [part.line + skipped + n for n in mine]
            else:
                header = part.is_first and self.has_header
                own = Lines(part.path, skipped - header, header, before=part.line)
                lines = own.of(mine)
            found |= {n + start: line for n, line in zip(mine, lines, strict=True)}
        return found

    def forget(self, con: duckdb.DuckDBPyConnection) -> None:
        """Drop what was noted."""
        for table in self.tables:
            con.execute(f"drop table if exists {table}")

    def _picked(self, part: Slice, numbers: Sequence[int], before: int) -> str:
        """The lines of some records, copied out of a slice; looking for them is reading them."""
        target = part.path.with_name(f"{part.path.name}-picked")
        wanted = {n - 1 + (self.skipped if part.is_first else 0) for n in numbers}
        with part.path.open("rb") as stream, target.open("wb") as out:
            for number, line in enumerate(stream):
                if number in wanted:
                    out.write(line if line.endswith(b"\n") else line + b"\n")
        listed = ", ".join(str(n + before) for n in numbers)
        names = "".join(f", {identifier(name)}" for name in self.columns)
        return (
            f"select ([{listed}]::bigint[])[__n] as __row{names} from "
            f"(select row_number() over () as __n{names} from {self.picked(target)})"
        )

    def _is_a_line_each(self, part: Slice) -> bool:
        skipped = self.skipped if part.is_first else 0
        return part.lines - skipped == part.records

    def _starts(self, before: int) -> list[int]:
        counts = [part.records for part in self.slices]
        return [before + sum(counts[:n]) for n in range(len(counts))]


def cut(file: Path, place: Path) -> tuple[Slice, ...]:
    """Copy a file into slices of ``SLICE`` bytes or so; none when its quotation marks do not close.

    A line end is a record's end when an even number of quotation marks came before it.
    """
    place.mkdir()
    size = min(SLICE, file.stat().st_size // 2 + 1)
    slices: list[Slice] = []
    quotes, line = 0, 0
    with file.open("rb") as stream:
        block = stream.read(BLOCK)
        while block:
            path = place / f"{len(slices):05}"
            lines, written, last = 0, 0, b""
            with path.open("wb") as out:
                while block:
                    end = -1
                    if written + len(block) >= size:
                        end = _record_end(block, quotes, max(size - written, 1))
                    part = block if end < 0 else block[:end]
                    out.write(part)
                    written += len(part)
                    lines += part.count(b"\n")
                    last = part
                    quotes += part.count(b'"')
                    if end >= 0:
                        block = block[end:] or stream.read(BLOCK)
                        break
                    block = stream.read(BLOCK)
            lines += not last.endswith(b"\n")
            slices.append(Slice(path, not slices, line, lines))
            line += lines
    return tuple(slices) if quotes % 2 == 0 else ()


def _record_end(block: bytes, quotes: int, start: int) -> int:
    """Where the first record ends at or after ``start``; -1 when none does in this block."""
    quotes += block.count(b'"', 0, start - 1)
    at = start - 1
    while (end := block.find(b"\n", at)) >= 0:
        quotes += block.count(b'"', at, end)
        at = end + 1
        if quotes % 2 == 0:
            return at
    return -1


def count(
    con: duckdb.DuckDBPyConnection,
    part: Slice,
    reader: str,
    noted: Sequence[str],
    table: str,
    skipped: int,
) -> tuple[Slice, list[Reject]]:
    """Count a slice's records and note some of its columns in a table.

    Args:
        con: A connection of its own; the table is seen by all of one database.
        part: The slice.
        reader: SQL of ``read_csv`` that stores what it rejects.
        noted: The columns to keep.
        table: A name for the table of ``__n`` (readable records, from 1) and those columns.
        skipped: Lines of the slice that are no records: the header and what is before it.

    Returns:
        The slice with its counts, and the records that cannot be read.
    """
    listed = "".join(f", {identifier(name)}" for name in noted)
    forget_rejects(con)
    con.execute(
        f"create or replace table {table} as select row_number() over () as __n{listed} "
        f"from {reader}"
    )
    row = con.execute(f"select count(*) from {table}").fetchone()
    rejects = rejects_of(con, part.path, skipped)
    at = tuple(reject.number for reject in rejects)
    return replace(part, rows=int(row[0]) if row else 0, rejected_at=at), rejects


def side_by_side(
    con: duckdb.DuckDBPyConnection,
    given: Sequence[Given],
    work: Callable[[duckdb.DuckDBPyConnection, Given], Result],
) -> list[Result]:
    """Do something to each, as many at once as DuckDB has threads; results in order."""
    row = con.execute("select current_setting('threads')").fetchone()
    many = min(int(row[0]) if row else 1, len(given))

    def alone(one: Given) -> Result:
        with con.cursor() as own:
            # a cursor of DuckDB 2.0.0 draws a bar on standard output after two seconds
            own.execute("set enable_progress_bar = false")
            return work(own, one)

    with ThreadPoolExecutor(max_workers=max(many, 1)) as pool:
        return list(pool.map(alone, given))
