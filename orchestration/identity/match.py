"""The match service: any list against the voter file, against another list, or within itself.

Order only: open, map, read, score, decide, measure, write. Each is a module of its own, named
``match_*``. Links of the campaign's own sources, which last, are made in ``link``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orchestration.identity import match_decide, match_truth, short_names
from orchestration.identity.match_decide import Cuts
from orchestration.identity.match_fields import guess_mapping, shared_extras
from orchestration.identity.match_model import Scoring, score
from orchestration.identity.match_read import FIELDS, Source, Task, make_table, open_list
from orchestration.identity.match_truth import Score
from orchestration.identity.places import Places
from orchestration.identity.workspace import rows
from orchestration.lake import Lake, atomic_path, connect, sql_path
from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts import Raw

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


@dataclass(frozen=True)
class MatchReport:
    """What a matching came to; counts and column names only, no person.

    Attributes:
        matched: Records in class exact or strong.
        by_class: Records by class: exact, strong, possible, none.
        columns: What was compared.
        groups: Within one list: groups of more than one record.
        one_to_one: Whether each record of the other list was given once only.
        score: Against the known answer, when there is one.
    """

    records: int
    against: int
    matched: int
    by_class: dict[str, int]
    columns: tuple[str, ...]
    groups: int | None
    one_to_one: bool
    score: Score | None
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        said: dict[str, Any] = {
            "records": self.records,
            "against": self.against,
            "matched": self.matched,
            "by_class": self.by_class,
            "columns": list(self.columns),
            "one_to_one": self.one_to_one,
            "seconds": self.seconds,
        }
        if self.groups is not None:
            said["groups"] = self.groups
        if self.score is not None:
            said |= {
                "precision": round(self.score.precision, 6),
                "recall": round(self.score.recall, 6),
                "f1": round(self.score.f1, 6),
                "right": self.score.right,
                "possible": self.score.possible,
            }
        return said

    def as_text(self) -> str:
        """The report as people read it."""
        classes = ", ".join(f"{name} {count:,}" for name, count in self.by_class.items())
        lines = [f"{self.matched:,} of {self.records:,} records matched: {classes}."]
        if self.groups is not None:
            lines.append(f"{self.groups:,} groups of more than one record.")
        if self.score is not None:
            lines.append(
                f"Precision {self.score.precision:.4f}, recall {self.score.recall:.4f}, "
                f"F1 {self.score.f1:.4f}."
            )
        return "\n".join([*lines, f"Compared {', '.join(self.columns)} in {self.seconds:.1f} s."])


def match(home: Path, request: Request, memory_limit: str | None = None) -> MatchReport:
    """Match a list and write the answers; nothing of the home is changed.

    Raises:
        UserError: a file, a column or the voter file is missing, or nothing can be compared.
    """
    started = time.monotonic()
    if request.within and request.against:
        raise UserError("--within looks inside one list; leave --against out")
    spill = Lake(home).spill
    spill.mkdir(parents=True, exist_ok=True)
    with (
        ExitStack() as stack,
        TemporaryDirectory(dir=spill, prefix="match-") as spool,
        connect(home, memory_limit) as con,
    ):
        con.execute("set preserve_insertion_order = false")
        short_names.create_table(con)
        lists = _open(stack, con, home, request, Path(spool))
        task, size, other = _tables(con, request, lists)
        scoring = score(con, task)
        return _answer(con, request, lists[0], task, scoring, (size, other), started)


def _open(
    stack: ExitStack, con: duckdb.DuckDBPyConnection, home: Path, request: Request, spool: Path
) -> list[Raw]:
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


def _tables(
    con: duckdb.DuckDBPyConnection, request: Request, lists: list[Raw]
) -> tuple[Task, int, int]:
    truths = _truths(request, lists)
    mappings = _mappings(request, lists, truths)
    other = lists[-1]
    extras = shared_extras(
        lists[0].columns, other.columns, (mappings[0], mappings[-1]), [t for t in truths if t]
    )
    size = make_table(con, Source(lists[0], mappings[0], [a for a, _ in extras], truths[0]), LEFT)
    if request.within:
        task = _task(con, LEFT, LEFT, len(extras))
        return task, size, size
    found = make_table(con, Source(other, mappings[1], [b for _, b in extras], truths[1]), RIGHT)
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
    request: Request, lists: list[Raw], truths: list[str | None]
) -> list[Mapping[str, str]]:
    given = [request.mapping, request.against_mapping]
    barred = [truth for truth in truths if truth]
    mappings: list[Mapping[str, str]] = []
    for number, raw in enumerate(lists):
        mapping = given[number]
        if mapping is None and number == 1 and request.against is None:
            mapping = {k: v for k, v in VOTER_MAPPING.items() if v in raw.columns}
        if mapping is None:
            mapping = guess_mapping(raw.columns, barred)
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


def _answer(
    con: duckdb.DuckDBPyConnection,
    request: Request,
    raw: Raw,
    task: Task,
    scoring: Scoring,
    sizes: tuple[int, int],
    started: float,
) -> MatchReport:
    groups, unique = None, False
    if task.within:
        match_decide.find_duplicates(con, task, scoring, request.cuts)
        groups = rows(
            con,
            "select count(*) from "
            "(select cluster from match_groups group by 1 having count(*) > 1)",
        )
    else:
        unique = match_decide.match_lists(con, task, scoring, request.cuts)
    judged = None
    if request.answer:
        judged = match_truth.within(con, task) if task.within else match_truth.between(con, task)
    by_class = dict.fromkeys(("exact", "strong", "possible", "none"), 0)
    by_class |= dict(con.execute("select class, count(*) from match_best group by 1").fetchall())
    if request.out:
        _write(con, request, raw, task)
    return MatchReport(
        records=sizes[0],
        against=sizes[1],
        matched=by_class["exact"] + by_class["strong"],
        by_class=by_class,
        columns=tuple(c.name for c in scoring.comparisons),
        groups=groups,
        one_to_one=unique,
        score=judged,
        seconds=round(time.monotonic() - started, 2),
    )


def _write(con: duckdb.DuckDBPyConnection, request: Request, raw: Raw, task: Task) -> None:
    """Each record of the list, as it came, with its answer beside it."""
    assert request.out is not None
    kind = "parquet" if request.out.suffix.lower() == ".parquet" else "csv, header"
    group = "g.cluster as match_group, " if task.within else ""
    joined = "join match_groups g on r.__row = g.rid" if task.within else ""
    con.execute("set preserve_insertion_order = true")
    with atomic_path(request.out.absolute()) as aside:
        con.execute(f"""
            copy (
                select r.__row as match_record, r.* exclude (__row), {group}b.vid as match_row,
                    round(b.probability, 4) as match_probability,
                    round(b.runner_up, 4) as match_runner_up,
                    b.class as match_class, b.evidence as match_evidence
                from {raw.relation} r join match_best b on r.__row = b.rid {joined}
                order by r.__row
            ) to {sql_path(aside)} (format {kind})
        """)
