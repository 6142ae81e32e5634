"""The features of a plain table: its columns typed, the unbelievable ones left out, kept bounded.

What is wrong with a column is ``suspects``; here it is asked of every column, once, on the rows
that are learnt from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.scores import suspects
from orchestration.scores.features import KEYS, MAX_LEVELS, FeatureSpec, infer_spec
from orchestration.scores.measure import Floats
from orchestration.scores.plain_table import Column, PlainTable, quoted, readings
from orchestration.scores.refused import refused_reason

# The regression's price grows with the square of its columns.
LEVELS_IN_ALL = 400
FEWEST_LEVELS = 8
# Beyond so many numbers none of them is bent.
MANY_NUMBERS = 60
AGES = (30, 45, 65)
BANDS = ("17-29", "30-44", "45-64", "65+")


@dataclass(frozen=True)
class Roles:
    """The columns of one file that are no features, by what they are."""

    label: str
    group: str | None
    weight: str | None


@dataclass(frozen=True)
class Read:
    """The rows to learn from.

    Attributes:
        columns: How each feature is read; the same on any other file.
        table: The features of the rows, numbers and levels.
        groups: The group of each row, or ``None`` when there is no column to group by.
    """

    columns: tuple[Column, ...]
    table: pa.Table
    spec: FeatureSpec
    weights: Floats
    groups: npt.NDArray[Any] | None

    @property
    def levels(self) -> int:
        """How many levels of a text feature are kept at most."""
        return max(
            FEWEST_LEVELS, min(MAX_LEVELS, LEVELS_IN_ALL // max(len(self.spec.categorical), 1))
        )

    @property
    def straight(self) -> tuple[str, ...]:
        """The numbers that enter the regression unbent."""
        return self.spec.numeric if len(self.spec.numeric) > MANY_NUMBERS else ()

    @staticmethod
    def weights_of(table: PlainTable, column: str | None, where: str = "true") -> Floats:
        """A weight for each row of a file; 1 without a column, 0 for what is no weight."""
        return _weights(table, column, where)

    @staticmethod
    def groups_of(
        table: PlainTable, column: str | None, where: str = "true"
    ) -> npt.NDArray[Any] | None:
        """The group of each row of a file."""
        return _groups(table, column, where)


def choose(
    table: PlainTable,
    where: str,
    roles: Roles,
    unread: Mapping[str, str],
    kept: Collection[str],
    y: Floats,
    seed: int,
) -> Read:
    """Read the rows chosen by ``where`` and decide what of them is a feature.

    Args:
        table: The file.
        where: SQL that is true of the rows to learn from.
        roles: Columns of the file that are no features.
        unread: Columns not to be looked at, each with the reason.
        kept: Columns to be read even when they tell the outcome almost alone.
        y: The outcome of these rows.
        seed: For halving them.
    """
    dropped = _by_name(table, roles.label, unread)
    columns = readings(table, where, {*unread, *(name for name, _ in dropped)})
    found = {c.name for c in columns} | {*unread} | {n for n, _ in dropped}
    dropped += [(n, "holds lists or structures") for n in table.types if n not in found]
    batches = list(table.typed(columns, where=where))
    typed = pa.concat_tables(batches) if batches else _empty(columns)
    for column in columns:
        why = suspects.numbering(column.name, typed.column(column.name))
        why = why or (
            suspects.trait_in_levels(typed.column(column.name)) if column.kind == "text" else None
        )
        if why:
            dropped.append((column.name, why))
    out = {name for name, _ in dropped}
    spec = infer_spec(typed.drop_columns([n for n in typed.column_names if n in out]), keys=())
    rare = [n for n in spec.names if n not in kept]
    told = list(suspects.outcome_in_disguise(typed, rare, y, seed))
    spec = spec.without([name for name, _ in told])
    spec = FeatureSpec(
        spec.numeric, spec.categorical, tuple(sorted({*dropped, *spec.dropped, *told}))
    )
    return Read(
        tuple(c for c in columns if c.name in spec.names),
        typed.select(list(spec.names)) if spec.names else typed,
        spec,
        _weights(table, roles.weight, where),
        _groups(table, roles.group, where),
    )


def _by_name(table: PlainTable, label: str, unread: Mapping[str, str]) -> list[tuple[str, str]]:
    dropped = list(unread.items())
    for name in table.types:
        why = (
            refused_reason(name)
            or suspects.identity(name)
            or suspects.later_election(name, label)
            or ("key" if name.lower() in KEYS else None)
        )
        if why and name not in unread:
            dropped.append((name, why))
    return dropped


def _empty(columns: list[Column]) -> pa.Table:
    kinds = {c.name: pa.string() if c.kind == "text" else pa.float64() for c in columns}
    return pa.table({n: pa.array([], kind) for n, kind in kinds.items()})


def _weights(table: PlainTable, column: str | None, where: str) -> Floats:
    if column is None:
        return np.ones(int(table.ask("count(*)", where)[0]))
    found = table.con.sql(
        f"select try_cast(cast({quoted(column)} as varchar) as double) as w from plain "
        f"where {where} order by file_row_number"
    ).to_arrow_table()
    values = found.column(0).to_numpy()
    return np.where(np.isfinite(values) & (values > 0), values, 0.0).astype(np.float64)


def _groups(table: PlainTable, column: str | None, where: str) -> npt.NDArray[Any] | None:
    if column is None:
        return None
    cells = table.select([column], where).column(0).cast(pa.string())
    if column.lower() != "age":
        return np.array(cells.fill_null("missing").to_pylist(), dtype=object)
    text = table.con.sql(
        f"select try_cast(cast({quoted(column)} as varchar) as double) as age from plain "
        f"where {where} order by file_row_number"
    ).to_arrow_table()
    age = text.column(0).to_numpy()
    bands = np.array(BANDS, dtype=object)[np.digitize(np.nan_to_num(age), AGES)]
    bands[np.isnan(age)] = "missing"
    return np.asarray(bands)
