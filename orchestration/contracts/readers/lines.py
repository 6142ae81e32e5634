"""Lines as records: the ground that fixed width and newline-delimited JSON stand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.readers.record_lines import Lines
from orchestration.contracts.readers.spool import Part, Rejects
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

MAX_LINE = 64 << 20


def number_lines(con: duckdb.DuckDBPyConnection, file: Path, place: Path, skip: int) -> Path:
    """Write a text file's lines to Parquet (column ``line``), in order, blank ones included."""
    target = place / "lines.parquet"
    # a field delimiter and quote that no text holds make every line one field
    con.execute(
        f"copy (select coalesce(line, '') as line from read_csv({sql_path(file)}, "
        "auto_detect=false, columns={'line': 'VARCHAR'}, delim=chr(31), quote='', escape='', "
        f"header=false, skip={skip}, max_line_size={MAX_LINE}, null_padding=false, "
        f"strict_mode=false)) to {sql_path(target)} (format parquet, compression uncompressed)"
    )
    return target


def copy_lines(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    place: Path,
    skip: int,
    columns: tuple[str, ...],
    select: str,
    condition: str,
    rejects: Rejects,
    reason: str,
    fix: str,
) -> Part:
    """Turn lines that meet a condition into columns; reject the others, skip blank ones at the end.

    Args:
        select: SQL over ``line`` that makes ``columns``.
        condition: SQL over ``line``; a line that fails it is rejected with ``reason`` and ``fix``.
    """
    source = number_lines(con, file, place, skip)
    numbered = (
        f"select file_row_number + 1 as number, line from "
        f"read_parquet({sql_path(source)}, file_row_number=true) where trim(line) <> ''"
    )
    bad = con.execute(
        f"select number, line from ({numbered}) where not coalesce({condition}, false) order by 1"
    ).fetchall()
    blank = con.execute(
        f"select file_row_number + 1 from read_parquet({sql_path(source)}, file_row_number=true) "
        "where trim(line) = '' order by 1"
    ).fetchall()
    blanks = [int(row[0]) for row in blank]
    at = []
    for number, line in bad:
        record = int(number) - _before(blanks, int(number))
        rejects.add(record, int(number) + skip, None, reason, fix, line)
        at.append(record)
    target = place / "text.parquet"
    rows = con.execute(
        f"copy (select {select} from ({numbered}) where coalesce({condition}, false)) "
        f"to {sql_path(target)} (format parquet, compression uncompressed)"
    ).fetchone()
    source.unlink()
    lines = Lines(file, skip, is_quoted=False)
    return Part(target, columns, int(rows[0]) if rows else 0, "", tuple(at), lines=lines)


def _before(blanks: list[int], number: int) -> int:
    from bisect import bisect_left

    return bisect_left(blanks, number)
