"""Whether a file as a whole has the shape that its contract asks for."""

from __future__ import annotations

from difflib import get_close_matches

from orchestration.contracts.model import Contract, Feed
from orchestration.contracts.plan import columns_read
from orchestration.contracts.readers import Raw
from orchestration.contracts.refusal import Refusal
from orchestration.contracts.votes import matching

SELF_DESCRIBING = frozenset({"json", "ndjson", "fec"})


def check_shape(contract: Contract, feed: Feed, raw: Raw) -> None:
    """Refuse a file that holds no record, or lacks a column that the feed reads.

    Columns that the contract does not know are no mistake: they go to ``rest``. Formats whose
    records carry only the fields that they have (json, ndjson, fec) must have those that are
    required; and a filing without a line of the schedule is a filing that says so.

    Raises:
        Refusal: one sentence with file, column and what to do.
    """
    if raw.rows + raw.rejected == 0 and feed.format != "fec":
        raise Refusal(f"{raw.name} holds no record, only a header or nothing; ask for it again")
    own = {name.lower() for name in raw.columns}
    for read, asked in columns_read(feed, raw.columns).items():
        if read.lower() in own or ("*" in read and matching(read, raw.columns)):
            continue
        if feed.format in SELF_DESCRIBING and not _is_required(feed, asked, raw):
            continue
        near = get_close_matches(read, raw.columns, 1, 0.6)
        hint = f"; its {near[0]!r} comes nearest" if near else ""
        raise Refusal(
            f"{raw.name} has no column {read!r}, which {contract.source}.{feed.name} needs for "
            f"{asked}{hint}; ask for a whole file or change the column in source.yaml"
        )


def _is_required(feed: Feed, asked: str, raw: Raw) -> bool:
    if raw.rows == 0:
        return False
    column = feed.columns.get(asked)
    return asked in {"key", "record_id"} or (column is not None and column.required)
