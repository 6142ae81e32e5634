"""What humans decided about links: append-only, with who, when and why, and never overridden.

A decision is a hard constraint on every later run. The queue of what still waits for one is in
``review``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from orchestration.identity.workspace import rows
from orchestration.lake import text_hash
from orchestration.ledger import journal
from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

Kind = Literal["same", "different", "no_voter", "undo"]
# A stratum of a clerical sample is a method, or the queue, and a source.
IN_QUEUE, BETWEEN = "queue", "/"


@dataclass(frozen=True)
class Decision:
    """One decision of one human.

    Attributes:
        kind: ``same`` (this record is this voter), ``different`` (it is not), ``no_voter``
            (it is nobody on the file), ``undo`` (an earlier decision no longer holds).
        record_key: The record; empty for an undo.
        voter_key: The voter; empty for ``no_voter`` and undo.
        who: Who decided.
        at: When, ISO with zone.
        why: In their own words; may be empty.
        undoes: Id of the decision taken back.
        stratum: Of a clerical sample: how the pair was linked when it was drawn; else empty.
        weight: Of a clerical sample: how many pairs of its stratum this one stands for.
        id: Name of this decision, from its content and its place among all.
    """

    kind: Kind
    record_key: str
    voter_key: str
    who: str
    at: str
    why: str = ""
    undoes: str = ""
    stratum: str = ""
    weight: float = 0.0
    id: str = ""


@dataclass(frozen=True)
class Constraints:
    """What the decisions in force come to.

    Attributes:
        same: Voter of each record that a human linked.
        different: Pairs that a human forbade.
        no_voter: Records that a human said are on no file.
        contradictions: Records on which humans contradict each other; the last word holds.
    """

    same: dict[str, str]
    different: frozenset[tuple[str, str]]
    no_voter: frozenset[str]
    contradictions: tuple[str, ...] = ()


def append(file: Path, decision: Decision) -> Decision:
    """Write a decision down and return it with its id.

    Raises:
        UserError: the decision lacks what its kind needs, or undoes nothing.
    """
    _refuse_incomplete(file, decision)
    # Its place tells it from the same decision made again after an undo, at a clock that is held.
    place = str(len(read(file)))
    name = text_hash(*(str(value) for value in asdict(decision).values()), place)
    written = Decision(**(asdict(decision) | {"id": name}))
    journal.append(file, [asdict(written)])
    return written


def _refuse_incomplete(file: Path, decision: Decision) -> None:
    if decision.kind not in get_args(Kind):
        raise UserError(f"{decision.kind!r} is no decision; use one of {', '.join(get_args(Kind))}")
    if not decision.who.strip():
        raise UserError("a decision needs the name of whoever decides; give --who")
    if decision.kind == "undo":
        if decision.undoes not in {d.id for d in read(file)}:
            raise UserError(f"there is no decision {decision.undoes!r} to undo; see the list")
    elif not decision.record_key:
        raise UserError("a decision needs the key of the record that it is about")
    elif decision.kind != "no_voter" and not decision.voter_key:
        raise UserError(f"the decision {decision.kind!r} needs the key of the voter")


def read(file: Path, until: datetime | None = None) -> list[Decision]:
    """Decisions in the order they were made, those after ``until`` left out."""
    known = {f.name for f in fields(Decision)}
    made = [Decision(**{k: v for k, v in r.items() if k in known}) for r in journal.read(file)]
    return [d for d in made if until is None or _moment(d.at) <= _aware(until)]


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions that nobody took back, oldest first."""
    made = list(decisions)
    undone = {d.undoes for d in made if d.kind == "undo"}
    return [d for d in made if d.kind != "undo" and d.id not in undone]


def constraints(decisions: Iterable[Decision]) -> Constraints:
    """What decisions come to: an undone one is gone; of two that contradict the later holds."""
    same: dict[str, str] = {}
    different: set[tuple[str, str]] = set()
    no_voter: set[str] = set()
    contradictions: set[str] = set()
    for d in in_force(decisions):
        pair = (d.record_key, d.voter_key)
        if d.kind == "same":
            if d.record_key in no_voter or pair in different:
                contradictions.add(d.record_key)
            if same.get(d.record_key, d.voter_key) != d.voter_key:
                contradictions.add(d.record_key)
            same[d.record_key] = d.voter_key
            no_voter.discard(d.record_key)
            different.discard(pair)
            continue
        if d.record_key in same and (d.kind == "no_voter" or same[d.record_key] == d.voter_key):
            contradictions.add(d.record_key)
            del same[d.record_key]
        if d.kind == "no_voter":
            no_voter.add(d.record_key)
        else:
            different.add(pair)
    return Constraints(
        same, frozenset(different), frozenset(no_voter), tuple(sorted(contradictions))
    )


def load(con: duckdb.DuckDBPyConnection, held: Constraints) -> None:
    """Put the constraints into tables: ``human_same``, ``human_not`` and ``human_none``."""
    con.execute("create or replace temp table human_same(record_key varchar, voter_key varchar)")
    con.execute("create or replace temp table human_not(record_key varchar, voter_key varchar)")
    con.execute("create or replace temp table human_none(record_key varchar)")
    for table, given in (
        ("human_same", sorted(held.same.items())),
        ("human_not", sorted(held.different)),
        ("human_none", [(key,) for key in sorted(held.no_voter)]),
    ):
        if given:
            marks = ", ".join("?" for _ in given[0])
            con.executemany(f"insert into {table} values ({marks})", given)


def apply(con: duckdb.DuckDBPyConnection) -> int:
    """Decide what humans decided, and note which pairs no stage may make; needs :func:`load`.

    A decision about a record or voter that is no longer there waits until it is back.

    Returns:
        Records decided.
    """
    con.execute("""
        create or replace temp table forbidden as
        select r.idx as rid, v.idx as vid
        from human_not h
        join open_records r on h.record_key = r.record_key
        join id_voters v on h.voter_key = v.record_key;
        insert into decided (rid, vid, probability, method, rule)
        select r.idx, v.idx, 1.0, 'human', 'a human said so'
        from human_same h
        join open_records r on h.record_key = r.record_key
        join id_voters v on h.voter_key = v.record_key;
        insert into decided (rid, vid, probability, method, rule)
        select r.idx, null, null, 'human', 'a human said: on no file'
        from human_none h join open_records r on h.record_key = r.record_key
    """)
    return rows(con, "select count(*) from decided where method = 'human'")


def _moment(text: str) -> datetime:
    return _aware(datetime.fromisoformat(text))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
