"""What contacts did: the held-out households beside the others, once it is known who came.

Until then the effects in ``campaign.yaml`` are assumed. Whom to contact and whom to hold out is
said by the universe of the last release before the contest; who came stands in the vote history
of a roll that arrived after it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from orchestration.lake import Lake, connect, sql_path
from orchestration.release.read import Release, list_releases, release_of
from orchestration.settings import Settings, UserError

# 90 % of a normal estimate.
HALF_WIDTH = 1.645
FEWEST_HOUSEHOLDS = 50

_PEOPLE = """
select
    universe.channel,
    universe.is_held_out,
    universe.p_attends,
    universe.contact_rate,
    coalesce(persons.household_key, universe.person_id) as household,
    list_contains(voters.vote_history, '{election}') as has_come
from read_parquet({universe}) as universe
inner join read_parquet({persons}) as persons using (person_id)
inner join read_parquet({voters}) as voters using (person_id)
order by universe.person_id
"""

Floats = npt.NDArray[np.float64]


def measured_effects(settings: Settings) -> dict[str, Any]:
    """The effect of a contact by channel, as the campaign's own holdout shows it.

    Returns:
        ``universe`` (the release that said whom to contact), ``election``, and by channel the
        people, attendance of both sides in percent, the difference in points with its 90 %
        interval, and ``points``: the same for those whom an attempt reaches, which is what
        ``campaign.yaml`` wants.

    Raises:
        UserError: there was no universe before the contest, or nobody's attendance is known yet.
    """
    contest = settings.campaign.contest_plan()
    election = f"C{contest.day.year}"
    home = settings.home
    before = [
        release
        for name in list_releases(home)
        if (release := release_of(home, name)) is not None
        and release.as_of < contest.day
        and (release.path / "segments" / "universe.parquet").exists()
    ]
    voters = Lake(home).marts / "voters.parquet"
    if not before or not voters.exists():
        raise UserError(
            f"no release from before {contest.day} says whom to contact, so nothing can be measured"
        )
    rows = _people(home, before[-1], voters, election)
    if not rows["has_come"].any():
        raise UserError(
            f"nobody's vote history holds {election} yet; land the roll that came after "
            f"{contest.day}, run, and ask again"
        )
    channels = sorted(set(rows["channel"].tolist()))
    return {
        "universe": before[-1].id,
        "election": election,
        "channels": {
            **{c: _effect({k: v[rows["channel"] == c] for k, v in rows.items()}) for c in channels},
            "all": _effect(rows),
        },
    }


def _people(home: Path, release: Release, voters: Path, election: str) -> dict[str, Any]:
    con = connect(home)
    try:
        found = con.sql(
            _PEOPLE.format(
                election=election,
                universe=sql_path(release.table("segments/universe")),
                persons=sql_path(release.table("marts/persons")),
                voters=sql_path(voters),
            )
        ).fetchnumpy()
    finally:
        con.close()
    return {name: np.asarray(column) for name, column in found.items()}


def _effect(rows: dict[str, Any]) -> dict[str, Any]:
    """Contacted less held out, each by how far they came more often than was expected of them."""
    held = rows["is_held_out"].astype(bool)
    came = rows["has_come"].astype(np.float64)
    rate = float(np.mean(rows["contact_rate"].astype(np.float64)))
    # Beside what was expected: the halves differ by chance, and the score knows much of it.
    surprise = came - rows["p_attends"].astype(np.float64)
    sides = [_mean_of_households(surprise[m], rows["household"][m]) for m in (~held, held)]
    shown = {
        "people": int((~held).sum()),
        "held_out": int(held.sum()),
        "attended_pct": _percent(came[~held]),
        "attended_pct_held_out": _percent(came[held]),
        "contact_rate": round(rate, 4),
    }
    if any(side is None for side in sides):
        return {**shown, "points": None, "reason": f"fewer than {FEWEST_HOUSEHOLDS} households"}
    (one, spread), (other, other_spread) = (s for s in sides if s is not None)
    difference = 100 * (one - other)
    half = 100 * HALF_WIDTH * float(np.hypot(spread, other_spread))
    return {
        **shown,
        "difference": round(difference, 2),
        "interval": [round(difference - half, 2), round(difference + half, 2)],
        "points": round(difference / rate, 2) if rate else None,
        "points_interval": [round((difference + s * half) / rate, 2) for s in (-1, 1)],
    }


def _mean_of_households(values: Floats, households: Any) -> tuple[float, float] | None:
    """Mean over people and its standard error, households being what was drawn."""
    _, codes = np.unique(households, return_inverse=True)
    count = int(codes.max(initial=-1)) + 1
    if count < FEWEST_HOUSEHOLDS:
        return None
    mean = float(values.mean())
    sums = np.bincount(codes, values - mean, count)
    return mean, float(np.sqrt((sums**2).sum())) / len(values)


def _percent(values: Floats) -> float | None:
    return round(100 * float(values.mean()), 2) if len(values) else None
