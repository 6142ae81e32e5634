"""Where landing puts what it makes of a delivery; no file is opened.

A large file lands in several parts beside each other: ``voters-002-of-017.parquet``. Who reads
landed rows reads all of them (``all_of``).
"""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.lake import Lake


def _partition(source: str, delivery: str) -> str:
    return f"source={source}/delivery={delivery}"


def landed_path(lake: Lake, source: str, delivery: str, entity: str, feed: str) -> Path:
    """One feed of a delivery, mapped and normalised."""
    return lake.landing(entity) / _partition(source, delivery) / f"{feed}.parquet"


def empty_path(lake: Lake, entity: str) -> Path:
    """An entity's every column and no row, so that reading it never finds no file."""
    return lake.landing(entity) / _partition("_none", "_none") / "empty.parquet"


def quarantine_path(lake: Lake, source: str, delivery: str, feed: str) -> Path:
    """The rows of one feed of a delivery that broke the contract."""
    return lake.quarantine / _partition(source, delivery) / f"{feed}.parquet"


def wide_path(lake: Lake, source: str, delivery: str, feed: str) -> Path:
    """The vendor's many columns of one feed of a delivery, typed."""
    return lake.wide(source) / f"delivery={delivery}" / f"{feed}.parquet"


def keys_path(lake: Lake, source: str, delivery: str, feed: str) -> Path:
    """The keys that one feed of a delivery carries, to find what a later one supersedes."""
    return lake.root / "landing_keys" / _partition(source, delivery) / f"{feed}.parquet"


def changes_path(lake: Lake, source: str, feed: str, old: str, new: str) -> Path:
    """The difference of two full files of one feed."""
    folder = lake.root / "changes" / f"source={source}" / f"feed={feed}"
    return folder / f"{old}_{new}.parquet"


def parts_of(path: Path, count: int) -> list[Path]:
    """The names of the parts of a file: itself when it is one."""
    if count == 1:
        return [path]
    return [path.with_stem(f"{path.stem}-{n:03}-of-{count:03}") for n in range(1, count + 1)]


def all_of(path: Path) -> list[Path]:
    """The file, or its parts, as they lie there, in order; none when it never was."""
    if not path.parent.is_dir():
        return []
    pattern = parts_pattern(path.stem)
    return sorted(found for found in path.parent.iterdir() if pattern.fullmatch(found.name))


def is_whole(path: Path) -> bool:
    """Whether the file is there, with all the parts that it says it has."""
    found = all_of(path)
    return bool(found) and found == parts_of(path, len(found))


def parts_pattern(stem: str) -> re.Pattern[str]:
    """What a file of this stem and its parts are called."""
    return re.compile(re.escape(stem) + r"(?:-\d{3,}-of-\d{3,})?\.parquet")
