"""When a source that fails is tried again without anybody asking: after growing pauses, then never.

Only what starts by itself (the schedule, the inbox sensor) keeps these pauses; a person who runs
T-minus is obeyed at once. A refused file is no failure: its supplier must send another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from orchestration.ledger.deliveries import DeliveryRecord

PAUSES = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240))


def resting(records: Sequence[DeliveryRecord], moment: datetime) -> set[str]:
    """Sources that are not tried now: their last try failed a short time ago, or too many did.

    Args:
        records: Outcome records, oldest first.
        moment: Now, by the clock that ``recorded_at`` was read from.
    """
    sources = {r.source for r in records}
    return {name for name in sources if _rests((r for r in records if r.source == name), moment)}


def _rests(records: Iterable[DeliveryRecord], moment: datetime) -> bool:
    """Whether the tries since something last went well are used up, or the pause is not over."""
    last: dict[tuple[str, str], list[DeliveryRecord]] = {}
    for record in records:
        tries = last.setdefault((record.delivery, record.file), [])
        if record.state != "failed":
            tries.clear()
        else:
            tries.append(record)
    failing = [tries for tries in last.values() if tries]
    if not failing:
        return False
    # The file that failed least often decides: a new one deserves its first tries.
    tries = min(failing, key=len)
    if len(tries) > len(PAUSES):
        return True
    return moment < datetime.fromisoformat(tries[-1].recorded_at) + PAUSES[len(tries) - 1]
