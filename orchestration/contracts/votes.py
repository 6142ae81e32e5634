"""Vote history out of wide columns: which columns hold it and the list they become."""

from __future__ import annotations

import re
from datetime import datetime

from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.normalise.times import DATE_FORMATS, day_text, parsed
from orchestration.contracts.parts import ColumnMapping, VoteColumns

_FIELDS = {"%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%b": r"[A-Za-z]{3}"}


def vote_columns(votes: VoteColumns, columns: tuple[str, ...]) -> list[str]:
    """The file columns that one kind of election is read from; a name with no match is itself."""
    found: list[str] = []
    for pattern in votes.dates:
        found += matching(pattern, columns) or [pattern]
    found += list(votes.flags)
    found += [name for name, _ in dated_headers(votes.headers, columns)]
    return found


def matching(pattern: str, columns: tuple[str, ...]) -> list[str]:
    """Columns whose whole name fits a pattern with ``*``; only the star is special."""
    regex = ".*".join(re.escape(part) for part in pattern.split("*"))
    return [name for name in columns if re.fullmatch(regex, name, re.IGNORECASE)]


def dated_headers(patterns: tuple[str, ...], columns: tuple[str, ...]) -> list[tuple[str, int]]:
    """Columns whose name is an election, with its year: ``PRIMARY-05/07/2013`` is 2013."""
    found = []
    for pattern in patterns:
        regex = re.escape(pattern)
        for name, digits in _FIELDS.items():
            regex = regex.replace(re.escape(name), digits)
        for column in columns:
            if re.fullmatch(regex, column, re.IGNORECASE):
                try:
                    found.append((column, datetime.strptime(column, pattern).year))  # noqa: DTZ007
                except ValueError:
                    continue
    return found


def votes_sql(column: ColumnMapping, columns: tuple[str, ...]) -> str:
    """The sorted list of elections as SQL over the file's clean columns."""
    own = {name.lower(): name for name in columns}
    formats = column.formats or DATE_FORMATS
    items: list[str] = []
    for letter, votes in (column.votes or {}).items():
        absent = ", ".join(literal(mark.upper()) for mark in votes.absent) or "''"
        for pattern in votes.dates:
            for name in matching(pattern, columns):
                day = parsed(day_text(identifier(name)), tuple(formats))
                items.append(f"'{letter}' || year({day})")
        marks = [*votes.flags.items(), *dated_headers(votes.headers, columns)]
        for name, year in marks:
            ref = identifier(own[name.lower()])
            items.append(f"case when upper({ref}) not in ({absent}) then '{letter}{year}' end")
    listed = ", ".join(items)
    # a letter and a year of four digits: what strptime takes for the year 19 is no election
    return f"list_sort(list_distinct(list_filter([{listed}], lambda e: length(e) = 5)))"
