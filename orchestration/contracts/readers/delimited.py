"""Delimited text: DuckDB reads it in one pass with explicit columns, all text.

Python looks only at the head of the file, for names and for suppliers who end each line with a
delimiter. A record of the wrong width is rejected with its number, never padded and never lost.
"""

from __future__ import annotations

import contextlib
import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import literal
from orchestration.contracts.readers import long_lines
from orchestration.contracts.readers.encoding import as_utf8, has_odd_blanks
from orchestration.contracts.readers.quotes import MARK, filler, mend_quotes
from orchestration.contracts.readers.spool import Part, Rejects, column_names
from orchestration.contracts.refusal import Refusal
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

HEAD = 4 << 20
MAX_COLUMNS = 4_000
MAX_RECORD = 8 << 20
BUFFERS = 4
"""Records that DuckDB's buffer holds; its own choice of 16 takes gigabytes for long records."""
_EXTRA = "__trailing"
_REASONS = {
    "MISSING COLUMNS": "has fewer fields than the file has columns",
    "TOO MANY COLUMNS": "has more fields than the file has columns",
    "UNQUOTED VALUE": "has a quotation mark that is not closed",
    "LINE SIZE OVER MAXIMUM": f"is longer than {MAX_RECORD >> 20} MB",
    "INVALID ENCODING": "holds bytes that are no text in the file's encoding",
}
_FIX = "mend this record at the source, or ask for the file with every field quoted"


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


@dataclass(frozen=True)
class _Reject:
    """One record that DuckDB would not take."""

    number: int
    kind: str
    column: str | None
    record: str
    message: str

    def reason(self) -> str:
        """Why, in words."""
        if self.record.startswith(MARK):
            return f"the record {_REASONS['UNQUOTED VALUE']}"
        if self.record.startswith(long_lines.MARK):
            return f"the record {_REASONS['LINE SIZE OVER MAXIMUM']}"
        reason = f"the record {_REASONS.get(self.kind, 'cannot be read')}"
        if self.kind in {"MISSING COLUMNS", "TOO MANY COLUMNS"}:
            counts = self.message.split("Expected Number of Columns: ")[-1].split("\n")[0]
            reason += f" ({counts.replace(' Found:', ' expected, found')})"
        return reason


def read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read a delimited file into a part; see ``open_raw``."""
    plain, encoding = as_utf8(file, reading.encoding, place)
    layout = _layout(plain, name, reading)
    target = place / "text.parquet"
    if layout.new_line != r"\r" and long_lines.may_have_long_line(plain, MAX_RECORD):
        cut = place / "cut"
        long_lines.cut_long_lines(plain, cut, MAX_RECORD, layout.delimiter, len(layout.names))
        plain = _instead(plain, cut, file)
    rows, rejected = _copy_or_mend(con, plain, name, reading, layout, target)
    for found in rejected:
        text = found.record
        if text.startswith((MARK, long_lines.MARK)):
            tail = filler(layout.delimiter, len(layout.names))
            text = text[1:].rstrip("\r\n").removesuffix(tail)
        rejects.add(found.number, None, found.column, found.reason(), _FIX, text)
    odd = has_odd_blanks(plain, layout.delimiter)
    if plain != file:
        plain.unlink()
    at = tuple(reject.number for reject in rejected)
    return Part(target, layout.columns, rows, encoding, at, odd)


def _instead(plain: Path, better: Path, delivery: Path) -> Path:
    """Go on with a better copy; the delivery itself is never touched."""
    if plain != delivery:
        plain.unlink()
    return better


def _copy_or_mend(
    con: duckdb.DuckDBPyConnection,
    plain: Path,
    name: str,
    reading: Reading,
    layout: _Layout,
    target: Path,
) -> tuple[int, list[_Reject]]:
    """Copy; once more from a copy with harmless quotation marks, where some are stray."""
    import duckdb

    with contextlib.suppress(duckdb.InvalidInputException):
        rows, rejected = _copy(con, plain, reading, layout, target)
        if not any(r.kind == "UNQUOTED VALUE" or "\n" in r.record for r in rejected):
            return rows, rejected
    mended = target.with_name("mended")
    mend_quotes(plain, mended, layout.delimiter, frozenset({len(layout.names)}))
    try:
        return _copy(con, mended, reading, layout, target)
    except duckdb.InvalidInputException:
        delimiter = layout.delimiter
        raise Refusal(f"{name} is no text with delimiter {delimiter!r}; correct format") from None
    finally:
        mended.unlink()


def _copy(
    con: duckdb.DuckDBPyConnection, plain: Path, reading: Reading, layout: _Layout, target: Path
) -> tuple[int, list[_Reject]]:
    """Write what can be read to Parquet; gives its rows, and what could not be read."""
    spec = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in layout.names)
    exclude = f" exclude ({_EXTRA})" if layout.trailing else ""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    rows = con.execute(
        f"copy (select *{exclude} from read_csv({sql_path(plain)}, auto_detect=false, "
        f"columns={{{spec}}}, delim={literal(layout.delimiter)}, quote='\"', escape='\"', "
        f"header={str(reading.header).lower()}, skip={reading.skip_rows}, "
        f"new_line='{layout.new_line}', max_line_size={MAX_RECORD}, "
        f"buffer_size={BUFFERS * MAX_RECORD}, "
        f"store_rejects=true, rejects_limit=0)) "
        f"to {sql_path(target)} (format parquet, compression uncompressed)"
    ).fetchone()
    header = 1 if reading.header else 0
    found = con.execute(
        "select line, arg_min(error_type::varchar, byte_position), "
        "arg_min(column_name, byte_position), coalesce(any_value(csv_line), ''), "
        "any_value(error_message) from reject_errors group by line order by line"
    ).fetchall()
    return (
        int(rows[0]) if rows else 0,
        [_Reject(int(line) - header, *others) for line, *others in found],
    )


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
