"""Whether a file as a whole has the shape that its contract asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from orchestration.contracts.model import Contract, Feed
from orchestration.contracts.normalise.text import identifier
from orchestration.contracts.plan import columns_read
from orchestration.contracts.readers import Raw
from orchestration.contracts.refusal import Refusal
from orchestration.contracts.votes import matching


def check_shape(contract: Contract, feed: Feed, raw: Raw) -> None:
    """Refuse a file that holds no record, or lacks a column that the feed reads.

    Columns that the contract does not know are no mistake: they go to ``rest``.

    Raises:
        Refusal: one sentence with file, column and what to do.
    """
    if raw.rows + raw.rejected == 0:
        raise Refusal(f"{raw.name} holds no record, only a header or nothing; ask for it again")
    own = {name.lower() for name in raw.columns}
    for read, asked in columns_read(feed, raw.columns).items():
        if read.lower() in own or ("*" in read and matching(read, raw.columns)):
            continue
        near = get_close_matches(read, raw.columns, 1, 0.6)
        hint = f"; its {near[0]!r} comes nearest" if near else ""
        raise Refusal(
            f"{raw.name} has no column {read!r}, which {contract.source}.{feed.name} needs for "
            f"{asked}{hint}; ask for a whole file or change the column in source.yaml"
        )


def completed(feeds: Sequence[Feed], raw: Raw) -> Raw:
    """The file with the keys that none of its JSON objects happened to have, as empty columns.

    A page of attendees of whom nobody gave an address has no ``profile.addresses.home.city``,
    and is whole. So a key below an object that the file does have is empty; one whose top is
    missing is left missing, for :func:`check_shape` to refuse.
    """
    own = {name.lower() for name in raw.columns}
    tops = {name.split(".")[0] for name in own}
    absent = {
        read: None
        for feed in feeds
        if feed.format in ("json", "ndjson")
        for read in columns_read(feed, raw.columns)
        if "." in read and read.lower() not in own and read.lower().split(".")[0] in tops
    }
    if not absent:
        return raw
    # Not a plain null: DuckDB 2.0 folds constants and then trips over its list functions.
    nulls = ", ".join(f"case when __row < 0 then '' end as {identifier(name)}" for name in absent)
    return replace(
        raw,
        relation=f"(select *, {nulls} from {raw.relation})",
        columns=(*raw.columns, *absent),
    )
