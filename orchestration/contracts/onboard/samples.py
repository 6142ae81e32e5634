"""Sample files: invented rows in the format, the packing and under the name of the given file."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from random import Random
from typing import Any

from orchestration.contracts.model import DELIMITERS
from orchestration.contracts.onboard.invent import invented, is_code_list, scrambled
from orchestration.contracts.onboard.profile import Profile, profile
from orchestration.contracts.onboard.proposal import FeedProposal
from orchestration.lake import text_hash

ROWS = 12
RECORDS = 6


def write_sample(feed: FeedProposal, given: Path, folder: Path) -> Path:
    """Write a sample of a feed's file into a folder; gives its path.

    Args:
        feed: What was proposed.
        given: The file that was looked at; only its name and, for FEC filings, its shape are used.
        folder: Where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reading = feed.table.reading
    random = Random(int(text_hash(",".join(feed.table.columns)), 16))  # noqa: S311 - no secret
    target = folder / _plain_name(given, reading.format)
    if reading.format == "parquet":
        _parquet(feed, target, random)
        return target
    if reading.format == "xlsx":
        _workbook(feed, target, random)
        return target
    if reading.format == "fec":
        target.write_bytes(_filing(given, random))
        return target
    text = _json(feed, random) if reading.format in {"json", "ndjson"} else _lines(feed, random)
    encoding = feed.table.encoding if feed.table.encoding.startswith("utf-16") else "utf-8"
    _packed(target, text.encode(encoding), reading.member)
    return target


def _plain_name(given: Path, kind: str) -> str:
    """The file's own name; a list of columns stands for the file that it describes."""
    return given.name if kind != "csv" or given.suffix != ".yaml" else f"{given.stem}.csv"


def _cells(feed: FeedProposal, random: Random, rows: int = ROWS) -> list[list[str]]:
    """Invented cells by column."""
    targets = targets_of(feed)
    found = []
    for name in feed.table.columns:
        seen = feed.profiles.get(name, Profile())
        target = targets.get(name)
        unique = target == "record_id"
        inner = next(
            (c.name for c in feed.columns if name in c.sources and c.name != "record_id"), None
        )
        listed = _listed(feed, name)
        if listed and not unique:
            found.append([listed[n % len(listed)] for n in range(rows)])
        else:
            found.append(invented(seen, inner or target, rows, random, unique))
    return found


def _listed(feed: FeedProposal, name: str) -> list[str]:
    """The codes that the contract lists for a column, where it lists them."""
    for column in feed.sure:
        if column.sources == (name,) and column.mapping.get("values"):
            return list(column.mapping["values"])
    return []


def targets_of(feed: FeedProposal) -> dict[str, str]:
    """The column of ours that each file column is mapped to; the record's id before all."""
    found: dict[str, str] = {}
    for column in feed.columns:
        for source in column.sources:
            if len(column.sources) == 1 and (source not in found or column.name == "record_id"):
                found[source] = column.name
    return found


def _lines(feed: FeedProposal, random: Random) -> str:
    reading, table = feed.table.reading, feed.table
    rows = list(zip(*_cells(feed, random), strict=True))
    blank = _blank(feed)
    if reading.format == "fixed_width":
        lines = [table.columns, *rows] if reading.header else rows
        return "".join(
            "".join(
                cell[:width].ljust(width) for cell, width in zip(row, reading.widths, strict=True)
            )
            + "\n"
            for row in lines
        )
    delimiter = reading.delimiter or DELIMITERS[reading.format]
    out = io.StringIO()
    out.write("a sample with invented values\n" * reading.skip_rows)
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    if reading.header:
        writer.writerow(table.columns)
    writer.writerows([[cell or blank for cell in row] for row in rows])
    return out.getvalue()


def _blank(feed: FeedProposal) -> str:
    """How the file writes an empty cell: some fill it with one space."""
    cells = [cell for column in feed.table.cells for cell in column[:200] if cell is not None]
    spaces = sum(1 for cell in cells if cell and not cell.strip())
    return " " if spaces > sum(1 for cell in cells if not cell) else ""


