"""Formats that know their own columns: workbooks, Parquet, and FEC filings."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Reading
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.sniff_text import across, distinct_names, is_header
from orchestration.contracts.readers.sheets import cell_text
from orchestration.contracts.refusal import Refusal
from orchestration.settings import UserError

SHEET_ROWS = 3_000


def sniff_workbook(file: Path) -> Table:
    """The sheet of a workbook that holds the most, and where on it the table begins."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (KeyError, OSError, ValueError):
        raise UserError(f"{file} is no readable workbook; ask for it again") from None
    try:
        sheets = {name: _sheet_rows(book[name]) for name in book.sheetnames}
    finally:
        book.close()
    name, rows = max(sheets.items(), key=lambda item: sum(map(_filled, item[1])))
    if not rows:
        raise UserError(f"{file} holds no filled sheet; ask for it again")
    width = max(map(_filled, rows[:50]))
    skip = next(n for n, row in enumerate(rows) if _filled(row) > width // 2)
    top = rows[skip]
    while top and not top[-1]:
        top = top[:-1]
    width = max(len(top), width)
    body = [(row + [""] * width)[:width] for row in rows[skip + 1 :]]
    top = (top + [""] * width)[:width]
    header = is_header(top, body[:200])
    columns = distinct_names(top) if header else tuple(f"column_{n + 1}" for n in range(width))
    body = [row for row in (body if header else [top, *body]) if _filled(row)]
    several = len([n for n, r in sheets.items() if r]) > 1
    reading = Reading(
        format="xlsx",
        sheet=name if several else None,
        header=header,
        names=() if header and len(set(map(str.lower, top))) == len(top) else columns,
        skip_rows=skip,
    )
    note = f"of its sheets, {name!r} is read" if several else ""
    return Table(reading, columns, across(body, width), note=note, inferred=not header)


def _sheet_rows(sheet: Any) -> list[list[str]]:
    rows = islice(sheet.iter_rows(values_only=True), SHEET_ROWS)
    found = [[cell_text(cell) or "" for cell in row] for row in rows]
    while found and not _filled(found[-1]):
        found.pop()
    return found


def _filled(row: list[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def sniff_parquet(file: Path) -> Table:
    """The columns of a Parquet file and rows from its beginning and its end."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(file)
        groups = sorted({0, source.num_row_groups // 2, source.num_row_groups - 1})
        batches = [
            next(iter(source.iter_batches(batch_size=2_000, row_groups=[n])), None) for n in groups
        ]
    except (pa.ArrowException, OSError):
        raise UserError(f"{file} is no readable Parquet file; ask for it again") from None
    columns = tuple(source.schema_arrow.names)
    cells: list[tuple[str | None, ...]] = []
    for name in columns:
        values = [v for batch in batches if batch is not None for v in batch[name].to_pylist()]
        cells.append(tuple(_cell(value) for value in values))
    return Table(Reading(format="parquet"), columns, tuple(cells))


def _cell(value: Any) -> str | None:
    import json

    if isinstance(value, list | dict):
        return json.dumps(value, default=str)
    return cell_text(value)


def sniff_filing(file: Path) -> Table:
    """An FEC filing, through its own reader: filings are small."""
    import tempfile

    import duckdb

    from orchestration.contracts.readers import open_raw

    reading = Reading(format="fec")
    with duckdb.connect(":memory:") as con, tempfile.TemporaryDirectory() as spool:
        try:
            with open_raw(con, file, reading, Path(spool)) as raw:
                rows = con.execute(f"select * exclude (__row) from {raw.relation} limit 3000")
                found = [["" if c is None else str(c) for c in row] for row in rows.fetchall()]
                return Table(reading, raw.columns, across(found, len(raw.columns)), raw.encoding)
        except Refusal as refusal:
            raise UserError(f"{file}: {refusal.reason}") from None
