"""Delimited text: DuckDB reads it in one pass with explicit columns, all text.

Python looks only at the head of the file, for names and for suppliers who end each line with a
delimiter. A record of the wrong width is rejected with its number, never padded and never lost.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import literal
from orchestration.contracts.readers.encoding import as_utf8, has_odd_blanks
from orchestration.contracts.readers.spool import Part, Rejects, column_names
from orchestration.contracts.refusal import Refusal
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

HEAD = 4 << 20
MAX_COLUMNS = 4_000
MAX_RECORD = 32 << 20
_EXTRA = "__trailing"
_REASONS = {
    "MISSING COLUMNS": "has fewer fields than the file has columns",
    "TOO MANY COLUMNS": "has more fields than the file has columns",
    "UNQUOTED VALUE": "has a quotation mark that is not closed",
    "LINE SIZE OVER MAXIMUM": f"is longer than {MAX_RECORD >> 20} MB",
    "INVALID ENCODING": "holds bytes that are no text in the file's encoding",
}
_FIX = "mend this record at the source, or ask for the file with every field quoted"


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
    delimiter = reading.delimiter or ","
    columns, trailing = _layout(plain, name, reading, delimiter)
    wanted = (*columns, _EXTRA) if trailing else columns
    target = place / "text.parquet"
    spec = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in wanted)
    exclude = f" exclude ({_EXTRA})" if trailing else ""
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    rows = con.execute(
        f"copy (select *{exclude} from read_csv({sql_path(plain)}, auto_detect=false, "
        f"columns={{{spec}}}, delim={literal(delimiter)}, quote='\"', escape='\"', "
        f"header={str(reading.header).lower()}, skip={reading.skip_rows}, "
        f"new_line='{_new_line(plain)}', max_line_size={MAX_RECORD}, "
        f"store_rejects=true, rejects_limit=0)) "
        f"to {sql_path(target)} (format parquet, compression uncompressed)"
    ).fetchone()
    at = _rejected(con, rejects, 1 if reading.header else 0)
    odd = has_odd_blanks(plain, delimiter)
    if plain != file:
        plain.unlink()
    return Part(target, columns, int(rows[0]) if rows else 0, encoding, at, odd)


def _layout(
    file: Path, name: str, reading: Reading, delimiter: str
) -> tuple[tuple[str, ...], bool]:
    """The columns' names, and whether every record ends with one delimiter too many."""
    with file.open("rb") as stream:
        head = stream.read(HEAD).decode("utf-8", "ignore")
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
    return columns, trailing


def _new_line(file: Path) -> str:
    with file.open("rb") as stream:
        head = stream.read(HEAD)
    if b"\r\n" in head:
        return r"\r\n"
    return r"\r" if b"\r" in head and b"\n" not in head else r"\n"


def _rejected(con: duckdb.DuckDBPyConnection, rejects: Rejects, header: int) -> tuple[int, ...]:
    found = con.execute(
        "select line, arg_min(error_type::varchar, byte_position), "
        "arg_min(column_name, byte_position), any_value(csv_line), any_value(error_message) "
        "from reject_errors group by line order by line"
    ).fetchall()
    numbers = []
    for line, kind, column, record, message in found:
        number = int(line) - header
        reason = f"the record {_REASONS.get(kind, 'cannot be read')}"
        if kind in {"MISSING COLUMNS", "TOO MANY COLUMNS"}:
            reason += " (" + message.split("Expected Number of Columns: ")[-1].split("\n")[0] + ")"
            reason = reason.replace(" Found:", " expected, found")
        rejects.add(number, None, column, reason, _FIX, record or "")
        numbers.append(number)
    return tuple(numbers)
