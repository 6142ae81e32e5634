"""What is wrong with a row: what sends it to quarantine, and what only loses its place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.contracts.normalise.parsers import NOUNS, UNREADABLE_KINDS
from orchestration.contracts.normalise.text import literal
from orchestration.contracts.normalise.times import is_unknown_day

if TYPE_CHECKING:
    from orchestration.contracts.mapping import QueryBuilder
    from orchestration.contracts.parts import ColumnMapping


@dataclass(frozen=True)
class Fault:
    """A reason to quarantine a row: which file column, why, and what to do about it."""

    column: str
    reason: str
    fix: str


def add_faults(build: QueryBuilder, layer: int) -> tuple[Fault, ...]:
    """Add ``problem``: null, or the number from 1 of the fault that sends the row to quarantine."""
    faults: list[Fault] = []
    whens: list[str] = []
    for name, mapping in build.mapped.items():
        if not _is_needed(build, name, mapping):
            continue
        origin = ", ".join(mapping.from_) or name
        noun = NOUNS.get(build.kind(name), "what the contract allows")
        empty = Fault(
            origin,
            f"{name} is required and empty",
            "fill it at the source, or make it not required in the contract",
        )
        unreadable = Fault(
            origin,
            f"{name} is required and not readable as {noun}",
            "correct it at the source, or add its format or code to the contract",
        )
        conditions = [(f"i_{name} is null", empty)]
        if build.layers.has(f"t_{name}"):
            conditions.append((f"t_{name} is null", unreadable))
        for condition, fault in conditions:
            faults.append(fault)
            whens.append(f"when {condition} then {len(faults)}")
    build.layers.add(layer, "problem", f"case {' '.join(whens)} end")
    return tuple(faults)


def _is_needed(build: QueryBuilder, name: str, mapping: ColumnMapping) -> bool:
    if mapping.required or name == "record_id":
        return True
    return build.is_column(name) and build.entity.column(name).required


def add_unreadable(build: QueryBuilder, layer: int) -> None:
    """Add ``unreadable``: texts that fit no column, as JSON text, so that they stay in ``rest``."""
    pairs, may_be = [], []
    for name, column in build.mapped.items():
        kept = _kept_when(build, name, column)
        if kept is None:
            continue
        gone = f"i_{name} is not null and t_{name} is null"
        may_be.append(f"({gone})")
        head = literal(json.dumps(name) + ":")
        pairs.append(
            f"case when {gone} and {kept} then {head} || cast(to_json(i_{name}) as varchar) end"
        )
    sql = "cast(null as varchar)"
    if pairs:
        # nearly no row has one, so the reasons are only looked at where something is gone
        told = f"'\"_unreadable\":{{' || nullif(concat_ws(',', {', '.join(pairs)}), '') || '}}'"
        sql = f"case when {' or '.join(may_be)} then {told} end"
    build.layers.add(layer, "unreadable", sql)


def _kept_when(build: QueryBuilder, name: str, column: ColumnMapping) -> str | None:
    """When a text that has become null is kept; None for columns where that cannot be."""
    fixed = column.default is not None or column.const is not None or column.is_history
    if fixed or not build.is_column(name):
        return None
    if column.values is not None:
        listed = "|".join(re.escape(key) for key in column.values)
        return f"not regexp_full_match(i_{name}, {literal('(?i:' + listed + ')')})"
    kind = build.kind(name)
    if kind in {"date", "birth_date"}:
        day = f"s0_v_{name}"
        return f"({day} is null or not ({is_unknown_day(day)}))"
    target = build.entity.column(name)
    limited = bool(target.allowed or target.low or target.high)
    # gender's "unknown" is an answer; a suffix's text stands in name_given
    if kind in UNREADABLE_KINDS or (limited and kind not in {"gender", "suffix"}):
        return "true"
    return None
