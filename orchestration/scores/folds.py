"""Splits that do not flatter: no household on both sides, and the later election is the test."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int64]
HOUSEHOLD_COLUMNS = ("household_key", "household_id", "hh_id", "address_key")


def group_codes(column: pa.ChunkedArray | pa.Array | None, rows: int) -> Codes:
    """A number for each group; a row without a group is a group of its own."""
    if column is None:
        return np.arange(rows, dtype=np.int64)
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    indices = flat.dictionary_encode().indices
    codes = np.array(indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=0) + 1 + np.arange(alone.sum())
    return codes


def household_codes(table: pa.Table, wanted: str | None = None) -> Codes:
    """Groups by the table's household column: the wanted one, or the first that it has."""
    names = (wanted,) if wanted else HOUSEHOLD_COLUMNS
    name = next((n for n in names if n in table.column_names), None)
    return group_codes(table.column(name) if name else None, table.num_rows)


def grouped_folds(groups: Codes, count: int, seed: int) -> Codes:
    """A fold for each row, whole groups together, drawn by a fixed seed."""
    _, compact = np.unique(groups, return_inverse=True)
    draw = np.random.default_rng(seed).permutation(int(compact.max(initial=0)) + 1)
    return np.asarray(draw[compact] % count, dtype=np.int64)


def sum_by_group(values: Any, groups: Codes) -> Any:
    """Rows of ``values`` summed within each group."""
    order = np.argsort(groups, kind="stable")
    ranked = groups[order]
    first = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    return np.add.reduceat(values[order], first, axis=0)
