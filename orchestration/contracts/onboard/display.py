"""What onboarding proposes, for people: one table a feed, what is unsure in plain sight."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.contracts.onboard.proposal import FeedProposal, Proposal

MOST_NAMES = 40


def show(proposal: Proposal, console: Console | None = None) -> None:
    """Print a proposal, and what to do with it."""
    out = console or Console()
    for feed in proposal.feeds:
        _feed(out, feed)
    unsure = sum(len(feed.unsure) for feed in proposal.feeds)
    if proposal.folder:
        out.print(f"Written to {escape(str(proposal.folder))}; its invented sample lands "
                  f"{proposal.sample_landed} rows.", soft_wrap=True)  # fmt: skip
        out.print(
            "Confirm what is marked review in source.yaml"
            f" ({unsure} columns), say the licence and the terms, and move the folder beside the "
            "other sources.",
            soft_wrap=True,
        )


def _feed(out: Console, feed: FeedProposal) -> None:
    reading = feed.table.reading
    how = f"{reading.format}, {'a header' if reading.header else 'no header'}"
    encoding = f", {feed.table.encoding}" if feed.table.encoding else ""
    out.print(
        f"[bold]{feed.entity}[/bold] ({feed.entity_confidence:.2f}): "
        f"{escape(feed.entity_evidence)}",
        soft_wrap=True,
    )
    out.print(
        f"{how}{encoding}, {len(feed.table.columns)} columns, {feed.table.rows:,} rows sampled",
        soft_wrap=True,
    )
    for note in feed.notes:
        out.print(escape(note), soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for heading in ("ours", "from", "sure", "", "evidence"):
        table.add_column(heading, overflow="fold")
    for column in feed.columns:
        sources = ", ".join(column.sources[:3]) + (" ..." if len(column.sources) > 3 else "")
        mark = "review" if column.review else ""
        table.add_row(column.name, escape(sources), f"{column.confidence:.2f}", mark,
                      escape(column.evidence))  # fmt: skip
    out.print(table)
    if feed.refused:
        refused = ", ".join(f"{name} ({trait})" for name, trait in feed.refused.items())
        out.print(f"refused: {escape(refused)}", soft_wrap=True)
    if feed.unmapped:
        names = ", ".join(feed.unmapped[:MOST_NAMES])
        more = f" and {len(feed.unmapped) - MOST_NAMES} more" * (len(feed.unmapped) > MOST_NAMES)
        out.print(f"kept in rest: {escape(names)}{more}", soft_wrap=True)
