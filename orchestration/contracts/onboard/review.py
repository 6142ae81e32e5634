"""Questions at the terminal, about what is not sure and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from orchestration.contracts.onboard.cells import reading_of
from orchestration.contracts.onboard.ids import source
from orchestration.contracts.onboard.proposal import ColumnProposal, FeedProposal, Proposal

Ask = Callable[[str], str]


def review(proposal: Proposal, ask: Ask) -> Proposal:
    """Ask about each unsure column; the answers are in force, what is skipped stays marked.

    Args:
        proposal: What to ask about.
        ask: Shows a question and gives the answer: ``y``, ``n``, a column's name or number, or
            nothing to leave it for later.
    """
    return replace(proposal, feeds=tuple(_feed(feed, ask) for feed in proposal.feeds))


def _feed(feed: FeedProposal, ask: Ask) -> FeedProposal:
    kept: list[ColumnProposal] = []
    for column in feed.columns:
        answered = _column(feed, column, ask) if column.review else column
        if answered is not None:
            kept.append(answered)
    return feed.with_columns(tuple(kept))


def _column(feed: FeedProposal, column: ColumnProposal, ask: Ask) -> ColumnProposal | None:
    said = " + ".join(column.sources[:4]) + (" ..." if len(column.sources) > 4 else "")
    question = (
        f"{feed.entity}.{column.name} from {said}? {column.confidence:.2f}: {column.evidence}\n"
        "  y yes, n no, another column's name, or nothing to leave it"
    )
    while True:
        answer = ask(question).strip()
        if not answer:
            return column
        if answer.lower() in {"y", "yes"}:
            return replace(column, review=False, confidence=1.0, evidence="you said so")
        if answer.lower() in {"n", "no"}:
            return None
        other = _named(feed, answer)
        if other:
            mapping = {
                **source(feed.table, other),
                **{k: v for k, v in column.mapping.items() if k in {"required", "unique"}},
                **reading_of(feed.entity, column.name, feed.profiles[other]),
            }
            return ColumnProposal(column.name, (other,), 1.0, False, "you said so", mapping)
        question = f"  The file has no column {answer!r}. y, n, a column's name, or nothing"


def _named(feed: FeedProposal, answer: str) -> str | None:
    for name in feed.table.columns:
        if name.lower() == answer.lower() and name not in feed.refused:
            return name
    return None
