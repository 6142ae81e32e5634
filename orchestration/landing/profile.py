"""A landed feed in a few figures, so that the next delivery can be held against it.

Shares only, never a value of a person: the few values that a column may have are codes of ours.
What a difference means is in ``drift``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import ENTITIES, Feed
from orchestration.lake import sql_path


def profile(con: duckdb.DuckDBPyConnection, landed: Sequence[Path], feed: Feed) -> dict[str, Any]:
    """The share of nulls of each column the feed fills, and of each code where codes are few.

    Nulls are counted by the file's own statistics, so only the columns of codes are read.

    Returns:
        ``{"nulls": {column: pct}, "shares": {column: {code: pct}}}``, or nothing for no row.
    """
    own = [c for c in ENTITIES[feed.entity].columns if c.name in feed.columns]
    nulls = _nulls(con, landed, [c.name for c in own])
    codes = [c.name for c in own if c.allowed and nulls.get(c.name, 100.0) < 100]
    return {"nulls": nulls, "shares": _shares(con, landed, codes)} if nulls else {}


def _files(landed: Sequence[Path]) -> str:
    return "[" + ", ".join(sql_path(path) for path in landed) + "]"


def _nulls(
    con: duckdb.DuckDBPyConnection, landed: Sequence[Path], columns: list[str]
) -> dict[str, float]:
    rows = con.execute(
        "select path_in_schema, 100 * sum(stats_null_count) / sum(num_values) "
        f"from parquet_metadata({_files(landed)}) group by 1 having sum(num_values) > 0"
    ).fetchall()
    known = {str(name): round(float(pct), 2) for name, pct in rows if pct is not None}
    return {name: known[name] for name in columns if name in known}


def _shares(
    con: duckdb.DuckDBPyConnection, landed: Sequence[Path], columns: list[str]
) -> dict[str, dict[str, float]]:
    if not columns:
        return {}
    counted = ", ".join(f"histogram({name})" for name in columns)
    row = con.execute(f"select {counted} from read_parquet({_files(landed)})").fetchone() or ()
    return {
        name: {
            str(code): round(100 * count / sum(found.values()), 2)
            for code, count in sorted(found.items())
        }
        for name, found in zip(columns, row, strict=True)
        if found
    }
