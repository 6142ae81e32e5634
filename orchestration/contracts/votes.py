"""Vote history out of wide columns: which columns hold it and the list they become."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import combinations

from orchestration.contracts.layers import Layers
from orchestration.contracts.normalise.text import cases, identifier, literal
from orchestration.contracts.normalise.times import DATE_FORMATS, day_text, parsed
from orchestration.contracts.parts import ColumnMapping, VoteColumns, VoteGroups

MOST_IN_ORDER = 8
"""Columns of one kind of election whose order is looked at pair by pair."""
_FIELDS = {"%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%b": r"[A-Za-z]{3}"}


def history_columns(column: ColumnMapping, columns: tuple[str, ...]) -> list[str]:
    """The file columns that a list of elections is read from; none for any other column."""
    found = [
        name for votes in (column.votes or {}).values() for name in vote_columns(votes, columns)
    ]
    if column.groups:
        pairs = groups_in(column.groups, columns)
        # a pattern that nothing fits is told by its own name
        found += [name for pair in pairs for name in pair] or [column.groups.dates]
    return found


def groups_in(groups: VoteGroups, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each group's column of the date and column of the kind; a date without a kind is no group."""
    kinds = dict(_starred(groups.kinds, columns))
    return [(name, kinds[star]) for star, name in _starred(groups.dates, columns) if star in kinds]


def _starred(pattern: str, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    """Columns that fit a pattern, each after the text that its star stands for."""
    regex = re.compile("(.*)".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)
    return [(found[1].lower(), name) for name in columns if (found := regex.fullmatch(name))]


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


def add_votes(layers: Layers, name: str, column: ColumnMapping, columns: tuple[str, ...]) -> int:
    """Add ``t_<name>``, the sorted list of elections, over the file's clean columns.

    Returns:
        The layer that holds it.
    """
    dated = _add_years(layers, name, column, columns)
    marks, grouped = _marks(column, columns), _add_groups(layers, name, column, columns)
    if not dated and not grouped:
        # what a mark means is known beforehand, so the list is written in order
        listed = ", ".join(sql for _, sql in sorted(marks.items()))
        layers.add(1, f"t_{name}", f"list_filter([{listed}]::varchar[], lambda e: e is not null)")
        return 1
    told = {e: layers.add(1, f"{e.lower()}_{name}", sql) for e, sql in marks.items()}
    layers.add(2, f"t_{name}", _listed(dated, told, grouped))
    return 2


def _add_groups(
    layers: Layers, name: str, column: ColumnMapping, columns: tuple[str, ...]
) -> list[str]:
    """Add the election of each repeated group; gives their names."""
    if column.groups is None:
        return []
    formats, found = tuple(column.formats or DATE_FORMATS), list[str]()
    letters = {word.upper(): letter for word, letter in column.groups.values.items()}
    for day, kind in groups_in(column.groups, columns):
        year = f"year({parsed(day_text(identifier(day)), formats)})"
        sql = f"{cases(f'upper({identifier(kind)})', letters)} || {year}"
        found.append(layers.add(1, f"g{len(found)}_{name}", sql))
    return found


def _add_years(
    layers: Layers, name: str, column: ColumnMapping, columns: tuple[str, ...]
) -> dict[str, list[str]]:
    """Add the year of each column that holds a date; gives the years' names by letter."""
    formats, found = tuple(column.formats or DATE_FORMATS), {}
    for letter, votes in sorted((column.votes or {}).items()):
        years: list[str] = []
        for pattern in votes.dates:
            for own in matching(pattern, columns):
                day = parsed(day_text(identifier(own)), formats)
                years.append(layers.add(1, f"y{letter.lower()}{len(years)}_{name}", f"year({day})"))
        if years:
            found[letter] = years
    return found


def _marks(column: ColumnMapping, columns: tuple[str, ...]) -> dict[str, str]:
    """Elections whose columns hold a mark, as text or null; a column or several of an election."""
    own = {name.lower(): name for name in columns}
    found: dict[str, list[str]] = {}
    for letter, votes in (column.votes or {}).items():
        absent = ", ".join(literal(mark.upper()) for mark in votes.absent) or "''"
        for flag, year in (*votes.flags.items(), *dated_headers(votes.headers, columns)):
            ref = identifier(own[flag.lower()])
            sql = f"case when upper({ref}) not in ({absent}) then '{letter}{year}' end"
            found.setdefault(f"{letter}{year}", []).append(sql)
    return {
        election: sqls[0] if len(sqls) == 1 else f"coalesce({', '.join(sqls)})"
        for election, sqls in found.items()
    }


def _listed(dated: dict[str, list[str]], marks: dict[str, str], grouped: list[str]) -> str:
    """Years and marks as one sorted list without repeats.

    Sorting lists is dear, and nearly every file has its elections in order, the newest first or
    last: where the years say so themselves, they are only put together.
    """
    texts = {letter: [f"'{letter}' || {year}" for year in years] for letter, years in dated.items()}
    told = [*(text for letter in texts for text in texts[letter]), *marks.values(), *grouped]
    sorted_list = f"list_sort(list_distinct({_whole(told)}))"
    has_both = any(election[0] in dated for election in marks)
    if has_both or grouped or max(map(len, dated.values())) > MOST_IN_ORDER:
        return sorted_list
    rising = texts | {election: [marks[election]] for election in marks}
    falling = {kind: list(reversed(found)) for kind, found in rising.items()}
    return (
        f"case when not coalesce({_breaks(dated, '<=')}, false) then {_in_order(falling)} "
        f"when not coalesce({_breaks(dated, '>=')}, false) then {_in_order(rising)} "
        f"else {sorted_list} end"
    )


def _in_order(texts: dict[str, list[str]]) -> str:
    return _whole([text for kind in sorted(texts) for text in texts[kind]])


def _breaks(dated: dict[str, list[str]], sign: str) -> str:
    """Whether two years of one kind of election are not in order; null and false both say no."""
    pairs = [pair for years in dated.values() for pair in combinations(years, 2)]
    return " or ".join(f"{first} {sign} {then}" for first, then in pairs) or "false"


def _whole(texts: list[str]) -> str:
    # a letter and a year of four digits: what strptime takes for the year 19 is no election
    return f"list_filter([{', '.join(texts)}], lambda e: length(e) = 5)"
