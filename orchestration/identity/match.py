"""The match service: any list against the voter file, against another list, or within itself.

Order only: open, map, read, score, decide, measure, write. Each is a module of its own, named
``match_*``; what may be asked is ``match_lists.Request``. Links of the campaign's own sources,
which last, are made in ``link``.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orchestration.identity import match_decide, match_truth, short_names
from orchestration.identity.match_lists import Request, make_tables, open_lists
from orchestration.identity.match_model import Scoring, score
from orchestration.identity.match_read import Task
from orchestration.identity.match_truth import Score
from orchestration.identity.workspace import rows
from orchestration.lake import Lake, atomic_path, connect, sql_path
from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts import Raw

__all__ = ["MatchReport", "Request", "match"]


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
        lists = open_lists(stack, con, home, request, Path(spool))
        task, size, other = make_tables(con, request, lists)
        scoring = score(con, task)
        return _answer(con, request, lists[0], task, scoring, (size, other), started)


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
