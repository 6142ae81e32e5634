"""Delimited text: DuckDB reads it in one pass with explicit columns, all text.

Python looks only at the head of the file, for names and for suppliers who end each line with a
delimiter. A record of the wrong width is rejected with its number, never padded and never lost.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import literal
from orchestration.contracts.readers import long_lines
from orchestration.contracts.readers.encoding import as_utf8, blanks_in
from orchestration.contracts.readers.quotes import mend_quotes
from orchestration.contracts.readers.record_lines import Lines
from orchestration.contracts.readers.rejected import (
    FIX,
    MAX_RECORD,
    Reject,
    forget_rejects,
    rejects_of,
)
from orchestration.contracts.readers.slices import Slice, SlicedPart, count, cut, side_by_side
from orchestration.contracts.readers.spool import Part, Rejects, column_names
from orchestration.contracts.refusal import Refusal
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

Note = Callable[[tuple[str, ...]], tuple[str, ...]]
"""Of a file's columns those that are looked at before the rest."""
HEAD = 4 << 20
MAX_COLUMNS = 4_000
WHOLE = 32 << 20
"""Bytes up to which a text is copied to Parquet whole: reading it three times costs more."""
KEEP_REJECTS = "store_rejects=true, rejects_limit=0"
BUFFERS = 4
"""Records that DuckDB's buffer holds; its own choice of 16 takes gigabytes for long records."""
_EXTRA = "__trailing"


