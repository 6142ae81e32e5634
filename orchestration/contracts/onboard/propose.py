"""The decision: which column becomes which of ours, one for one, by the best total.

Candidates come from ``candidates`` or, for files without names, ``neighbours``. Here the surest
are taken first, parts are put together (``pieces``), the record's id is found (``ids``), and
whatever a second column could be as well is marked for a human.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from orchestration.contracts.entities import INPUTS
from orchestration.contracts.onboard import pieces
from orchestration.contracts.onboard.candidates import (
    HELPERS,
    Candidate,
    candidates,
    fields_of,
)
from orchestration.contracts.onboard.cells import issuing_state
from orchestration.contracts.onboard.context import in_context
from orchestration.contracts.onboard.elections import election_of, row_of
from orchestration.contracts.onboard.entity import EntityGuess, guess_entity, guess_nameless
from orchestration.contracts.onboard.history import History, find_history
from orchestration.contracts.onboard.ids import record_id
from orchestration.contracts.onboard.names import as_read
from orchestration.contracts.onboard.neighbours import neighbour_candidates
from orchestration.contracts.onboard.profile import Profile, profile
from orchestration.contracts.onboard.proposal import REVIEW_BELOW, ColumnProposal
from orchestration.contracts.onboard.readings import promoted, reading_of
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.vocabulary import Reading, vocabulary
from orchestration.contracts.onboard.words import plain_words
from orchestration.contracts.traits import refused_trait


@dataclass(frozen=True)
class Decision:
    """What was decided about a table."""

    entity: EntityGuess
    columns: tuple[ColumnProposal, ...]
    unmapped: tuple[str, ...]
    refused: dict[str, str]
    profiles: dict[str, Profile]
    readings: dict[str, Reading]


def decide(table: Table, file_name: str, entity: str | None, this_year: int) -> Decision:
    """Propose what a sampled file is and how each of its columns is read.

    Args:
        table: From ``sniff``.
        file_name: Its name, which may say what it is and whose.
        entity: When a human has said it.
        this_year: To tell births from other dates.
    """
    profiles = {
        name: profile(cells, at)
        for at, (name, cells) in enumerate(zip(table.columns, table.cells, strict=True))
    }
    refused = {name: trait for name in table.columns if (trait := refused_trait(name))}
    history = find_history(tuple(n for n in table.columns if n not in refused), profiles)

    @cache
    def read(kind: str) -> dict[str, Reading]:
        # elsewhere than with voters, `caucus_2016` is an answer and no history
        votes = (*history.columns, *history.beside) if kind in {"", "voter"} else ()
        apart = {*refused, *votes}
        return {n: reading_of(n, kind or None) for n in table.columns if n not in apart}

    guess = guess_entity(read, history, frozenset(plain_words(file_name)))
    if is_nameless(table):
        guess = guess_nameless([profiles[name] for name in table.columns], guess)
    if entity:
        guess = EntityGuess(entity, 1.0, "you said so")
    readings = promoted(read(guess.name), guess.name)
    chooser = _Chooser(table, profiles, readings, guess.name, this_year)
    columns = chooser.columns(history, file_name)
    # a name made of the whole row reads every column and maps none
    whole = {c.name for c in columns if c.name == "record_id" and len(c.sources) > 1}
    used = {source for column in columns if column.name not in whole for source in column.sources}
    apart = {*used, *refused, *table.expressions}
    unmapped = tuple(name for name in table.columns if name not in apart)
    return Decision(guess, columns, unmapped, refused, profiles, dict(readings))


def is_nameless(table: Table) -> bool:
    """Whether a file has no header and its layout is nobody's that we know."""
    return table.inferred and all(name.startswith("column_") for name in table.columns)


