"""How the cells of a chosen column are read: formats of dates, code lists, who issued an id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from orchestration.contracts.entities import INPUTS
from orchestration.contracts.normalise.places import STATES
from orchestration.contracts.normalise.times import DATE_FORMATS
from orchestration.contracts.onboard import hints
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.support import code_table
from orchestration.contracts.onboard.vocabulary import vocabulary
from orchestration.contracts.onboard.words import plain_words

_TIMES = (
    "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %H:%M", "%Y/%m/%d %H:%M:%S", "%b %d, %Y %I:%M %p", "%d-%b-%Y %H:%M:%S",
    "%m/%d/%Y, %I:%M %p", "%Y%m%d %H:%M:%S",
)  # fmt: skip
_NO_PARTY = frozenset("NPA NAV BLK UAF NOP UNA DTS NON NPP NF UNAFFILIATED UND".split())
_CODED = {
    "party": "party", "gender": "gender", "voter_status": "voter_status", "kind": "kind",
    "channel": "channel", "contact_quality": "contact_quality", "method": "method",
}  # fmt: skip
_UNKNOWN_TO_PARSERS = frozenset({"party", "gender"})
_USUAL_STATUS = {"A": "active", "ACT": "active", "ACTIVE": "active", "I": "inactive",
                 "INA": "inactive", "INACTIVE": "inactive"}  # fmt: skip


def reading_of(entity: str, target: str, seen: Profile) -> dict[str, Any]:
    """The keys of a mapping that say how its cells are read; empty when nothing has to be said."""
    parser = INPUTS[entity][target]
    if parser in {"date", "birth_date"}:
        return _day(seen)
    if parser == "timestamp":
        return _moment(seen)
    if parser == "boolean":
        return _boolean(seen)
    if target == "says_will_attend":
        return _answers(seen)
    if target in _CODED:
        return _codes(target, seen)
    return {}


def _day(seen: Profile) -> dict[str, Any]:
    if not seen.formats:
        return {}
    return {"formats": list(seen.formats)}


def _moment(seen: Profile) -> dict[str, Any]:
    """Formats, unless the values are ISO times, which need none."""
    if not seen.counts:
        return {}
    values = list(seen.counts)[:200]
    if not seen.timed:
        plain = all(fmt == "%Y-%m-%d" for fmt in seen.formats)
        return {} if plain else {"formats": list(seen.formats)}
    fits = [fmt for fmt in _TIMES if sum(_reads(v, fmt) for v in values) > 0.9 * len(values)]
    return {"formats": fits[:1]} if fits else {}


def _reads(value: str, fmt: str) -> bool:
    try:
        datetime.strptime(value, fmt)  # noqa: DTZ007 - the contract's zone is applied at landing
    except ValueError:
        return False
    return True


def _boolean(seen: Profile) -> dict[str, Any]:
    """Values, when they are words that the parser does not know."""
    words = vocabulary().codes
    usual = {"Y", "YES", "TRUE", "T", "1", "X", "ON", "N", "NO", "FALSE", "F", "0", "OFF"}
    if all(value.upper() in usual for value in seen.counts):
        return {}
    values = {v: v.upper() in words["yes"] for v in seen.counts
              if v.upper() in {*words["yes"], *words["no"]}}  # fmt: skip
    return {"values": values} if values else {}


def inverted(seen: Profile) -> dict[str, Any]:
    """Values for a column that says no when it says yes: ``do_not_call``; a no says nothing."""
    yes = vocabulary().codes["yes"]
    said = [value for value in seen.counts if value.upper() in yes]
    return {"values": dict.fromkeys(said or ["Y", "Yes", "true", "1"], False)}


def _answers(seen: Profile) -> dict[str, Any]:
    codes = vocabulary().codes
    table = {
        **dict.fromkeys(codes["yes"], "yes"),
        **dict.fromkeys(codes["no"], "no"),
        **dict.fromkeys(codes["maybe"], "maybe"),
    }
    if not seen.counts:
        return {"values": {"Y": "yes", "Yes": "yes", "N": "no", "No": "no", "Maybe": "maybe"}}
    values = {value: table[value.upper()] for value in seen.counts if value.upper() in table}
    return {"values": values} if values else {}


def _codes(target: str, seen: Profile) -> dict[str, Any]:
    table = code_table(_CODED[target])
    if not seen.counts:
        return {"values": dict(_USUAL_STATUS)} if target == "voter_status" else {}
    if target == "party" and any(v.upper() in _NO_PARTY for v in seen.counts):
        # beside a code for "none", IND is the Independence or the Independent party
        table = {**table, "IND": "OTH", "I": "OTH"}
    values = {v: table[v.upper()] for v in sorted(seen.counts) if table.get(v.upper())}
    if target == "gender" and set(values) <= {"F", "M", "Female", "Male", "FEMALE", "MALE"}:
        return {}
    if target == "party" and set(values) <= {"REP", "DEM", "LIB", "NOP", "OTH"}:
        return {}
    return {"values": values} if values else {}


def meanings(field: str, seen: Profile) -> list[str]:
    """What the codes of a column mean, for those that we know."""
    table = code_table(field)
    return [table[value.upper()] for value in seen.counts if value.upper() in table]


def unknown_codes(target: str, seen: Profile) -> list[str]:
    """Codes of a list that nobody has told us the meaning of; at most ten, only codes."""
    if target not in _CODED or seen.distinct > 60 or seen.share("given") > 0.3:
        return []
    table = code_table(_CODED[target])
    return sorted(v for v in seen.counts if v.upper() not in table and len(v) <= 12)[:10]


def needs_formats(formats: Iterable[str]) -> bool:
    """Whether the usual formats do not read these dates."""
    return any(fmt not in DATE_FORMATS for fmt in formats)


def issuing_state(
    seen: Profile | None, zips: Profile | None, hint: str, file_name: str, columns: Iterable[str]
) -> str | None:
    """The state that issued a file's ids: by its states, its layout, its ZIP codes, its name."""
    if seen is not None and seen.filled:
        (value, count), *_ = sorted(seen.counts.items(), key=lambda item: (-item[1], item[0]))
        code = STATES.get(value.upper(), value.upper())
        if count >= 0.95 * seen.filled and code in set(STATES.values()):
            return code
    if hint:
        return hint
    if zips is not None and zips.filled > 20:
        states = Counter[str | None]()
        for value, count in zips.counts.items():
            states[hints.state_of_zip(value)] += count
        found, count = states.most_common(1)[0]
        if found and count >= 0.95 * states.total():
            return found
    words = plain_words(file_name)
    pairs = [" ".join(words[n : n + 2]).upper() for n in range(len(words))]
    for text in (*pairs, *(word.upper() for word in words)):
        if text in STATES:
            return STATES[text]
    if any(name.lower().startswith(("ncid", "nc_")) for name in columns):
        return "NC"
    return None


def party_authority(column: str) -> str | None:
    """Whose id of a person a column holds, by its name."""
    known: Mapping[str, str] = {"rnc": "RNC", "gop": "RNC", "dnc": "DNC", "datatrust": "DT"}
    name = column.lower()
    return next((authority for word, authority in known.items() if word in name), None)
