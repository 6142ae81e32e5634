"""Outcome records of what people were told: each message once, and each try to deliver it.

A message is written down before it goes anywhere, so a process killed in between neither forgets
it nor thinks of it anew. What is worth telling is ``readiness``' to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from orchestration.lake import Lake
from orchestration.ledger import journal

Kind = Literal["start", "alert", "digest"]
Outcome = Literal["sent", "failed", "left"]
Record = TypeVar("Record")


@dataclass(frozen=True)
class MessageRecord:
    """One message.

    Attributes:
        kind: ``start`` tells nobody: it holds the states from which news are counted.
        day: Local day (ISO) of the home on which it was thought of.
        at: Time of the home's clock (ISO).
        written_at: Time of the computer's clock (ISO), from which pauses are counted.
        title: Its one line.
        text: All of it; names no person.
        states: What is now told of each subject: the last record's hold for all.
        attachment: A file below the home that a mail carries, or empty.
    """

    id: str
    kind: Kind
    day: str
    at: str
    written_at: str
    title: str
    text: str
    states: dict[str, str] = field(default_factory=dict)
    attachment: str = ""


@dataclass(frozen=True)
class AttemptRecord:
    """One try to bring a message to a channel; ``left`` is a failure after which none follows."""

    message: str
    channel: str
    outcome: Outcome
    at: str
    reason: str = ""


def write(lake: Lake, *messages: MessageRecord) -> None:
    """Write messages down; they are never changed afterwards."""
    journal.append(_messages(lake), (asdict(m) for m in messages))


def tried(lake: Lake, *attempts: AttemptRecord) -> None:
    """Write tries down."""
    journal.append(_attempts(lake), (asdict(a) for a in attempts))


def messages(lake: Lake) -> list[MessageRecord]:
    """Every message, oldest first."""
    return _load(MessageRecord, journal.read(_messages(lake)))


def attempts(lake: Lake) -> list[AttemptRecord]:
    """Every try, oldest first."""
    return _load(AttemptRecord, journal.read(_attempts(lake)))


def _load(record: type[Record], entries: Iterable[dict[str, Any]]) -> list[Record]:
    known = {f.name for f in fields(record)}  # type: ignore[arg-type]
    return [record(**{k: v for k, v in entry.items() if k in known}) for entry in entries]


def _messages(lake: Lake) -> Path:
    return lake.ledger / "alerts.ndjson"


def _attempts(lake: Lake) -> Path:
    return lake.ledger / "alert_attempts.ndjson"
