"""Reading a column as yes, no or unknown, whatever way a file writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from orchestration.scores.measure import Floats
from orchestration.settings import UserError

YES = frozenset({"1", "1.0", "y", "yes", "t", "true", "voted", "attended"})
NO = frozenset({"0", "0.0", "n", "no", "f", "false", "not voted", "did not vote", "absent"})


def read_labels(column: pa.ChunkedArray, file: Path, name: str) -> Floats:
    """1 for yes, 0 for no, NaN for an empty cell.

    An empty cell is unknown, not a no: a file that leaves the no out has one class only, and
    the outcome says so.

    Raises:
        UserError: a value is neither a yes nor a no.
    """
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_boolean(flat.type):
        flat = flat.cast(pa.int8())
    words = flat.cast(pa.string()).dictionary_encode()
    known = [str(word) for word in words.dictionary.to_pylist()]
    values = [_value(word.strip().lower(), word, file, name) for word in known]
    codes = words.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return np.asarray(np.array([*values, np.nan])[codes], dtype=np.float64)


def _value(word: str, shown: str, file: Path, name: str) -> float:
    if not word:
        return float("nan")
    if word in YES:
        return 1.0
    if word in NO:
        return 0.0
    raise UserError(
        f"{file}, column {name!r}: {shown!r} is neither yes nor no; write 1 and 0, Y and N, or "
        "true and false"
    )


def numbers(table: pa.Table, name: str) -> Floats:
    """A column of numbers or truth values as floats; missing is NaN."""
    column = table.column(name)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return np.array(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
