"""From a table to a matrix: numbers as they are, levels as codes, missing as NaN.

The encoder is plain data, so that a model file holds no code. Scaling and bending numbers for
the linear model is ``design``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.scores.features import MAX_LEVELS, FeatureSpec, is_number

Matrix = npt.NDArray[np.float32]
SECONDS_A_DAY = 86_400.0
# Beyond it a number is a mistake, and its square would not fit.
LARGEST = 1e12


@dataclass(frozen=True)
class Encoder:
    """How each feature becomes one column of a matrix.

    Attributes:
        numeric: Names of the numeric columns, in matrix order.
        categorical: Names of the level columns after them, each with its known levels;
            the code of a level is its place, any other value is NaN.
    """

    numeric: tuple[str, ...]
    categorical: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The matrix's columns."""
        return (*self.numeric, *(name for name, _ in self.categorical))

    def encode(self, table: pa.Table | pa.RecordBatch) -> Matrix:
        """One row a row of ``table``; a column that the table lacks is missing throughout."""
        present = set(table.schema.names)
        matrix = np.full((table.num_rows, len(self.names)), np.nan, dtype=np.float32)
        for place, name in enumerate(self.numeric):
            if name in present:
                matrix[:, place] = _numbers(table.column(name))
        for place, (name, levels) in enumerate(self.categorical, start=len(self.numeric)):
            if name in present:
                matrix[:, place] = _codes(table.column(name), levels)
        return matrix

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"numeric": list(self.numeric), "categorical": [list(c) for c in self.categorical]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Encoder:
        """From plain data."""
        return cls(
            tuple(data["numeric"]),
            tuple((name, tuple(levels)) for name, levels in data["categorical"]),
        )


def fit_encoder(table: pa.Table, spec: FeatureSpec, most: int = MAX_LEVELS) -> Encoder:
    """Learn the levels of the categorical columns.

    A level needs 10 rows (2 in a small table): rarer ones would be learnt by heart. At most
    ``most`` are kept, the most frequent first.
    """
    least = 10 if table.num_rows >= 2000 else 2
    levels = tuple((name, _levels(table.column(name), least, most)) for name in spec.categorical)
    return Encoder(spec.numeric, levels)


def _levels(column: pa.ChunkedArray, least: int, most: int) -> tuple[str, ...]:
    counts = pc.value_counts(_text(column))
    pairs = [
        (-count, value)
        for value, count in zip(
            counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
        )
        if value is not None and count >= least
    ]
    return tuple(value for _, value in sorted(pairs)[:most])


def _text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return flat.cast(pa.string())


def _codes(column: Any, levels: tuple[str, ...]) -> npt.NDArray[np.float64]:
    found = pc.index_in(_text(column), value_set=pa.array(levels, pa.string()))
    return _plain(found)


def _numbers(column: Any) -> npt.NDArray[np.float64]:
    kind = column.type
    if not is_number(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif pa.types.is_date(kind):
        column = column.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_timestamp(kind):
        seconds = column.cast(pa.timestamp("s"), safe=False).cast(pa.int64())
        return _plain(seconds) / SECONDS_A_DAY
    numbers = _plain(column)
    numbers[~np.isfinite(numbers)] = np.nan
    return np.clip(numbers, -LARGEST, LARGEST)


def _plain(column: Any) -> npt.NDArray[np.float64]:
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    values = flat.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.array(values, dtype=np.float64)
