"""Where a record and a voter may meet at all: every key of every stage, as one number a row.

Voters' numbers are written once per voter file. A late delivery finds by them the few voters that
it could mean; two keys that share a number by chance only bring a voter too many. Which keys there
are is said by the stages themselves.
"""

from __future__ import annotations

from orchestration.identity import blocking, deterministic, shared_ids

PLACES: tuple[tuple[str, ...], ...] = (
    *(rule.parts for rule in blocking.RULES),
    *(rule.key for rule in deterministic.RULES),
    *shared_ids.KEYS,
)


def _is_single(parts: tuple[str, ...]) -> bool:
    """Whether a row has at most one such key; phones and ids come in lists."""
    return not any("unnest" in part for part in parts)


def columns_sql() -> str:
    """Select expressions of every single key of a voter, each its own column."""
    return ", ".join(
        f"case when {_present(parts)} then (hash({', '.join(parts)}) & 4294967295)::uinteger end "
        f"as k{number}"
        for number, parts in enumerate(PLACES)
        if _is_single(parts)
    )


def side_sql(number: int) -> str:
    """A query of ``idx, h`` of all voters for one of :data:`PLACES`."""
    parts = PLACES[number]
    if _is_single(parts):
        return f"select idx, k{number} as h from side_keys where k{number} is not null"
    return hashes_sql(parts, "side_voters")


def hashes_sql(parts: tuple[str, ...], table: str) -> str:
    """A query of ``idx, h`` of a table; rows without the key are left out."""
    names = [f"part_{number}" for number in range(len(parts))]
    given = ", ".join(f"{part} as {name}" for part, name in zip(parts, names, strict=True))
    present = " and ".join(f"{name} is not null" for name in names)
    return (
        f"select idx, (hash({', '.join(names)}) & 4294967295)::uinteger as h "
        f"from (select idx, {given} from {table}) where {present}"
    )


def _present(parts: tuple[str, ...]) -> str:
    return " and ".join(f"({part}) is not null" for part in parts)
