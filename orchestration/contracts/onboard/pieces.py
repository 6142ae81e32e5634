"""Proposals out of chosen columns: one column as it is, or several put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.contracts.entities import INPUTS
from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.onboard.candidates import ADDRESS_FIELDS, Candidate
from orchestration.contracts.onboard.cells import (
    inverted,
    party_authority,
    reading_of,
    unknown_codes,
)
from orchestration.contracts.onboard.history import History
from orchestration.contracts.onboard.ids import fits_sql, source
from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.proposal import REVIEW_BELOW, ColumnProposal
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.vocabulary import Reading

_PHONES = ("phone_mobile", "phone_any", "phone_home", "phone_second")
_REFUSALS = {
    "phone_consent": ("no_call", "no_contact"),
    "sms_consent": ("no_text",),
    "email_consent": ("no_email",),
}
_MAIL_ORDER = (
    "house_number house_suffix pre_direction street_name street_type post_direction unit_type "
    "unit_number address_line address_line_2 address_3 city state zip5"
).split()


class Builder:
    """Makes proposals for one table."""

    def __init__(
        self,
        table: Table,
        profiles: Mapping[str, Profile],
        readings: Mapping[str, Reading],
        entity: str,
    ) -> None:
        self.table, self.profiles, self.readings = table, profiles, readings
        self.entity = entity
        self.known = INPUTS[entity]

    def simple(self, target: str, candidate: Candidate) -> ColumnProposal:
        """One column as one of ours."""
        seen = self.profiles[candidate.column]
        mapping = {**source(self.table, candidate.column), **reading_of(self.entity, target, seen)}
        evidence = candidate.why
        unknown = unknown_codes(target, seen)
        if unknown:
            evidence += f"; codes we do not know: {', '.join(unknown)}"
        if target == "party_id" and (authority := party_authority(candidate.column)):
            mapping["authority"] = authority
        return self._made(target, (candidate.column,), candidate.total, evidence, mapping)

    def together(self, chosen: Mapping[str, Candidate]) -> Iterator[ColumnProposal]:
        """What is put together: phones, units, refusals, where mail goes, a county's code."""
        yield from self._phones(chosen)
        yield from self._unit(chosen)
        for target, fields in _REFUSALS.items():
            found = [chosen[field] for field in fields if field in chosen]
            if target in self.known and found:
                seen = self.profiles[found[0].column]
                mapping = {**source(self.table, found[0].column), **inverted(seen)}
                why = f"{found[0].why}; a yes is a refusal"
                yield self._made(target, (found[0].column,), found[0].total, why, mapping)
        if "mailing_address" in self.known:
            yield from self._mailing()
        if "county" in self.known and "county" not in chosen:
            yield from self._county_code()

    def votes(self, history: History) -> ColumnProposal:
        """The list of elections out of a file's vote columns."""
        mapping: dict[str, Any] = {"votes": history.votes}
        if history.formats:
            mapping["formats"] = list(history.formats)
        total = 0.92 if history.sure else 0.7
        return self._made("vote_history", history.columns, total, history.evidence, mapping)

    def _made(
        self,
        target: str,
        sources: tuple[str, ...],
        total: float,
        why: str,
        mapping: dict[str, Any],
    ) -> ColumnProposal:
        total = min(total, 0.99)
        return ColumnProposal(target, sources, total, total < REVIEW_BELOW, why, mapping)

    def _ref(self, column: str) -> str:
        return self.table.expressions.get(column) or identifier(column)

    def _joined(self, columns: list[str], separator: str = " ") -> dict[str, Any]:
        return {"sql": f"concat_ws('{separator}', {', '.join(map(self._ref, columns))})"}

    def _phones(self, chosen: Mapping[str, Candidate]) -> Iterator[ColumnProposal]:
        """The mobile first, then any, then the one at home; a number in two columns is joined."""
        if "phone" not in self.known:
            return
        if joined := self._phone_in_parts(chosen):
            yield joined
            return
        found = [chosen[field] for field in _PHONES if field in chosen]
        sure = [c for c in found if c.total >= REVIEW_BELOW]
        ranked = [*sure, *(candidate for candidate in found if candidate not in sure)]
        for target, candidate in zip(("phone", "phone_2"), ranked, strict=False):
            yield self.simple(target, candidate)

    def _phone_in_parts(self, chosen: Mapping[str, Candidate]) -> ColumnProposal | None:
        area = chosen.get("phone_area")
        if area is None:
            return None
        exchange, last = chosen.get("phone_exchange"), chosen.get("phone_last")
        if exchange and last and fits_sql(area.column + exchange.column + last.column):
            parts = [area.column, exchange.column, last.column]
            why = f"a phone number in three columns ({', '.join(parts)})"
            return self._made("phone", tuple(parts), area.total, why, self._joined(parts, ""))
        rest = chosen.get("phone_local")
        column = rest.column if rest else ""
        for name, reading in self.readings.items():
            seen = self.profiles[name]
            if not fits_sql(name):
                continue
            if reading.score("phone_any") > 0.8 and (
                seen.share("phone_line") > 0.8 or not seen.filled
            ):
                column = column or name
        if not column or not fits_sql(area.column):
            return None
        why = f"an area code ({area.column}) and a number without one ({column})"
        sources = (area.column, column)
        return self._made("phone", sources, area.total, why, self._joined(list(sources), ""))

    def _unit(self, chosen: Mapping[str, Candidate]) -> Iterator[ColumnProposal]:
        number, kind = chosen.get("unit_number"), chosen.get("unit_type")
        if "unit" not in self.known or number is None:
            return
        parts = [c for c in (kind, number) if c is not None]
        sound = all(fits_sql(c.column) for c in parts)
        if kind is None or kind.total < REVIEW_BELOW or not sound:
            yield self.simple("unit", number)
            return
        sources = (kind.column, number.column)
        why = f"{number.why}, with {kind.column} before it"
        yield self._made("unit", sources, number.total, why, self._joined(list(sources)))

    def _mailing(self) -> Iterator[ColumnProposal]:
        found: list[tuple[int, int, str]] = []
        for name, reading in self.readings.items():
            fields = [f for f in reading.core if f in _MAIL_ORDER]
            if reading.role == "mailing" and fields:
                place = self.profiles[name].position
                number = _MAIL_ORDER.index(fields[0])
                found.append((number, place if fields[0] == "address_3" else 0, name))
        if any(_MAIL_ORDER[number] == "address_line" for number, _, _ in found):
            # the parts of a line that stands there as a whole would say it twice
            whole = _MAIL_ORDER.index("address_line")
            found = [item for item in found if item[0] >= whole]
        columns = [name for _, _, name in sorted(found) if fits_sql(name)]
        if not columns:
            return
        why = f"{len(columns)} columns say where mail goes"
        mapping = source(self.table, columns[0]) if len(columns) == 1 else self._joined(columns)
        yield self._made("mailing_address", tuple(columns), 0.9, why, mapping)

    def _county_code(self) -> Iterator[ColumnProposal]:
        """A code of letters may stand for a county, once somebody lists what it stands for."""
        for name, reading in self.readings.items():
            seen = self.profiles[name]
            if reading.score("county_code") > 0.8 and seen.share("letters") > 0.9:
                why = f"a county's code ({name}); say what each code stands for (values)"
                yield self._made("county", (name,), 0.5, why, source(self.table, name))
                return


__all__ = ["ADDRESS_FIELDS", "Builder"]
