"""Parquet from a supplier: its columns as text, its lists as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.readers.spool import Part, Rejects, column_names
from orchestration.contracts.refusal import Refusal
from orchestration.lake import sql_path

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
    """Read a Parquet file into a part."""
    import duckdb as engine

    try:
        described = con.execute(f"describe select * from read_parquet({sql_path(file)})").fetchall()
    except engine.Error:
        raise Refusal(f"{name} is no readable Parquet file; ask for it again") from None
    columns = column_names([row[0] for row in described], name)
    nested = ("STRUCT", "MAP", "[]")
    select = ", ".join(
        f"cast({'to_json' if any(n in row[1] for n in nested) else ''}({identifier(row[0])}) "
        f"as varchar) as {identifier(column)}"
        for row, column in zip(described, columns, strict=True)
    )
    target = place / "text.parquet"
    rows = con.execute(
        f"copy (select {select} from read_parquet({sql_path(file)})) to {sql_path(target)} "
        "(format parquet, compression uncompressed)"
    ).fetchone()
    return Part(target, columns, int(rows[0]) if rows else 0)
