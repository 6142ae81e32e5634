"""One chunk's way through the demo: it lives, then every supplier writes what it knows.

The order of chunks, the home and its clock belong to :mod:`generate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.demo.changes import refresh
from orchestration.demo.draws import Bools, Ints
from orchestration.demo.history import History, build_history
from orchestration.demo.outcome import Outcome, draw_outcome
from orchestration.demo.people import OUTSIDE, People
from orchestration.demo.plan import Chunk
from orchestration.demo.selection import select
from orchestration.demo.text import Text, as_bytes, digits, either, glue, table, take
from orchestration.demo.writers import (
    events,
    organising,
    party,
    social,
    suppressions,
    vendors,
    website,
)
from orchestration.demo.writers import (
    field as field_team,
)
from orchestration.demo.writers.context import Job
from orchestration.demo.writers.inbox import Inbox, Truth, ZipStream

KINDS = ("registered", "newly_registered", "unregistered", "outside")


@dataclass(frozen=True, eq=False)
class Desk:
    """What the chunks of one demo share while they are written."""

    seed: int
    world: str
    voters: int
    inbox: Inbox
    truth: Truth
    first: ZipStream
    second: ZipStream
    pledges: field_team.PledgeCards


@dataclass(frozen=True, eq=False)
class Life:
    """One chunk's people with their past, their night, and the party's lines about them."""

    people: People
    history: History
    outcome: Outcome
    first: Text
    second: Text
    on_roll: Ints


def live(seed: int, world: str, people: People) -> Life:
    """Let people have a past and a night, and write the party's lines about them."""
    history = build_history(seed, people)
    update = refresh(seed, people, history)
    first, second, rows, fresh = party.both_files(seed, people, history, update)
    outcome = draw_outcome(seed, people, history, world)
    return Life(people, history, outcome, first, second, np.concatenate([rows, fresh]))


def ahead(make: Callable[[Chunk], Life], chunks: list[Chunk]) -> Iterator[Life]:
    """Make the next chunk on the second core while this one is being written."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(make, chunks[0])
        for following in chunks[1:]:
            done, waiting = waiting.result(), pool.submit(make, following)
            yield done
        yield waiting.result()


def write_chunk(desk: Desk, life: Life, is_first: bool) -> None:
    """Write what each supplier knows of one chunk."""
    people, history, outcome = life.people, life.history, life.outcome
    desk.first.write(as_bytes(life.first))
    desk.second.write(as_bytes(life.second))
    desk.inbox.rows["party/voterfile_full"] += len(life.first) + len(life.second)
    seen = select(desk.seed, people, history, outcome, desk.voters)
    job = Job(desk.seed, people, history, outcome, seen, desk.inbox, desk.truth)
    for writer in (website, organising, events, social, vendors, field_team, suppressions):
        writer.write(job)
    desk.pledges.add(job)
    if is_first:
        website.write_tests(job)
    whose = np.where(history.ghost_of >= 0, people.truth_id[history.ghost_of], people.truth_id)
    party.tell(desk.truth, people, life.on_roll, whose)
    _tell_people(desk.truth, people, history.ghost_of < 0, outcome)


def _tell_people(truth: Truth, people: People, real: Bools, outcome: Outcome) -> None:
    """The truth about every person, whether any file knows them or not."""
    rows = np.flatnonzero(real)
    kind = people.kind[rows]
    listed = kind <= 1
    nothing = pa.nulls(len(rows), pa.string())
    county = either(kind == OUTSIDE, nothing, take(table(people.atlas.margins.fips),
                                                   people.members.county[rows]))  # fmt: skip
    truth.add_people(
        {
            "truth_id": people.truth_id[rows],
            "regn_num": either(listed, digits(people.regn_num[rows]), nothing),
            "party_person_id": either(
                listed, glue("R", digits(people.party_number[rows], 11)), nothing
            ),
            "attends": outcome.attends[rows],
            "supports": outcome.supports[rows],
            "is_first_time": outcome.first_time[rows],
            "is_late_decider": outcome.late[rows],
            "household_id": people.household[rows],
            "county_fips": county,
            "kind": take(table(KINDS), kind),
            "birth_date": people.members.birth[rows].astype("datetime64[D]"),
        }
    )
