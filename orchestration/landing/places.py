"""Where landing puts what it makes of a delivery: pure paths, nothing is read or written."""

from __future__ import annotations

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
