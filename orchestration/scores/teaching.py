"""What a score learns from, by name: who answered or registered what, and the week.

The answers are the same tomorrow, while every feature is a day older: a model that was taught by
these answers stays as good as it was, so only prediction is done anew. After a week it is
fitted again, lest features drift away under it. Fitting is the scores' own; whether to fit is
asked in ``live``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.lake import code_version, file_hash, sql_path, text_hash
from orchestration.scores import attendance, conventional, lean, support
from orchestration.scores.columns import PERSON
from orchestration.scores.context import ScoreContext
from orchestration.scores.tables import query


def lessons(context: ScoreContext) -> dict[str, str]:
    """For each score a name for what it is to be taught; an equal name asks for no new fit.

    Code, seed, the columns that features may be, and the week are in each of them.
    """
    marts = context.marts
    same = (
        code_version(Path(__file__).parent),
        str(context.seed),
        "|".join(pq.read_schema(marts.people).names),
        week(context.as_of),
    )
    past = (_file(marts.attendance), _answers_on_attending(context))
    # Support is asked of those who attend, at the scenario's level.
    asked = (*past, _file(marts.support), context.scenario, repr(dict(context.shares)))
    taught = {
        attendance.NAME: past,
        support.NAME: asked,
        lean.NAME: (_registrations(context), context.party),
        conventional.NAME: asked,
    }
    return {name: text_hash(*same, *parts) for name, parts in taught.items()}


def week(as_of: str) -> str:
    """The calendar week of a day, so that a home fits on the same days however often it runs.

    >>> week("2016-01-03"), week("2016-01-04")
    ('2015-W53', '2016-W01')
    """
    year, number, _ = date.fromisoformat(as_of).isocalendar()
    return f"{year}-W{number:02d}"


def _file(mart: Path) -> str:
    return file_hash(mart) if mart.exists() else "none"


def _answers_on_attending(context: ScoreContext) -> str:
    file = context.marts.canvasses
    if not file.exists():
        return "none"
    return _digest(
        context,
        f"select {PERSON}, says_will_attend, method, weight, probability, occurred_at "
        f"from read_parquet({sql_path(file)}) where says_will_attend is not null",
    )


def _registrations(context: ScoreContext) -> str:
    people = context.marts.people
    if lean.COLUMN not in pq.read_schema(people).names:
        return "none"
    parties = ", ".join(f"'{party}'" for party in lean.LARGE)
    return _digest(
        context,
        f"select {PERSON}, {lean.COLUMN} from read_parquet({sql_path(people)}) "
        f"where {lean.COLUMN} in ({parties})",
    )


def _digest(context: ScoreContext, rows: str) -> str:
    """A name for a set of rows, whatever their order: their number and two sums of hashes."""
    found = query(
        context.lake,
        f"select count(*) as n, bit_xor(hash(r)) as x, sum(hash(r)) as s from ({rows}) as r",
    )
    return "|".join(str(found.column(c)[0].as_py()) for c in ("n", "x", "s"))
