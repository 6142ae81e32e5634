"""The record's own id: the column that is empty nowhere and never says one thing twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.onboard.candidates import combined
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.proposal import REVIEW_BELOW, ColumnProposal
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.support import support
from orchestration.contracts.onboard.vocabulary import Reading, vocabulary
from orchestration.contracts.onboard.words import squeezed

_LIKE_IDS = {
    "record_id": 1.0, "state_id": 0.97, "party_id": 0.9, "county_voter_id": 0.7,
    "transaction_id": 0.98, "event_id": 0.85, "precinct_id": 0.8, "handle": 0.7,
}  # fmt: skip
_SHARED = frozenset(
    "household family address location event precinct county district import batch session form "
    "legacy".split()
)
_OWN = {"event": "event_id", "site": "precinct_id", "disbursement": "transaction_id"}
MOST_HASHED = 40


def record_id(
    table: Table, profiles: Mapping[str, Profile], readings: Mapping[str, Reading], entity: str
) -> ColumnProposal | None:
    """The proposal for ``record_id``; without a column for it, a name made of the whole row."""
    ranked: list[tuple[float, str, str]] = []
    for column, reading in readings.items():
        named = max((_worth(m.field, entity) * m.score for m in reading.matches), default=0.0)
        seen = profiles[column]
        backing = support("record_id", seen, 0)
        if named:
            total = combined(named, backing, seen.filled > 0)
            ranked.append((total, column, f"its name ({column}); {backing.why or 'no values'}"))
        elif worth := _by_value(column, reading, seen):
            ranked.append((worth, column, f"its values ({column}): {backing.why}"))
    if not ranked:
        return _hashed(table, readings)
    place = {name: at for at, name in enumerate(table.columns)}
    # of two alike the plain one, else the one that stands first
    ranked.sort(key=lambda item: (-round(item[0], 3), squeezed(item[1]) != "id", place[item[1]]))
    total, column, why = ranked[0]
    if total < 0.5:
        return _hashed(table, readings)
    rival = ranked[1] if len(ranked) > 1 else None
    unsure = total < REVIEW_BELOW
    plain = squeezed(column) in {"id", "recordid", "personid", "contactid"}
    if rival and rival[0] > total - 0.02 and not profiles[column].filled and not plain:
        unsure, why = True, f"{why}; {rival[1]} could be it as well"
    mapping = {**source(table, column), "required": True, "unique": True}
    return ColumnProposal("record_id", (column,), total, unsure, why, mapping)


def _worth(field: str, entity: str) -> float:
    if _OWN.get(entity) == field:
        return 1.0
    if field == "state_id" and entity in {"voter", "vote"}:
        return 1.01
    return _LIKE_IDS.get(field, 0.0) if field not in {"precinct_id", "event_id"} else 0.0


def _by_value(column: str, reading: Reading, seen: Profile) -> float:
    """What unique values are worth under a name that the vocabulary does not know as an id."""
    ids = seen.unique and seen.rows >= 10 and seen.share("id") > 0.9
    if reading.matches or reading.role != "own" or not ids:
        return 0.0
    words = vocabulary().words.of(column)
    # a household's id is as good as unique in a short list, and nobody's own
    told = words[-1:] in {("id",), ("uuid",), ("guid",), ("key",)}
    return 0.78 if told and not _SHARED & set(words) else 0.6


def source(table: Table, column: str) -> dict[str, Any]:
    """How a mapping reads one column: by its name, or by the SQL that takes it out of a list."""
    if column in table.expressions:
        return {"sql": table.expressions[column]}
    return {"from": column}


def fits_sql(column: str) -> bool:
    """Whether a name may stand in the SQL of a contract, which holds no comments or breaks."""
    return not any(mark in column for mark in ("\n", "\r", "--", "/*", "\0"))


def _hashed(table: Table, readings: Mapping[str, Reading]) -> ColumnProposal | None:
    columns = [n for n in readings if n not in table.expressions and fits_sql(n)][:MOST_HASHED]
    if not columns:
        return None
    mapping = {**hash_of(columns), "required": True, "unique": True}
    why = "no column is its own id; a record would be named by what it holds"
    return ColumnProposal("record_id", tuple(columns), 0.4, True, why, mapping)


def hash_of(columns: list[str]) -> dict[str, Any]:
    """A mapping that names a record by its values.

    Equal rows get one name, and the second of them goes to quarantine.
    """
    listed = ", ".join(identifier(name) for name in columns[:MOST_HASHED])
    return {"sql": f"md5(concat_ws('|', {listed}))"}
