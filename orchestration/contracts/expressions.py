"""The ``sql:`` of a contract: that it is one harmless expression, and which columns it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


_IMPURE = frozenset(
    """random setseed uuid gen_random_uuid uuidv4 uuidv7 now current_timestamp current_date
    current_time get_current_timestamp get_current_time today transaction_timestamp getenv
    getvariable
    current_setting current_user nextval currval read_text read_blob query query_table
    """.split()
)
"""Functions whose result is not a function of the row: a delivery must land the same twice."""


class ExpressionError(Exception):
    """Why a text is no expression that a contract may hold; written to follow a column's name."""


@lru_cache(maxsize=1024)
def check_expression(text: str) -> tuple[str, ...]:
    """The file columns that an expression reads, in order of first use.

    It is parsed, not run. A statement, a subquery, a second expression, a star or a comment
    that would swallow what follows is refused, so the text can stand inside a bigger query.

    Raises:
        ExpressionError: it is anything but one expression over columns.
    """
    import duckdb

    if "\n" in text or "--" in text or "/*" in text:
        raise ExpressionError("holds a line break or a comment; write one plain line")
    con = duckdb.connect(":memory:")
    try:
        # bare, a comma makes two of it; in brackets, nothing after it can become a clause
        bare, bracketed = (_parse(con, query) for query in (f"select {text}", f"select ({text})"))
    finally:
        con.close()
    _columns_of(bare)
    return _columns_of(bracketed)


def _parse(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    row = con.execute("select json_serialize_sql(?::varchar)", [query]).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        raise ExpressionError(f"is no SQL expression ({tree.get('error_message', 'unreadable')})")
    return tree


def _columns_of(tree: dict[str, Any]) -> tuple[str, ...]:
    statements = tree["statements"]
    node = statements[0]["node"]
    if len(statements) != 1 or node["type"] != "SELECT_NODE" or len(node["select_list"]) != 1:
        raise ExpressionError("is more than one expression; write exactly one")
    clauses = ("where_clause", "having", "qualify", "sample", "modifiers", "group_expressions")
    if node["from_table"]["type"] != "EMPTY" or any(node.get(clause) for clause in clauses):
        raise ExpressionError("is more than one expression; write exactly one")
    found: dict[str, None] = {}
    lambdas: set[str] = set()
    for part in _walk(node["select_list"][0]):
        kind = part.get("class")
        if kind in {"SUBQUERY", "STAR", "WINDOW"}:
            raise ExpressionError(f"holds a {kind.lower()}; use only the row's own columns")
        if kind == "FUNCTION" and part["function_name"].lower() in _IMPURE:
            raise ExpressionError(f"calls {part['function_name']}(), which is not the row's own")
        if kind == "LAMBDA":
            lambdas.update(_lambda_names(part))
        if kind == "COLUMN_REF":
            names = part["column_names"]
            if len(names) != 1:
                raise ExpressionError(f'reads {".".join(names)}; write it as "{".".join(names)}"')
            found.setdefault(names[0])
    return tuple(name for name in found if name not in lambdas)


def _lambda_names(part: dict[str, Any]) -> Iterator[str]:
    for inner in _walk(part.get("lhs") or {}):
        if inner.get("class") == "COLUMN_REF":
            yield inner["column_names"][-1]
    yield from part.get("named_parameters") or part.get("parameters") or ()


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)
