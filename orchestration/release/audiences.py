"""Audiences of a release: sizes and expected votes at every turnout, whom to contact, the curve.

Only what a release holds is read, so the figures are those of the lists made from it. What a
segment or the universe is, its dbt model says; the level of turnout is the score's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lake import connect, sql_path
from orchestration.release import moves
from orchestration.release.read import Release, current_release
from orchestration.settings import UserError

# The chance to attend at another turnout: the same odds for everybody, times a factor.
_AT = "{p} * {odds} / (1 - {p} + {p} * {odds})"

_SEGMENT = """
select
    count(*) as people,
    {votes}
from read_parquet({segment}) as members
left join read_parquet({attendance}) as attendance using (person_id)
left join read_parquet({support}) as support using (person_id)
"""

_UNIVERSE = """
select
    channel,
    count(*) filter (where not is_held_out) as people,
    count(*) filter (where is_held_out) as held_out,
    round(coalesce(sum(minutes) filter (where not is_held_out), 0) / 60, 1) as hours,
    {votes}
from read_parquet({universe})
group by channel
order by channel
"""


def audiences(home: Path) -> dict[str, Any]:
    """Every segment and the universe of the live release, as plain data.

    Raises:
        UserError: nothing was published yet.
    """
    release = current_release(home)
    if release is None:
        raise UserError(f"there is no release under {home}; make one with: tminus run")
    odds = turnout_odds(release)
    con = connect(home)
    try:
        return {
            "release": release.id,
            "as_of": release.as_of.isoformat(),
            "notice": release.notice,
            "segments": {
                file.stem: _segment(con, release, file, odds)
                for file in sorted((release.path / "segments").glob("seg_*.parquet"))
            },
            "universe": _universe(con, release, odds),
            "curve": _curve(con, release),
            "changes": changes(release),
        }
    finally:
        con.close()


def changes(release: Release) -> dict[str, Any] | None:
    """What moved since the release before and why; ``None`` for the first one."""
    file = release.path / moves.FILE
    return json.loads(file.read_text()) if file.exists() else None


def turnout_odds(release: Release) -> dict[str, float]:
    """By which factor the odds to attend differ from the release's own, for each turnout.

    A score whose card tells of no scenario leaves only its own level, called ``middle``.
    """
    from math import exp

    file = release.path / "scores" / "attendance.card.json"
    turnout = json.loads(file.read_text()).get("turnout") if file.exists() else None
    if not turnout:
        return {"middle": 1.0}
    shifts: Mapping[str, float] = turnout["logit_shift"]
    own = shifts[turnout["scenario"]]
    return {name: exp(shifts[name] - own) for name in ("low", "middle", "high") if name in shifts}


def _segment(
    con: duckdb.DuckDBPyConnection, release: Release, file: Path, odds: Mapping[str, float]
) -> dict[str, Any]:
    chance = {n: _AT.format(p="attendance.probability", odds=repr(o)) for n, o in odds.items()}
    votes = ", ".join(
        f"round(coalesce(sum(support.probability * {c}), 0), 1) as {n}" for n, c in chance.items()
    )
    query = _SEGMENT.format(
        votes=votes,
        segment=sql_path(file),
        attendance=sql_path(release.table("scores/attendance")),
        support=sql_path(release.table("scores/support")),
    )
    people, *counts = con.execute(query).fetchall()[0]
    kinds = con.execute(
        f"select kind, count(*) from read_parquet({sql_path(file)}) group by kind order by kind"
    ).fetchall()
    return {
        "people": people,
        "expected_votes": dict(zip(odds, counts, strict=True)),
        "kinds": dict(kinds),
    }


def _universe(
    con: duckdb.DuckDBPyConnection, release: Release, odds: Mapping[str, float]
) -> dict[str, Any] | None:
    file = release.path / "segments" / "universe.parquet"
    if not file.exists():
        return None
    gains = []
    for name, factor in odds.items():
        before = "(" + _AT.format(p="p_attends", odds=repr(factor)) + ")"
        after = "(" + _AT.format(p=before, odds="odds_ratio") + ")"
        gain = f"contact_rate * p_supports * ({after} - {before})"
        gains.append(f"round(coalesce(sum({gain}) filter (where not is_held_out), 0), 2) as {name}")
    query = _UNIVERSE.format(votes=", ".join(gains), universe=sql_path(file))
    channels = [
        {
            "channel": channel,
            "people": people,
            "held_out": held_out,
            "hours": float(hours),
            "votes_gained": dict(zip(odds, votes, strict=True)),
        }
        for channel, people, held_out, hours, *votes in con.execute(query).fetchall()
    ]
    return {
        "people": sum(c["people"] for c in channels),
        "held_out": sum(c["held_out"] for c in channels),
        "hours": round(sum(c["hours"] for c in channels), 1),
        "votes_gained": {n: round(sum(c["votes_gained"][n] for c in channels), 2) for n in odds},
        "channels": channels,
        "effects": "as in campaign.yaml, assumed where it says so",
    }


def _curve(con: duckdb.DuckDBPyConnection, release: Release) -> list[dict[str, Any]]:
    file = release.path / "segments" / "universe_curve.parquet"
    if not file.exists():
        return []
    found = con.execute(f"select * from read_parquet({sql_path(file)}) order by n_people")
    names = [column[0] for column in found.description or ()]
    return [
        {
            name: round(value, 2) if isinstance(value, float) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in found.fetchall()
    ]
