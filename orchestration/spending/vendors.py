"""Vendors: which payees are one, by their spelling, and which may be, for a human to decide.

Two names are one vendor without asking when they differ only in legal form, punctuation,
spaces, ``&`` or a leading THE. All else is a decision and stands in ``rules.yaml``: ``vendors``
says what is one, ``apart`` what looks alike and is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

UNNAMED = "UNNAMED"
ALIKE = 0.93
"""From here on two names are shown: LABELS AND LISTS and LABEL AND LIST reach 0.97."""
_SHOWN = 20
_COMPARED = 5_000

# Legal forms say nothing about who somebody is: WEISERMAZARS, LLP is WEISERMAZARS LLP.
_LEGAL_FORM = (
    r"([,.]?\s+(LLC|L\.L\.C|LLP|LP|LTD|INC|INCORPORATED|CORP|CORPORATION|CO|PLC|PLLC|PC|P\.C)\.?)+$"
)

# `key` is what names of one vendor share. Of its names, the one that most payees carry is shown.
MACROS = rf"""
create or replace macro plain_name(payee) as
    coalesce(nullif(trim(regexp_replace(payee, '{_LEGAL_FORM}', ''), ' ,.'), ''), '{UNNAMED}');
create or replace macro vendor_key(name) as
    coalesce(
        nullif(
            regexp_replace(
                regexp_replace(replace(name, '&', ' AND '), '^THE\s+', ''), '[^A-Z0-9]', '', 'g'
            ),
            ''
        ),
        name
    );
"""


class Decision(Protocol):
    """Names that look alike and are not one vendor."""

    @property
    def names(self) -> tuple[str, str]:
        """The two names."""


@dataclass(frozen=True)
class Alike:
    """Two vendors whose names look alike: one to be written into ``vendors`` or ``apart``."""

    vendor: str
    looks_like: str
    likeness: str
    total: str
    """What the smaller of the two was paid; the larger error comes first."""


def alike(con: duckdb.DuckDBPyConnection, apart: Sequence[Decision]) -> tuple[Alike, ...]:
    """Vendors of ``sorted_lines`` that may be one, as nobody has decided yet.

    Only names with the same first two letters are compared, and only those of the vendors that
    were paid most, for pairs grow with the square: who writes the first letters wrong is not
    found, nor who was paid little. People (``LAST, FIRST``) are not compared.
    """
    decided = [sorted(decision.names) for decision in apart]
    found = con.execute(
        """
        with vendors as (
            select vendor, vendor_key(vendor) as key, sum(amount) as total
            from sorted_lines
            where not is_memo and not contains(vendor, ', ')
            group by vendor
            order by abs(total) desc, vendor
            limit ?
        )

        select
            smaller.vendor,
            larger.vendor,
            jaro_winkler_similarity(smaller.key, larger.key) as likeness,
            smaller.total
        from vendors as smaller
        inner join vendors as larger
            on left(smaller.key, 2) = left(larger.key, 2)
            and (abs(smaller.total), smaller.vendor) < (abs(larger.total), larger.vendor)
        where
            likeness >= ?
            and not list_contains(?::varchar[][], list_sort([smaller.vendor, larger.vendor]))
        order by abs(smaller.total) desc, smaller.vendor, larger.vendor
        limit ?
        """,
        [_COMPARED, ALIKE, decided, _SHOWN],
    ).fetchall()
    return tuple(
        Alike(vendor, other, f"{likeness:.2f}", f"{total:.2f}")
        for vendor, other, likeness, total in found
    )
