"""Writing down one making of an asset, the same way for every stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestration.lake import Lake
from orchestration.ledger import steps
from orchestration.ledger.steps import StepRecord


def record_making(
    lake: Lake,
    made: StepRecord,
    upstream: Sequence[str],
) -> StepRecord:
    """Complete a step record with what it was made from, and append it.

    Args:
        lake: The home's lake.
        made: The record; its ``inputs`` are filled in here from the ledger, and its state
            becomes ``unchanged`` when the content equals that of the making before.
        upstream: Keys of the assets it was made from.

    Returns:
        The record as written.
    """
    before = steps.latest(lake)
    inputs = {key: before[key].data_version if key in before else "none" for key in upstream}
    same = made.asset in before and before[made.asset].data_version == made.data_version
    state = "unchanged" if same and made.state == "made" else made.state
    record = replace(made, inputs=inputs, state=state)
    steps.append(lake, record)
    return record
