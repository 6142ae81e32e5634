"""How far the values of a column speak for or against a field.

One small rule a field: from -1 (it cannot be that) over 0 (they do not say) to 1 (each looks like
it). What the column is called is ``vocabulary.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.vocabulary import vocabulary


@dataclass(frozen=True)
class Support:
    """For or against, and the evidence in words."""

    value: float
    why: str = ""


Rule = Callable[[Profile], Support]
SILENT = Support(0.0)


def support(field: str, seen: Profile, this_year: int) -> Support:
    """How far a column's values speak for a field; silent when there are none."""
    if not seen.filled:
        return SILENT
    if field in {"birth_date", "birth_year"}:
        return _birth(field, seen, this_year)
    rule = _RULES.get(field)
    return rule(seen) if rule else SILENT


def _percent(share: float) -> str:
    return f"{share:.0%}" if share < 0.995 or share == 1 else "nearly all"


def _of(kind: str, noun: str, full: float = 1.0, least: float = 0.5) -> Rule:
    """Values must be of a kind; ``full`` is what all of them being so is worth."""

    def rule(seen: Profile) -> Support:
        share = seen.share(kind)
        if share >= 0.85:
            return Support(full * share, f"{_percent(share)} of values are {noun}")
        if share >= least:
            return Support(0.3 * full, f"{_percent(share)} of values are {noun}")
        return Support(-1 + share, f"only {_percent(share)} of values are {noun}")

    return rule


def _codes(field: str, noun: str, full: float) -> Rule:
    """Values must be few and on a list of codes."""

    def rule(seen: Profile) -> Support:
        share = known_share(field, seen)
        if seen.distinct > 60:
            return Support(-0.8, f"{seen.distinct} different values, too many for {noun}")
        if share >= 0.8:
            return Support(full * share, f"{_percent(share)} of values are {noun} codes")
        if share >= 0.4:
            return Support(0.0, f"{_percent(share)} of values are known {noun} codes")
        return Support(-0.7 + share, f"only {_percent(share)} of values are {noun} codes")

    return rule


def code_table(field: str) -> dict[str, str]:
    """The known codes of a field, upper case, with what each means (empty: nothing of ours)."""
    listed: dict[str, list[str]] = vocabulary().codes[field]
    return {code.upper(): meaning for meaning, codes in listed.items() for code in codes}


def known_share(field: str, seen: Profile) -> float:
    """The share of values that are on the list of codes of a field."""
    table = code_table(field)
    total = sum(seen.counts.values())
    return sum(n for v, n in seen.counts.items() if v.upper() in table) / total if total else 0.0


def yes_no_share(seen: Profile, with_maybe: bool = False) -> float:
    """The share of values that say yes or no (or maybe)."""
    codes = vocabulary().codes
    words = {*codes["yes"], *codes["no"], *(codes["maybe"] if with_maybe else ())}
    total = sum(seen.counts.values())
    return sum(n for v, n in seen.counts.items() if v.upper() in words) / total if total else 0.0


def _yes_no(seen: Profile) -> Support:
    share = yes_no_share(seen)
    if share >= 0.9:
        return Support(0.5, "its values say yes or no")
    return Support(-0.8 + share * 0.5, f"only {_percent(share)} of values say yes or no")


def _answer(seen: Profile) -> Support:
    share = yes_no_share(seen, with_maybe=True)
    if share >= 0.85:
        return Support(0.5, "its values say yes, no or maybe")
    return Support(-0.6, f"only {_percent(share)} of values say yes, no or maybe")


def _person(kind: str, noun: str, other: str) -> Rule:
    """Names: letters, and many of them on a public list."""

    def rule(seen: Profile) -> Support:
        letters, listed = seen.share("letters"), seen.share(kind)
        if letters < 0.8:
            return Support(-1 + letters, f"only {_percent(letters)} of values are made of letters")
        if listed >= 0.5:
            bonus = 0.2 if listed > seen.share(other) + 0.1 else 0.0
            return Support(0.6 + bonus, f"{_percent(listed)} of values are {noun}")
        repeated = seen.few and seen.filled >= 10
        return Support(-0.3 if repeated else 0.0, f"{_percent(listed)} of values are {noun}")

    return rule


def _middle(seen: Profile) -> Support:
    letters = seen.share("letters")
    if letters < 0.8:
        return Support(-1 + letters, f"only {_percent(letters)} of values are made of letters")
    named = seen.share("given") + seen.share("one_letter")
    return Support(0.6 if named >= 0.5 else 0.0, f"{_percent(min(named, 1))} are names or initials")


