"""The law as data: which rules a jurisdiction sets for lists, each with its citation.

What a rule forbids is told here; who is left out for it is told in ``choose``. No rule is advice:
each waits for counsel's word, and a list's manifest repeats that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from orchestration.settings import Strict, UserError, read_yaml, validate_with_lines

LAW = Path(__file__).parent / "law.yaml"
PURPOSES = ("inform", "register", "mobilise", "persuade")
"""What people may be contacted for. There is no purpose of keeping anybody at home."""

Purpose = Literal["inform", "register", "mobilise", "persuade"]


class Rule(Strict):
    """One rule and what follows from it.

    Attributes:
        consent_for: Ways of contact that need consent on record; ``autodial`` is a way to call.
        refused_sources: Sources whose names and contact data are never used for contact.
        minor_below: Age in years under which the two ``minors_`` entries hold.
        purposes: The only purposes that are allowed; empty leaves that open.
    """

    id: str
    citation: str
    consent_for: tuple[str, ...] = ()
    refused_sources: tuple[str, ...] = ()
    minor_below: int | None = Field(default=None, gt=0)
    minors_refused_uses: tuple[str, ...] = ()
    minors_refused_licences: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()


class _Protected(Strict):
    citation: str
    jurisdictions: tuple[str, ...]


class _LawFile(Strict):
    version: int = Field(ge=1)
    jurisdictions: dict[str, tuple[Rule, ...]]
    protected: _Protected


@dataclass(frozen=True)
class Law:
    """All rules that hold in one jurisdiction, the country's first."""

    jurisdiction: str
    rules: tuple[Rule, ...]

    @property
    def consent_for(self) -> frozenset[str]:
        """Ways of contact that need consent on record."""
        return frozenset(use for rule in self.rules for use in rule.consent_for)

    @property
    def refused_sources(self) -> frozenset[str]:
        """Sources that are never used for contact."""
        return frozenset(name for rule in self.rules for name in rule.refused_sources)

    @property
    def minor_below(self) -> int:
        """The age under which somebody is a minor here; 0 where no rule says so."""
        return max((rule.minor_below or 0 for rule in self.rules), default=0)

    @property
    def minors_refused_uses(self) -> frozenset[str]:
        """Ways in which no minor is contacted."""
        return frozenset(use for rule in self.rules for use in rule.minors_refused_uses)

    @property
    def minors_refused_licences(self) -> frozenset[str]:
        """Licences under which no value about a minor is used."""
        return frozenset(name for rule in self.rules for name in rule.minors_refused_licences)

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that every rule allows."""
        allowed = [rule.purposes for rule in self.rules if rule.purposes]
        return tuple(p for p in PURPOSES if all(p in purposes for purposes in allowed))

    def told(self) -> list[dict[str, str]]:
        """The rules for a manifest, each marked as awaiting counsel's word."""
        return [
            {"id": rule.id, "citation": rule.citation, "status": "needs counsel's word"}
            for rule in self.rules
        ]


def law_of(jurisdiction: str, file: Path = LAW) -> Law:
    """The rules of a jurisdiction, written as ``US-IA``: a country, or a country and its state.

    Raises:
        UserError: none is set, none is known for it, or political opinions are specially
            protected there, in which case nothing leaves.
    """
    content, lines = read_yaml(file)
    law: _LawFile = validate_with_lines(_LawFile, content, lines, file)
    country = jurisdiction.partition("-")[0].strip().upper()
    if not country:
        raise UserError("contest.jurisdiction is empty in campaign.yaml; write one like US-IA")
    if country in law.protected.jurisdictions or country == "EU":
        raise UserError(
            f"no list leaves in {jurisdiction}: political opinions are specially protected there "
            f"({law.protected.citation}); take counsel before anything else"
        )
    if country not in law.jurisdictions:
        raise UserError(
            f"{file} has no rules for {jurisdiction}; write them with counsel before lists leave"
        )
    own = law.jurisdictions.get(jurisdiction, ()) if jurisdiction != country else ()
    return Law(jurisdiction, (*law.jurisdictions[country], *own))
