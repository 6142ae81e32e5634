"""Who is in which group: what a person's record of voting looks like, on the day of the row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from orchestration.scores.columns import CAUCUSES, GROUPS, KIND, PRIMARIES, VOTES, first_present

Names = npt.NDArray[Any]


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
    return group


def has_history(table: Any) -> npt.NDArray[np.bool_]:
    """Whether any vote is on record: caucus, primary or general."""
    return _some(table, CAUCUSES) | _some(table, VOTES) | _some(table, PRIMARIES)


def _some(table: Any, names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    name = first_present(table, names)
    if name is None:
        return np.zeros(table.num_rows, dtype=bool)
    values = table.column(name).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.asarray(np.nan_to_num(values) > 0)


def history_sql(file: Path) -> dict[str, str]:
    """Conditions in SQL for the rows of a mart with and without any vote on record."""
    present = set(pq.read_schema(file).names)
    names = [
        name
        for family in (CAUCUSES, VOTES, PRIMARIES)
        if (name := next((n for n in family if n in present), None))
    ]
    some = " or ".join(f"coalesce(cast({n} as double), 0) > 0" for n in names) or "true"
    return {"history": f"({some})", "no_history": f"not ({some})"}