def _whole_name(seen: Profile) -> Support:
    share = seen.share("whole_name")
    if share >= 0.5:
        return Support(0.7, f"{_percent(share)} of values are whole names")
    if seen.share("letters") < 0.6:
        return Support(-0.8, "its values are not made of letters")
    if seen.share("words") > 0.9 and not seen.few:
        return Support(0.2, "its values are two to five words")
    if seen.share("given") > 0.5:
        return Support(-0.4, "its values are single names")
    return Support(-0.5, f"only {_percent(share)} of values are whole names")


def _letters(noun: str) -> Rule:
    def rule(seen: Profile) -> Support:
        share = seen.share("letters")
        if share >= 0.9:
            return Support(0.3, f"its values are words, as {noun} are")
        return Support(-1 + share, f"only {_percent(share)} of values are words, as {noun} are")

    return rule


def _county(seen: Profile) -> Support:
    listed, letters = seen.share("county"), seen.share("letters")
    if letters < 0.8:
        return Support(-1.0, "its values are numbers, not names of counties")
    if listed >= 0.5:
        return Support(0.8, f"{_percent(listed)} of values are names of counties")
    return Support(0.0, f"{_percent(listed)} of values are names of counties we know")


def _gender(seen: Profile) -> Support:
    known = known_share("gender", seen)
    said = sum(n for v, n in seen.counts.items() if code_table("gender").get(v.upper()))
    if known < 0.8 or seen.distinct > 12:
        return Support(-0.9 + known * 0.5, f"only {_percent(known)} of values are genders")
    digits = seen.share("digits") > 0.5
    share = said / max(sum(seen.counts.values()), 1)
    return Support(
        0.0 if digits or share < 0.3 else 0.9, f"{_percent(known)} of values are genders"
    )


def _day(seen: Profile) -> Support:
    share = seen.share("date")
    if share >= 0.9:
        return Support(0.5, f"{_percent(share)} of values are dates ({', '.join(seen.formats)})")
    return Support(-1 + share, f"only {_percent(share)} of values are dates")


