"""Landed rows held against the entities' own rules: set-based for any size, pandera for samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.contracts.entities import Column, entity_columns
from orchestration.contracts.normalise.text import literal

if TYPE_CHECKING:
    import duckdb
    import pandera.pandas as pa


@dataclass(frozen=True)
class EntityProblem:
    """A rule of an entity that rows break, and how many do."""

    column: str
    rule: str
    rows: int


def column_rules(column: Column) -> dict[str, str]:
    """SQL that is true of a row that breaks a rule, by the rule in words."""
    name = column.name
    rules = {}
    if column.required:
        rules["never null"] = f"{name} is null"
    if column.allowed:
        listed = ", ".join(literal(value) for value in column.allowed)
        rules[f"one of {', '.join(column.allowed)}"] = f"{name} not in ({listed})"
    if column.low:
        rules[f"at least {column.low}"] = f"{name} < {column.low}"
    if column.high:
        rules[f"at most {column.high}"] = f"{name} > {column.high}"
    if column.pattern:
        rules[f"like {column.pattern}"] = (
            f"not regexp_full_match({name}, {literal(column.pattern)})"
        )
    return rules


def check_entity(
    con: duckdb.DuckDBPyConnection, entity: str, relation: str
) -> tuple[EntityProblem, ...]:
    """Count the rows that break each rule of an entity, in one pass.

    Args:
        entity: Its name.
        relation: SQL to put after ``from``.
    """
    rules = [
        (c.name, rule, sql) for c in entity_columns(entity) for rule, sql in column_rules(c).items()
    ]
    counts = ", ".join(f"count(*) filter ({sql})" for _, _, sql in rules)
    keys = "count(*) - count(distinct record_key)"
    row = con.execute(f"select {counts}, {keys} from {relation}").fetchone() or ()
    found = [
        EntityProblem(name, rule, int(count))
        for (name, rule, _), count in zip(rules, row, strict=False)
        if count
    ]
    if row and row[-1]:
        found.append(EntityProblem("record_key", "unique in a delivery", int(row[-1])))
    return tuple(found)


def pandera_model(entity: str) -> pa.DataFrameSchema:
    """The entity as a pandera schema, each column with its meaning and unit; for samples.

    Whole tables are checked by :func:`check_entity`, which says the same in SQL.
    """
    import pandera.pandas as pa

    columns = {}
    for column in entity_columns(entity):
        checks: list[Any] = []
        if column.allowed:
            checks.append(pa.Check.isin(column.allowed))
        if column.pattern:
            checks.append(pa.Check.str_matches(f"^(?:{column.pattern})$"))
        unit = f" ({column.unit})" if column.unit else ""
        columns[column.name] = pa.Column(
            nullable=not column.required,
            checks=checks,
            title=column.meaning,
            description=column.meaning + unit,
            metadata={"type": column.type, "unit": column.unit},
        )
    return pa.DataFrameSchema(columns, name=entity, unique=["record_key"], strict=True)
