"""What a column's name means: fields that it may be, or whose else it is.

The words are data, in ``vocabulary.yaml``. Values are not looked at here (``support``), nor is it
decided between columns (``propose``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.contracts.onboard.words import Words, plain_words, squeezed

FILE = Path(__file__).with_name("vocabulary.yaml")
STRONG, FAIR, WEAK, VAGUE, PARTLY = 0.95, 0.85, 0.7, 0.6, 0.5
KINDS = {"strong": STRONG, "fair": FAIR, "weak": WEAK, "vague": VAGUE}
_TELLING = frozenset(
    "email zip birth gender county city party surname precinct state phone suffix middle "
    "education income".split()
)
"""Single words that still say something when other words stand beside them."""
_LINES = {"1": "address_line", "2": "address_line_2"}
_ASKING = frozenset("is has was are does did can will".split())
YES_NO = frozenset(
    "email_consent sms_consent phone_consent no_call no_text no_email no_contact no_call_federal "
    "is_volunteer first_caucus will_attend is_withheld memo_mark voter_status".split()
)
"""Fields whose cells say yes or no."""
_STATES = frozenset(
    "nc oh fl tx ga mi wi ny ca va wa nj az nv mn ia tn ky ks sc il ut pa ma md ct nh ne nm sd "
    "nd wv wy ri vt ar ak mt ms mo al".split()
)
_CHAMBERS = frozenset("senate house representative assembly congressional legislative".split())
"""What a state's letters may stand before: ``NC_SENATE``; ``MA_CITY`` is where mail goes."""


@dataclass(frozen=True)
class Match:
    """A field that a name may mean, how sure, and why in words."""

    field: str
    score: float
    why: str


@dataclass(frozen=True)
class Reading:
    """What a name says.

    Attributes:
        matches: The fields it may mean, best first; empty when it speaks of something else.
        role: ``own``, ``mailing`` or ``foreign`` (another person, another place).
        word: The word that gave the role away.
        core: The fields it would mean for that other person or place.
    """

    matches: tuple[Match, ...] = ()
    role: str = "own"
    word: str = ""
    core: tuple[str, ...] = ()

    def score(self, field: str) -> float:
        """How sure the name is of a field; 0 when it does not speak of it."""
        return max((m.score for m in self.matches if m.field == field), default=0.0)


