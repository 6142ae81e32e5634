"""A journal: one JSON object a line, appended whole, read in order.

A line cut short by a crash is left out on reading and closed off before the next append,
so a killed run never makes the ledger unreadable.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def append(file: Path, records: Iterable[dict[str, Any]]) -> None:
    """Append records as one write under a lock, fsynced before returning."""
    text = "".join(json.dumps(record, sort_keys=True, default=str) + "\n" for record in records)
    if not text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if not _ends_whole(stream.fileno()):
            text = "\n" + text
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Every whole record, oldest first; nothing when the journal does not exist."""
    if not file.exists():
        return
    with file.open("r", encoding="utf-8") as stream:
        for line in stream:
            if not line.endswith("\n") or not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                # The head of a line that a crash cut short and a later append closed off.
                continue


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
