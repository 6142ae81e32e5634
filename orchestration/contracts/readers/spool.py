"""What readers leave behind: a part's text as Parquet, and the records they rejected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.readers.encoding import Blanks
from orchestration.contracts.readers.numbers import count_up_to, is_one_of
from orchestration.contracts.readers.record_lines import Lines
from orchestration.contracts.refusal import Refusal
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

_NUMBER = "file_row_number"
_REJECT_TYPES = (
    "row_number bigint, line bigint, column_name varchar, reason varchar, fix varchar, "
    "record varchar"
)
FEW_ROWS = 100
"""Rows for which importing pyarrow, a second of its own, is not worth it."""
RECORD_LIMIT = 10_000
"""Characters of an unreadable record that quarantine keeps; the file itself stays as it came."""


@dataclass(frozen=True)
class Part:
    """One file's text, all of it or one member's of an archive.

    Attributes:
        path: Parquet, every column text, in file order.
        rejected_at: Record numbers (from 1, in this part) of the rejected records, ascending.
        blanks: What blanks may stand around a cell; see ``text.clean``.
        lines: Where its records begin, when it was read from lines.
    """

    path: Path
    columns: tuple[str, ...]
    rows: int
    encoding: str = ""
    rejected_at: tuple[int, ...] = ()
    blanks: Blanks = "odd"
    lines: Lines | None = None

    @property
    def rejected(self) -> int:
        """How many records could not be read."""
        return len(self.rejected_at)

    def query(self, before: int) -> str:
        """A query of ``__row`` and the columns; ``before`` records came in earlier parts."""
        number = f"{_NUMBER} + {before + 1}"
        if self.rejected_at:
            # a record that could be read comes after the n-th rejected one when at least
            # (its number - n) readable ones came before
            starts = [at - n for n, at in enumerate(self.rejected_at, 1)]
            number += f" + {count_up_to(starts, _NUMBER)}"
        columns = "".join(f", {identifier(name)}" for name in self.columns)
        return (
            f"select ({number})::bigint as __row{columns} "
            f"from read_parquet({sql_path(self.path)}, file_row_number=true)"
        )

    def pieces(self, before: int) -> list[Piece]:
        """What of it can be worked on by itself: all of it at once."""
        return [Piece(self.query(before), before + 1, before + self.rows + self.rejected)]

    def noted(self, before: int) -> str:
        """The columns that were asked for beforehand; here there is no cheaper way to them."""
        return self.query(before)

    def records(self, numbers: Sequence[int], before: int) -> str:
        """A query of these records, numbered in the whole file."""
        return f"select * from ({self.query(before)}) where {is_one_of(numbers, '__row')}"

    def forget(self, con: duckdb.DuckDBPyConnection) -> None:
        """Nothing is kept but files."""

    def lines_of(self, numbers: Sequence[int], before: int) -> dict[int, int]:
        """The lines on which these records begin, where it has lines."""
        if self.lines is None or not numbers:
            return {}
        own = [number - before for number in numbers]
        return dict(zip(numbers, self.lines.of(own), strict=True))


class HasColumns(Protocol):
    """Any part of a delivery."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns' names."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a file's records: a query of them, and their first and last number."""

    query: str
    first: int
    last: int


def same_columns(parts: Sequence[HasColumns], name: str) -> None:
    """Refuse an archive whose members do not have the same columns."""
    if not parts:
        raise Refusal(f"{name} holds no file that the contract's member pattern names; correct it")
    first = parts[0].columns
    for part in parts[1:]:
        if set(part.columns) != set(first):
            odd = sorted(set(part.columns) ^ set(first))[0]
            raise Refusal(
                f"{name} holds files of different columns ({odd!r} is not in all); "
                "give each kind a feed with its own member pattern"
            )


def column_names(given: Iterable[str | None], name: str) -> tuple[str, ...]:
    """A header as column names: trimmed, nameless ones numbered.

    Raises:
        Refusal: a name stands twice (case does not count), or is one that we use ourselves.
    """
    columns = tuple(
        (text or "").replace("\0", "").strip(" \t\r\n\ufeff\u00a0") or f"column_{number}"
        for number, text in enumerate(given, 1)
    )
    seen: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        low = column.lower()
        if low in seen:
            raise Refusal(
                f"{name} has the column {column!r} twice, as number {seen[low]} and {number}; "
                "ask for distinct names, or list names in source.yaml and skip the header"
            )
        if low in {"__row", "file_row_number"}:
            raise Refusal(f"{name} has a column {column!r}, a name kept for T-minus; rename it")
        seen[low] = number
    return columns


@dataclass
class Rejects:
    """Collects the records that could not be read, over all parts of a file."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    before: int = 0
    rows: list[tuple[int, int | None, str | None, str, str, str]] = field(default_factory=list)

    def start_part(self, before: int) -> None:
        """The next part begins after that many records."""
        self.before = before

    def add(
        self, number: int, line: int | None, column: str | None, reason: str, fix: str, record: str
    ) -> None:
        """One record, by its number in this part."""
        self.rows.append((self.before + number, line, column, reason, fix, record[:RECORD_LIMIT]))

    def close(self) -> Path:
        """Write them; the file is there even when there are none."""
        path = self.folder / "rejects.parquet"
        write_rows(self.con, path, _REJECT_TYPES, self.rows)
        return path


def write_rows(
    con: duckdb.DuckDBPyConnection, path: Path, types: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """Write Python rows to Parquet, in blocks; for small formats and for rejects only."""
    if len(rows) <= FEW_ROWS:
        _write_few(con, path, types, rows)
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"bigint": pa.int64(), "varchar": pa.string()}
    fields = [field.rsplit(" ", 1) for field in types.split(", ")]
    schema = pa.schema([(name, kinds[kind]) for name, kind in fields])
    with pq.ParquetWriter(path, schema, compression="none") as writer:
        for start in range(0, len(rows), 50_000):
            block = rows[start : start + 50_000]
            arrays = [
                pa.array([row[n] for row in block], type=field.type)
                for n, field in enumerate(schema)
            ]
            writer.write_table(pa.table(arrays, schema=schema))


def _write_few(
    con: duckdb.DuckDBPyConnection, path: Path, types: str, rows: Sequence[tuple[object, ...]]
) -> None:
    con.execute(f"create or replace temp table few_rows ({types})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"insert into few_rows values ({marks})", rows)
    con.execute(f"copy few_rows to {sql_path(path)} (format parquet)").fetchall()
    con.execute("drop table few_rows")


class TextWriter:
    """Writes records of text to a part's Parquet file block by block, with constant memory."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._pa = pa
        self.path, self.columns, self.rows = path, columns, 0
        self._schema = pa.schema([(name, pa.string()) for name in columns])
        self._writer = pq.ParquetWriter(path, self._schema, compression="none")
        self._block: list[Sequence[str | None]] = []

    def add(self, record: Sequence[str | None]) -> None:
        """One record, as many cells as columns."""
        self._block.append(record)
        self.rows += 1
        if len(self._block) >= 20_000:
            self._flush()

    def _flush(self) -> None:
        arrays = [
            self._pa.array([r[n] for r in self._block], type=self._pa.string())
            for n in range(len(self.columns))
        ]
        self._writer.write_table(self._pa.table(arrays, schema=self._schema))
        self._block.clear()

    def close(self) -> Path:
        """Write what is left."""
        self._flush()
        self._writer.close()
        return self.path
