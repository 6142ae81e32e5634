"""From what is asked to two tables that can be compared: opened, mapped, read, set side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.identity.match_ages import align
from orchestration.identity.match_decide import Cuts
from orchestration.identity.match_fields import guess_mapping, list_year, sampled, shared_extras
from orchestration.identity.match_read import FIELDS, Source, Task, make_table, open_list
from orchestration.identity.places import Places
from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts import Raw

    Cells = Mapping[str, Sequence[str | None]]

# Lists are of any century; only what lies after this is no birth.
LATEST_BIRTHS = 2040
LEFT, RIGHT = "match_left", "match_right"
# The voter file's own columns, in the words of a list.
VOTER_MAPPING = {
    "first_name": "first_name", "middle_name": "middle_name", "last_name": "last_name",
    "suffix": "suffix", "gender": "gender", "birth_date": "birth_date", "birth_year": "birth_year",
    "phone": "phone", "phone_2": "phone_2", "email": "email", "house_number": "house_number",
    "street": "street", "city": "city", "state": "state", "zip": "zip5", "county": "county",
    "state_id": "state_id", "party_id": "party_id",
}  # fmt: skip
# What tells no two people apart, however often it agrees.
NOT_ENOUGH = {"gender", "suffix", "state", "county", "city", "birth_year", "middle_name"}


@dataclass(frozen=True)
class Request:
    """What to match.

    Attributes:
        file: The list.
        against: The other list; None means the home's voter file, unless ``within``.
        within: Look for duplicates inside ``file``.
        answer: ``A=B`` (a column of each list that is equal for one human), or within one list
            the column that names the human. It is never used as evidence.
        out: Where to write the answers; its ending says csv or parquet.
        mapping: ``{canonical: source column}`` of ``file``, when somebody knows it; else guessed.
        against_mapping: The same of ``against``.
    """

    file: Path
    against: Path | None = None
    within: bool = False
    answer: str | None = None
    out: Path | None = None
    mapping: Mapping[str, str] | None = None
    against_mapping: Mapping[str, str] | None = None
    cuts: Cuts = field(default_factory=Cuts)


def open_lists(
    stack: ExitStack, con: duckdb.DuckDBPyConnection, home: Path, request: Request, spool: Path
) -> list[Raw]:
    """Open the list, and the one that it is matched against; a home's voter file without one."""
    files = [request.file]
    if not request.within:
        files.append(request.against or _voter_file(home))
    return [stack.enter_context(open_list(con, file, spool)) for file in files]


def _voter_file(home: Path) -> Path:
    voters = Places(home).voters
    if not voters.exists():
        raise UserError(
            f"{home} has no voter file yet; run tminus run first, or name a list with --against"
        )
    return voters


def make_tables(
    con: duckdb.DuckDBPyConnection, request: Request, lists: list[Raw]
) -> tuple[Task, int, int]:
    """Make the comparable tables.

    Returns:
        What is to be compared, and the rows of both.
    """
    truths = _truths(request, lists)
    cells = [sampled(con, raw) for raw in lists]
    mappings = _mappings(request, lists, cells, truths)
    other = lists[-1]
    extras = shared_extras(
        lists[0].columns, other.columns, (mappings[0], mappings[-1]), [t for t in truths if t]
    )
    sources = [
        Source(raw, mapping, [pair[side] for pair in extras], truth, list_year(raw.name, seen))
        for side, (raw, mapping, truth, seen) in enumerate(
            zip(lists, mappings, truths, cells, strict=True)
        )
    ]
    size = make_table(con, sources[0], LEFT)
    if request.within:
        task = _task(con, LEFT, LEFT, len(extras))
        return task, size, size
    found = make_table(con, sources[1], RIGHT)
    if any(source.counts_from_nowhere for source in sources):
        align(con, LEFT, RIGHT)
    return _task(con, LEFT, RIGHT, len(extras)), size, found


def _truths(request: Request, lists: list[Raw]) -> list[str | None]:
    if request.answer is None:
        return [None] * len(lists)
    names = [name.strip() for name in request.answer.split("=")]
    if len(names) not in {1, len(lists)} or not all(names):
        raise UserError(
            f"--truth {request.answer!r} names no answer; write COLUMN_A=COLUMN_B, or with "
            "--within the one column that names the human"
        )
    if len(names) < len(lists):
        names *= len(lists)
    for name, raw in zip(names, lists, strict=True):
        if name not in raw.columns:
            raise UserError(f"{raw.name} has no column {name!r}; it has {', '.join(raw.columns)}")
    return list(names)


def _mappings(
    request: Request, lists: list[Raw], cells: Sequence[Cells], truths: list[str | None]
) -> list[Mapping[str, str]]:
    given = [request.mapping, request.against_mapping]
    barred = [truth for truth in truths if truth]
    mappings: list[Mapping[str, str]] = []
    for number, raw in enumerate(lists):
        mapping = given[number]
        if mapping is None and number == 1 and request.against is None:
            mapping = {k: v for k, v in VOTER_MAPPING.items() if v in raw.columns}
        if mapping is None:
            mapping = guess_mapping(cells[number], LATEST_BIRTHS, barred)
        unknown = next((c for c in mapping.values() if c not in raw.columns), None)
        if unknown:
            raise UserError(f"{raw.name} has no column {unknown!r}; correct the mapping")
        mappings.append({k: v for k, v in mapping.items() if v not in barred})
    return mappings


def _task(con: duckdb.DuckDBPyConnection, left: str, right: str, extras: int) -> Task:
    """The fields that are worth comparing: filled now and then on both sides, and not constant."""
    names = [*FIELDS, *(f"x{number}" for number in range(extras))]
    filled, size = {}, {}
    for table in (left, right):
        counts = ", ".join(f"count({n}), approx_count_distinct({n})" for n in names)
        found = con.execute(f"select count(*), {counts} from {table}").fetchall()[0]
        size[table] = found[0]
        filled[table] = dict(zip(names, zip(found[1::2], found[2::2], strict=True), strict=True))
    useful = [
        name
        for name in names
        if name != "phone_2"
        and all(filled[t][name][0] >= max(1, 0.01 * size[t]) for t in filled)
        and max(filled[t][name][1] for t in filled) > 1
    ]
    if all(size.values()) and set(useful) <= NOT_ENOUGH:
        raise UserError(
            "the lists share no column that tells people apart; name and a birth date, address, "
            "phone or email are needed, under names such as first_name, dob, zip, phone"
        )
    extra_names = tuple(name for name in useful if name not in FIELDS)
    return Task(left, right, tuple(useful), extra_names)
