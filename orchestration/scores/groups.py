"""Who is in which group: what a person's record of voting looks like, on the day of the row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.scores.columns import CAUCUSES, GENERALS, GROUPS, KIND, PRIMARIES

Names = npt.NDArray[Any]
HISTORY = (*CAUCUSES, *GENERALS, *PRIMARIES)


def voter_groups(table: Any) -> Names:
    """``never_voted``, ``generals_only``, ``caucused_before`` or ``no_voter_record``, by row.

    ``generals_only`` is everybody with some vote and no caucus, a primary vote included: what
    matters is whether they ever came to a caucus.
    """
    group = np.where(has_history(table), GROUPS[1], GROUPS[0]).astype(object)
    group[_some(table, CAUCUSES)] = GROUPS[2]
    if KIND in table.schema.names:
        kind = np.array(table.column(KIND).to_pylist(), dtype=object)
        group[kind == "contact"] = GROUPS[3]
    return np.asarray(group)


def has_history(table: Any) -> npt.NDArray[np.bool_]:
    """Whether any vote is on record: caucus, primary or general."""
    return _some(table, HISTORY)


def history_sql(file: Path) -> dict[str, str]:
    """Conditions in SQL for the rows of a mart with and without any vote on record."""
    present = set(pq.read_schema(file).names)
    names = [name for name in HISTORY if name in present]
    some = " or ".join(f"coalesce(cast({n} as double), 0) > 0" for n in names) or "true"
    return {"history": f"({some})", "no_history": f"not ({some})"}


def _some(table: Any, names: Iterable[str]) -> npt.NDArray[np.bool_]:
    found = np.zeros(table.num_rows, dtype=bool)
    for name in names:
        if name in table.schema.names:
            column = table.column(name)
            if pa.types.is_boolean(column.type):
                column = column.cast(pa.int8())
            values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
            found |= np.nan_to_num(values.astype(np.float64)) > 0
    return found
