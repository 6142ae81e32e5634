"""The last step of the dbt materialisation ``lake``: make the written file durable, rename it.

dbt-duckdb loads this module as a plugin (``profiles.yml``) and calls :meth:`Plugin.store`;
SQL can neither fsync nor rename. Everything else about a model's file is in
``dbt_project/macros/lake.sql``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.lake import file_hash

FOLDERS = ("staging", "marts", "segments", "pool")


class Plugin(BasePlugin):
    """What dbt-duckdb looks for in a plugin's module."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Make the folders before the first query: DuckDB writes into none that is missing."""
        root = Path(creds.external_root)
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        Path(config["temp_directory"]).mkdir(parents=True, exist_ok=True)

    def store(self, target_config: Any) -> None:
        """Publish the file that a model was written to, ``.<name>.parquet.<run>.aside``."""
        publish(Path(target_config.location.path))


def publish(aside: Path) -> Path:
    """Fsync an aside file and rename it to its own name; readers see the old one or the new one.

    Equal bytes keep the old file, so that releases go on sharing it. What killed runs left
    beside it is removed.

    Returns:
        The published path.
    """
    name = aside.name.removeprefix(".").removesuffix(".aside").rpartition(".")[0]
    final = aside.with_name(name)
    _fsync(aside)
    if final.exists() and _equal(final, aside):
        aside.unlink()
    else:
        os.replace(aside, final)
        _fsync(final.parent)
    for left in final.parent.glob(f".{name}.*.aside"):
        left.unlink(missing_ok=True)
    return final


def _equal(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and file_hash(one) == file_hash(other)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