@dataclass(frozen=True)
class _Layout:
    """What the head of a file says: its columns, and whether a delimiter ends each record."""

    columns: tuple[str, ...]
    trailing: bool
    delimiter: str
    new_line: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns as the reader must be told of them."""
        return (*self.columns, _EXTRA) if self.trailing else self.columns


def read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
    note: Note | None = None,
) -> Part | SlicedPart:
    """Read a delimited file into a part; see ``open_raw``."""
    plain, encoding = as_utf8(file, reading.encoding, place)
    layout = _layout(plain, name, reading)
    if layout.new_line != r"\r" and long_lines.may_have_long_line(plain, MAX_RECORD):
        cut = place / "cut"
        long_lines.cut_long_lines(plain, cut, MAX_RECORD, layout.delimiter, len(layout.names))
        plain = cut
    text = _Text(plain, file, reading, layout)
    blanks = blanks_in(plain, layout.delimiter)
    if note is not None and layout.new_line != r"\r" and plain.stat().st_size > WHOLE:
        sliced = _sliced(con, text, place, note(layout.columns), rejects)
        if sliced is not None:
            return replace(sliced, encoding=encoding, blanks=blanks)
    target = place / "text.parquet"
    rows, rejected = _copy_or_mend(con, text, name, target)
    _tell(rejects, rejected, 0, 0, layout)
    at = tuple(reject.number for reject in rejected)
    lines = Lines(plain, reading.skip_rows, reading.header) if layout.new_line != r"\r" else None
    return Part(target, layout.columns, rows, encoding, at, blanks, lines)


@dataclass(frozen=True)
class _Text:
    """A delimited UTF-8 text, the file it was made from (or is), and how it is read."""

    file: Path
    delivery: Path
    reading: Reading
    layout: _Layout

    @property
    def skipped(self) -> int:
        """Lines before the first record."""
        return self.reading.skip_rows + self.reading.header

    def reader(self, file: Path, more: str, is_first: bool = True) -> str:
        """SQL of ``read_csv`` over the text, or over a slice of it."""
        layout, reading = self.layout, self.reading
        spec = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in layout.names)
        header, skip = (reading.header, reading.skip_rows) if is_first else (False, 0)
        return (
            f"read_csv({sql_path(file)}, auto_detect=false, columns={{{spec}}}, "
            f"delim={literal(layout.delimiter)}, quote='\"', escape='\"', "
            f"header={str(header).lower()}, skip={skip}, new_line='{layout.new_line}', "
            f"max_line_size={MAX_RECORD}, buffer_size={BUFFERS * MAX_RECORD}, {more})"
        )


def _sliced(
    con: duckdb.DuckDBPyConnection,
    text: _Text,
    place: Path,
    asked: tuple[str, ...],
    rejects: Rejects,
) -> SlicedPart | None:
    """The text in slices, counted; None when it has stray quotation marks and must be mended."""
    import duckdb

    slices = cut(text.file, place / "slices")
    tables = [f"noted_{place.name.replace('-', '_')}_{number}" for number in range(len(slices))]

    def look(own: duckdb.DuckDBPyConnection, number: int) -> tuple[Slice, list[Reject]]:
        part = slices[number]
        reader = text.reader(part.path, KEEP_REJECTS, part.is_first)
        skipped = text.skipped if part.is_first else 0
        return count(own, part, reader, asked, tables[number], skipped)

    try:
        counted = side_by_side(con, range(len(slices)), look)
    except duckdb.InvalidInputException:
        return None
    if not counted or any(reject.is_stray for _, found in counted for reject in found):
        return None
    if text.file != text.delivery:
        text.file.unlink()
    before = 0
    for part, found in counted:
        _tell(rejects, found, before, part.line, text.layout)
        before += part.records
    return SlicedPart(
        columns=text.layout.columns,
        encoding="",
        blanks="odd",
        slices=tuple(part for part, _ in counted),
        readers=tuple(
            text.reader(part.path, "ignore_errors=true", part.is_first) for part in slices
        ),
        picked=lambda file: text.reader(file, "ignore_errors=true", is_first=False),
        tables=tuple(tables),
        asked=asked,
        skipped=text.skipped,
        has_header=text.reading.header,
    )


def _tell(rejects: Rejects, found: list[Reject], before: int, line: int, layout: _Layout) -> None:
    for one in found:
        record = one.text(layout.delimiter, len(layout.names))
        rejects.add(before + one.number, line + one.line, one.column, one.reason(), FIX, record)


def _copy_or_mend(
    con: duckdb.DuckDBPyConnection, text: _Text, name: str, target: Path
) -> tuple[int, list[Reject]]:
    """Copy; once more from a copy with harmless quotation marks, where some are stray."""
    import duckdb

    with contextlib.suppress(duckdb.InvalidInputException):
        rows, rejected = _copy(con, text, text.file, target)
        if not any(reject.is_stray for reject in rejected):
            return rows, rejected
    mended, delimiter = target.with_name("mended"), text.layout.delimiter
    mend_quotes(text.file, mended, delimiter, frozenset({len(text.layout.names)}))
    try:
        return _copy(con, text, mended, target)
    except duckdb.InvalidInputException:
        raise Refusal(f"{name} is no text with delimiter {delimiter!r}; correct format") from None
    finally:
        mended.unlink()


def _copy(
    con: duckdb.DuckDBPyConnection, text: _Text, file: Path, target: Path
) -> tuple[int, list[Reject]]:
    """Write what can be read to Parquet; gives its rows, and what could not be read."""
    exclude = f" exclude ({_EXTRA})" if text.layout.trailing else ""
    forget_rejects(con)
    rows = con.execute(
        f"copy (select *{exclude} from {text.reader(file, KEEP_REJECTS)}) "
        f"to {sql_path(target)} (format parquet, compression uncompressed)"
    ).fetchone()
    return int(rows[0]) if rows else 0, rejects_of(con, file, text.skipped)


def _layout(file: Path, name: str, reading: Reading) -> _Layout:
    delimiter = reading.delimiter or ","
    with file.open("rb") as stream:
        start = stream.read(HEAD)
    if len(start) == HEAD and b"\n" not in start and b"\r" not in start:
        raise Refusal(f"{name} starts with a line of over {HEAD >> 20} MB; correct format")
    head = start.decode("utf-8", "ignore")
    lines = io.StringIO(head, newline="")
    for _ in range(reading.skip_rows):
        lines.readline()
    csv.field_size_limit(HEAD)
    records = csv.reader(lines, delimiter=delimiter)
    try:
        first = next(records, None) if reading.header else list(reading.names)
        sample = [record for _, record in zip(range(50), records, strict=False) if record]
    except csv.Error:
        raise Refusal(f"{name} is no text with delimiter {delimiter!r}; correct format") from None
    if not first:
        raise Refusal(f"{name} is empty; ask for it again")
    if len(first) > MAX_COLUMNS:
        raise Refusal(
            f"{name} has {len(first):,} columns, more than {MAX_COLUMNS:,}; correct the delimiter "
            "or ask for fewer"
        )
    columns = column_names(reading.names or first, name)
    if reading.header and reading.names and len(reading.names) != len(first):
        raise Refusal(
            f"{name} has {len(first)} columns where source.yaml names {len(reading.names)}; "
            "correct names"
        )
    width = len(columns)
    trailing = bool(sample) and all(len(r) == width + 1 and not r[-1] for r in sample)
    return _Layout(columns, trailing, delimiter, _new_line(head))


def _new_line(head: str) -> str:
    if "\r\n" in head:
        return r"\r\n"
    return r"\r" if "\r" in head and "\n" not in head else r"\n"
