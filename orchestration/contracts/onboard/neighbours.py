"""Candidates for a file without names: what values and their neighbours say together.

Records of people are laid out alike everywhere: the names beside one another, the lines of an
address in a row with city, state and ZIP code after them, the residence before where mail goes.
Little of it is sure, so little of it goes without a human.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orchestration.contracts.onboard.candidates import Candidate
from orchestration.contracts.onboard.elections import understood
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.support import known_share, support

SURE, LIKELY, MAYBE = 0.8, 0.68, 0.55


def neighbour_candidates(
    columns: Sequence[str], profiles: Sequence[Profile], this_year: int
) -> list[Candidate]:
    """Candidates for the fields that values can show, the surest first."""
    found = [
        *_people(columns, profiles),
        *_address(columns, profiles),
        *_single(columns, profiles),
        *_ids(columns, profiles),
    ]
    found += _votes(columns, profiles) if holds_votes(profiles) else []
    found += _days(columns, profiles, this_year) if not holds_votes(profiles) else []
    return sorted(found, key=Candidate.rank)


Test = Callable[[Profile], bool]


def _candidate(columns: Sequence[str], at: int, field: str, total: float, why: str) -> Candidate:
    return Candidate(columns[at], field, total, 0.0, f"{why} ({columns[at]})")


def _people(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """Family and given name are neighbours; what is fuller of given names is the given one."""
    pairs = [
        (seen[g].share("given") - seen[g].share("family") * 0.4
         + seen[f].share("family") - seen[f].share("given") * 0.6, g, f)
        for g in range(len(seen))
        for f in range(max(0, g - 3), min(len(seen), g + 4))
        if g != f and _namelike(seen[g]) and _namelike(seen[f])
    ]  # fmt: skip
    pairs = [
        p for p in pairs if seen[p[1]].share("given") > 0.45 and seen[p[2]].share("family") > 0.4
    ]
    if not pairs:
        return []
    best, given, family = max(pairs)
    swapped = next((v for v, g, f in pairs if (g, f) == (family, given)), 0.0)
    total = LIKELY if best - swapped > 0.3 else MAYBE
    found = [
        _candidate(columns, given, "first_name", total, "given names beside family names"),
        _candidate(columns, family, "last_name", total, "family names beside given names"),
    ]
    for at in range(max(0, given - 2), min(len(seen), given + 3)):
        middle = seen[at].share("given") + seen[at].share("one_letter")
        if at not in (given, family) and middle > 0.5 and seen[at].filled < seen[given].filled:
            found.append(_candidate(columns, at, "middle_name", LIKELY, "names beside given names"))
    for at, profile in enumerate(seen):
        if profile.share("suffix") > 0.8 and abs(at - family) < 5:
            found.append(_candidate(columns, at, "suffix", SURE - 0.04, "suffixes beside names"))
    return found


def _namelike(seen: Profile) -> bool:
    whole = seen.share("comma") > 0.1 or seen.share("words") > 0.4
    often = seen.distinct > 5 and seen.filled > 0.6 * seen.rows
    return seen.share("letters") > 0.8 and often and not whole


def _address(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """The fullest line of number and street, the first of those, and what follows it."""
    lines = [at for at, p in enumerate(seen) if p.share("address") > 0.7 and p.distinct > 5]
    if not lines:
        return _address_in_parts(columns, seen)
    start = max(lines, key=lambda at: (round(seen[at].filled / max(seen[at].rows, 1), 1), -at))
    other = [at for at in lines if at != start]
    end = min([at for at in other if at > start + 1] or [len(seen)])
    why = "a number and a street" + (", fuller and before others" if other else "")
    total = LIKELY if not other else LIKELY - 0.04
    found = [_candidate(columns, start, "address_line", total, why)]
    return found + _after_street(columns, seen, start, min(end, start + 8), total)


def _address_in_parts(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """A house number and a street's name near each other, with city and ZIP code after."""
    for at, house in enumerate(seen):
        if house.share("house_number") < 0.95 or house.distinct < 6 or house.share("zip5") > 0.5:
            continue
        if max(map(len, house.counts)) > 7 or house.filled < 0.8 * house.rows:
            continue
        near = range(at + 1, min(len(seen), at + 6))
        street = next((n for n in near if _is_street_name(seen[n])), None)
        if street is None:
            continue
        after = _after_street(columns, seen, street, min(len(seen), street + 9), MAYBE)
        if {"city", "zip5"} <= {candidate.field for candidate in after}:
            return [
                _candidate(columns, at, "house_number", MAYBE, "numbers before a street's name"),
                _candidate(columns, street, "street_name", MAYBE, "words after house numbers"),
                *after,
            ]
    return []


def _is_street_name(seen: Profile) -> bool:
    often = seen.distinct > 5 and seen.filled > 0.8 * seen.rows
    return often and seen.share("letters") > 0.8 and seen.share("comma") < 0.1


