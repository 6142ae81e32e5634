"""JSON: where the records are, and their values by dotted path.

A list of objects (phones, addresses) is no column; its first object, or the one of each ``type``,
is offered as columns of their own with the SQL that takes them out of the list's text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Reading
from orchestration.contracts.normalise.text import identifier, literal
from orchestration.contracts.onboard.sniff import Table
from orchestration.contracts.onboard.sniff_text import lines_of
from orchestration.settings import UserError

MOST_RECORDS = 3_000
_LIST = re.compile(r'"((?:[^"\\]|\\.)+)"\s*:\s*\[\s*(?=\{)')


def is_json(head: str) -> bool:
    """Whether a text begins as JSON objects do."""
    return re.match(r"\s*(?:\{\s*[\"}]|\[\s*[\[{])", head) is not None


def sniff_json(texts: tuple[str, ...], whole: bool, file: Path) -> Table:
    """A table out of a page of JSON, or of one object a line."""
    lines = [line for text in texts for line in lines_of(text) if line.strip()]
    records = _lines(lines)
    if records is not None:
        reading = Reading(format="ndjson")
    elif whole:
        try:
            content = json.loads(texts[0])
        except (json.JSONDecodeError, RecursionError) as mistake:
            line = getattr(mistake, "lineno", 1)
            raise UserError(f"{file}, line {line}: no valid JSON; ask for it again") from None
        path, records = _find_records(content)
        reading = Reading(format="json", records=path)
    else:
        path, records = _from_head(texts[0])
        reading = Reading(format="json", records=path)
    if not records:
        raise UserError(f"{file} holds no list of objects; name a file of records")
    return _table(reading, records[:MOST_RECORDS])


def _lines(lines: list[str]) -> list[dict[str, Any]] | None:
    """One object a line, or None when it is not so; a line that is broken does not count."""
    found: list[dict[str, Any]] = []
    broken = 0
    for line in lines[:MOST_RECORDS]:
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            broken += 1
            if broken > 3 + len(found) // 10:
                return None
            continue
        if not isinstance(record, dict):
            return None
        found.append(record)
    return found if len(found) > 1 else None


def _find_records(content: Any) -> tuple[str | None, list[dict[str, Any]]]:
    """The longest list of objects near the top, else the object that holds the most."""
    if isinstance(content, list):
        return None, [item for item in content if isinstance(item, dict)]
    lists = list(_lists(content, ()))
    own = sum(1 for value in content.values() if not isinstance(value, dict | list))
    near = [item for item in lists if own <= 3 or len(item[1]) > 1]
    if near and own < 8:
        path, records = max(near, key=lambda item: (len(item[1]), len(item[1][0]), -len(item[0])))
        return ".".join(path), records
    inner = [(k, v) for k, v in content.items() if isinstance(v, dict) and len(v) > max(own, 4)]
    if own <= 2 and len(inner) == 1:
        return inner[0][0], [inner[0][1]]
    return None, [content]


def _lists(
    content: dict[str, Any], at: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for key, value in content.items():
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            yield (*at, key), value
        elif isinstance(value, dict) and len(at) < 2:
            yield from _lists(value, (*at, key))


def _from_head(head: str) -> tuple[str | None, list[dict[str, Any]]]:
    """Records out of the beginning of a page that is too big to be parsed whole."""
    found = None if head.lstrip().startswith("[") else _LIST.search(head)
    start = found.end() if found else head.index("[") + 1
    decoder = json.JSONDecoder()
    records: list[dict[str, Any]] = []
    while start < len(head) and len(records) < MOST_RECORDS:
        while start < len(head) and head[start] in " \t\r\n,":
            start += 1
        try:
            record, start = decoder.raw_decode(head, start)
        except json.JSONDecodeError:
            break
        if isinstance(record, dict):
            records.append(record)
    return (found[1] if found else None), records


def _table(reading: Reading, records: list[dict[str, Any]]) -> Table:
    flat: list[dict[str, str | None]] = []
    expressions: dict[str, str] = {}
    for record in records:
        cells: dict[str, str | None] = {}
        _flatten(record, (), cells, expressions)
        flat.append(cells)
    columns = tuple(dict.fromkeys(name for cells in flat for name in cells))
    # an object that is sometimes null is no column of its own
    objects = {".".join(n.split(".")[:k]) for n in columns for k in range(1, n.count(".") + 1)}
    columns = tuple(name for name in columns if name not in objects)
    return Table(
        reading,
        columns,
        tuple(tuple(cells.get(name) for cells in flat) for name in columns),
        expressions={k: v for k, v in expressions.items() if k in columns},
        records=tuple(records),
    )


def _flatten(
    value: Any, at: tuple[str, ...], cells: dict[str, str | None], expressions: dict[str, str]
) -> None:
    if isinstance(value, dict) and (value or not at):
        for key, inner in value.items():
            _flatten(inner, (*at, key), cells, expressions)
        return
    name = ".".join(at)
    cells[name] = text_of(value)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        _offer(name, value, cells, expressions)


def text_of(value: Any) -> str | None:
    """A JSON value as the reader gives it: text, and lists as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else None
    return str(value)


def _offer(
    name: str,
    items: list[dict[str, Any]],
    cells: dict[str, str | None],
    expressions: dict[str, str],
) -> None:
    """The objects of a list as columns: one set for each type, or those of the first object."""
    kind = next((key for key in items[0] if key.lower().endswith("type")), None)
    for item in items:
        said = item.get(kind) if kind else None
        place = f"{name}[{kind}={said}]" if said else f"{name}[0]"
        if not said and item is not items[0]:
            continue
        for key, value in item.items():
            column = f"{place}.{key}"
            if isinstance(value, dict | list) or key == kind or column in cells:
                continue
            cells[column] = text_of(value)
            expressions[column] = _taken(name, kind if said else None, str(said), key)


def _taken(name: str, kind: str | None, said: str, key: str) -> str:
    pointer = literal("$." + json.dumps(key))
    if kind is None:
        return f"json_extract_string({identifier(name)}, {literal(f'$[0].{json.dumps(key)}')})"
    chosen = (
        f"list_filter(cast({identifier(name)} as json[]), lambda e: "
        f"json_extract_string(e, {literal('$.' + json.dumps(kind))}) = {literal(said)})[1]"
    )
    return f"json_extract_string({chosen}, {pointer})"
