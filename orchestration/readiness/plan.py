"""The plan: what a run would do, and why. How long it takes is in ``forecast_history.py``.

An asset is stale when it was never made, when its code changed, when a parent is not the one
it was made from, or when a parent is about to be remade. Everything else is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from orchestration.ledger.steps import StepRecord


@dataclass(frozen=True)
class Node:
    """One asset as the code now defines it; ``group`` is its stage."""

    key: str
    group: str
    parents: tuple[str, ...]
    code_version: str


@dataclass(frozen=True)
class PlannedStep:
    """One asset that a run would make, with the reason in plain words.

    Attributes:
        minutes: How long its making takes in half of all cases; ``None`` where nobody asked.
        minutes_p90: The same in nine of ten cases.
        measured: How many makings that rests on; at none it is what is usual in its stage.
    """

    asset: str
    group: str
    reason: str
    minutes: float | None = None
    minutes_p90: float | None = None
    measured: int = 0


def plan(
    nodes: Sequence[Node],
    history: Sequence[StepRecord],
    waiting: Mapping[str, int],
    as_of: str,
) -> list[PlannedStep]:
    """Say which assets a run would make, parents first.

    Args:
        nodes: Every asset, parents before children.
        history: Step records, oldest first.
        waiting: Number of files in the inbox that no run has looked at, by source asset key.
        as_of: The local day (ISO) that the run would live.

    Returns:
        The stale assets in the order of ``nodes``.
    """
    latest = {r.asset: r for r in history if r.state in ("made", "unchanged")}
    stale: dict[str, str] = {}
    for node in nodes:
        reason = _reason(node, latest, stale, waiting, as_of)
        if reason:
            stale[node.key] = reason
    return [PlannedStep(n.key, n.group, stale[n.key]) for n in nodes if n.key in stale]


def _reason(
    node: Node,
    latest: Mapping[str, StepRecord],
    stale: Collection[str],
    waiting: Mapping[str, int],
    as_of: str,
) -> str | None:
    if node.group == "sources":
        # A source without a new file is never remade: only something new turns it green.
        count = waiting.get(node.key, 0)
        return f"{count} new file{'s' if count > 1 else ''} in the inbox" if count else None
    made = latest.get(node.key)
    if made is None:
        return "never made"
    if made.code_version != node.code_version:
        return "its code or contract changed"
    changed = [p for p in node.parents if _moved(p, made, latest)]
    if changed:
        return f"{changed[0]} changed since"
    coming = [p for p in node.parents if p in stale]
    if coming:
        return f"{coming[0]} will be remade"
    return _new_day(made, as_of)


def _moved(parent: str, made: StepRecord, latest: Mapping[str, StepRecord]) -> bool:
    if parent.startswith("source/"):
        # A source's version reaches its children through the deliveries in force.
        return False
    now = latest[parent].data_version if parent in latest else "none"
    return made.inputs.get(parent, "none") != now


def _new_day(made: StepRecord, as_of: str) -> str | None:
    day = made.extra.get("as_of")
    return f"made for {day}, and it is {as_of}" if day and day != as_of else None
