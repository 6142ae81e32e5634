"""Opening the release a page shows: whole, or the last one that can be read.

A page reads one release from its first figure to its last, by the release's own folder and
never through the pointer, so a publish in between changes nothing on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from orchestration.release.read import Release, current_release, list_releases, whole_releases

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
    """The newest release that ``load`` can read; damage that keeps a file's size shows here."""
    for release in whole_releases(home):
        try:
            view = load(release)
        except UNREADABLE:
            continue
        return Opened(release, view, release.notice)
    return Nothing(tuple(list_releases(home)))


def live_id(home: Path) -> str | None:
    """The id of the release in force; cheap enough to be asked every few seconds."""
    release = current_release(home)
    return release.id if release else None