class _Chooser:
    """One table's choice; use :func:`decide`."""

    def __init__(
        self,
        table: Table,
        profiles: Mapping[str, Profile],
        readings: Mapping[str, Reading],
        entity: str,
        this_year: int,
    ) -> None:
        self.table, self.profiles, self.readings = table, profiles, readings
        self.entity, self.this_year = entity, this_year
        self.chosen: dict[str, Candidate] = {}
        self.rivals: dict[str, Candidate] = {}

    def columns(self, history: History, file_name: str) -> tuple[ColumnProposal, ...]:
        """All proposals, in the order of the entity's columns."""
        self._choose()
        build = pieces.Builder(self.table, self.profiles, self.readings, self.entity)
        found: dict[str, ColumnProposal] = {}
        wanted = fields_of(self.entity)
        for field, candidate in self.chosen.items():
            target = wanted[field]
            if field in HELPERS or target == "record_id":
                continue
            found.setdefault(target, self._reviewed(field, build.simple(target, candidate)))
        found.update({c.name: c for c in build.together(self.chosen) if c.name not in found})
        if "vote_history" in INPUTS[self.entity] and history.columns:
            found["vote_history"] = build.votes(history)
        self._authorities(found, file_name)
        if self.entity == "vote":
            self._election(found)
        identity = self._identity(found)
        if identity:
            found["record_id"] = identity
            if self.entity == "event" and "event_id" not in found and not identity.review:
                bare = {k: v for k, v in identity.mapping.items() if k in {"from", "sql"}}
                found["event_id"] = replace(identity, name="event_id", mapping=bare)
        self._town(found)
        self._doubts(found)
        order = list(INPUTS[self.entity])
        return tuple(sorted(found.values(), key=lambda column: order.index(column.name)))

    def _election(self, found: dict[str, ColumnProposal]) -> None:
        columns = [name for name in self.readings if name in self.table.columns]
        election = election_of(columns, self.profiles, found.get("election_date"),
                               is_nameless(self.table))  # fmt: skip
        if election:
            found["election"] = election

    def _identity(self, found: Mapping[str, ColumnProposal]) -> ColumnProposal | None:
        identity = record_id(self.table, self.profiles, self.readings, self.entity)
        if self.entity == "vote" and (identity is None or identity.review):
            cells = dict(zip(self.table.columns, self.table.cells, strict=True))
            made = row_of(self.table.columns, cells, found)
            return made if made and not (made.review and identity) else identity
        return identity

    def _town(self, found: dict[str, ColumnProposal]) -> None:
        """A town without any address is the town as told, not a residence."""
        city = found.get("city")
        if city is None or "town" not in INPUTS[self.entity] or "town" in found:
            return
        if {"address_line", "zip5", "street_name", "state"}.isdisjoint(found) and "town" in (
            vocabulary().words.of(city.sources[0])
        ):
            found["town"] = replace(found.pop("city"), name="town")

    def _choose(self) -> None:
        listed = self._candidates()
        used: set[str] = set()
        for candidate in listed:
            if candidate.field == "record_id":
                continue
            if candidate.field in self.chosen:
                self.rivals.setdefault(candidate.field, candidate)
            elif candidate.column not in used:
                self.chosen[candidate.field] = candidate
                used.add(candidate.column)
        self.chosen = in_context(self.chosen, self.rivals, self.profiles)

    def _candidates(self) -> list[Candidate]:
        if not is_nameless(self.table):
            by_value = self.table.rows > 0
            return candidates(self.readings, self.profiles, self.entity, self.this_year, by_value)
        wanted = fields_of(self.entity)
        columns = list(self.readings)
        seen = [self.profiles[name] for name in columns]
        return [c for c in neighbour_candidates(columns, seen, self.this_year) if c.field in wanted]

    def _reviewed(self, field: str, column: ColumnProposal) -> ColumnProposal:
        """Marked for a human when another column could be it as well."""
        chosen, rival = self.chosen[field], self.rivals.get(field)
        if rival is None or rival.total < chosen.total - 0.05 or rival.named < 0.7:
            return column
        if abs(rival.named - chosen.named) >= 0.005 or self._same(chosen.column, rival.column):
            return column
        why = f"{column.evidence}; {rival.column} could be it as well"
        return replace(column, review=True, evidence=why, confidence=min(column.confidence, 0.7))

    def _same(self, one: str, other: str) -> bool:
        """Whether two columns say the same, by their values or by what their names boil down to."""
        words = vocabulary()
        cores = [
            frozenset(words.words.of(as_read(n))) - words.own - words.neutral - {"1"}
            for n in (one, other)
        ]
        if cores[0] == cores[1]:
            return True
        cells = [self.table.cells[self.table.columns.index(n)] for n in (one, other)]
        both = zip(*cells, strict=True)
        pairs = [(a, b) for a, b in both if (a or "").strip() and (b or "").strip()]
        return bool(pairs) and sum(a == b for a, b in pairs) >= 0.9 * len(pairs)

    def _authorities(self, found: dict[str, ColumnProposal], file_name: str) -> None:
        """Put before each id who issued it; an id whose issuer is unknown is for a human."""
        column = found.get("state_id")
        if column is None:
            return
        states, zips = (
            self.profiles[self.chosen[field].column] if field in self.chosen else None
            for field in ("state", "zip5")
        )
        issuer = issuing_state(states, zips, self.table.state, file_name, self.table.columns)
        if issuer:
            mapping = {**column.mapping, "authority": issuer}
            evidence = f"{column.evidence}; issued by {issuer}"
            found["state_id"] = replace(column, mapping=mapping, evidence=evidence)
            return
        evidence = f"{column.evidence}; say which state issued it (authority: XX)"
        found["state_id"] = replace(column, review=True, evidence=evidence)

    def _doubts(self, found: dict[str, ColumnProposal]) -> None:
        """What only shows between columns: births after registrations; objects that were null."""
        self._birth_before_registration(found)
        for name, column in found.items():
            seen = [self.profiles[source] for source in column.sources if source in self.profiles]
            if not self.table.records or any(profile.filled for profile in seen):
                continue
            bare = name == "address_line" and "[" not in column.sources[0]
            if bare or (name != "tags" and self._is_nested(column.sources[0])):
                evidence = f"{column.evidence}; it may hold an object or a list when it is not null"
                found[name] = replace(column, review=True, evidence=evidence)

    def _is_nested(self, path: str) -> bool:
        """Whether an empty JSON column was an empty object or list somewhere."""
        for record in self.table.records:
            value: object = record
            for key in path.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, dict | list):
                return True
        return False

    def _birth_before_registration(self, found: dict[str, ColumnProposal]) -> None:
        if not {"birth_date", "registration_date"} <= set(found):
            return
        ages = self._ages(found["birth_date"].sources[0], found["registration_date"].sources[0])
        if len(ages) < 5:
            return
        share = sum(age >= 16 for age in ages) / len(ages)
        if share >= 0.8:
            return
        for name in ("birth_date", "registration_date"):
            column = found[name]
            why = f"only {share:.0%} of rows were 16 when registered, so it may be the other way"
            # a plain header is believed against odd values; a layout that we guessed is not
            found[name] = replace(
                column,
                evidence=f"{column.evidence}; {why}",
                review=column.review or self.table.inferred,
                confidence=min(column.confidence, 0.7)
                if self.table.inferred
                else column.confidence,
            )

    def _ages(self, born: str, registered: str) -> list[int]:
        years: list[Callable[[str], int | None]] = [
            _year_reader(self.profiles[name]) for name in (born, registered)
        ]
        cells = [self.table.cells[self.table.columns.index(n)] for n in (born, registered)]
        found = []
        for one, other in zip(*cells, strict=True):
            first, second = years[0](one or ""), years[1](other or "")
            if first is not None and second is not None:
                found.append(second - first)
        return found


def _year_reader(seen: Profile) -> Callable[[str], int | None]:
    from orchestration.contracts.onboard.profile import parsed

    def read(cell: str) -> int | None:
        for fmt in seen.formats:
            day = parsed(cell.strip()[:11].strip(), fmt) or parsed(cell.strip()[:10], fmt)
            if day:
                return day.year
        return None

    return read


def is_review(confidence: float) -> bool:
    """Whether a proposal of that confidence is for a human."""
    return confidence < REVIEW_BELOW
