"""First names that one person may go by, as a table of pairs.

Used as a level of agreement and never to rewrite a name: ``BILL`` and ``WILLIAM`` agree, both
stay as given. Spelling mistakes belong to the fuzzy levels in ``comparisons``.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@lru_cache(maxsize=1)
def related_names() -> dict[str, tuple[str, ...]]:
    """Every first name with those it may stand for, both ways, in upper case.

    Two short forms of one name are related when they begin alike (``BILL``, ``BILLY``): beyond
    that the list would join sisters (``MARIE``, ``MOLLY``). Two full names that share a short
    form are not related (``ALBERT``, ``ALAN``).
    """
    from nicknames import name_triplets

    related: dict[str, set[str]] = defaultdict(set)
    short_forms: dict[str, set[str]] = defaultdict(set)
    for triplet in name_triplets():
        if triplet.relationship != "has_nickname":
            continue
        full, short = triplet.name1.upper(), triplet.name2.upper()
        related[full].add(short)
        related[short].add(full)
        short_forms[full].add(short)
    for shorts in short_forms.values():
        for one, other in permutations(shorts, 2):
            if one[:2] == other[:2]:
                related[one].add(other)
    return {name: tuple(sorted(others - {name})) for name, others in sorted(related.items())}


def create_table(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``nicknames(first_token, nicks)`` in the connection."""
    import pyarrow as pa

    names = related_names()
    table = pa.table({"first_token": list(names), "nicks": list(map(list, names.values()))})
    con.register("nicknames_given", table)
    con.execute("create or replace temp table nicknames as from nicknames_given")
    con.unregister("nicknames_given")
