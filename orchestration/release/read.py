"""Reading a release: the current one, or the last good one when the current is damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, file_hash

POINTER = "current"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Release:
    """One published release; everything the app and the exports may see.

    Attributes:
        notice: Empty, or the sentence that says why an older release is shown.
    """

    id: str
    path: Path
    manifest: dict[str, Any]
    notice: str = ""

    @property
    def as_of(self) -> date:
        """The local day that the release describes."""
        return date.fromisoformat(self.manifest["as_of"])

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The status as it was when the release was made."""
        summary: dict[str, Any] = json.loads((self.path / "summary.json").read_text())
        return summary

    @property
    def caveats(self) -> tuple[str, ...]:
        """Which sources are not new or not in it, and why: what every page and list must say."""
        # A release of before sources could be left out says nothing of it.
        return tuple(self.manifest.get("caveats", ()))

    def table(self, name: str) -> Path:
        """The Parquet file of a table, e.g. ``aggregates/segment_by_county``.

        Raises:
            KeyError: the release holds no such table.
        """
        file = f"{name}.parquet"
        if file not in self.manifest["files"]:
            raise KeyError(f"release {self.id} holds no {name}")
        return self.path / file


def current_release(home: Path) -> Release | None:
    """The release in force, or ``None`` when none was ever published or none is whole."""
    return next(whole_releases(home), None)


def whole_releases(home: Path) -> Iterator[Release]:
    """The release in force, then those before it, newest first: what a reader may fall back on.

    A release whose files are missing or changed size is passed over, and ``notice`` says so.
    Full hashes are compared by :func:`damage` on demand: hashing gigabytes on every page would
    cost more than it finds, and damage that keeps the size shows when a reader cannot read it.
    """
    releases = Lake(home).releases
    wanted, fault = _pointed_at(releases), ""
    tried: set[str] = set()
    while wanted is not None and wanted not in tried:
        tried.add(wanted)
        fault = damage(releases / wanted, deep=False) or ""
        if not fault:
            yield _load(releases / wanted)
        # Retention may have taken the folder away while it was read; then the pointer moved on.
        wanted = _pointed_at(releases)
    if wanted is None:
        return
    why = f"is damaged ({fault})" if fault else "cannot be read"
    for folder in sorted(_folders(releases), key=_made_at, reverse=True):
        if folder.name not in tried and not damage(folder, deep=False):
            notice = f"Release {wanted} {why}; this is {folder.name}, the last good one."
            yield _load(folder, notice)


def _pointed_at(releases: Path) -> str | None:
    pointer = releases / POINTER
    return pointer.resolve().name if pointer.is_symlink() or pointer.exists() else None


def damage(folder: Path, deep: bool = True) -> str | None:
    """What is wrong with a release, or ``None`` when it is whole.

    Args:
        folder: The release's folder.
        deep: Compare content hashes; else presence and size alone.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        files: dict[str, dict[str, Any]] = manifest["files"]
    except (OSError, ValueError, KeyError):
        return f"{MANIFEST} is missing or unreadable"
    for name, entry in files.items():
        file = folder / name
        if not file.is_file():
            return f"{name} is missing"
        if file.stat().st_size != entry["bytes"]:
            return f"{name} has another size than its manifest says"
        if deep and file_hash(file) != entry["hash"]:
            return f"{name} has another content than its manifest says"
    return None


def list_releases(home: Path) -> list[str]:
    """The ids of all releases, oldest first; one without a readable manifest comes first."""
    return [folder.name for folder in sorted(_folders(Lake(home).releases), key=_made_at)]


def release_of(home: Path, name: str) -> Release | None:
    """A release by its id; ``None`` when it is not whole."""
    folder = Lake(home).releases / name
    return None if damage(folder, deep=False) else _load(folder)


def _folders(releases: Path) -> list[Path]:
    if not releases.exists():
        return []
    return [f for f in releases.iterdir() if f.is_dir() and not f.is_symlink() and f.name[0] != "."]


def _made_at(folder: Path) -> str:
    try:
        return str(json.loads((folder / MANIFEST).read_text())["made_at"])
    except (OSError, ValueError, KeyError):
        return ""


def _load(folder: Path, notice: str = "") -> Release:
    manifest = json.loads((folder / MANIFEST).read_text())
    return Release(id=folder.name, path=folder, manifest=manifest, notice=notice)
