"""Records that DuckDB would not take: which they are, on which line, and why in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.readers import long_lines
from orchestration.contracts.readers.quotes import MARK, filler

if TYPE_CHECKING:
    import duckdb

BLOCK = 8 << 20
MAX_RECORD = 8 << 20
FIX = "mend this record at the source, or ask for the file with every field quoted"
_REASONS = {
    "MISSING COLUMNS": "has fewer fields than the file has columns",
    "TOO MANY COLUMNS": "has more fields than the file has columns",
    "UNQUOTED VALUE": "has a quotation mark that is not closed",
    "LINE SIZE OVER MAXIMUM": f"is longer than {MAX_RECORD >> 20} MB",
    "INVALID ENCODING": "holds bytes that are no text in the file's encoding",
}
_NEXT_EMPTY = re.compile(rb"\n\r?(?=\n)")


@dataclass(frozen=True)
class Reject:
    """One record that DuckDB would not take.

    Attributes:
        number: Of the record in what was read, from 1; empty lines are no records.
        line: The line of what was read on which it begins, from 1.
    """

    number: int
    line: int
    kind: str
    column: str | None
    record: str
    message: str

    @property
    def is_stray(self) -> bool:
        """Whether a quotation mark swallowed more than its own record."""
        return self.kind == "UNQUOTED VALUE" or "\n" in self.record

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

    def text(self, delimiter: str, width: int) -> str:
        """The record as it came, without what marks a line that was set aside."""
        if not self.record.startswith((MARK, long_lines.MARK)):
            return self.record
        return self.record[1:].rstrip("\r\n").removesuffix(filler(delimiter, width))


def forget_rejects(con: duckdb.DuckDBPyConnection) -> None:
    """Make room for the rejects of the next reading."""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")


def rejects_of(con: duckdb.DuckDBPyConnection, file: Path, skipped: int) -> list[Reject]:
    """What the last reading stored, in file order.

    Args:
        con: The connection that read.
        file: The text that was read.
        skipped: How many of its first lines are no records: the header and what is before it.
    """
    found = con.execute(
        "select line, min(line_byte_position), arg_min(error_type::varchar, byte_position), "
        "arg_min(column_name, byte_position), coalesce(any_value(csv_line), ''), "
        "any_value(error_message) from reject_errors group by line order by line"
    ).fetchall()
    if not found:
        return []
    # DuckDB's "line" counts empty lines, and a record of several lines once; what it keeps of a
    # record begins with the line ends that come before it
    starts = [int(at or 1) - 1 + _leading(record) for _, at, _, _, record, _ in found]
    return [
        Reject(int(line) - skipped - empty, before + 1, kind, column, record.strip("\r\n"), message)
        for (line, _, kind, column, record, message), (before, empty) in zip(
            found, _lines_before(file, starts), strict=True
        )
    ]


def _leading(record: str) -> int:
    return len(record) - len(record.lstrip("\r\n"))


def _lines_before(file: Path, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """How many lines, and how many empty ones, come before each of these ascending bytes."""
    lines = empty = at = 0
    is_inside, tail = False, b"\n"
    with file.open("rb") as stream:
        for place in places:
            while block := stream.read(min(BLOCK, place - at)):
                at += len(block)
                lines += block.count(b"\n")
                # an empty line inside quotation marks is part of a record
                pieces = (tail + block).split(b'"')
                outside = pieces[1::2] if is_inside else pieces[::2]
                empty += sum(1 for piece in outside for _ in _NEXT_EMPTY.finditer(piece))
                is_inside ^= len(pieces) % 2 == 0
                tail = block[-2:] if block.endswith(b"\n\r") else block[-1:]
                tail = tail if tail.strip(b"\r\n") == b"" else b""
            yield lines, empty
