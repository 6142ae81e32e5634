"""A contract and a file of a test, read and mapped into rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import (
    Arrival,
    Contract,
    bind,
    check_shape,
    load_contract,
    looked_at_before,
    open_raw,
    plan_feed,
    quarantine_sql,
)

HEAD = """\
source: test
title: A test
owner: nobody
licence: first_party
zone: America/Chicago
feeds:
"""
RECEIVED = date(2016, 1, 20)


@dataclass(frozen=True)
class Outcome:
    """What a file came to."""

    read: int
    landed: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    wide: list[dict[str, Any]]
    encoding: str
    refused: dict[str, str]
    pieces: int

    def column(self, name: str) -> list[Any]:
        """One landed column, in file order."""
        return [row[name] for row in self.landed]


def contract_of(folder: Path, feed: str, head: str = HEAD) -> Contract:
    """A contract with one feed, written as YAML from its ``- name:`` on."""
    file = folder / "source.yaml"
    file.write_text(head + feed, encoding="utf-8")
    return load_contract(file)


def rows_of(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """A query's rows as dictionaries."""
    result = con.execute(query)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def take(
    contract: Contract,
    file: Path,
    received: date = RECEIVED,
    feed: int = 0,
    in_pieces: bool = False,
) -> Outcome:
    """Read and map a file by one feed of a contract; in pieces as a landing does a large one."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    asked = contract.feeds[feed]
    note = looked_at_before(contract, (asked,)) if in_pieces else None
    with con, open_raw(con, file, asked.reading, file.parent / "spool", note) as raw:
        check_shape(contract, asked, raw)
        plan = plan_feed(contract, asked, raw.columns)
        mapped = bind(con, plan, raw, Arrival(received, file.name))
        outcome = Outcome(
            mapped.read,
            [row for query in mapped.landed for row in rows_of(con, query)],
            rows_of(con, quarantine_sql(con, mapped)),
            [row for query in mapped.wide for row in rows_of(con, query)],
            raw.encoding,
            mapped.refused,
            len(mapped.landed),
        )
    assert outcome.read == len(outcome.landed) + len(outcome.quarantined)
    assert not list((file.parent / "spool").iterdir()), "the spool folder is left empty"
    return outcome
