"""Fixed width: each line is cut at the contract's widths, in DuckDB."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.readers.encoding import as_utf8
from orchestration.contracts.readers.lines import copy_lines
from orchestration.contracts.readers.spool import Part, Rejects, column_names

if TYPE_CHECKING:
    import duckdb

_FIX = "ask for the file again with full lines, or correct widths in source.yaml"


def read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read a fixed-width file into a part; a line too short for its last column is rejected."""
    plain, encoding = as_utf8(file, reading.encoding, place)
    columns = column_names(reading.names, name)
    cuts, start = [], 1
    for column, width in zip(columns, reading.widths, strict=True):
        cuts.append(f"substr(line, {start}, {width}) as {identifier(column)}")
        start += width
    least = start - reading.widths[-1]
    part = copy_lines(
        con, plain, place, reading.skip_rows + (1 if reading.header else 0), columns,
        ", ".join(cuts), f"length(line) >= {least}", rejects,
        f"the line is shorter than {least} characters", _FIX,
    )  # fmt: skip
    return replace(part, encoding=encoding)
