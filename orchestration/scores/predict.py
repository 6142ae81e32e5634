"""Scoring everybody: one pass over the feature mart in batches, one file a score.

Memory does not grow with the number of people. Each file is whole or not there at all, and
ascends by person, so equal inputs give equal bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lake import atomic_path
from orchestration.scores.columns import PERSON
from orchestration.scores.groups import voter_groups
from orchestration.scores.measure import Floats
from orchestration.scores.model import Prediction
from orchestration.scores.tables import stream
from orchestration.scores.threads import workers

DIGITS = 6
Extra = Callable[[Prediction, Any], Floats]
Scored = Future[tuple[pa.Table, float]]


@dataclass(frozen=True)
class Target:
    """One score to write.

    Attributes:
        name: Name of the score, and of its file.
        version: Version of the model in force.
        score: From rows to calibrated logits at the right level.
        extra: More columns, each from the prediction and the rows.
    """

    name: str
    version: str
    score: Callable[[Any], Prediction]
    extra: Mapping[str, Extra]

    @property
    def schema(self) -> pa.Schema:
        """Columns of the file."""
        extra = [pa.field(n, pa.float64()) for n in self.extra]
        return pa.schema(
            [
                pa.field(PERSON, pa.string(), nullable=False),
                pa.field("probability", pa.float64(), nullable=False),
                pa.field("low", pa.float64(), nullable=False),
                pa.field("high", pa.float64(), nullable=False),
                pa.field("group_name", pa.string(), nullable=False),
                pa.field("model_version", pa.string(), nullable=False),
                *extra,
            ]
        )


@dataclass(frozen=True)
class Written:
    """What was written for one score; ``seconds`` is processor time of one core."""

    name: str
    path: Path
    rows: int
    seconds: float
    sum_of_probabilities: float


def predict_all(
    people: Path, columns: list[str], targets: Sequence[Target], folder: Path
) -> list[Written]:
    """Score everybody in ``people``, whose rows must ascend by person."""
    rows = dict.fromkeys((t.name for t in targets), 0)
    spent = dict.fromkeys(rows, 0.0)
    total = dict.fromkeys(rows, 0.0)
    paths = {t.name: folder / f"{t.name}.parquet" for t in targets}
    with ExitStack() as stack:
        writers = {}
        for target in targets:
            aside = stack.enter_context(atomic_path(paths[target.name]))
            writer = pq.ParquetWriter(aside, target.schema, compression="zstd")
            writers[target.name] = stack.enter_context(writer)
        pool = stack.enter_context(workers(len(targets)))
        for done in _ahead(pool, stream(people, columns), targets):
            for target, task in zip(targets, done, strict=True):
                table, seconds = task.result()
                writers[target.name].write_table(table)
                rows[target.name] += table.num_rows
                total[target.name] += float(np.sum(table.column("probability").to_numpy()))
                spent[target.name] += seconds
    return [Written(n, paths[n], rows[n], spent[n], round(total[n], 3)) for n in rows]


def _ahead(
    pool: ThreadPoolExecutor, batches: Iterable[pa.RecordBatch], targets: Sequence[Target]
) -> Iterator[list[Scored]]:
    """Each batch's tasks, the next batch being read meanwhile so that no core waits for it."""
    waiting: list[Scored] = []
    for batch in batches:
        groups = pa.array(voter_groups(batch), pa.string())
        tasks = [pool.submit(_scored, batch, groups, target) for target in targets]
        if waiting:
            yield waiting
        waiting = tasks
    if waiting:
        yield waiting


def _scored(batch: pa.RecordBatch, groups: pa.Array, target: Target) -> tuple[pa.Table, float]:
    started = time.thread_time()
    found = target.score(batch)
    version = pa.array([target.version]).dictionary_encode().dictionary
    columns = [
        batch.column(PERSON).cast(pa.string()),
        found.probability.round(DIGITS),
        found.low.round(DIGITS),
        found.high.round(DIGITS),
        groups,
        version.take(pa.array(np.zeros(batch.num_rows, dtype=np.int32))),
        *(extra(found, batch).round(DIGITS) for extra in target.extra.values()),
    ]
    table = pa.Table.from_arrays([pa.array(c) for c in columns], schema=target.schema)
    return table, time.thread_time() - started
