"""A source whose licence ends: nothing of it counts from the next run on, and this can be shown.

The decision is a cut like any other (``readiness.cutting``), so ``landing`` leaves the source out
and lets nothing more of it in; what it costs is the forecast's word. Here its values are called
back from lists that were made, and looked for where none may be left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.handoff import register
from orchestration.lake import Lake, connect, sql_path
from orchestration.readiness.cutting import decide
from orchestration.release.read import current_release
from orchestration.settings import Settings, UserError

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Revoked:
    """What revoking a source came to.

    Attributes:
        cost: Chance of being ready before and after, rows that go, points of pain.
        called_back: Lists that held a value of it and may be used no more.
    """

    source: str
    by: str
    at: str
    cost: Mapping[str, Any]
    called_back: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """Whether anything of a source is left in the release in force.

    Attributes:
        looked_at: Tables and columns that say where a value is from.
        left: Those in which the source still stands, with the number of rows.
    """

    source: str
    release: str
    looked_at: int
    left: Mapping[str, int]

    @property
    def holds(self) -> bool:
        """Whether nothing is left."""
        return not self.left


def revoke(settings: Settings, source: str, by: str, why: str, moment: datetime) -> Revoked:
    """End a source: the next run goes on without it, and lists that hold its values are void.

    Raises:
        UserError: there is no such source, it says who may not be contacted, it was revoked
            before, or no reason is given.
    """
    record = decide(settings, moment, source, "revoke", by, why)
    lake = Lake(settings.home)
    held = [
        entry.list_id
        for entry in register.entries(lake, moment).values()
        if entry.state in ("ready", "awaiting approval", "unfinished")
        and _holds(settings.home, register.members_path(lake, entry.list_id), source)
    ]
    for list_id in held:
        register.note(lake, "revoked", list_id, by, moment, source=source)
        _shred(register.list_folder(lake, list_id))
    return Revoked(source, by, record.at, record.cost, tuple(held))


def reinstate(settings: Settings, source: str, by: str, why: str, moment: datetime) -> None:
    """Let a revoked source in again, for its licence was agreed anew; lists stay void.

    Raises:
        UserError: it is not revoked, or no reason is given.
    """
    decide(settings, moment, source, "reinstate", by, why)


def prove(settings: Settings, source: str) -> Proof:
    """Look for a source in every table of the release in force that says where values are from.

    Raises:
        UserError: there is no release.
    """
    release = current_release(settings.home)
    if release is None:
        raise UserError(f"{settings.home} has no release; make one with tminus run")
    looked_at, left = 0, {}
    with connect(settings.home, settings.memory) as con:
        for name in sorted(n for n in release.manifest["files"] if n.endswith(".parquet")):
            table = f"read_parquet({sql_path(release.path / name)})"
            for column, condition in _conditions(con, table):
                looked_at += 1
                row = con.execute(
                    f"select count(*) from {table} where {condition}", {"source": source}
                ).fetchone()
                if row and row[0] and not name.startswith("aggregates/"):
                    left[f"{name.removesuffix('.parquet')}.{column}"] = int(row[0])
    return Proof(source, release.id, looked_at, left)


def _conditions(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[str, str]]:
    """Columns that say where something is from, and how each names a source."""
    for column, kind, *_ in con.execute(f"describe from {table}").fetchall():
        if column == "sources" and kind.endswith("[]"):
            yield column, f'list_contains("{column}", $source)'
        elif column == "source" or column.endswith("_source"):
            yield column, f'"{column}" = $source'
        elif column.endswith("_key") and kind == "VARCHAR":
            yield column, f"starts_with(\"{column}\", $source || '/')"


def _holds(home: Path, members: Path, source: str) -> bool:
    if not members.exists():
        return False
    with connect(home) as con:
        row = con.execute(
            f"select bool_or(list_contains(sources, ?)) from read_parquet({sql_path(members)})",
            [source],
        ).fetchone()
    return bool(row and row[0])


def _shred(folder: Path) -> None:
    """Take the files of a list away; its manifest stays and says what it was."""
    for pattern in ("*.csv", "*.age", "*.pdf"):
        for file in folder.glob(pattern):
            file.unlink()
