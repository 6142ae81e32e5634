"""From a number of voters and a seed to a home with an inbox, the truth and a clock.

The order of work belongs here; people, dirt and files belong to the modules that make them.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.countdown.clock import set_home_clock
from orchestration.demo.chunks import Desk, ahead, live, write_chunk
from orchestration.demo.margins import read_margins
from orchestration.demo.names import load_names
from orchestration.demo.outcome import WORLDS
from orchestration.demo.people import build_people
from orchestration.demo.places import Atlas, build_atlas
from orchestration.demo.plan import CHUNK, plan_chunks
from orchestration.demo.text import day
from orchestration.demo.writers import (
    fec,
    website,
)
from orchestration.demo.writers import (
    field as field_team,
)
from orchestration.demo.writers.inbox import Inbox, open_truth, zip_stream
from orchestration.settings import PROJECT_ROOT, UserError, writable_home

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
NOW = datetime(2016, 1, 21, 6, 0, tzinfo=ZoneInfo("America/Chicago"))
FEWEST, MOST = 1_000, 200_000_000
VERSION = 1  # raise it when equal arguments give other bytes
PARTY_DAYS = ("2016-01-04", "2016-01-20")
CONTACT_FEEDS = (
    "website/signups", "website/donors", "website/volunteers", "organising/people",
    "events/attendees", "social/people", "field/pledge_people",
)  # fmt: skip

Progress = Callable[[float], None]


@dataclass(frozen=True)
class DemoReport:
    """What was written.

    Attributes:
        files: Files in the inbox.
        voters: Rows of the first party file.
        contacts: Contact records, each once however often it was sent.
        seconds: Time it took.
        rows: Rows of each family of files, re-sent ones included.
        fresh: False when the home held this very demo already and nothing was written.
    """

    files: int
    voters: int
    contacts: int
    seconds: float
    rows: dict[str, int] = field(default_factory=dict)
    fresh: bool = True


def check_arguments(voters: int, world: str) -> None:
    """Refuse sizes and worlds that cannot be made.

    Raises:
        UserError: with the sizes or the worlds that can.
    """
    if not FEWEST <= voters <= MOST:
        raise UserError(f"--voters {voters}: choose a number from {FEWEST:,} to {MOST:,}")
    if world not in WORLDS:
        raise UserError(f"--world {world!r} is unknown; choose one of {', '.join(WORLDS)}")


def generate(
    home: Path,
    voters: int = 100_000,
    seed: int = 1,
    world: str = "friendly",
    seeds_dir: Path = SEEDS,
    chunk_size: int = CHUNK,
    progress: Progress | None = None,
) -> DemoReport:
    """Write the invented campaign into a home.

    Everything is made beside the inbox and moved there in the end, so a run that dies leaves
    nothing half-written. The same call on the same home changes nothing.

    Args:
        home: The home; its inbox must be empty or hold this very demo.
        voters: Rows of the first party file.
        seed: Equal seeds give equal bytes.
        world: See :mod:`outcome`.
        seeds_dir: The public margins.
        chunk_size: People held in memory at a time; another size gives another demo.
        progress: Told the share that is done.

    Raises:
        UserError: an argument is impossible, or the inbox holds something else.
    """
    began = time.monotonic()
    check_arguments(voters, world)
    wanted = {
        "version": VERSION,
        "voters": voters,
        "seed": seed,
        "world": world,
        "chunk": chunk_size,
    }
    known = _known(home, wanted)
    if known is not None:
        return known
    aside = writable_home(home) / f".demo.{os.getpid()}.aside"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        inbox, contacts = _write(aside, voters, seed, world, seeds_dir, chunk_size, progress)
        report = DemoReport(
            files=len(inbox.files),
            voters=voters,
            contacts=contacts,
            seconds=round(time.monotonic() - began, 2),
            rows=dict(sorted(inbox.rows.items())),
        )
        mark = {"asked": wanted, "report": asdict(report)}
        (aside / "truth" / "demo.json").write_text(json.dumps(mark, indent=1))
        _move(aside, home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    set_home_clock(home, NOW)
    return report


def _known(home: Path, wanted: dict[str, object]) -> DemoReport | None:
    """The report of the demo in this home, when it is the one asked for."""
    mark, inbox = home / "truth" / "demo.json", home / "inbox"
    if not (inbox.exists() and any(inbox.iterdir())):
        return None
    if not mark.exists():
        raise UserError(f"{inbox} holds deliveries already; choose an empty --home")
    content = json.loads(mark.read_text())
    if content["asked"] != wanted:
        raise UserError(f"{home} holds another demo; choose another --home or remove this one")
    return DemoReport(**{**content["report"], "seconds": 0.0, "fresh": False})


def _move(aside: Path, home: Path) -> None:
    """Put the truth and the inbox in their places; the inbox, which makes it a demo, comes last."""
    inbox, truth = home / "inbox", home / "truth"
    if inbox.exists():
        inbox.rmdir()
    shutil.rmtree(truth, ignore_errors=True)
    os.replace(aside / "truth", truth)
    os.replace(aside / "inbox", inbox)


def _write(
    aside: Path,
    voters: int,
    seed: int,
    world: str,
    seeds_dir: Path,
    chunk_size: int,
    progress: Progress | None,
) -> tuple[Inbox, int]:
    margins = read_margins(seeds_dir)
    atlas, names = build_atlas(margins), load_names()
    chunks = plan_chunks(margins, voters, world, chunk_size)
    inbox = Inbox(aside / "inbox")
    with ExitStack() as stack:
        truth = stack.enter_context(open_truth(aside / "truth"))
        first, second = (
            stack.enter_context(
                zip_stream(inbox.path("party", day(on), _zip_name(on)), "voterfile.csv")
            )
            for on in PARTY_DAYS
        )
        pledges = field_team.PledgeCards()
        desk = Desk(seed, world, voters, inbox, truth, first, second, pledges)
        lives = ahead(
            lambda chunk: live(seed, world, build_people(seed, atlas, names, chunk)), chunks
        )
        for number, life in enumerate(lives, start=1):
            write_chunk(desk, life, number == 1)
            if progress:
                progress(number / len(chunks))
        pledges.write(inbox)
    website.resend(inbox)
    _write_once(inbox, seed, atlas)
    return inbox, sum(truth.counts[feed] for feed in CONTACT_FEEDS)


def _write_once(inbox: Inbox, seed: int, atlas: Atlas) -> None:
    """What does not grow with the number of voters."""
    field_team.write_sites(inbox, seed, atlas)
    fec.write(inbox, seed)


def _zip_name(on: str) -> str:
    return f"voterfile_full_{on.replace('-', '')}.zip"
