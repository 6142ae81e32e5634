"""Where identity keeps its files, and what it needs to know of the day it works for.

Only paths and plain context belong here. What is in the files belongs to the module that
writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from orchestration.lake import Lake, connect, sql_path


@dataclass(frozen=True)
class Places:
    """The files of one home that identity reads and writes; nothing here touches the disk."""

    home: Path

    @property
    def _identity(self) -> Path:
        return Lake(self.home).identity

    @property
    def voters(self) -> Path:
        """One row per registered voter, normalised."""
        return Lake(self.home).root / "staging" / "int_link_voters.parquet"

    @property
    def records(self) -> Path:
        """One row per contact, trait or canvass record in force, normalised."""
        return Lake(self.home).root / "staging" / "int_link_records.parquet"

    @property
    def context(self) -> Path:
        """``as_of`` and the contest, as data."""
        return Lake(self.home).context / "context.parquet"

    @property
    def links(self) -> Path:
        """One row per record: its voter, or why it has none."""
        return self._identity / "links.parquet"

    @property
    def persons(self) -> Path:
        """One row per person; also the registry of ids once given."""
        return self._identity / "persons.parquet"

    @property
    def changes(self) -> Path:
        """One row per change of a link or a person, never removed."""
        return self._identity / "changes.parquet"

    @property
    def review(self) -> Path:
        """One row per record that a human should decide, ranked by worth."""
        return self._identity / "review.parquet"

    @property
    def blocks(self) -> Path:
        """One row per blocking rule of the last run: pairs measured, blocks skipped."""
        return self._identity / "blocks.parquet"

    @property
    def models(self) -> Path:
        """Linkage models by version, and the pointer to the one in force."""
        return self._identity / "models"

    @property
    def voter_side(self) -> Path:
        """The voter file prepared for linking, by version."""
        return self._identity / "voter_side"

    @property
    def standing(self) -> Path:
        """What the last run knows of each record, for the next to link only what is touched."""
        return self._identity / "standing"

    @property
    def decisions(self) -> Path:
        """Human decisions; outside the lake, because no run can make them again."""
        return self.home / "decisions" / "identity.ndjson"


@dataclass(frozen=True)
class Day:
    """The day a run works for.

    Attributes:
        as_of: Local day; decisions and births after it do not exist yet.
        now: Time of the home's clock; the time written into the change log.
        contest_date: Local day of the contest.
        eligible_birth_date: Whoever is born on or before it may take part.
    """

    as_of: date
    now: datetime
    contest_date: date
    eligible_birth_date: date


def read_day(home: Path) -> Day:
    """The day in force, from the home's context table."""
    with connect(home) as con:
        row = con.execute(
            "select as_of, now, contest_date, eligible_birth_date from "
            f"read_parquet({sql_path(Places(home).context)})"
        ).fetchone()
    if row is None:
        raise ValueError("the context table holds no row")
    as_of, now, contest_date, eligible = row
    return Day(as_of, now, contest_date, eligible)
