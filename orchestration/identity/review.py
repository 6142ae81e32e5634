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

from orchestration.countdown.tminus import deadline
from orchestration.identity import decisions
from orchestration.identity.decisions import BETWEEN, IN_QUEUE, Decision, Kind
from orchestration.identity.places import Places
from orchestration.lake import connect, sql_path
from orchestration.settings import Settings

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
        stratum: Of a clerical sample: how the pair came to be; empty in the queue.
        weight: Of a clerical sample: how many pairs of its stratum this one stands for.
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
    stratum: str = ""
    weight: float = 0.0


@dataclass(frozen=True)
class Page:
    """One page of the queue.

    Attributes:
        offset: Cases before the first of these.
        waiting: All that wait, on every page.
    """

    cases: tuple[Case, ...]
    offset: int
    waiting: int


@dataclass(frozen=True)
class Pace:
    """Whether the queue can be decided in time.

    Attributes:
        minutes_of_work: What the waiting cases take one reviewer.
        deadline: When the first deliverable that needs them is due; ``None`` when none does.
        minutes_left: From now to that deadline; negative when it has passed.
    """

    waiting: int
    minutes_of_work: float
    deadline: datetime | None
    minutes_left: float | None


def queue(home: Path, limit: int = 50, offset: int = 0) -> list[Case]:
    """The undecided cases, worth most first; empty before the first linking."""
    places = Places(home)
    if not places.review.exists():
        return []
    return _cases(
        places,
        f"""
        select record_key, voter_key, runner_up_voter_key, probability, reason, worth,
            '' as stratum, 0 as of_stratum
        from read_parquet({sql_path(places.review)})
        """,
        limit,
        "worth desc, record_key",
        offset,
    )


def page(home: Path, offset: int = 0, size: int = 20) -> Page:
    """One page of the queue with how much waits behind it."""
    return Page(tuple(queue(home, size, offset)), offset, waiting(home))


def pace(settings: Settings, moment: datetime) -> Pace:
    """How long the queue takes, and how long there is.

    Args:
        settings: The campaign and its home.
        moment: Now, aware.
    """
    cases = waiting(settings.home)
    campaign = settings.campaign
    asked = {name for name, task in campaign.tasks.items() if task.items == "review_queue"}
    waits = asked | {name for name, task in campaign.tasks.items() if asked & set(task.after)}
    contest = campaign.contest_plan()
    due = [
        deadline(contest, product.deadline)
        for product in campaign.deliverables.values()
        if waits & set(product.needs)
    ]
    first = min(due, default=None)
    return Pace(
        waiting=cases,
        minutes_of_work=round(cases * campaign.capacity.review_minutes_per_link, 1),
        deadline=first,
        minutes_left=round((first - moment).total_seconds() / 60, 1) if first else None,
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
    """A clerical sample of links made and of pairs in the queue, even over method and source.

    What humans say about it measures precision and recall where no truth is known (see
    ``evaluate``); each case says how many of its stratum it stands for. Equal seeds give equal
    samples.
    """
    places = Places(home)
    if not places.links.exists():
        return []
    return _cases(
        places,
        f"""
        with pairs as (
            select record_key, voter_key, source, coalesce(probability, 0) as probability,
                method || ': ' || coalesce(rule, '') as reason, method
            from read_parquet({sql_path(places.links)})
            where voter_key is not null and method != 'human'
            union all
            select q.record_key, q.voter_key, source, q.probability, q.reason, '{IN_QUEUE}'
            from read_parquet({sql_path(places.review)}) q
            join read_parquet({sql_path(places.links)}) l using (record_key)
            where l.voter_key is null
        )
        select record_key, voter_key, null::varchar as runner_up_voter_key, probability, reason,
            -(row_number() over (partition by method, source order by md5(record_key || '{seed}')))
                as worth,
            method || '{BETWEEN}' || source as stratum,
            count(*) over (partition by method, source) as of_stratum
        from pairs
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
    sampled: Case | None = None,
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
        sampled: The case of a clerical sample that this answers, so that it counts as such.

    Raises:
        UserError: something that the decision needs is missing.
    """
    return decisions.append(
        Places(home).decisions,
        Decision(
            kind,
            record_key,
            voter_key,
            who,
            at.isoformat(),
            why,
            stratum=sampled.stratum if sampled else "",
            weight=sampled.weight if sampled else 0.0,
        ),
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


def _cases(places: Places, query: str, limit: int, order: str, offset: int = 0) -> list[Case]:
    with connect(places.home) as con:
        con.execute("create temp table done (record_key varchar)")
        done = sorted(_decided(places))
        if done:
            con.executemany("insert into done values (?)", [(key,) for key in done])
        con.execute(
            f"create temp table chosen as select * from ({query}) anti join done using "
            f"(record_key) order by {order} limit {int(limit)} offset {int(offset)}"
        )
        records = _fields(con, places.records, "record_key", ("record_key",), ("source",))
        voters = _fields(
            con, places.voters, _voter_key(con, places), ("voter_key", "runner_up_voter_key")
        )
        chosen = con.execute(
            "select record_key, voter_key, runner_up_voter_key, probability, reason, worth, "
            "stratum, of_stratum / count(*) over (partition by stratum) "
            f"from chosen order by {order}"
        ).fetchall()
    return [_case(row, records, voters) for row in chosen]


def _case(
    row: Sequence[Any], records: dict[str, dict[str, Any]], voters: dict[str, dict[str, Any]]
) -> Case:
    record_key, voter_key, runner_up, probability, reason, worth, stratum, weight = row
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
        stratum=stratum,
        weight=round(float(weight), 4),
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
