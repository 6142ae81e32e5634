"""Stray quotation marks: so that one of them costs its own line, and not all that follow it.

Used only when a first reading met a quotation mark that nothing closes.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MARK = "\x1a"
"""Stands before a line that was set aside; the reader rejects it for its width and knows it."""
MOST_LINES = 100
MOST_BYTES = 1 << 20


def mend_quotes(file: Path, target: Path, delimiter: str, widths: frozenset[int]) -> None:
    """Copy a delimited UTF-8 file with the lines of stray quotation marks made harmless.

    A line with an odd number of marks that is no record by itself opens one of several lines. If
    no such record of a right width ends within a hundred lines, the line's own mark is stray: the
    line is written without marks, marked, and too wide for the reader to take.

    Args:
        widths: The numbers of fields that a record may have.
    """
    tail = filler(delimiter, max(widths)).encode()
    with file.open("rb") as stream, target.open("wb") as out:
        lines = _Lines(stream)
        for line in lines:
            if line.count(b'"') % 2 == 0 or _width(line, delimiter) in widths:
                out.write(line)
                continue
            record = lines.ahead(line)
            if record is not None and _width(record, delimiter) in widths:
                out.write(record)
                lines.drop()
            else:
                out.write(MARK.encode() + line.replace(b'"', b"").rstrip(b"\r\n") + tail + b"\n")


def filler(delimiter: str, width: int) -> str:
    """What makes any line too wide; its fields are not empty, for empty ones are forgiven."""
    return (delimiter + MARK) * (width + 1)


class _Lines:
    """Lines of a file, of which some can be looked at before their turn."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[bytes] = deque()
        self._looked = 0

    def __iter__(self) -> Iterator[bytes]:
        while line := self._next():
            yield line

    def _next(self) -> bytes:
        return self._waiting.popleft() if self._waiting else self._stream.readline()

    def ahead(self, line: bytes) -> bytes | None:
        """The record that starts with this line, if its marks close soon enough."""
        record, marks = line, line.count(b'"')
        for number in range(MOST_LINES):
            if number == len(self._waiting):
                following = self._stream.readline()
                if not following:
                    return None
                self._waiting.append(following)
            record += self._waiting[number]
            marks += self._waiting[number].count(b'"')
            if marks % 2 == 0:
                self._looked = number + 1
                return record
            if len(record) > MOST_BYTES:
                return None
        return None

    def drop(self) -> None:
        """The lines of the record last looked at have had their turn."""
        for _ in range(self._looked):
            self._waiting.popleft()


def _width(record: bytes, delimiter: str) -> int:
    text = record.decode("utf-8", "replace").splitlines(keepends=True)
    try:
        found = list(csv.reader(text, delimiter=delimiter, strict=True))
    except csv.Error:
        return 0
    return len(found[0]) if len(found) == 1 else 0
