"""A home for measuring identity alone: the invented campaign landed and staged, nothing more.

Only what linking reads is landed: the last voter file and whoever left a record of their own.
What is measured on it is in ``identity``; the whole road is ``road``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.countdown import clock
from orchestration.demo.generate import PARTY_DAYS, generate
from orchestration.identity import known
from orchestration.identity.places import Places
from orchestration.lake import connect, sql_path, write_parquet
from orchestration.landing.land import compute_in_force, take_in_waiting
from orchestration.settings import load_settings
from orchestration.sources.registry import load_contracts
from orchestration.warehouse.engine import Engine
from orchestration.warehouse.project import load_project

# Records and voters of the small home, for peers that keep every pair in memory.
SMALL = (20_000, 100_000)
STAGED = ("int_link_voters", "int_link_records")
# Vendors' files are larger than the rest together and are no contacts.
CONTACTS = ("website", "organising", "events", "social", "field")
FILLER = "vendor_a"


def stage_home(home: Path, voters: int, contacts: int | None = None, seed: int = 2016) -> None:
    """Make a home whose staging is ready for linking; one that is made already is left as it is.

    Args:
        home: Where.
        voters: Rows of the voter file.
        contacts: Records to keep, drawn by the hash of their key; default all. Where the campaign
            has fewer contacts, a vendor's rows fill up.
        seed: Of the invented campaign.
    """
    places = Places(home)
    if places.records.exists():
        return
    generate(home, voters=voters, seed=seed)
    settings = load_settings(home)
    shutil.rmtree(home / "inbox" / "party" / PARTY_DAYS[0], ignore_errors=True)
    contracts = load_contracts(settings.sources)
    moment = clock.now(home, settings.campaign.contest.zone)
    take_in_waiting(settings, contracts, moment, {"party", FILLER, *CONTACTS})
    compute_in_force(settings, contracts, moment)
    project = load_project()
    report = Engine(home).build(project, [project.models[name] for name in STAGED], tests=())
    if report.problems:
        raise RuntimeError("; ".join(report.problems))
    if contacts is not None:
        _draw(places, contacts)


def scratch_of(home: Path, scratch: Path) -> Places:
    """A home beside the home, with the same staging and no links, so that training is timed too."""
    lake = scratch / "lake"
    lake.mkdir(parents=True)
    for name in ("staging", "context"):
        (lake / name).symlink_to(home / "lake" / name)
    (scratch / "truth").symlink_to(home / "truth")
    return Places(scratch)


def small_home(home: Path, folder: Path) -> Path:
    """A part of a home: some records, the voters they mean, and others up to the size."""
    records, voters = SMALL
    places, small = Places(home), Places(folder)
    (folder / "lake").mkdir(parents=True)
    (folder / "lake" / "context").symlink_to(home / "lake" / "context")
    (folder / "truth").symlink_to(home / "truth")
    answers = known.invented(places)
    if answers is None:
        raise FileNotFoundError(f"{home} holds no truth to measure against")
    with connect(home) as con:
        con.execute(f"""
            create table drawn as from read_parquet({sql_path(places.records)})
            where entity != 'trait' order by md5(record_key) limit {records};
            create table meant as
            select distinct voter_key from ({answers.known}) semi join drawn using (record_key)
            where voter_key is not null
        """)
        write_parquet(con, "from drawn order by record_key", small.records)
        write_parquet(
            con,
            f"""
            select v.* from read_parquet({sql_path(places.voters)}) v
            left join meant m using (voter_key)
            order by m.voter_key is null, md5(v.voter_key) limit {voters}
            """,
            small.voters,
        )
    return folder


def _draw(places: Places, contacts: int) -> None:
    """Keep so many records; by hash, so that equal arguments keep equal ones."""
    drawn = (
        f"select * from (from read_parquet({sql_path(places.records)}) "
        f"order by entity = 'trait', md5(record_key) limit {contacts}) order by record_key"
    )
    with connect(places.home) as con:
        con.execute(f"create temp table drawn as {drawn}")
        write_parquet(con, "from drawn", places.records)