def _after_street(
    columns: Sequence[str], seen: Sequence[Profile], start: int, end: int, total: float
) -> list[Candidate]:
    """What follows a street: a unit, a city, a state, a ZIP code."""
    found = []
    tests: tuple[tuple[str, Test, float], ...] = (
        ("address_line_2", lambda p: p.share("unit") > 0.5, MAYBE + 0.1),
        ("city", lambda p: p.share("letters") > 0.9 and p.distinct > 3 and p.share("state") < 0.5,
         MAYBE + 0.1),
        ("state", lambda p: p.share("state") > 0.9, total),
        ("zip5", lambda p: p.share("zip5") > 0.9, total),
    )  # fmt: skip
    for field, test, worth in tests:
        at = next((n for n in range(start + 1, end) if test(seen[n])), None)
        if at is not None:
            found.append(_candidate(columns, at, field, worth, "it follows the street"))
    return found


def _single(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """What is one column or none: e-mail, gender, phone, party, county, status."""
    found = []
    tests: tuple[tuple[str, Test, float, str], ...] = (
        ("full_name", lambda p: p.share("whole_name") > 0.8 and p.share("words") > 0.9
         and p.distinct > 5 and p.share("street_word") < 0.3, LIKELY, "whole names"),
        ("email", lambda p: p.share("email") > 0.9, SURE + 0.05, "e-mail addresses"),
        ("gender", lambda p: known_share("gender", p) > 0.95 and 2 <= p.distinct <= 5
         and {"F", "M"} <= {v.upper()[:1] for v in p.counts}, SURE, "F and M"),
        ("phone_any", lambda p: p.share("phone") > 0.9, SURE - 0.04, "phones"),
        ("party", lambda p: known_share("party", p) > 0.9 and 3 <= p.distinct <= 40
         and p.share("letters") > 0.9, LIKELY, "codes of parties"),
        ("county", lambda p: p.share("county") > 0.7, LIKELY, "names of counties"),
        ("voter_status", lambda p: known_share("voter_status", p) > 0.95 and 2 <= p.distinct <= 8
         and max(map(len, p.counts)) > 1, LIKELY, "codes of a registration's status"),
    )  # fmt: skip
    for field, test, worth, noun in tests:
        at = [n for n, profile in enumerate(seen) if profile.filled and test(profile)]
        for n in at:
            # ten digits, each row its own: an id may look like that too
            doubt = field == "phone_any" and seen[n].unique
            total = worth if len(at) == 1 and not doubt else MAYBE
            found.append(_candidate(columns, n, field, total, f"its values are {noun}"))
    return found


def _days(columns: Sequence[str], seen: Sequence[Profile], this_year: int) -> list[Candidate]:
    """Of two columns of dates, the one of earlier years is the birth."""
    days = [n for n, profile in enumerate(seen) if profile.share("date") > 0.9 and profile.years]
    born = [n for n in days if support("birth_date", seen[n], this_year).value > 0.5]
    if not born:
        return []
    first = min(born, key=lambda n: seen[n].years[len(seen[n].years) // 2])
    found = [_candidate(columns, first, "birth_date", LIKELY, "the dates of the earliest years")]
    for n in days:
        if n != first and seen[n].distinct > 5:
            why = "dates that are no births"
            found.append(_candidate(columns, n, "registration_date", MAYBE, why))
    return found


def _ids(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """Ids that each row has for itself; whose they are nobody says."""
    return [
        _candidate(columns, at, "state_id", MAYBE, "each row has an id of its own here")
        for at, profile in enumerate(seen)
        if profile.unique and profile.rows >= 10 and profile.share("id") > 0.95
        and profile.share("date") < 0.5 and profile.share("address") < 0.5
        and min(map(len, profile.counts)) > 4
    ]  # fmt: skip


def holds_votes(seen: Sequence[Profile]) -> bool:
    """Whether rows are votes: ids that come again, few days, and nothing that names anybody."""
    days = [p for p in seen if _is_election_day(p)]
    ids = [p for p in seen if _comes_again(p)]
    named = [p for p in seen if p.share("given") > 0.5 or p.share("email") > 0.5]
    return bool(days and ids) and not named and len(seen) <= 12


def _is_election_day(seen: Profile) -> bool:
    return seen.share("date") > 0.95 and seen.distinct * 3 <= seen.filled and not seen.timed


def _comes_again(seen: Profile) -> bool:
    long = bool(seen.counts) and min(map(len, seen.counts)) > 4
    again = 5 < seen.distinct < 0.95 * seen.filled
    return again and long and seen.share("id") > 0.95 and seen.share("date") < 0.5


def _votes(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """Who voted when, of what kind the election was, and how the vote was cast."""
    found = []
    for at, profile in enumerate(seen):
        few = profile.distinct <= 20 and profile.share("short") > 0.9 and understood(profile) < 0.6
        if _is_election_day(profile):
            found.append(_candidate(columns, at, "election_date", LIKELY, "days that come again"))
        elif _comes_again(profile):
            found.append(_candidate(columns, at, "state_id", LIKELY, "ids that come again"))
        elif few and profile.share("letters") > 0.9 and known_share("party", profile) < 0.9:
            later = any(_is_election_day(other) for other in seen[:at])
            worth = MAYBE if later else MAYBE - 0.1
            found.append(_candidate(columns, at, "vote_method", worth, "a few short codes"))
    return found
