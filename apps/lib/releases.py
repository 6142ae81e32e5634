"""Opening the release a page shows: whole, or the last one that can be read.

A page reads one release from its first figure to its last, by the release's own folder and
never through the pointer, so a publish in between changes nothing on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from orchestration.lake import Lake
from orchestration.release.read import MANIFEST, Release, current_release, damage, list_releases

View = TypeVar("View")

# What reading a file that is cut short, overwritten, taken away or of another shape raises;
# pyarrow's own faults are kinds of the first two.
UNREADABLE = (OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Opened(Generic[View]):
    """A release with what a page read from it; ``notice`` says when it is not the newest."""

    release: Release
    view: View
    notice: str


@dataclass(frozen=True)
class Nothing:
    """There is nothing to show; ``damaged`` names releases that exist and cannot be read."""

    damaged: tuple[str, ...] = ()


def open_release(home: Path, load: Callable[[Release], View]) -> Opened[View] | Nothing:
    """The newest release that ``load`` can read.

    ``current_release`` passes over what is missing or has another size. Damage that keeps the
    size is found only by reading, so a release that cannot be read is passed over here.
    """
    notice = ""
    for release in _candidates(home):
        try:
            view = load(release)
        except UNREADABLE as fault:
            notice = notice or (
                f"Release {release.id} cannot be read ({type(fault).__name__}); "
                "this is the last good one before it."
            )
            continue
        return Opened(release, view, notice or release.notice)
    return Nothing(tuple(list_releases(home)))


def live_id(home: Path) -> str | None:
    """The id of the release in force; cheap enough to be asked every few seconds."""
    release = current_release(home)
    return release.id if release else None


def _candidates(home: Path) -> Iterator[Release]:
    first = current_release(home)
    if first is None:
        return
    yield first
    # Retention may have taken the folder away while it was read; then the pointer moved on.
    again = current_release(home)
    tried = {first.id}
    if again is not None and again.id not in tried:
        tried.add(again.id)
        yield again
    for name in reversed(list_releases(home)):
        folder = Lake(home).releases / name
        if name not in tried and damage(folder) is None:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            yield Release(id=name, path=folder, manifest=manifest)
