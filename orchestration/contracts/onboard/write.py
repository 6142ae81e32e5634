"""The proposal as a ``source.yaml``: what is sure is in force, the rest stands as comments.

To confirm a comment that begins with ``review:``, take the ``# review: `` away.
"""

from __future__ import annotations

import re
from typing import Any

from orchestration.contracts.entities import ENTITIES
from orchestration.contracts.onboard.ids import hash_of
from orchestration.contracts.onboard.proposal import ColumnProposal, FeedProposal, Proposal
from orchestration.lake import text_hash

_SNAPSHOT = frozenset({"voter", "trait", "site"})
_MARK = "# Written by tminus onboard, untouched while its sum is "


def contract_text(proposal: Proposal) -> str:
    """The whole text of ``source.yaml``; its first line tells whether it was edited since."""
    main = proposal.feeds[0]
    mode = "snapshot" if main.entity in _SNAPSHOT else "append"
    lines = [
        f"# {len(main.sure)} columns are mapped; those marked `review:` are not in force until you",
        "# take the mark away. The terms are the narrowest there are: write what was agreed.",
        f"source: {proposal.name}",
        f"title: {_flow(proposal.title)}",
        "owner: nobody yet",
        "licence: purchased  # review: first_party, party_exchange, purchased or public_record",
        "# zone: America/Chicago  # review: where times without a zone were written down",
        "terms:",
        "  uses: []  # review: analytics, door, phone, text, mail, email, giveback, pool",
        f"delivery: {{mode: {mode}}}",
        "feeds:",
    ]
    for feed in proposal.feeds:
        lines += _feed(feed)
    body = "\n".join(lines) + "\n"
    return f"{_MARK}{text_hash(body)}.\n{body}"


def is_untouched(text: str) -> bool:
    """Whether a ``source.yaml`` is as onboarding wrote it, so that it may be written anew."""
    first, _, body = text.partition("\n")
    return first == f"{_MARK}{text_hash(body)}."


def _flow(value: Any) -> str:
    """A value on one line of YAML, quoted where it must be."""
    import yaml

    text: str = yaml.safe_dump(value, default_flow_style=True, width=100_000, sort_keys=False,
                               allow_unicode=True)  # fmt: skip
    return text.removesuffix("\n...\n").strip().replace("\n", " ")


def comment(text: str) -> str:
    """A text that can stand in a comment, whatever a supplier put into a column's name."""
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]+|[\x85\u2028\u2029]", " ", text)


def _feed(feed: FeedProposal) -> list[str]:
    reading = feed.table.reading
    lines = [f"  - name: {feed.name}"]
    lines += [f"    # {comment(note)}" for note in feed.notes]
    lines += [f"    files: {_flow(feed.files)}", f"    format: {reading.format}"]
    keys: dict[str, Any] = {
        "delimiter": reading.delimiter,
        "header": None if reading.header else False,
        "member": reading.member,
        "records": reading.records,
        "sheet": reading.sheet,
        "skip_rows": reading.skip_rows or None,
        "names": list(reading.names) or None,
        "widths": list(reading.widths) or None,
    }
    lines += [f"    {key}: {_flow(value)}" for key, value in keys.items() if value is not None]
    lines += [
        f"    # encoding: {feed.table.encoding}, as found; it is found anew each time"
    ] * bool(feed.table.encoding and feed.table.encoding != "utf-8")
    if feed.entity_confidence < 0.75:
        why = comment(f"{feed.entity_confidence:.2f}, {feed.entity_evidence}")
        lines.append(f"    # review: the entity ({why})")
    lines.append(f"    entity: {feed.entity}")
    if feed.data_time:
        lines.append(f"    data_time: {_flow(feed.data_time)}")
    lines += ["    columns:", *_columns(feed)]
    if feed.wide:
        lines.append("    wide:")
        lines += [f"      {name}: {_flow(how)}" for name, how in feed.wide.items()]
    if feed.refused:
        lines.append(f"    refuse: {_flow(feed.refused)}")
    if not feed.keeps_rest:
        lines.append("    rest: drop")
    return lines


def _columns(feed: FeedProposal) -> list[str]:
    lines = []
    if not any(column.name == "record_id" for column in feed.sure):
        lines += [
            "      # No column is surely the record's id: equal rows count once.",
            f"      record_id: {_flow({**_row_name(feed), 'required': True, 'unique': True})}",
        ]
    lines += [f"      {column.name}: {_flow(column.mapping)}" for column in feed.sure]
    lines += [_review(column) for column in feed.unsure]
    needed = {c.name for c in ENTITIES[feed.entity].columns if c.required}
    missing = sorted(needed - {column.name for column in feed.sure})
    return lines + [f"      # review: {name}: every {feed.entity} needs one" for name in missing]


def _review(column: ColumnProposal) -> str:
    evidence = comment(column.evidence)
    mapping = comment(_flow(column.mapping))
    return f"      # review: {column.name}: {mapping}  # {column.confidence:.2f}, {evidence}"


def _row_name(feed: FeedProposal) -> dict[str, Any]:
    from orchestration.contracts.onboard.ids import fits_sql

    names = [
        n for n in feed.table.columns
        if n not in feed.refused and n not in feed.table.expressions and fits_sql(n)
    ]  # fmt: skip
    return hash_of(names)
