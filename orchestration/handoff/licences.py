"""Licences by value: what each source's contract lets be done with each field it gives.

A value's source stands beside it in the marts, its feed does not; so a source may be used for
something only when every feed of it that gives the field may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from orchestration.contracts import Contract
from orchestration.contracts.parts import RESTRICTION

if TYPE_CHECKING:
    import duckdb

# The fields of a person that carry a source, and the columns of a contract that give them.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("full_name", "first_name", "last_name"),
    "gender": ("gender",),
    "birth": ("birth_date", "birth_year"),
    "phone": ("phone", "phone_2"),
    "email": ("email",),
    "address": ("address_line", "street", "house_number"),
}

Row = tuple[str, str, str, list[str]]


def value_terms(contracts: Mapping[str, Contract], today: date) -> list[Row]:
    """One row a source and field that it gives: the most restrictive licence and permitted uses.

    After the last day of its terms nothing of a source may be used.
    """
    rows: list[Row] = []
    for source, contract in sorted(contracts.items()):
        for field, columns in FIELDS.items():
            given = [
                (contract.licence_of(feed, column), set(contract.uses_of(feed, column)))
                for feed in contract.feeds
                for column in columns
                if column in feed.columns
            ]
            if given:
                licence = max((licence for licence, _ in given), key=RESTRICTION.index)
                uses = set.intersection(*(uses for _, uses in given))
                if contract.terms.until is not None and contract.terms.until < today:
                    uses = set()
                rows.append((source, field, licence, sorted(uses)))
    return rows


def load_terms(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], today: date
) -> None:
    """Make the temporary table ``value_terms``."""
    con.execute(
        "create or replace temp table value_terms "
        "(source varchar, field varchar, licence varchar, uses varchar[])"
    )
    rows = value_terms(contracts, today)
    if rows:
        con.executemany("insert into value_terms values (?, ?, ?, ?)", rows)
