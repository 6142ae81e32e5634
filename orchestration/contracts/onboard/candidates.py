"""Every column held against every field: the candidates that the decision is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.contracts.entities import INPUTS
from orchestration.contracts.onboard import cells
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.support import Support, support
from orchestration.contracts.onboard.vocabulary import WEAK, Match, Reading, vocabulary

HELPERS = frozenset(
    "phone_mobile phone_any phone_home phone_second phone_area phone_local phone_exchange "
    "phone_last unit_type unit_number no_call no_text no_email no_contact".split()
)
"""Fields that are put together into one of ours."""
_HELPS = {
    "phone": (
        "phone_mobile phone_any phone_home phone_second phone_area phone_local phone_exchange "
        "phone_last"
    ).split(),
    "unit": "unit_type unit_number".split(),
    "phone_consent": "no_call no_contact".split(),
    "sms_consent": ["no_text"],
    "email_consent": ["no_email"],
}
BY_VALUE = {
    "email": 0.62, "phone_any": 0.55, "zip5": 0.5, "state": 0.5, "gender": 0.5, "party": 0.45,
    "first_name": 0.5, "last_name": 0.45, "full_name": 0.5, "address_line": 0.55,
    "birth_date": 0.45, "county": 0.45, "suffix": 0.4,
}  # fmt: skip
"""What values alone are worth when the name says nothing: never enough to go without a human."""
ADDRESS_FIELDS = frozenset(
    "address_line address_line_2 house_number house_suffix pre_direction street_name street_type "
    "post_direction unit_type unit_number city state zip5 county".split()
)
_RESIDENCE = frozenset(
    {"residence", "physical", "voting", "home", "registration", "primary", "legal"}
)
_IN_LISTS = ADDRESS_FIELDS | frozenset(
    "email phone_any phone_mobile phone_home state_id party_id sms_consent phone_consent "
    "email_consent no_call no_text no_email".split()
)
"""What an object in a list of a record may say of the person; its own id or age says nothing."""
_IN_VOTES = {"state_id": "repeated_id", "party_id": "repeated_id", "method": "vote_method"}
"""Whose values are held against another rule in a file of votes."""
LEAST = 0.3


@dataclass(frozen=True)
class Candidate:
    """A column that may be a field: how sure, and why."""

    column: str
    field: str
    total: float
    named: float
    why: str

    def rank(self) -> tuple[float, float, str, str]:
        """The surer first; the rest only breaks ties, whatever the order of columns."""
        return (-round(self.total, 4), -self.named, self.field, self.column)


def fields_of(entity: str) -> dict[str, str]:
    """The fields that mean something in an entity, with the column of ours that each becomes."""
    known = INPUTS[entity]
    found = {name: name for name in known}
    for target, helpers in _HELPS.items():
        if target in known:
            found.update(dict.fromkeys(helpers, target))
    becomes = vocabulary().becomes.get(entity, {})
    return {**found, **{field: target for field, target in becomes.items() if target in known}}


def candidates(
    readings: Mapping[str, Reading],
    profiles: Mapping[str, Profile],
    entity: str,
    this_year: int,
    by_value: bool = True,
    wanted: Mapping[str, str] | None = None,
    least: float = LEAST,
) -> list[Candidate]:
    """All candidates worth a look, the surest first.

    Args:
        readings: What each column's name says.
        profiles: What each column's cells look like.
        entity: Whose fields are looked for.
        this_year: To tell births from other dates.
        by_value: Whether values may speak where a name says nothing.
        wanted: Other fields than the entity's.
        least: What a candidate has to be worth.
    """
    wanted = fields_of(entity) if wanted is None else wanted
    found: list[Candidate] = []
    numbered = any(reading.score("house_number") > WEAK for reading in readings.values())
    for column, reading in readings.items():
        seen = profiles[column]
        found += [
            _weighed(column, match, seen, this_year, entity)
            for match in _matches(column, reading, seen, numbered)
            if match.field in wanted and ("[" not in column or match.field in _IN_LISTS)
        ]
        if by_value and "[" not in column and not reading.matches and reading.role == "own":
            found += _by_value(column, seen, wanted, this_year)
    return sorted((c for c in found if c.total >= least), key=Candidate.rank)


def _matches(column: str, reading: Reading, seen: Profile, numbered: bool) -> list[Match]:
    """A name's matches, with what values turn one field into: a birth date that is a year."""
    years = max(seen.share("year"), seen.share("year_month")) > 0.8
    at_home = bool(_RESIDENCE & set(vocabulary().words.of(column)))
    says = {
        "birth_date": "birth_year" if years else "",
        "election_name": "election_date" if seen.share("date") > 0.9 else "",
        "address_line": "street_name" if numbered and _has_no_number(seen) else "",
    }
    return [_turned(match, says.get(match.field, ""), at_home) for match in reading.matches]


def _has_no_number(seen: Profile) -> bool:
    """Whether an address is but the street's name: its house numbers stand elsewhere."""
    return seen.filled > 0 and seen.share("letters") > 0.8 and seen.share("address") < 0.1


def _turned(match: Match, says: str, at_home: bool) -> Match:
    if says:
        why = f"{match.why}, but its values are those of {says.replace('_', ' ')}"
        match = Match(says, match.score - 0.03, why)
    if match.field in ADDRESS_FIELDS and at_home and match.score > WEAK:
        return Match(match.field, min(match.score + 0.03, 0.99), f"{match.why}, the residence")
    return match


def _weighed(column: str, match: Match, seen: Profile, this_year: int, entity: str) -> Candidate:
    # who voted stands in a file of votes as often as he did
    field = _IN_VOTES.get(match.field, match.field) if entity == "vote" else match.field
    backing = support(field, seen, this_year)
    total = combined(match.score, backing, seen.filled > 0)
    why = f"{match.why} ({column})"
    if not seen.filled:
        why += "; it holds no value"
    elif backing.why:
        why += ("; but " if backing.value < 0 else "; ") + backing.why
    return Candidate(column, match.field, total, match.score, why)


def combined(named: float, backing: Support, has_values: bool) -> float:
    """Name and values together: values confirm a name, and can speak against it."""
    if not has_values:
        return 0.97 * named
    if backing.value < 0:
        return named * (1 + 0.75 * backing.value)
    if named < WEAK:
        # half a name stays half a name: a human looks at it
        return min(named + (0.72 - named) * backing.value, 0.74)
    return named + (1 - named) * 0.7 * backing.value


def _by_value(
    column: str, seen: Profile, wanted: Mapping[str, str], this_year: int
) -> list[Candidate]:
    found = []
    for field, worth in BY_VALUE.items():
        if field not in wanted or not seen.filled:
            continue
        backing = support(field, seen, this_year)
        if field == "party" and not {"REP", "DEM"} <= set(cells.meanings("party", seen)):
            continue
        if backing.value >= 0.5:
            why = f"its values ({column}): {backing.why}"
            found.append(Candidate(column, field, worth * backing.value, 0.0, why))
    return found