def _birth(field: str, seen: Profile, this_year: int) -> Support:
    if field == "birth_year":
        share = max(seen.share("year"), seen.share("year_month"))
        years = tuple(int(v[:4]) for v in seen.counts if v[:4].isdigit())
        if share < 0.8:
            return Support(-1 + share, f"only {_percent(share)} of values are years")
    else:
        share, years = seen.share("date"), seen.years
        if share < 0.8:
            return Support(-1 + share, f"only {_percent(share)} of values are dates")
    born = sum(1900 <= year <= this_year - 15 for year in years) / max(len(years), 1)
    spread = len(set(years)) >= min(5, seen.distinct)
    if born >= 0.9 and spread and sum(y < this_year - 30 for y in years) >= 0.3 * len(years):
        return Support(0.7, f"{_percent(born)} of its years can be years of birth")
    if born >= 0.6:
        return Support(0.2, f"{_percent(born)} of its years can be years of birth")
    if spread and min(years) >= 1790 and sorted(years)[len(years) // 2] < this_year - 90:
        # a list of another century; a header that says birth is believed
        return Support(0.0, "its years would be births of another century")
    return Support(-0.7, f"only {_percent(born)} of its years can be years of birth")


def _identifier(seen: Profile) -> Support:
    if seen.unique and seen.share("id") >= 0.9:
        return Support(0.6, f"each of {seen.rows} sampled rows has its own value")
    if seen.unique:
        return Support(0.1, f"each of {seen.rows} sampled rows has its own value")
    if seen.filled < seen.rows:
        return Support(-0.2, f"empty in {1 - seen.filled / seen.rows:.0%} of sampled rows")
    repeated = seen.filled - seen.distinct
    # a person may stand in a file twice after a move
    value = 0.1 if repeated <= 0.02 * seen.filled else -0.6
    return Support(value, f"{repeated} of {seen.rows} sampled rows repeat a value")


def _foreign_id(seen: Profile) -> Support:
    if seen.share("id") < 0.6:
        return Support(-0.8, "its values are no ids")
    if seen.distinct < 0.9 * seen.filled:
        return Support(-0.6, f"only {seen.distinct} different values in {seen.filled} rows")
    return Support(0.5, f"{_percent(seen.distinct / seen.filled)} of its values are different")


def _repeated_id(seen: Profile) -> Support:
    """Somebody's id in a file in which everybody stands as often as they did something."""
    share = seen.share("id")
    if share < 0.6 or seen.distinct < 5:
        return Support(-0.8, "its values are no ids")
    return Support(0.5, f"{seen.distinct} different ids in {seen.filled} rows")


def _code(seen: Profile) -> Support:
    share = seen.share("short")
    return Support(
        0.2 if share > 0.9 else -0.4, "its values are short codes" if share > 0.9 else ""
    )


def _district(seen: Profile) -> Support:
    if seen.share("code") < 0.6 and seen.share("letters") < 0.6:
        return Support(-0.6, "its values are no district's name or number")
    many = seen.distinct > max(60, 0.9 * seen.filled) and seen.filled > 200
    return Support(-0.5 if many else 0.2, f"{seen.distinct} different values")


def _amount(seen: Profile) -> Support:
    share = seen.share("number")
    if share >= 0.9:
        return Support(0.5 if seen.share("money") > 0.3 else 0.3, "its values are numbers")
    return Support(-1 + share, f"only {_percent(share)} of values are numbers")


def _text(seen: Profile) -> Support:
    return Support(-0.3, "its values are numbers") if seen.share("number") > 0.9 else SILENT


def _address(seen: Profile) -> Support:
    share = seen.share("address")
    if share >= 0.7:
        return Support(0.8, f"{_percent(share)} of values are a number and a street")
    if share >= 0.35:
        return Support(0.2, f"{_percent(share)} of values are a number and a street")
    return Support(-0.8 + share, f"only {_percent(share)} of values are a number and a street")


def _house_number(seen: Profile) -> Support:
    if seen.filled >= 30 and seen.distinct <= 12:
        return Support(-0.5, f"only {seen.distinct} different numbers, too few for houses")
    return _of("house_number", "house numbers", 0.4)(seen)


def _second_line(seen: Profile) -> Support:
    units, lines = seen.share("unit"), seen.share("address")
    if seen.share("city_line") >= 0.5:
        return Support(-1.0, "its values are a city with state and ZIP code")
    if units >= 0.5:
        return Support(0.6, f"{_percent(units)} of values are units")
    if lines >= 0.6:
        return Support(-0.5, f"{_percent(lines)} of values are a number and a street")
    return Support(0.0, f"{_percent(units)} of values are units")


def _support_level(seen: Profile) -> Support:
    share = seen.share("rating")
    if share >= 0.95 and seen.distinct <= 5:
        return Support(0.3, "its values run from 1 to 5")
    return Support(-0.7, "its values are no numbers from 1 to 5")


_RULES: dict[str, Rule] = {
    "first_name": _person("given", "given names", "family"),
    "last_name": _person("family", "family names", "given"),
    "middle_name": _middle,
    "suffix": _of("suffix", "suffixes or degrees", 0.8),
    "full_name": _whole_name,
    "shown_name": _letters("names"),
    "gender": _gender,
    "age": _of("digits", "whole numbers", 0.2),
    "email": _of("email", "e-mail addresses"),
    "phone_any": _of("phone", "phone numbers", 0.9),
    "phone_mobile": _of("phone", "phone numbers", 0.9),
    "phone_home": _of("phone", "phone numbers", 0.9),
    "phone_second": _of("phone", "phone numbers", 0.9),
    "phone_area": _of("area_code", "area codes", 0.7),
    "phone_local": _of("phone_line", "phone numbers without area code", 0.8),
    "house_number": _house_number,
    "pre_direction": _of("direction", "directions"),
    "post_direction": _of("direction", "directions"),
    "street_type": _of("street_type", "kinds of street"),
    "street_name": _letters("names of streets"),
    "address_line": _address,
    "address_line_2": _second_line,
    "city": _letters("cities"),
    "state": _of("state", "states"),
    "zip5": _of("zip", "ZIP codes", 0.8),
    "zip4": _of("zip4", "ZIP+4 digits", 0.5),
    "county": _county,
    "state_id": _foreign_id,
    "party_id": _foreign_id,
    "repeated_id": _repeated_id,
    "record_id": _identifier,
    "registration_date": _day,
    "updated": _day,
    "created": _day,
    "election_date": _day,
    "disbursed_date": _day,
    "starts_at": _day,
    "party": _codes("party", "party", 0.8),
    "voter_status": _codes("voter_status", "status", 0.9),
    "precinct_id": _district,
    "congressional_district": _district,
    "state_senate": _district,
    "state_house": _district,
    "is_withheld": _yes_no,
    "is_volunteer": _yes_no,
    "first_caucus": _yes_no,
    "email_consent": _yes_no,
    "sms_consent": _yes_no,
    "phone_consent": _yes_no,
    "no_call": _yes_no,
    "no_text": _yes_no,
    "no_email": _yes_no,
    "no_contact": _yes_no,
    "will_attend": _answer,
    "support": _support_level,
    "weight": _amount,
    "amount": _amount,
    "disbursed_amount": _amount,
    "capacity": _of("digits", "whole numbers", 0.4),
    "payee": _text,
    "purpose": _text,
    "kind": _codes("kind", "request", 0.8),
    "channel": _codes("channel", "channel", 0.8),
    "quality": _codes("contact_quality", "result", 0.8),
    "method": _codes("method", "method", 0.8),
    "handle": _of("handle", "handles", 0.3),
    "income_band": _code,
    "education": _code,
    "tags": _text,
    "note": _text,
}
