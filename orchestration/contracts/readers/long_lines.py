"""Lines longer than any record: so that one of them costs itself alone, and no memory.

DuckDB drops a line that does not fit its buffer without a word, so such lines are looked for
before it reads. Nearly no file has one, and looking costs one reading of the bytes.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.contracts.readers.quotes import filler

MARK = "\x1c"
"""Stands before a line that was cut; the reader rejects it for its width and knows it."""
BLOCK = 8 << 20
KEPT = 10_000


def may_have_long_line(file: Path, limit: int) -> bool:
    """Whether a line could be longer than ``limit`` bytes: one that is lies over whole blocks."""
    block_size = max(min(BLOCK, limit // 2), 1)
    with file.open("rb") as stream:
        while block := stream.read(block_size):
            if b"\n" not in block and len(block) == block_size:
                return True
    return False


def cut_long_lines(file: Path, target: Path, limit: int, delimiter: str, width: int) -> None:
    """Copy a delimited UTF-8 file with the lines longer than ``limit`` cut, marked and too wide.

    Args:
        limit: Bytes that a line may have.
        width: Fields of a record; a cut line gets more, so the reader will not take it.
    """
    tail = filler(delimiter, width).encode() + b"\n"
    with file.open("rb") as stream, target.open("wb") as out:
        while line := stream.readline(limit):
            if line.endswith(b"\n") or len(line) < limit:
                out.write(line)
                continue
            head = line[:KEPT].decode("utf-8", "ignore").replace('"', "").encode()
            out.write(MARK.encode() + head + tail)
            while line and not line.endswith(b"\n"):
                line = stream.readline(limit)