def _json(feed: FeedProposal, random: Random) -> str:
    table = feed.table
    rows = min(RECORDS, max(len(table.records), 3))
    by_column = dict(zip(table.columns, _cells(feed, random, rows), strict=True))
    records = [
        _like(table.records[n % len(table.records)], (), by_column, n, random) for n in range(rows)
    ]
    if table.reading.format == "ndjson":
        return "".join(json.dumps(record) + "\n" for record in records)
    content: Any = records
    for key in reversed((table.reading.records or "").split(".") if table.reading.records else ()):
        content = {key: content}
    return json.dumps(content, indent=1) + "\n"


def _like(
    value: Any, at: tuple[str, ...], cells: dict[str, list[str]], n: int, random: Random
) -> Any:
    """A record of the same structure with invented leaves."""
    if isinstance(value, dict):
        return {key: _like(inner, (*at, key), cells, n, random) for key, inner in value.items()}
    if isinstance(value, list):
        return [_other(item, at, random) for item in value[:2]]
    if value is None or isinstance(value, bool):
        return value
    cell = cells.get(".".join(at), [""] * (n + 1))[n]
    return _typed(value, cell, random)


def _other(value: Any, at: tuple[str, ...], random: Random) -> Any:
    """An item of a list, scrambled; what says its type stays."""
    if isinstance(value, dict):
        return {
            key: inner if key.lower().endswith("type") else _other(inner, (*at, key), random)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_other(item, at, random) for item in value[:2]]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) > 9 and profile([value]).share("phone"):
        return "5155550142"
    return _typed(value, scrambled(str(value), random), random)


def _typed(value: Any, cell: str, random: Random) -> Any:
    if isinstance(value, int):
        return int(cell) if cell.lstrip("-").isdigit() else random.randrange(1, 1_000)
    if isinstance(value, float):
        return float(random.randrange(1, 10_000)) / 100
    return cell


def _workbook(feed: FeedProposal, target: Path, random: Random) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = (feed.table.reading.sheet or "Sheet1")[:31]
    for _ in range(feed.table.reading.skip_rows):
        sheet.append(["a sample with invented values"])
    if feed.table.reading.header:
        sheet.append(list(feed.table.columns))
    for row in zip(*_cells(feed, random), strict=True):
        sheet.append([cell or None for cell in row])
    book.save(target)


def _parquet(feed: FeedProposal, target: Path, random: Random) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    cells = _cells(feed, random)
    arrays = [pa.array([cell or None for cell in column], type=pa.string()) for column in cells]
    pq.write_table(pa.table(arrays, names=list(feed.table.columns)), target)


def _filing(given: Path, random: Random) -> bytes:
    """A filing of the same lines and fields with other texts, names and sums."""
    lines = given.read_text(encoding="utf-8", errors="replace").replace("\r", "").split("\n")
    kept = [*lines[:2], *[line for line in lines[2:] if line.startswith("SB")][:ROWS]]
    found = [kept[0]]
    for line in kept[1:]:
        first, *fields = line.split("\x1c")
        found.append("\x1c".join([first, *(_filed(field, random) for field in fields)]))
    return ("\n".join(found) + "\n").encode()


def _filed(text: str, random: Random) -> str:
    keep = len(text) <= 3 or (len(text) == 8 and text.isdigit() and text[:2] in {"19", "20"})
    return text if keep else scrambled(text, random)


def _packed(target: Path, content: bytes, member: str | None) -> None:
    kind = target.suffix.lower()
    if kind == ".zip":
        name = (member or "*.csv").replace("*", "sample")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(name, (2016, 1, 1, 0, 0, 0)), content)
    elif kind == ".gz":
        target.write_bytes(gzip.compress(content, mtime=0))
    elif kind == ".zst":
        import pyarrow as pa

        with pa.CompressedOutputStream(str(target), "zstd") as stream:
            stream.write(content)
    else:
        target.write_bytes(content)


__all__ = ["is_code_list", "write_sample"]
