"""What onboarding proposes: plain values, and the JSON that ``tminus onboard --json`` prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orchestration.contracts.onboard.profile import Profile
from orchestration.contracts.onboard.sniff import Table

REVIEW_BELOW = 0.75
"""A proposal that is less sure than this is for a human to confirm."""


@dataclass(frozen=True)
class ColumnProposal:
    """How one of our columns would be filled.

    Attributes:
        name: Our column.
        sources: The file's columns that it is read from.
        confidence: 0 to 1.
        review: Whether a human has to confirm it; until then it is not in force.
        evidence: Why, in words.
        mapping: What would stand in ``source.yaml``.
    """

    name: str
    sources: tuple[str, ...]
    confidence: float
    review: bool
    evidence: str
    mapping: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``; one source is a text, several a list."""
        more = {k: v for k, v in self.mapping.items() if k not in {"from", "votes"}}
        return {
            "from": self.sources[0] if len(self.sources) == 1 else list(self.sources),
            "confidence": round(self.confidence, 2),
            "review": self.review,
            "evidence": self.evidence,
            **more,
            **({"votes": self.mapping["votes"]} if "votes" in self.mapping else {}),
        }


@dataclass(frozen=True)
class FeedProposal:
    """One feed: the files it takes, what they become, and what is left."""

    name: str
    files: str
    entity: str
    entity_confidence: float
    entity_evidence: str
    table: Table
    columns: tuple[ColumnProposal, ...]
    profiles: dict[str, Profile] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    wide: dict[str, dict[str, str]] = field(default_factory=dict)
    data_time: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    keeps_rest: bool = True

    @property
    def sure(self) -> tuple[ColumnProposal, ...]:
        """What is in force."""
        return tuple(column for column in self.columns if not column.review)

    @property
    def unsure(self) -> tuple[ColumnProposal, ...]:
        """What a human has to confirm."""
        return tuple(column for column in self.columns if column.review)

    def column(self, name: str) -> ColumnProposal | None:
        """The proposal for one of our columns, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    def with_columns(self, columns: tuple[ColumnProposal, ...]) -> FeedProposal:
        """The same feed with other columns; what is read no more is unmapped."""
        before, read = (
            {s for c in listed if c.name != "record_id" or len(c.sources) == 1 for s in c.sources}
            for listed in (self.columns, columns)
        )
        freed = [name for name in self.table.columns if name in before - read]
        kept = [name for name in self.unmapped if name not in read]
        return replace(self, columns=columns, unmapped=tuple(dict.fromkeys([*kept, *freed])))

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        reading = self.table.reading
        return {
            "name": self.name,
            "files": self.files,
            "entity": self.entity,
            "entity_confidence": round(self.entity_confidence, 2),
            "entity_review": self.entity_confidence < REVIEW_BELOW,
            "entity_evidence": self.entity_evidence,
            "format": reading.format,
            "reading": {
                "delimiter": reading.delimiter,
                "encoding": self.table.encoding or None,
                "header": reading.header,
                "skip_rows": reading.skip_rows,
                "member": reading.member,
                "records": reading.records,
                "sheet": reading.sheet,
                "widths": list(reading.widths) or None,
                "columns": len(self.table.columns),
                "sampled_rows": self.table.rows,
            },
            "columns": {column.name: column.as_json() for column in self.columns},
            "unmapped": list(self.unmapped),
            "refused": self.refused,
            "wide": sorted(self.wide),
            "data_time": self.data_time,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Proposal:
    """A whole source: one feed a kind of file, the first of which is the main one."""

    name: str
    title: str
    feeds: tuple[FeedProposal, ...]
    files: tuple[Path, ...]
    folder: Path | None = None
    sample_landed: int = 0

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: the main feed's own keys stand at the top."""
        main = self.feeds[0].as_json()
        return {
            "source": self.name,
            "files": [str(file) for file in self.files],
            "folder": str(self.folder) if self.folder else None,
            "sample_landed": self.sample_landed,
            **{key: value for key, value in main.items() if key not in {"name", "files"}},
            "review": [column.name for column in self.feeds[0].unsure],
            "feeds": [feed.as_json() for feed in self.feeds],
        }
