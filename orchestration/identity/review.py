"""The review queue: what a human should decide next, and the writing down of what was decided.

Used by the app and by ``tminus review``; imports no Dagster and reads files only. How a
decision binds later runs is in ``decisions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.identity import decisions
from orchestration.identity.decisions import Decision, Kind
from orchestration.identity.places import Places
from orchestration.lake import connect, sql_path

SHOWN = (
    "first_name", "middle_name", "last_name", "suffix", "gender", "birth_date", "birth_year",
    "house_number", "street", "city", "zip5", "phone", "email",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One record with the voter proposed for it, both sides as a reviewer needs to see them.

    Attributes:
        reason: Why no rule decided it.
        worth: Probability of being right times what the person would add.
        record: Fields of the record.
        voter: Fields of the proposed voter.
        runner_up: Fields of the second voter; empty when there is none.
    """

    record_key: str
    voter_key: str
    runner_up_voter_key: str | None
    source: str
    probability: float
    reason: str
    worth: float
    record: dict[str, Any]
    voter: dict[str, Any]
    runner_up: dict[str, Any]


def queue(home: Path, limit: int = 50) -> list[Case]:
    """The undecided cases, worth most first; empty before the first linking."""
    places = Places(home)
    if not places.review.exists():
        return []
    return _cases(
        places,
        f"select record_key, voter_key, runner_up_voter_key, probability, reason, worth "
        f"from read_parquet({sql_path(places.review)})",
        limit,
        "worth desc, record_key",
    )


def waiting(home: Path) -> int:
    """How many cases wait for a human."""
    places = Places(home)
    if not places.review.exists():
        return 0
    decided = _decided(places)
    with connect(home) as con:
        keys = con.execute(f"select record_key from read_parquet({sql_path(places.review)})")
        return sum(1 for (key,) in keys.fetchall() if key not in decided)


def sample(home: Path, size: int, seed: int = 1) -> list[Case]:
    """A clerical sample of links that were made, spread evenly over method and source.

    What humans say about it measures precision where no truth is known; equal seeds give
    equal samples.
    """
    places = Places(home)
    if not places.links.exists():
        return []
    return _cases(
        places,
        f"""
        select record_key, voter_key, null::varchar as runner_up_voter_key,
            coalesce(probability, 0) as probability, method || ': ' || coalesce(rule, '') as reason,
            -(row_number() over (partition by method, source order by md5(record_key || '{seed}')))
                as worth
        from read_parquet({sql_path(places.links)})
        where voter_key is not null and method != 'human'
        """,
        size,
        f"worth desc, md5(record_key || '{seed}')",
    )


def decide(
    home: Path,
    kind: Kind,
    record_key: str,
    voter_key: str,
    who: str,
    at: datetime,
    why: str = "",
) -> Decision:
    """Write one decision down; it binds every later run.

    Args:
        home: The home it belongs to.
        kind: ``same``, ``different`` or ``no_voter``.
        record_key: The record.
        voter_key: The voter; empty for ``no_voter``.
        who: Whoever decides.
        at: Time of the home's clock, aware.
        why: In their own words.

    Raises:
        UserError: something that the decision needs is missing.
    """
    return decisions.append(
        Places(home).decisions,
        Decision(kind, record_key, voter_key, who, at.isoformat(), why),
    )


def undo(home: Path, decision_id: str, who: str, at: datetime, why: str = "") -> Decision:
    """Take one decision back; both stay written.

    Raises:
        UserError: there is no such decision.
    """
    return decisions.append(
        Places(home).decisions,
        Decision("undo", "", "", who, at.isoformat(), why, undoes=decision_id),
    )


def decided(home: Path) -> list[Decision]:
    """Every decision ever made, oldest first."""
    return decisions.read(Places(home).decisions)


def _decided(places: Places) -> set[str]:
    """Records about which a decision is in force, and so need not be asked again."""
    held = decisions.constraints(decisions.read(places.decisions))
    return set(held.same) | held.no_voter | {record for record, _ in held.different}


def _cases(places: Places, query: str, limit: int, order: str) -> list[Case]:
    with connect(places.home) as con:
        con.execute("create temp table done (record_key varchar)")
        done = sorted(_decided(places))
        if done:
            con.executemany("insert into done values (?)", [(key,) for key in done])
        con.execute(
            f"create temp table chosen as select * from ({query}) anti join done using "
            f"(record_key) order by {order} limit {int(limit)}"
        )
        records = _fields(con, places.records, "record_key", ("record_key",), ("source",))
        voters = _fields(
            con, places.voters, _voter_key(con, places), ("voter_key", "runner_up_voter_key")
        )
        chosen = con.execute(
            "select record_key, voter_key, runner_up_voter_key, probability, reason, worth "
            f"from chosen order by {order}"
        ).fetchall()
    return [_case(row, records, voters) for row in chosen]


def _case(
    row: Sequence[Any], records: dict[str, dict[str, Any]], voters: dict[str, dict[str, Any]]
) -> Case:
    record_key, voter_key, runner_up, probability, reason, worth = row
    record = dict(records.get(record_key, {}))
    return Case(
        record_key=record_key,
        voter_key=voter_key,
        runner_up_voter_key=runner_up,
        source=record.pop("source", record_key.split("/")[0]),
        probability=probability,
        reason=reason,
        worth=worth,
        record=record,
        voter=voters.get(voter_key, {}),
        runner_up=voters.get(runner_up, {}) if runner_up else {},
    )


def _voter_key(con: Any, places: Places) -> str:
    found = con.execute(f"describe from read_parquet({sql_path(places.voters)})").fetchall()
    return "voter_key" if "voter_key" in {row[0] for row in found} else "record_key"


def _fields(
    con: Any, file: Path, key: str, wanted_by: Sequence[str], more: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """The shown fields of the rows that the chosen cases name."""
    there = {
        row[0] for row in con.execute(f"describe from read_parquet({sql_path(file)})").fetchall()
    }
    columns = [name for name in (*more, *SHOWN) if name in there]
    wanted = " union ".join(f"select {name} as key from chosen" for name in wanted_by)
    found = con.execute(
        f"select {key}, {', '.join(columns)} from read_parquet({sql_path(file)}) "
        f"where {key} in (select key from ({wanted}))"
    ).fetchall()
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in found}
