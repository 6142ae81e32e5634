"""Reading a column as yes, no or unknown, whatever way a file writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from orchestration.scores.measure import Floats
from orchestration.settings import UserError

YES = frozenset({"1", "1.0", "y", "yes", "t", "true", "voted", "attended"})
NO = frozenset({"0", "0.0", "n", "no", "f", "false", "not voted", "did not vote", "absent"})
UNKNOWN = frozenset({"", "na", "n/a", "nan", "null", "none", "."})


@dataclass(frozen=True)
class LabelReading:
    """How a column's cells are read as outcomes.

    Attributes:
        yes: Cells that mean yes, in lower case, every other filled one being a no; empty for
            the usual words.
        empty_is_no: Whether an empty cell is a no, as in a vote history; every filled cell that
            is no plain no is then a yes.
    """

    yes: frozenset[str] = frozenset()
    empty_is_no: bool = False


def read_labels(
    column: pa.ChunkedArray, file: Path, name: str, reading: LabelReading | None = None
) -> Floats:
    """1 for yes, 0 for no, NaN for what is unknown.

    An empty cell is unknown unless ``reading`` says that it is a no: a file that leaves the no
    out has one class only, and the outcome says so.

    Raises:
        UserError: a value is neither a yes nor a no.
    """
    reading = reading or LabelReading()
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_boolean(flat.type):
        flat = flat.cast(pa.int8())
    words = flat.cast(pa.string()).dictionary_encode()
    known = [str(word) for word in words.dictionary.to_pylist()]
    nothing = 0.0 if reading.empty_is_no else np.nan
    values = [_value(word.strip().lower(), word, file, name, reading) for word in known]
    codes = words.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return np.asarray(np.array([*values, nothing])[codes], dtype=np.float64)


def _value(word: str, shown: str, file: Path, name: str, reading: LabelReading) -> float:
    if word in UNKNOWN:
        return 0.0 if reading.empty_is_no else float("nan")
    if reading.yes:
        return float(word in reading.yes)
    if word in YES:
        return 1.0
    if word in NO:
        return 0.0
    if reading.empty_is_no:
        return 1.0
    raise UserError(
        f"{file}, column {name!r}: {shown!r} is neither yes nor no; write 1 and 0 or Y and N, or "
        "say which cells mean yes with --yes, or with --empty-is-no that every filled one does"
    )


def numbers(table: pa.Table, name: str) -> Floats:
    """A column of numbers or truth values as floats; missing is NaN."""
    column = table.column(name)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return np.array(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
