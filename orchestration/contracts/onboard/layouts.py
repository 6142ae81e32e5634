"""Names for files without a header: layouts that suppliers publish, and lists of columns.

The known layouts are data, in ``layouts.yaml``. A layout is only believed when the values agree
with it. A file of values that match no layout is left to ``neighbours``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Reading
from orchestration.contracts.onboard.profile import profile
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.support import support
from orchestration.contracts.onboard.vocabulary import STRONG, vocabulary

FILE = Path(__file__).with_name("layouts.yaml")
LEAST_FIT = 0.85
MOST_APPENDED = 40
LONG = 60
"""A layout of so many columns is told by its beginning alone."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ ./#()&'-]{0,60}")


@dataclass(frozen=True)
class Layout:
    """A published order of columns."""

    name: str
    state: str
    columns: tuple[str, ...]


@cache
def known_layouts() -> tuple[Layout, ...]:
    """The layouts of ``layouts.yaml``."""
    import yaml

    listed = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Layout(item["name"], item.get("state", ""), _columns(item)) for item in listed)


def _columns(item: dict[str, Any]) -> tuple[str, ...]:
    found = item["columns"].split()
    for part in item.get("then", ()):
        for number in range(1, int(part.get("repeat", 1)) + 1):
            again = "" if number == 1 else f".{number - 1}"
            found += [n.format(n=number, again=again) for n in part["names"].split()]
    return tuple(found)


def with_layout(table: Table, this_year: int) -> Table:
    """The table under the names of the layout that fits it, or as it was."""
    for layout in known_layouts():
        more = len(table.columns) - len(layout.columns)
        # a party appends columns of its own to the state's
        if more < 0 or more > MOST_APPENDED or (more and len(layout.columns) < LONG):
            continue
        agree, checked = fit(layout, table, this_year)
        if checked >= 5 and agree >= LEAST_FIT * checked:
            first = f"first {len(layout.columns)}" if more else f"{len(layout.columns)}"
            note = (
                f"it has no header; its {first} columns fit the {layout.name} "
                f"({agree} of {checked} checks agree)"
            )
            names = (*layout.columns, *table.columns[len(layout.columns) :])
            return replace(named(table, names, note), state=layout.state)
    return table


def fit(layout: Layout, table: Table, this_year: int) -> tuple[int, int]:
    """How many columns hold what the layout says, of those that can be checked."""
    agree = checked = 0
    for name, cells in zip(layout.columns, table.cells, strict=False):
        matches = vocabulary().read(name).matches
        seen = profile(cells)
        if not matches or matches[0].score < STRONG - 0.02 or not seen.filled:
            continue
        field = "registration_date" if matches[0].field == "birth_date" else matches[0].field
        if field == "phone_any" and "area_code" in " ".join(layout.columns):
            field = "phone_local"
        value = support(field, seen, this_year).value
        if value:
            checked += 1
            agree += value > 0
    return agree, checked


def named(table: Table, names: tuple[str, ...], note: str) -> Table:
    """The same file with names for its columns, for one that has no header."""
    reading = replace(table.reading, names=names)
    return replace(table, reading=reading, columns=names, note=note, inferred=True)


def listed_columns(table: Table) -> tuple[str, ...]:
    """The column names that a file lists line by line, when it describes another file's layout.

    Empty for a file that holds records.
    """
    if len(table.columns) > 8 or not 5 <= table.rows <= 4_000:
        return ()
    best: tuple[int, tuple[str, ...]] = (0, ())
    heads = () if table.reading.header else table.columns
    for number in range(len(table.columns)):
        cells = [(cell or "").strip() for cell in table.cells[number]]
        names = tuple(cell for cell in cells if cell)
        if len(names) < table.rows or len(set(map(str.lower, names))) < len(names):
            continue
        if any(not _NAME.fullmatch(name) for name in names) or names == heads:
            continue
        fields = {m[0].field for name in names if (m := vocabulary().read(name).matches)
                  and m[0].score > 0.85}  # fmt: skip
        if len(fields) >= max(5, 0.12 * len(names)) and len(fields) > best[0]:
            best = (len(fields), names)
    return best[1]


def layout_table(names: tuple[str, ...]) -> Table:
    """A file of which only the list of columns is known: comma-separated, without a header."""
    note = "the file lists the columns of another; format and delimiter are guessed"
    reading = Reading(format="csv", header=False, names=names)
    return Table(reading, names, tuple(() for _ in names), note=note)
