"""Which columns of a table are features, and how each is read.

Deciding from a table's columns belongs here. Turning values into numbers is ``encode``; what
a column means is written in the mart that makes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.scores.refused import refused_reason

# Keys and bookkeeping, never features: they name a row and would be learnt by heart.
KEYS = frozenset(
    """
    person_id voter_key record_key household_key household_id precinct_id kind as_of weight label
    attended_2012 group_name is_eligible state_id party_id source delivery truth_id
    """.split()
)
MAX_LEVELS = 200
ID_LIKE_SHARE = 0.5


@dataclass(frozen=True)
class FeatureSpec:
    """The columns that a model reads.

    Attributes:
        numeric: Read as numbers; a truth value is 0 or 1, a missing value stays missing.
        categorical: Read as levels; a level not seen in training counts as missing.
        dropped: Columns left out, with the reason.
    """

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All feature columns, numeric first: the order of the encoded matrix."""
        return (*self.numeric, *self.categorical)

    def only(self, wanted: Collection[str]) -> FeatureSpec:
        """The same reading of fewer columns."""
        return FeatureSpec(
            tuple(n for n in self.numeric if n in wanted),
            tuple(n for n in self.categorical if n in wanted),
            self.dropped,
        )

    def without(self, unwanted: Collection[str]) -> FeatureSpec:
        """The same reading without some columns."""
        return self.only([n for n in self.names if n not in unwanted])


def infer_spec(
    table: pa.Table, keys: Collection[str] = KEYS, names: Collection[str] | None = None
) -> FeatureSpec:
    """Decide from types and values how each column is read, and which ones are left out.

    Left out, each with its reason: keys, refused traits, all missing, constant, text that is
    nearly unique (an id or a name), and nested values.

    Args:
        table: The rows that a model is to be fitted on.
        keys: Columns that are no features.
        names: Columns to look at; default all.
    """
    numeric: list[str] = []
    categorical: list[str] = []
    dropped: list[tuple[str, str]] = []
    for name in table.column_names:
        if names is not None and name not in names:
            continue
        reading, reason = _reading(name, table.column(name), keys)
        if reading == "numeric":
            numeric.append(name)
        elif reading == "categorical":
            categorical.append(name)
        else:
            dropped.append((name, reason))
    return FeatureSpec(tuple(numeric), tuple(categorical), tuple(dropped))


def _reading(name: str, column: pa.ChunkedArray, keys: Collection[str]) -> tuple[str, str]:
    if name in keys or name.lower() in keys:
        return "", "key"
    refused = refused_reason(name)
    if refused:
        return "", refused
    if column.null_count == len(column):
        return "", "all missing"
    kind = column.type
    if is_number(kind):
        return _number(name, column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        return _text(column)
    return "", f"cannot be read as a feature ({kind})"


def is_number(kind: Any) -> bool:
    """Whether a column of this Arrow type is read as a number; dates and times are."""
    types = pa.types
    return bool(
        types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_date(kind)
        or types.is_timestamp(kind)
    )


def _number(name: str, column: pa.ChunkedArray) -> tuple[str, str]:
    bounds = pc.min_max(column).as_py()
    if bounds["min"] == bounds["max"] and column.null_count == 0:
        return "", "constant"
    if bounds["min"] is None:
        return "", "all missing"
    if _is_id(name, column):
        return "", "an id: nearly every row has its own value"
    return "numeric", ""


def _is_id(name: str, column: pa.ChunkedArray) -> bool:
    named_so = name.lower().split("_")[-1] in {"id", "key", "num", "number", "no", "nbr"}
    if not named_so or not pa.types.is_integer(column.type):
        return False
    return bool(pc.count_distinct(column).as_py() > ID_LIKE_SHARE * len(column))


def _text(column: pa.ChunkedArray) -> tuple[str, str]:
    filled = len(column) - column.null_count
    distinct = pc.count_distinct(column, mode="only_valid").as_py()
    if distinct == 1 and column.null_count == 0:
        return "", "constant"
    if distinct > 20 and distinct > ID_LIKE_SHARE * filled:
        return "", "text that is nearly unique: an id, a name or an address"
    if distinct > 20 * MAX_LEVELS:
        return "", f"text with {distinct} different values"
    return "categorical", ""
