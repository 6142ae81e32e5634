"""Taking a request not to be contacted back: who did it, when and why; the request itself stays.

Somebody who asked may ask again to be called. That is a decision of a person of the campaign,
kept append-only beside the other human decisions.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orchestration.lake import Lake
from orchestration.ledger import audit, journal
from orchestration.settings import UserError


def undo_request(
    lake: Lake, record_key: str, who: str, why: str, moment: datetime, again: bool = False
) -> None:
    """Let a request count no more, or (``again``) count again.

    Args:
        record_key: The request, as ``suppressions/requests:17``; no name and no number.
        who: Who decides.
        why: The reason in words; without one nothing is done.

    Raises:
        UserError: no reason is given.
    """
    if not why.strip():
        raise UserError(f"say why {record_key} is taken back: add --why")
    entry = {"record_key": record_key, "undone": not again, "who": who, "why": why}
    journal.append(_file(lake), [{**entry, "at": moment.isoformat()}])
    action = "suppression restored" if again else "suppression undone"
    # The reason stays out of the audit: it is free text, and the audit holds counts and ids.
    audit.record(lake, moment.isoformat(), who, action, record_key)


def undone_requests(lake: Lake) -> set[str]:
    """The requests that count no more; the last word on each holds."""
    last = {str(e["record_key"]): bool(e["undone"]) for e in journal.read(_file(lake))}
    return {key for key, undone in last.items() if undone}


def _file(lake: Lake) -> Path:
    return lake.ledger / "suppressions_undone.ndjson"
