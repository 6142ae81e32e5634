"""The lake: where each stage's files lie, and how a file is written whole or not at all.

Paths and atomic writes belong here. What a file means belongs to the stage that writes it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

BLOCK = 1 << 20


@dataclass(frozen=True)
class Lake:
    """The places under one home; nothing here touches the disk."""

    home: Path

    @property
    def root(self) -> Path:
        """Parquet written once; the one place stages hand data to each other."""
        return self.home / "lake"

    @property
    def inbox(self) -> Path:
        """Where suppliers' files wait, as ``<source>/<day>/<file>``."""
        return self.home / "inbox"

    def landing(self, entity: str) -> Path:
        """The landed deliveries of one entity, partitioned by source and delivery."""
        return self.root / "landing" / entity

    def wide(self, source: str) -> Path:
        """A vendor's many columns, typed, joined to its records by ``record_key``."""
        return self.root / "wide" / source

    @property
    def quarantine(self) -> Path:
        """Rows that broke their contract, with line, column, reason and fix."""
        return self.root / "quarantine"

    @property
    def ledger(self) -> Path:
        """Append-only outcome records."""
        return self.root / "ledger"

    @property
    def context(self) -> Path:
        """``as_of`` and the deliveries in force, as data."""
        return self.root / "context"

    @property
    def identity(self) -> Path:
        """Links, persons, changes, review and the linkage models."""
        return self.root / "identity"

    @property
    def marts(self) -> Path:
        """The unified voter model, one file a model."""
        return self.root / "marts"

    def scores(self, model: str) -> Path:
        """The scores of one model, one row a person."""
        return self.root / "scores" / f"{model}.parquet"

    def segment(self, name: str) -> Path:
        """One named audience."""
        return self.root / "segments" / f"{name}.parquet"

    @property
    def readiness(self) -> Path:
        """Whether sources and deliverables are on time, and why."""
        return self.root / "readiness"

    @property
    def releases(self) -> Path:
        """What the app and the exports read."""
        return self.home / "releases"

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit in memory; safe to delete."""
        return self.home / "spill"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of this home."""
        return self.home / "dagster"


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a path to write to; on leaving, fsync it and rename it to ``path``.

    A run killed inside leaves ``path`` as it was. The aside file has the process id in its
    name, so two runs never write one file; what a killed run left is overwritten or swept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.aside")
    try:
        yield aside
        _fsync(aside)
        os.replace(aside, path)
        _fsync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    with atomic_path(path) as aside:
        aside.write_text(text, encoding="utf-8")


def write_parquet(
    con: duckdb.DuckDBPyConnection, query: str, path: Path, options: str = "compression zstd"
) -> int:
    """Write the rows of ``query`` to one Parquet file, whole or not at all.

    Give the query an ``order by`` over its key: data versions are hashes of these bytes.

    Args:
        con: Where the query can be asked.
        query: What to write.
        path: Where.
        options: DuckDB's options of a Parquet copy.

    Returns:
        The number of rows written.
    """
    with atomic_path(path) as aside:
        target = str(aside).replace("'", "''")
        rows = con.execute(f"copy ({query}) to '{target}' (format parquet, {options})").fetchone()
    return int(rows[0]) if rows else 0


def connect(
    home: Path, memory_limit: str | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in memory that spills under the home; there is no database file.

    Args:
        home: The home whose ``spill`` folder takes what does not fit.
        memory_limit: DuckDB's notation (``4GB``); default ``TMINUS_MEMORY`` or ``4GB``.
        threads: Default DuckDB's own choice, the number of cores.
    """
    import duckdb

    spill = Lake(home).spill
    spill.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit or os.environ.get("TMINUS_MEMORY", "4GB"),
        "temp_directory": str(spill),
    }
    if threads:
        config["threads"] = threads
    return duckdb.connect(":memory:", config=config)


def file_hash(path: Path) -> str:
    """The content's name: first 16 hex digits of its BLAKE2b; equal bytes, equal name."""
    digest = hashlib.blake2b(digest_size=8)
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def text_hash(*parts: str) -> str:
    """A 16-digit name for a tuple of texts, unambiguous at their borders."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def code_version(*paths: Path) -> str:
    """A name for code and configuration: changes when any file below ``paths`` changes."""
    files = sorted(
        file
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    )
    return text_hash(*(f"{file.name}:{file_hash(file)}" for file in files))


def sql_path(path: Path | str) -> str:
    """A path as a SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
