"""JSON: pages with a list of records, and one record a line.

Nested objects become dotted columns (``profile.first_name``); lists stay as JSON text. Lines are
taken apart in DuckDB; a page is parsed whole in Python, for pages are small, and then read as
lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.readers.encoding import as_utf8
from orchestration.contracts.readers.lines import copy_lines
from orchestration.contracts.readers.spool import Part, Rejects, column_names
from orchestration.contracts.refusal import Refusal
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

MAX_COLUMNS = 4_000
_FIX = "mend this line at the source; each line must be one JSON object"


def read_pages(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read a JSON document into a part; ``records`` says where in it the list of records is."""
    plain, encoding = as_utf8(file, reading.encoding, place)
    try:
        content = json.loads(plain.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, RecursionError) as mistake:
        line = getattr(mistake, "lineno", 1)
        raise Refusal(f"{name}, line {line}: no valid JSON; ask for it again") from None
    lines = place / "lines"
    with lines.open("w", encoding="utf-8") as out:
        for record in _records(content, reading.records, name):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    part = _from_lines(con, lines, name, place, rejects, 0)
    return Part(part.path, part.columns, part.rows, encoding, part.rejected_at)


def read_lines(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read newline-delimited JSON into a part; a line that is no object is rejected."""
    plain, encoding = as_utf8(file, reading.encoding, place)
    part = _from_lines(con, plain, name, place, rejects, reading.skip_rows)
    return Part(part.path, part.columns, part.rows, encoding, part.rejected_at)


def _records(content: Any, path: str | None, name: str) -> list[Any]:
    for key in (path or "").split(".") if path else ():
        if not isinstance(content, dict) or key not in content:
            raise Refusal(f"{name} has no {path!r} in it; correct records in source.yaml")
        content = content[key]
    records = content if isinstance(content, list) else [content]
    if any(not isinstance(record, dict) for record in records):
        raise Refusal(f"{name} holds no list of objects at {path or 'its top'!r}; correct records")
    return records


def _from_lines(
    con: duckdb.DuckDBPyConnection,
    lines: Path,
    name: str,
    place: Path,
    rejects: Rejects,
    skip: int,
) -> Part:
    # a case, for conditions joined by "and" are not run in order and json_type() would raise
    condition = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"
    paths = _paths(con, lines, place, skip, condition)
    if len(paths) > MAX_COLUMNS:
        raise Refusal(f"{name} has {len(paths):,} different fields, more than {MAX_COLUMNS:,}")
    names = column_names([".".join(path) for path in paths], name)
    select = ", ".join(
        f"json_extract_string(line, {literal(_pointer(path))}) as {identifier(column)}"
        for path, column in zip(paths, names, strict=True)
    )
    if not names:
        names, select = ("line",), "line"
    return copy_lines(
        con, lines, place, skip, names, select, condition, rejects,
        "the line is no JSON object", _FIX,
    )  # fmt: skip


def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def _paths(
    con: duckdb.DuckDBPyConnection, lines: Path, place: Path, skip: int, condition: str
) -> list[tuple[str, ...]]:
    """All paths to values that are no objects, in order of appearance."""
    from orchestration.contracts.readers.lines import number_lines

    source = number_lines(con, lines, place, skip)
    # the shapes of records repeat, so their distinct structures are few and small
    shapes = con.execute(
        f"select cast(json_structure(line) as varchar) as shape, min(file_row_number) as first "
        f"from read_parquet({sql_path(source)}, file_row_number=true) "
        f"where {condition} group by 1 order by 2"
    ).fetchall()
    source.unlink()
    found: dict[tuple[str, ...], None] = {}
    objects: set[tuple[str, ...]] = set()
    for shape, _ in shapes:
        for path in _leaves(json.loads(shape), ()):
            found.setdefault(path)
            objects.update(path[:n] for n in range(1, len(path)))
    return [path for path in found if path not in objects]


def _leaves(shape: Any, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(shape, dict) and (shape or not at):
        for key, value in shape.items():
            yield from _leaves(value, (*at, key))
    else:
        yield at
