"""Which column of a list is compared as what: ``{canonical: source column}``, and what is left.

What names and values say is onboarding's (``contracts.onboard.people``). Here stands only what
matching asks beside that: evidence that both lists share under one name, and the year in which a
list was made, without which an age tells no birth. Reading is ``match_read``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from orchestration.contracts.traits import refused_trait

if TYPE_CHECKING:
    import duckdb

    from orchestration.contracts import Raw

SAMPLED = 3_000
# Names of row numbers, keys and known answers: to compare them would be to cheat or to err.
_NO_EVIDENCE = re.compile(
    r"(^|_)(id|ids|key|uid|uuid|guid|idx|index|row|rownum|rownumber|recid|cluster|clusterid|group|"
    r"groupid|entity|label|truth|match|matched|duplicate|source|file|dataset|record|pk|serial|"
    r"histid|uniqueid|created|updated|timestamp|score|weight|split|year)(_|$)"
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def plain_name(column: str) -> str:
    """A column's name in lower case words: ``PERSON_Birth Date`` is ``person_birth_date``.

    The year or the side of a list behind it means nothing: ``birthplace_1915``.
    """
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", column.strip())
    joined = "_".join(re.findall(r"[a-z0-9]+", words.lower()))
    return re.sub(r"_?(?:1[5-9]|20)\d\d$|_[lr]$", "", joined) or joined


def sampled(con: duckdb.DuckDBPyConnection, raw: Raw) -> dict[str, Sequence[str | None]]:
    """Some cells of each column of a list."""
    found = con.execute(f"select * exclude (__row) from {raw.relation} limit {SAMPLED}").fetchall()
    return {name: [row[at] for row in found] for at, name in enumerate(raw.columns)}


def guess_mapping(
    cells: Mapping[str, Sequence[str | None]], this_year: int, without: Iterable[str] = ()
) -> dict[str, str]:
    """Source column of each canonical field that a list has.

    Args:
        cells: Some cells of each column.
        this_year: To tell births from other dates.
        without: Columns that may not be used, such as the known answer.
    """
    from orchestration.contracts.onboard.people import people_columns

    barred = set(without)
    mapping = people_columns([name for name in cells if name not in barred], cells, this_year)
    if "street" in mapping and "house_number" not in mapping and "address_line" not in mapping:
        # A street without a house number beside it is a whole address line.
        mapping["address_line"] = mapping.pop("street")
    return mapping


def list_year(file_name: str, cells: Mapping[str, Sequence[str | None]]) -> int | None:
    """The year of a list: of a column that says nothing else, of its columns' or file's name."""
    for name, values in cells.items():
        told = list({value.strip()[:4] for value in values if value and value.strip()})
        if len(told) == 1 and "year" in name.lower() and _YEAR.match(told[0]):
            return int(told[0])
    named = Counter(year for name in cells for year in _YEAR.findall(name))
    if named:
        return int(max(named, key=lambda year: named[year]))
    filed = _YEAR.findall(file_name)
    return int(filed[0]) if len(set(filed)) == 1 else None


def shared_extras(
    left: Iterable[str],
    right: Iterable[str],
    mappings: tuple[Mapping[str, str], Mapping[str, str]],
    without: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """Columns that both lists have under one name, that nothing claimed and that can be evidence.

    Returns:
        Pairs of the left and the right list's own spelling.
    """
    barred = set(without)
    named = {plain_name(c): c for c in right if c not in {*mappings[1].values(), *barred}}
    found = []
    for column in left:
        name = plain_name(column)
        if column in {*mappings[0].values(), *barred} or name not in named:
            continue
        told = name and not _NO_EVIDENCE.search(name) and not name.endswith("id")
        if told and refused_trait(column) is None:
            found.append((column, named[name]))
    return found
