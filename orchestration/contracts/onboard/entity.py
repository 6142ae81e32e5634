"""What a file's records are: voters, contacts, traits of a vendor, or something that was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.contracts.onboard.history import History
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.vocabulary import Reading, vocabulary

NAMES = frozenset({"first_name", "last_name", "full_name", "shown_name"})
REACH = frozenset({"email", "phone_any", "phone_mobile", "phone_home"})
_DISTRICTS = frozenset({"congressional_district", "state_senate", "state_house"})

_POINTS: dict[str, dict[str, float]] = {
    "voter": {"state_id": 2, "registration_date": 3, "voter_status": 3, "precinct_id": 1,
              "party": 1, "is_withheld": 1, "county_voter_id": 1, "status_reason": 1.5,
              "vote_history_text": 2, "first_name": 0.5, "last_name": 0.5},
    "contact": {"email": 2, "phone_any": 1, "phone_mobile": 1, "created": 1, "updated": 0.5,
                "record_id": 0.5, "email_consent": 1.5, "sms_consent": 1.5, "no_call": 1.5,
                "no_email": 1.5, "no_contact": 1, "tags": 1, "support": 1, "is_volunteer": 1.5,
                "handle": 1.5, "first_caucus": 1.5, "will_attend": 1, "employer": 0.5,
                "occupation": 0.5, "amount": 1.5, "first_name": 0.5, "last_name": 0.5,
                "full_name": 0.5, "shown_name": 1, "event_id": 0.5},
    "canvass": {"survey_mark": 3, "survey_progress": 3,
                "canvasser": 3.5, "quality": 3, "list_id": 1.5, "result": 1.5, "support": 1.5,
                "weight": 3, "method": 1.5, "created": 0.5, "party_id": 0.5, "age": 0.3,
                "will_attend": 1},
    "trait": {"income_band": 2, "education": 1.5, "age": 0.5},
    "suppression": {"kind": 3, "channel": 2.5, "created": 0.5, "note": 0.5},
    "disbursement": {"payee": 2.5, "amount": 0.5, "disbursed_amount": 3, "disbursed_date": 2,
                     "purpose": 3, "committee_id": 2, "committee_name": 1, "memo_mark": 2,
                     "memo_text": 1.5, "filing_id": 1, "election_code": 0.5},
    "site": {"site_name": 4, "precinct_id": 1.5, "starts_at": 1, "address_line": 0.5},
    "event": {"event_name": 3, "starts_at": 3, "capacity": 3, "event_id": 1},
    "vote": {"election_date": 2.5, "election_name": 2.5, "vote_method": 3, "voted_party": 2,
             "state_id": 1},
    "engagement": {"interaction": 2, "amount": 2, "created": 1, "event_id": 1, "result": 1.5,
                   "note": 0.5, "method": 1},
}  # fmt: skip
_IMPERSONAL = frozenset({"disbursement", "site", "event", "vote", "engagement"})
_FILE_WORDS = {
    "voter": ("voter", "registration", "voters"), "trait": ("consumer", "append", "profiles"),
    "suppression": ("suppress", "suppression", "suppressions", "dnc", "optout", "unsubscribe",
                    "unsubscribed", "deceased"),
    "canvass": ("canvass", "walk", "survey", "phonebank"),
    "contact": ("people", "contacts", "signups", "signup", "donations", "donors", "attendees",
                "members", "subscribed", "leads", "volunteers", "contributions", "supporters"),
    "disbursement": ("disbursements", "expenditures", "spending", "schedule"),
    "event": ("events",), "site": ("sites", "locations", "polling"), "vote": ("history", "vhis"),
}  # fmt: skip


@dataclass(frozen=True)
class EntityGuess:
    """An entity, how sure, and why."""

    name: str
    confidence: float
    evidence: str


@dataclass
class _Score:
    points: float = 0.0
    reasons: dict[str, float] = field(default_factory=dict)

    def add(self, points: float, reason: str) -> None:
        self.points += points
        self.reasons[reason] = self.reasons.get(reason, 0.0) + points


def guess_entity(
    read: Callable[[str], Mapping[str, Reading]], history: History, file_words: frozenset[str]
) -> EntityGuess:
    """The entity whose fields a file holds most of.

    Args:
        read: Gives the readings of all columns for an entity; ``""`` for none in particular.
        history: The file's vote columns.
        file_words: The words of the file's name.
    """
    scores = {entity: _score(entity, read(entity)) for entity in _POINTS}
    plain = read("")
    personal = _fields(plain) & NAMES
    for entity, score in scores.items():
        hits = [word for word in _FILE_WORDS.get(entity, ()) if word in file_words]
        if hits:
            score.add(4.0 if entity == "suppression" else 1.0, f"the file's name says {hits[0]}")
        if entity in _IMPERSONAL and personal:
            score.points *= 0.25
        if entity == "contact" and not (personal or _fields(plain) & REACH):
            score.points *= 0.3
        if entity == "engagement" and _fields(plain) & REACH:
            score.points *= 0.4
    _more(scores, plain, history)
    ranked = sorted(scores.items(), key=lambda item: (-item[1].points, item[0]))
    (best, first), (_, second) = ranked[0], ranked[1]
    if first.points < 1:
        return EntityGuess("contact", 0.3, "no column says what the records are")
    margin = (first.points - second.points) / first.points
    confidence = min(0.98, 0.5 + 0.6 * margin + 0.02 * min(first.points, 10))
    top = sorted(first.reasons, key=lambda r: (-first.reasons[r], r))[:4]
    return EntityGuess(best, confidence, f"it holds {', '.join(top)}")


def guess_nameless(profiles: Sequence[Profile], guess: EntityGuess) -> EntityGuess:
    """What a file without names holds, where only its values can tell it is votes."""
    from orchestration.contracts.onboard.neighbours import holds_votes

    if not holds_votes(profiles):
        return guess
    return EntityGuess("vote", 0.7, "ids that come again, a few days, and nobody's name")


def _fields(readings: Mapping[str, Reading]) -> set[str]:
    return {r.matches[0].field for r in readings.values() if r.matches and r.matches[0].score > 0.8}


def _score(entity: str, readings: Mapping[str, Reading]) -> _Score:
    score = _Score()
    seen: dict[str, float] = {}
    for reading in readings.values():
        for match in reading.matches:
            if match.score >= 0.6:
                seen[match.field] = max(seen.get(match.field, 0.0), match.score)
    for name, sure in seen.items():
        points = _POINTS[entity].get(name, 0.0)
        if points:
            score.add(points * (1.0 if sure > 0.8 else 0.5), name.replace("_", " "))
    return score


def _more(scores: dict[str, _Score], plain: Mapping[str, Reading], history: History) -> None:
    """What is not a field: districts, elections, and a vendor's many columns."""
    districts = len(_fields(plain) & _DISTRICTS)
    if districts:
        scores["voter"].add(min(districts, 2), "districts")
    if history.columns:
        scores["voter"].add(3.0, "vote history")
    words = vocabulary()
    consumer = sum(
        1 for name, read in plain.items()
        if words.consumer & set(words.words.of(name)) and read.role == "own"
    )  # fmt: skip
    if consumer > 2:
        scores["trait"].add(min(consumer, 10) * 0.8, f"{consumer} columns of a consumer file")
