"""Spreadsheets: xlsx, streamed row by row; dates as ISO text, formulas as their last value."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.contracts.model import Reading
from orchestration.contracts.readers.spool import Part, Rejects, TextWriter, column_names
from orchestration.contracts.refusal import Refusal

if TYPE_CHECKING:
    import duckdb


def read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read one sheet into a part; rows without any value are no records."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with file.open("rb") as stream:
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError):
            raise Refusal(f"{name} is no readable workbook; ask for it again") from None
        try:
            return _sheet(book, name, reading, place, rejects)
        finally:
            book.close()


def _sheet(book: Any, name: str, reading: Reading, place: Path, rejects: Rejects) -> Part:
    if reading.sheet is not None and reading.sheet not in book.sheetnames:
        raise Refusal(
            f"{name} has no sheet {reading.sheet!r}, only {', '.join(book.sheetnames)}; "
            "correct sheet in source.yaml"
        )
    sheet = book[reading.sheet] if reading.sheet else book.worksheets[0]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=1 + reading.skip_rows, values_only=True)
    header = [cell_text(cell) for cell in next(rows, ())] if reading.header else []
    while header and header[-1] is None:
        header.pop()
    columns = column_names(reading.names or header, name)
    if not columns:
        raise Refusal(f"{name} is empty; ask for it again")
    writer = TextWriter(place / "text.parquet", columns)
    width, at, number = len(columns), [], 0
    for line, row in enumerate(rows, 1 + reading.skip_rows + (1 if reading.header else 0)):
        cells = [cell_text(cell) for cell in row]
        if not any(cell is not None and cell.strip() for cell in cells):
            continue
        number += 1
        if any(cell is not None and cell.strip() for cell in cells[width:]):
            rejects.add(number, line, None, "the row has values beyond the last column",
                        "give that column a name or empty it", "")  # fmt: skip
            at.append(number)
            continue
        writer.add((cells + [None] * width)[:width])
    return Part(writer.close(), columns, writer.rows, "", tuple(at))


def cell_text(value: Any) -> str | None:
    """A cell as text: ISO dates (a midnight is a date), whole numbers without ``.0``."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
