"""The audit: an append-only chain in which each entry names the hash of the one before.

Landings, releases, exports and approvals are written here; changing or removing an entry
breaks the chain from there on, and ``verify`` says where.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.lake import Lake
from orchestration.ledger import journal

GENESIS = "0" * 64


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds; ``broken_at`` is the 1-based entry where it does not."""

    entries: int
    holds: bool
    broken_at: int | None = None


def record(lake: Lake, at: str, actor: str, action: str, subject: str, **detail: Any) -> str:
    """Add one entry and return its hash.

    Args:
        lake: The home's lake.
        at: Time of the home's clock (ISO).
        actor: Who did it: a role or a local user, never a voter.
        action: What was done, e.g. ``release`` or ``land``.
        subject: What it was done to, by id.
        detail: Counts and ids; no personal value.
    """
    entry = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": detail}
    with _alone(lake):
        previous = _last_hash(_file(lake))
        digest = _digest(previous, entry)
        journal.append(_file(lake), [{**entry, "previous": previous, "hash": digest}])
    return digest


def entries(lake: Lake) -> Iterator[dict[str, Any]]:
    """Every entry, oldest first."""
    yield from journal.read(_file(lake))


def verify(lake: Lake) -> Verdict:
    """Walk the chain and say whether every entry still follows from the one before."""
    previous, count = GENESIS, 0
    for count, entry in enumerate(journal.read(_file(lake)), start=1):
        body = {k: entry.get(k) for k in ("at", "actor", "action", "subject", "detail")}
        if entry.get("previous") != previous or entry.get("hash") != _digest(previous, body):
            return Verdict(entries=count, holds=False, broken_at=count)
        previous = entry["hash"]
    return Verdict(entries=count, holds=True)


@contextmanager
def _alone(lake: Lake) -> Iterator[None]:
    """Two who write at once would name the same entry before theirs, and break the chain."""
    lake.ledger.mkdir(parents=True, exist_ok=True)
    with (lake.ledger / "audit.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(previous: str, entry: dict[str, Any]) -> str:
    text = json.dumps(entry, sort_keys=True, default=str)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _last_hash(file: Path) -> str:
    last = GENESIS
    for entry in journal.read(file):
        last = entry["hash"]
    return last


def _file(lake: Lake) -> Path:
    return lake.ledger / "audit.ndjson"
