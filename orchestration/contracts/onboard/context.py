"""What the other columns of a file say of a vague one.

``LEGISLATIVE`` beside a column for the state senate is the house's district; ``STREETSUFFIX``
beside one for the kind of street holds directions. Each rule only makes a choice surer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeGuard

from orchestration.contracts.onboard.candidates import Candidate
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.vocabulary import PARTLY, WEAK, vocabulary

SURE = 0.8
NAMED = 0.76


def in_context(
    chosen: Mapping[str, Candidate],
    rivals: Mapping[str, Candidate],
    profiles: Mapping[str, Profile],
) -> dict[str, Candidate]:
    """The same choice, surer where another column settles what a vague name means."""
    found = dict(chosen)
    house, senate = chosen.get("state_house"), chosen.get("state_senate")
    if _is_vague(house) and senate is not None and senate.total > SURE:
        found["state_house"] = _surer(house, SURE, f"{senate.column} is the state senate's")
    post, kind = chosen.get("post_direction"), chosen.get("street_type")
    if _is_vague(post) and kind is not None and kind.total > SURE:
        seen = profiles[post.column]
        if seen.filled and seen.share("direction") > 0.95:
            found["post_direction"] = _surer(post, SURE, f"{kind.column} is the kind of street")
    precinct = chosen.get("precinct_id")
    telling = [name for name in profiles if "precinct" in vocabulary().words.of(name)]
    if _is_vague(precinct) and telling == [precinct.column] and "precinct_id" not in rivals:
        found["precinct_id"] = _surer(precinct, NAMED, "no other column tells the precinct")
    return found


def _is_vague(candidate: Candidate | None) -> TypeGuard[Candidate]:
    return candidate is not None and PARTLY < candidate.named < WEAK and candidate.total > PARTLY


def _surer(candidate: Candidate, total: float, why: str) -> Candidate:
    return replace(candidate, total=max(total, candidate.total), why=f"{candidate.why}; {why}")