class Vocabulary:
    """The vocabulary file, indexed; use :func:`vocabulary`."""

    def __init__(self, content: dict[str, Any]) -> None:
        fields = content["fields"]
        phrases = [p for kinds in fields.values() for listed in kinds.values() for p in listed]
        roles = [*content["own"], *content["mailing"], *content["foreign"], *content["neutral"]]
        known = {w for text in [*phrases, *roles, *content["breakers"]] for w in plain_words(text)}
        self.words = Words(content["words"], content["stop"], known)
        self.neutral = self._all(content["neutral"])
        self.own = self._all(content["own"])
        self.mailing = self._all(content["mailing"])
        self.foreign = self._all(content["foreign"])
        self.breakers = self._all(content["breakers"])
        self.becomes: dict[str, dict[str, str]] = content["becomes"]
        self.own_in: dict[str, frozenset[str]] = {
            entity: self._all(listed) for entity, listed in content["own_in"].items()
        }
        self.consumer = self._all(content["consumer"])
        self.codes: dict[str, Any] = content["codes"]
        self._exact: dict[str, list[tuple[str, float]]] = {}
        self._sets: dict[frozenset[str], list[tuple[str, float]]] = {}
        for field, kinds in fields.items():
            for kind, score in KINDS.items():
                for phrase in kinds.get(kind, ()):
                    self._add(field, phrase, score)

    def _all(self, listed: list[str]) -> frozenset[str]:
        return frozenset(word for text in listed for word in (text, *self.words.of(text)))

    def _add(self, field: str, phrase: str, score: float) -> None:
        self._exact.setdefault(squeezed(phrase), []).append((field, score))
        words = frozenset(self.words.of(phrase))
        if len(squeezed(phrase)) > 2 or phrase == "id":
            self._sets.setdefault(words, []).append((field, score))

    def read(self, name: str, entity: str | None = None) -> Reading:
        """What a column's name says, for a file of that entity."""
        if found := self._spelled(name):
            return Reading(_best(found, 0.01, "its name"))
        words = list(self.words.of(name))
        ahead = len(words) > 1 and words[0] in _STATES and bool(_CHAMBERS & set(words))
        if ahead and not self._sets.get(frozenset(words)):
            said = frozenset(["state", *words[1:]])
            words = words[1:]
            stated = self._sets.get(said) or self._sets.get(said - self.neutral)
            if stated:
                return Reading(_best(stated, 0.0, "its name"))
        words = self._abbreviated(words)
        said = frozenset(words)
        if whole := self._sets.get(said):
            return _asked(name, Reading(_best(whole, 0.0, "its name")))
        ours = self.own_in.get(entity or "", frozenset())
        foreign = [w for w in words if w in self.foreign and w not in ours]
        mailing = [w for w in words if w in self.mailing]
        rest = said - self.foreign - self.mailing
        if foreign or mailing:
            role, word = ("foreign", foreign[0]) if foreign else ("mailing", mailing[0])
            core = tuple(match.field for match in self._without_qualifiers(rest))
            if mailing and not core and rest <= frozenset("12345"):
                core = (_LINES.get(min(rest, default="1"), "address_3"),)
            return Reading((), role, word, core)
        matches = self._without_qualifiers(said - ours) or self._partly(said)
        return _asked(name, Reading(matches))

    def _abbreviated(self, words: list[str]) -> list[str]:
        """``ST`` beside a chamber is the state, elsewhere in a name the street."""
        if "st" not in words or len(words) < 2:
            return words
        chamber = {"senate", "house", "representative", "assembly", "legislative", "code"}
        lines = {"name", "number", "type", "address", "prefix", "post", "direction", "unit", "line"}
        meant = "street" if lines & set(words) and not chamber & set(words) else "state"
        return [meant if word == "st" else word for word in words]

    def _spelled(self, name: str) -> list[tuple[str, float]]:
        """The fields of which a phrase is spelled out, behind a vendor's prefix or not."""
        words = plain_words(name)
        while words:
            if found := self._exact.get("".join(words)):
                return found
            if words[0] not in self.neutral:
                break
            words = words[1:]
        return []

    def _without_qualifiers(self, said: frozenset[str]) -> tuple[Match, ...]:
        """The field that is left when words that say nothing of it are taken away."""
        one = frozenset({"1"})
        dropped = (
            frozenset[str](),
            self.own - self.neutral,
            one,
            self.neutral,
            self.own | one,
            self.neutral | one,
            (self.own | self.neutral | one) - {"address"},
            self.own | self.neutral,
            self.own | self.neutral | one,
        )
        for number, words in enumerate(dropped):
            if found := self._sets.get(said - words):
                return _best(found, -0.005 * number - 0.01, "its name")
        return ()

    def _partly(self, said: frozenset[str]) -> tuple[Match, ...]:
        """Fields of which some words are there, and beside them none that makes another thing."""
        found: dict[str, float] = {}
        left = said - self.own - self.neutral - {"1"}
        for words, listed in self._sets.items():
            extra = left - words
            if not words or not words <= said or extra & self.breakers or not extra:
                continue
            if any(word.isdigit() for word in extra):
                continue
            if len(words) < 2 and not words & _TELLING:
                continue
            for field, score in listed:
                if score < STRONG:
                    continue
                share = PARTLY * score * (len(words) / (len(words) + len(extra))) + 0.15
                found[field] = max(found.get(field, 0.0), share)
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Match(field, score, "a part of its name") for field, score in ranked[:3])


def _asked(name: str, reading: Reading) -> Reading:
    """A name that asks (``Is Cell Phone a Cell``) is answered by yes or no, not by a phone."""
    first = plain_words(name)[:1]
    if not first or first[0] not in _ASKING:
        return reading
    kept = tuple(
        m if m.field in YES_NO else Match(m.field, min(m.score, PARTLY), f"{m.why}, which asks")
        for m in reading.matches
    )
    return Reading(kept, reading.role, reading.word, reading.core)


def _best(found: list[tuple[str, float]], more: float, why: str) -> tuple[Match, ...]:
    best: dict[str, float] = {}
    for field, score in found:
        best[field] = max(best.get(field, 0.0), score + (more if score == STRONG else 0.0))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Match(f, s, why if s > WEAK else f"{why}, which is vague") for f, s in ranked)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this version, read once."""
    import yaml

    # BaseLoader makes nothing but texts: `no` is a word here, not a boolean
    content = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return Vocabulary(content)
