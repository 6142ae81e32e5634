"""The right answers that a home has, and how good its links are against them.

In a campaign they are what humans said of a clerical sample (``tminus review --sample 200``), each
standing for the links of its stratum; in an invented campaign, who is who. Nothing here decides or
trains anything: a stage that read the answers would be right about nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.identity import decisions
from orchestration.identity.decisions import BETWEEN, IN_QUEUE, Decision
from orchestration.identity.evaluate import Quality, evaluate
from orchestration.identity.places import Day, Places
from orchestration.lake import sql_path

if TYPE_CHECKING:
    import duckdb

BY = ("source", "method", "age", "party")
TRUTH, REVIEWED = "truth", "reviewed pairs"


@dataclass(frozen=True)
class Answers:
    """Answers, as queries for ``evaluate``.

    Attributes:
        origin: :data:`TRUTH` or :data:`REVIEWED`.
        links: Query giving ``record_key``, ``voter_key``, ``source`` and ``method``.
        known: Query giving ``record_key`` and its right ``voter_key``.
    """

    origin: str
    links: str
    known: str


@dataclass(frozen=True)
class Evaluation:
    """How good links are: overall first, then by source, method, age band and party."""

    origin: str
    groups: tuple[Quality, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One plain row a group, shares to four digits with their 95 % intervals."""
        return [row(quality) for quality in self.groups]


def row(quality: Quality) -> dict[str, Any]:
    """One group as plain figures."""
    figures: dict[str, Any] = {
        "group": quality.group,
        "linked": round(quality.linked),
        "possible": round(quality.possible),
    }
    for name in ("precision", "recall", "f1"):
        share = getattr(quality, name)
        figures[name] = round(share.value, 4)
        figures[f"{name}_low"], figures[f"{name}_high"] = round(share.low, 4), round(share.high, 4)
    return figures


def measure(
    con: duckdb.DuckDBPyConnection, places: Places, day: Day | None, links: str | None = None
) -> Evaluation | None:
    """Evaluate the links of a home.

    Args:
        con: A connection.
        places: The home's files.
        day: The day it works for: ages are as of its contest, later decisions do not count;
            without it ages are unknown.
        links: Query of links to judge instead of those published, as :class:`Answers` has them;
            only with the truth, for a reviewed pair tells of the link that was asked about.

    Returns:
        ``None`` where nobody knows anything.
    """
    answers = invented(places) or reviewed(
        con, decisions.read(places.decisions, day.now if day else None)
    )
    if answers is None:
        return None
    judged = links if links and answers.origin == TRUTH else answers.links
    grouped = with_voters(con, places, day, judged, answers.known)
    return Evaluation(answers.origin, tuple(evaluate(con, grouped, answers.known, BY)))


def invented(places: Places) -> Answers | None:
    """Who is who in an invented campaign; ``None`` elsewhere."""
    folder = places.home / "truth"
    people, records = folder / "people.parquet", folder / "records.parquet"
    if not (people.exists() and records.exists() and places.voters.exists()):
        return None
    return Answers(
        TRUTH,
        f"select record_key, voter_key, source, method from read_parquet({sql_path(places.links)})",
        f"""
        select t.record_key, v.voter_key
        from read_parquet({sql_path(records)}) t
        left join read_parquet({sql_path(people)}) p using (truth_id)
        left join read_parquet({sql_path(places.voters)}) v on v.state_id = 'IA:' || p.regn_num
        """,
    )


def reviewed(con: duckdb.DuckDBPyConnection, made: Iterable[Decision]) -> Answers | None:
    """What humans said of clerical samples; ``None`` when they were never asked.

    A pair of the queue that is right is a link that was missed. Links for which no pair was ever
    found are in no sample, so recall is an upper bound.
    """
    asked = {d.record_key: d for d in decisions.in_force(made) if d.stratum}
    if not asked:
        return None
    con.execute(
        "create or replace temp table asked (record_key varchar, voter_key varchar, "
        "source varchar, method varchar, weight double, known_voter varchar)"
    )
    con.executemany(
        "insert into asked values (?, ?, ?, ?, ?, ?)", [_asked(d) for d in asked.values()]
    )
    return Answers(
        REVIEWED,
        "select record_key, voter_key, source, method, weight from asked",
        "select record_key, known_voter as voter_key from asked",
    )


def _asked(decision: Decision) -> tuple[str, str | None, str, str, float, str | None]:
    """A row of ``asked``: what was linked when it was drawn, and what is right."""
    method, _, source = decision.stratum.partition(BETWEEN)
    # Of a record on no file the pair is not written down; any name stands for the wrong voter.
    pair = decision.voter_key or "the pair that was shown"
    linked = None if method == IN_QUEUE else pair
    right = pair if decision.kind == "same" else None
    return decision.record_key, linked, source, method, decision.weight, right


def with_voters(
    con: duckdb.DuckDBPyConnection, places: Places, day: Day | None, links: str, known: str
) -> str:
    """The query ``links`` with age band and party: of the right voter, else of the linked one."""
    described = con.execute(f"describe from read_parquet({sql_path(places.voters)})").fetchall()
    there = {column[0] for column in described}
    key = "voter_key" if "voter_key" in there else "record_key"
    party = "v.party" if "party" in there else "null::varchar"
    age = f"{day.contest_date.year} - v.birth_year" if day else "null"
    return f"""
        select l.*,
            case when {age} < 30 then 'under 30' when {age} < 45 then '30 to 44'
                when {age} < 65 then '45 to 64' when {age} >= 65 then '65 and over'
                else 'unknown' end as age,
            coalesce({party}, 'unknown') as party
        from ({links}) l
        left join ({known}) k using (record_key)
        left join read_parquet({sql_path(places.voters)}) v
            on coalesce(k.voter_key, l.voter_key) = v.{key}
    """
