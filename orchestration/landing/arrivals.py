"""Arrivals: which files lie in the inbox, since when, and under which content name.

Looking belongs here. Reading what is inside a file, and deciding what becomes of it, belongs
to ``intake``. Nothing in the inbox is ever changed, moved or deleted.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from orchestration.lake import Lake, file_hash
from orchestration.ledger import journal

# Names that transfer programs give to a file until it is whole.
UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".aside")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Arrival:
    """One file in the inbox.

    Attributes:
        name: Its path below the source's inbox folder: ``2016-01-20/signups_20160120.csv``.
        received: The day of its folder; ``None`` when it lies in no day's folder and the day
            of first sight counts instead.
        stamp: Changes whenever the file does: size, times and inode.
        problem: Why it cannot be taken in whatever is inside, or empty.
        waiting: Why it is left until later, or empty.
    """

    source: str
    path: Path
    name: str
    received: date | None
    bytes: int
    stamp: str
    problem: str = ""
    waiting: str = ""

    @property
    def file(self) -> str:
        """The bare file name: a later file of the same name supersedes this one."""
        return self.path.name


@dataclass(frozen=True)
class Sighting:
    """When a content was first seen under a name, and the stamp that spares hashing it again."""

    source: str
    name: str
    stamp: str
    delivery: str
    first_seen: str


def scan(inbox: Path, only: str | None = None) -> list[Arrival]:
    """Every file in the inbox, by source, day and name; files of one day in name order."""
    if not inbox.is_dir():
        return []
    folders = [f for f in sorted(inbox.iterdir()) if only is None or f.name == only]
    found = [arrival for folder in folders for arrival in _scan_source(folder)]
    return sorted(found, key=lambda a: (a.received or date.max, a.source, a.name))


def _scan_source(folder: Path) -> Iterator[Arrival]:
    if folder.is_symlink():
        yield _arrival(folder.name, folder, folder, "the source's folder is a symbolic link")
        return
    if not folder.is_dir():
        return
    for place, subfolders, files in os.walk(folder, followlinks=False):
        subfolders.sort()
        for name in sorted([*files, *(s for s in subfolders if Path(place, s).is_symlink())]):
            path = Path(place, name)
            if not name.startswith("."):
                yield _arrival(folder.name, folder, path)


def _arrival(source: str, folder: Path, path: Path, problem: str = "") -> Arrival:
    name = path.relative_to(folder).as_posix() if path != folder else path.name
    day, no_day = _received(name)
    status = path.lstat()
    return Arrival(
        source=source,
        path=path,
        name=name,
        received=day,
        bytes=status.st_size,
        stamp=_stamp(status),
        problem=problem or no_day or _not_a_file(status),
        waiting="it still carries the name of an unfinished transfer"
        if name.lower().endswith(UNFINISHED)
        else "",
    )


def _received(name: str) -> tuple[date | None, str]:
    folder, _, rest = name.partition("/")
    if not rest:
        return None, ""
    if _DAY.match(folder):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(folder), ""
    return None, f"the folder {folder!r} is no day; name it like 2016-01-20"


def _not_a_file(status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return "it is a symbolic link; put the file itself into the inbox"
    if not stat.S_ISREG(status.st_mode):
        return "it is no ordinary file; put a file into the inbox"
    return ""


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def current_stamp(path: Path) -> str:
    """The stamp of the file as it is now; empty when it is gone or has become a link."""
    try:
        status = path.lstat()
    except OSError:
        return ""
    return _stamp(status) if stat.S_ISREG(status.st_mode) else ""


def being_written(path: Path) -> bool:
    """Whether some process has the file open for writing; ``False`` where nobody can tell.

    A read lease is granted only when no writer holds the file (Linux, local disks). It is
    given back at once: the question is only asked.
    """
    lease = getattr(fcntl, "F_SETLEASE", None)
    if lease is None:
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, lease, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, lease, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


class Sightings:
    """What was seen before: the day of first sight of a content, and known hashes by stamp."""

    def __init__(self, lake: Lake) -> None:
        """Read what earlier runs recorded."""
        self._file = lake.ledger / "sightings.ndjson"
        self._by_name: dict[tuple[str, str], Sighting] = {}
        self._first: dict[tuple[str, str, str], str] = {}
        for record in journal.read(self._file):
            self._keep(Sighting(**record))

    def known(self, arrival: Arrival) -> Sighting | None:
        """The sighting of a file that has not changed since; nothing is read."""
        known = self._by_name.get((arrival.source, arrival.name))
        return known if known and known.stamp == arrival.stamp else None

    def see(self, arrival: Arrival, today: date) -> Sighting | None:
        """Name the content of a file, hashing it only when it is new or changed.

        Returns:
            ``None`` when the file changed while it was read: it is not whole yet.

        Raises:
            OSError: the file cannot be read.
        """
        known = self.known(arrival)
        if known:
            return known
        delivery = file_hash(arrival.path)
        if current_stamp(arrival.path) != arrival.stamp:
            return None
        first = self._first.get((arrival.source, arrival.name, delivery), today.isoformat())
        sighting = Sighting(arrival.source, arrival.name, arrival.stamp, delivery, first)
        journal.append(self._file, [asdict(sighting)])
        self._keep(sighting)
        return sighting

    def _keep(self, sighting: Sighting) -> None:
        self._by_name[sighting.source, sighting.name] = sighting
        place = (sighting.source, sighting.name, sighting.delivery)
        self._first.setdefault(place, sighting.first_seen)
