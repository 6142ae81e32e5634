"""Candidates for a file without names: what values and their neighbours say together.

Records of people are laid out alike everywhere: the names beside one another, the lines of an
address in a row with city, state and ZIP code after them, the residence before where mail goes.
Little of it is sure, so little of it goes without a human.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orchestration.contracts.onboard.candidates import Candidate
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
        *_days(columns, profiles, this_year),
    ]
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
    total = SURE if best - swapped > 0.3 else MAYBE
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
    return seen.share("letters") > 0.8 and seen.distinct > 5 and seen.filled > 0.6 * seen.rows


def _address(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """The fullest line of number and street, the first of those, and what follows it."""
    lines = [at for at, p in enumerate(seen) if p.share("address") > 0.7 and p.distinct > 5]
    if not lines:
        return []
    start = max(lines, key=lambda at: (round(seen[at].filled / max(seen[at].rows, 1), 1), -at))
    other = [at for at in lines if at != start]
    end = min([at for at in other if at > start + 1] or [len(seen)])
    why = "a number and a street" + (", fuller and before others" if other else "")
    total = LIKELY if not other else LIKELY - 0.04
    found = [_candidate(columns, start, "address_line", total, why)]
    tests: tuple[tuple[str, Test, float], ...] = (
        ("address_line_2", lambda p: p.share("unit") > 0.5, MAYBE + 0.1),
        ("city", lambda p: p.share("letters") > 0.9 and p.distinct > 3 and p.share("state") < 0.5,
         MAYBE + 0.1),
        ("state", lambda p: p.share("state") > 0.9, total),
        ("zip5", lambda p: p.share("zip5") > 0.9, total),
    )  # fmt: skip
    for field, test, worth in tests:
        at = next((n for n in range(start + 1, min(end, start + 8)) if test(seen[n])), None)
        if at is not None:
            found.append(_candidate(columns, at, field, worth, "it follows the street"))
    return found


def _single(columns: Sequence[str], seen: Sequence[Profile]) -> list[Candidate]:
    """What is one column or none: e-mail, gender, phone, party, county, status."""
    found = []
    tests: tuple[tuple[str, Test, float, str], ...] = (
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
