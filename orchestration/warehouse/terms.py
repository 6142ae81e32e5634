"""What each feed may be used for, as a small table that models can join.

The contracts say it; here it only becomes data, so that a bought phone number whose terms
forbid calling is never among the ways to reach somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.lake import Lake, connect, text_hash, write_parquet

Row = tuple[str, str, str, bool, bool, bool, bool, bool]
_COLUMNS = (
    "source varchar, feed varchar, licence varchar, may_visit boolean, may_mail boolean, "
    "may_call boolean, may_text boolean, may_email boolean"
)


def terms_of(contracts: Mapping[str, Contract]) -> list[Row]:
    """One row per feed: whether its addresses, phones and e-mail addresses may be used, and how."""
    return [
        (
            name,
            feed.name,
            contract.licence_of(feed),
            "door" in contract.uses_of(feed, "street"),
            "mail" in contract.uses_of(feed, "street"),
            "phone" in contract.uses_of(feed, "phone"),
            "text" in contract.uses_of(feed, "phone"),
            "email" in contract.uses_of(feed, "email"),
        )
        for name, contract in sorted(contracts.items())
        for feed in contract.feeds
    ]


def terms_version(rows: list[Row]) -> str:
    """A name for these terms; models that read them are made again when it changes."""
    return text_hash(*("|".join(map(str, row)) for row in rows))


def write_terms(home: Path, rows: list[Row]) -> Path:
    """Write ``context/terms.parquet`` for the models that read it."""
    path = Lake(home).context / "terms.parquet"
    with connect(home) as con:
        con.execute(f"create table terms ({_COLUMNS})")
        if rows:
            con.executemany("insert into terms values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        write_parquet(con, "select * from terms order by source, feed", path)
    return path
