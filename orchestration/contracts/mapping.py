"""From a supplier's columns to ours: a contract's feed and a file's columns become one query.

What is decided here is text only; no data is touched. The query is built in layers, each a
``select`` over the one before, because DuckDB shares work between layers and not inside a
``case``. Files and duplicates are bound in ``binding.py``; how a cell is read is ``normalise``.

Names inside the query: ``__row`` the record number, ``i_`` the clean text of an input, ``s_`` a
step between, ``t_`` the typed value, ``w_`` a wide column. No name of the file leaves layer one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from fnmatch import translate

from orchestration.contracts.entities import COMPUTED, ENTITIES, INPUTS, Column, entity_columns
from orchestration.contracts.expressions import check_expression
from orchestration.contracts.model import Contract, Feed
from orchestration.contracts.normalise import codes
from orchestration.contracts.normalise.parsers import (
    NOUNS,
    UNREADABLE_KINDS,
    Situation,
    steps_for,
)
from orchestration.contracts.normalise.text import clean, identifier, literal
from orchestration.contracts.normalise.times import is_unknown_day
from orchestration.contracts.parts import ColumnMapping, Value, WideMapping
from orchestration.contracts.people import identity_layers
from orchestration.contracts.traits import refused_trait
from orchestration.contracts.votes import vote_columns, votes_sql

ROW = "__row"


@dataclass
class Layers:
    """The columns that each layer adds, by number; the first stands on the file's own columns."""

    steps: dict[int, dict[str, str]] = field(default_factory=dict)

    def add(self, layer: int, name: str, sql: str) -> str:
        """Add a column to a layer and give its name back, to be read from the next layer on."""
        self.steps.setdefault(layer, {})[name] = sql
        return name

    def chain(self, layer: int, name: str, ref: str, steps: tuple[object, ...]) -> int:
        """Read ``ref`` in steps, one a layer; the last is called ``name``.

        Returns:
            The layer that holds it.
        """
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            target = name if last else f"s{number}_{name}"
            ref = self.add(layer + number, target, step(ref))  # type: ignore[operator]
        return layer + len(steps) - 1

    def sql(self, source: str) -> str:
        """The whole as nested selects over ``source``."""
        query = source
        for number in sorted(self.steps):
            star = "" if number == min(self.steps) else "*, "
            columns = ", ".join(f"{sql} as {name}" for name, sql in self.steps[number].items())
            query = f"select {star}{columns} from ({query})"
        return query


@dataclass(frozen=True)
class Fault:
    """A reason to quarantine a row: which column, why, and what to do about it."""

    column: str
    reason: str
    fix: str


@dataclass(frozen=True)
class FeedPlan:
    """A feed laid over the columns that a file really has.

    Attributes:
        columns: The file's columns.
        used: Those that are read into something of ours.
        kept: Those that go to ``rest``.
        refused: Those that are read into nothing, with the trait.
    """

    contract: Contract
    feed: Feed
    columns: tuple[str, ...]
    used: tuple[str, ...]
    kept: tuple[str, ...]
    refused: dict[str, str]

    @property
    def key_prefix(self) -> str:
        """What stands before a record id in its ``record_key``."""
        return f"{self.contract.source}/{self.feed.name}:"


def columns_read(feed: Feed, columns: tuple[str, ...]) -> dict[str, str]:
    """The file columns that a feed reads, each with the column of ours that first asks for it."""
    found: dict[str, str] = {}
    for name, column in feed.columns.items():
        reads = [*column.from_]
        if column.sql is not None:
            reads += check_expression(column.sql)
        for votes in (column.votes or {}).values():
            reads += vote_columns(votes, columns)
        for read in reads:
            found.setdefault(read, name)
    for name, wide in feed.wide.items():
        found.setdefault(wide.from_, f"wide.{name}")
    for read, asked in ((feed.data_time and feed.data_time.from_, "data_time"),
                        (feed.key, "key"), (feed.one_per, "one_per")):  # fmt: skip
        if read:
            found.setdefault(read, asked)
    return found


def plan_feed(contract: Contract, feed: Feed, columns: tuple[str, ...]) -> FeedPlan:
    """Lay a feed over a file's columns; call ``check_shape`` before, which says what is missing."""
    own = {name.lower(): name for name in columns}
    used = tuple(dict.fromkeys(own[r.lower()] for r in columns_read(feed, columns) if r.lower() in own))
    refused = {own[n.lower()]: trait for n, trait in feed.refuse.items() if n.lower() in own}
    for name in columns:
        trait = refused_trait(name)
        if trait and name not in used:
            refused.setdefault(name, trait)
    kept: tuple[str, ...] = ()
    if feed.rest == "keep":
        kept = tuple(name for name in columns if name not in used and name not in refused)
    return FeedPlan(contract, feed, columns, used, kept, refused)


class QueryBuilder:
    """Builds the layers of one plan; use :func:`build_query`."""

    def __init__(self, plan: FeedPlan, received: str, file: str) -> None:
        self.plan, self.feed = plan, plan.feed
        self.entity = ENTITIES[plan.feed.entity]
        self.zone = plan.contract.zone
        self.received, self.file = received, file
        self.layers = Layers()
        self.mapped: dict[str, ColumnMapping] = dict(plan.feed.columns)
        self.deepest = 0

    def build(self) -> tuple[Layers, tuple[Fault, ...]]:
        """All layers, and the faults that a row's ``problem`` numbers from 1."""
        self.layers.add(1, ROW, ROW)
        for name, column in self.mapped.items():
            self._input(name, column)
        self._rest()
        for name, wide in self.feed.wide.items():
            self._wide(name, wide)
        done = identity_layers(self) if self.entity.is_personal else set()
        for name, kind in INPUTS[self.entity.name].items():
            if name not in done and kind and (name == "record_id" or self._is_column(name)):
                self._typed(name, kind)
        self._data_time()
        faults = self._finish()
        return self.layers, faults

    def _is_column(self, name: str) -> bool:
        return any(c.name == name for c in self.entity.columns)

    def _input(self, name: str, column: ColumnMapping) -> None:
        if column.votes:
            sql = votes_sql(column, self.plan.columns)
        elif column.sql is not None:
            sql = clean(f"cast(({column.sql}) as varchar)")
        elif column.const is not None:
            sql = literal(_text(column.const))
        else:
            refs = [identifier(self._own(read)) for read in column.from_]
            sql = refs[0] if len(refs) == 1 else f"coalesce({', '.join(refs)})"
        self.layers.add(1, f"i_{name}", sql)

    def _own(self, name: str) -> str:
        return next(own for own in self.plan.columns if own.lower() == name.lower())

    def situation(self, name: str) -> Situation:
        """What reading this input depends on."""
        column = self.mapped.get(name)
        return Situation(column.formats if column else (), self.zone, self.received)

    def typed_as(self, name: str, ref: str, kind: str, layer: int = 2) -> int:
        """Read ``ref`` (clean text in the layer before) into ``t_<name>``; gives its layer."""
        column = self.mapped.get(name)
        target = self.entity.column(name)
        if kind == "votes":
            self.layers.add(layer, f"t_{name}", ref)
            return self._deep(layer)
        if column is not None and column.values is not None:
            layer = self.layers.chain(layer, f"v_{name}", ref, (_values(column),))
        elif column is not None and column.const is not None:
            self.layers.add(layer, f"v_{name}", ref)
        else:
            steps = steps_for(column.parse if column and column.parse else kind, self.situation(name))
            layer = self.layers.chain(layer, f"v_{name}", ref, steps)
        self.layers.add(layer + 1, f"t_{name}", self._bounded(target, f"v_{name}", column))
        return self._deep(layer + 1)

    def _bounded(self, target: Column, ref: str, column: ColumnMapping | None) -> str:
        if column is not None and column.authority:
            ref = f"{literal(column.authority + ':')} || {ref}"
        if column is not None and column.of:
            ref = f"{literal(f'{self.plan.contract.source}/{column.of}:')} || {ref}"
        value = f"try_cast({ref} as {target.type})"
        checks = []
        if target.allowed:
            checks.append(f"{ref} in ({', '.join(literal(a) for a in target.allowed)})")
        checks += [f"{value} >= {target.low}"] if target.low else []
        checks += [f"{value} <= {target.high}"] if target.high else []
        if checks:
            value = f"case when {' and '.join(checks)} then {value} end"
        if column is not None and column.default is not None:
            value = f"coalesce({value}, try_cast({literal(_text(column.default))} as {target.type}))"
        return value

    def _deep(self, layer: int) -> int:
        self.deepest = max(self.deepest, layer)
        return layer

    def _typed(self, name: str, kind: str) -> None:
        if name in self.mapped:
            self.typed_as(name, f"i_{name}", kind)

    def _wide(self, name: str, wide: WideMapping) -> None:
        ref = identifier(self._own(wide.from_))
        kind = {"BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp"}.get(wide.type)
        self.layers.add(1, identifier(f"w_{name}"), ref)
        source, target = identifier(f"w_{name}"), identifier(f"x_{name}")
        if wide.values is not None:
            mapping = ColumnMapping(**{"from": (wide.from_,), "values": wide.values})
            layer = self.layers.chain(2, target, source, (_values(mapping),))
        elif kind:
            names = identifier(f"x_{name}")
            layer = 1
            ref = source
            for number, step in enumerate(steps_for(kind, Situation((), self.zone))):
                layer, names = 2 + number, identifier(f"x{number}_{name}")
                ref = self.layers.add(layer, names, step(ref))
            self.layers.add(layer + 1, target, ref)
            layer += 1
        else:
            sql = source if wide.type == "VARCHAR" else codes.number(source)
            layer = 2
            self.layers.add(layer, target, sql)
        self._deep(layer)

    def _rest(self) -> None:
        pairs = [
            f"case when {identifier(name)} is not null then "
            f"{literal(json.dumps(name, ensure_ascii=False) + ':')} || "
            f"cast(to_json({identifier(name)}) as varchar) end"
            for name in self.plan.kept
        ]
        sql = f"nullif(concat_ws(',', {', '.join(pairs)}), '')" if pairs else "cast(null as varchar)"
        self.layers.add(1, "rest_pairs", sql)

    def _data_time(self) -> None:
        fallback = f"cast({self.received} as timestamp)"
        if self.zone != "UTC":
            fallback = f"(({fallback} at time zone {literal(self.zone)}) at time zone 'UTC')"
        source = self.feed.data_time
        if source is None:
            self.layers.add(2, "t_data_time", fallback)
        elif source.file is not None:
            found = date_in_name(self.file, source.file)
            stated = f"timestamp '{found:%Y-%m-%d %H:%M:%S}'" if found else fallback
            if found and self.zone != "UTC":
                stated = f"(({stated} at time zone {literal(self.zone)}) at time zone 'UTC')"
            self.layers.add(2, "t_data_time", stated)
        else:
            assert source.from_ is not None
            self.layers.add(1, "i___time", identifier(self._own(source.from_)))
            steps = steps_for("timestamp", Situation(source.formats, self.zone))
            layer = self.layers.chain(2, "v___time", "i___time", steps)
            self.layers.add(layer + 1, "t_data_time", f"coalesce(v___time, {fallback})")
            self._deep(layer + 1)
        self._deep(2)

    def _finish(self) -> tuple[Fault, ...]:
        last = self.deepest + 1
        present = {name for step in self.layers.steps.values() for name in step}
        for column in self.entity.columns:
            if f"t_{column.name}" not in present:
                self.layers.add(last, f"t_{column.name}", f"cast(null as {column.type})")
        self._unreadable(last)
        faults = self._faults(last)
        values = ", ".join(
            f"coalesce(cast(t_{c.name} as varchar), '')" for c in self.entity.columns
        )
        end = last + 1
        self.layers.add(end, "row_hash", f"md5(concat_ws(chr(31), {values}))")
        self.layers.add(
            end, "rest", "case when rest_pairs is not null or unreadable is not null then "
            "'{' || concat_ws(',', rest_pairs, unreadable) || '}' end",
        )  # fmt: skip
        return faults

    def _kind(self, name: str) -> str:
        column = self.mapped[name]
        return column.parse or INPUTS[self.entity.name][name]

    def _unreadable(self, layer: int) -> None:
        pairs = []
        for name, column in self.mapped.items():
            if not self._is_column(name) or column.default is not None or column.const is not None:
                continue
            kind = self._kind(name)
            if kind not in UNREADABLE_KINDS and column.values is None:
                if not self.entity.column(name).allowed or kind in {"gender", "suffix"}:
                    continue
            lost = f"i_{name} is not null and t_{name} is null"
            if kind in {"date", "birth_date"}:
                lost += f" and not ({is_unknown_day(f'i_{name}')})"
            head = literal(json.dumps(name) + ":")
            pairs.append(f"case when {lost} then {head} || cast(to_json(i_{name}) as varchar) end")
        sql = "cast(null as varchar)"
        if pairs:
            sql = f"nullif(concat_ws(',', {', '.join(pairs)}), '')"
        self.layers.add(layer, "unreadable_pairs", sql)
        self.layers.add(
            layer + 1, "unreadable", "cast(null as varchar)"
        )
        self.layers.steps[layer + 1]["unreadable"] = "cast(null as varchar)"
        del self.layers.steps[layer + 1]["unreadable"]
        self.layers.steps[layer]["unreadable"] = (
            f"'\"_unreadable\":{{' || {sql} || '}}'" if pairs else sql
        )
        del self.layers.steps[layer]["unreadable_pairs"]

    def _faults(self, layer: int) -> tuple[Fault, ...]:
        faults: list[Fault] = []
        whens: list[str] = []

        def fault(condition: str, column: str, reason: str, fix: str) -> None:
            faults.append(Fault(column, reason, fix))
            whens.append(f"when {condition} then {len(faults)}")

        for name, mapping in self.mapped.items():
            needed = mapping.required or name == "record_id"
            needed = needed or (self._is_column(name) and self.entity.column(name).required)
            if not needed:
                continue
            origin = ", ".join(mapping.from_) or name
            fault(f"i_{name} is null", origin, f"{name} is required and empty",
                  "fill it at the source, or make it not required in the contract")  # fmt: skip
            if self._is_column(name) or name == "record_id":
                noun = NOUNS.get(self._kind(name), "what the contract allows")
                fault(f"t_{name} is null", origin, f"{name} is required and not readable as {noun}",
                      "correct it at the source, or add its format or code to the contract")  # fmt: skip
        sql = f"case {' '.join(whens)} end" if whens else "cast(null as integer)"
        self.layers.add(layer, "problem", sql)
        return tuple(faults)


def build_query(
    plan: FeedPlan, received: str, file: str
) -> tuple[Layers, tuple[Fault, ...]]:
    """The layers of a plan for a delivery of one day.

    Args:
        plan: From :func:`plan_feed`.
        received: SQL of the local day it came; no birth date lies after it.
        file: The file's name, which may state the age of its data.
    """
    return QueryBuilder(plan, received, file).build()


def source_sql(plan: FeedPlan, relation: str) -> str:
    """The file's columns that matter, clean, under their own names; the ground of layer one."""
    names = (*plan.used, *plan.kept)
    columns = "".join(f", {clean(identifier(n))} as {identifier(n)}" for n in names)
    query = f"select {ROW}{columns} from {relation}"
    if plan.feed.one_per:
        own = next(n for n in plan.columns if n.lower() == plan.feed.one_per.lower())
        query = (
            f"select * from ({query}) qualify row_number() over "
            f"(partition by coalesce({identifier(own)}, cast({ROW} as varchar)) order by {ROW} desc) = 1 "
            f"order by {ROW}"
        )
    return query


def final_columns(plan: FeedPlan) -> str:
    """The canonical select list over the last layer, in the entity's order and types."""
    computed = {
        "record_key": f"{literal(plan.key_prefix)} || t_record_id",
        "record_id": "t_record_id",
        "feed": literal(plan.feed.name),
        "row_number": ROW,
        "data_time": "t_data_time",
        "received_date": "__received",
        "row_hash": "row_hash",
        "rest": "rest",
    }
    return ", ".join(
        f"cast({computed.get(c.name, f't_{c.name}')} as {c.type}) as {c.name}"
        for c in entity_columns(plan.feed.entity)
    )


def date_in_name(file: str, pattern: str) -> datetime | None:
    """The date that a file's name states, by a strptime pattern anywhere in it.

    >>> date_in_name("voterfile_full_20160104.zip", "voterfile_full_%Y%m%d")
    datetime.datetime(2016, 1, 4, 0, 0)
    """
    fields = {"%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{2}", "%d": r"\d{2}", "%H": r"\d{2}",
              "%M": r"\d{2}", "%S": r"\d{2}", "%b": "[A-Za-z]{3}", "%B": "[A-Za-z]+"}  # fmt: skip
    regex = re.escape(pattern)
    for name, digits in fields.items():
        regex = regex.replace(re.escape(name), digits)
    found = re.search(regex, file)
    if not found:
        return None
    try:
        return datetime.strptime(found[0], pattern).replace(tzinfo=timezone.utc).replace(tzinfo=None)
    except ValueError:
        return None


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _values(column: ColumnMapping) -> object:
    listed = column.values or {}
    folded = {key.upper() for key in listed}
    exact = len(folded) != len(listed)

    def step(ref: str) -> str:
        shown = ref if exact else f"upper({ref})"
        whens = " ".join(
            f"when {literal(key if exact else key.upper())} then "
            f"{'null' if value is None else literal(_text(value))}"
            for key, value in listed.items()
        )
        return f"case {shown} {whens} end"

    return step


__all__ = [
    "COMPUTED",
    "Fault",
    "FeedPlan",
    "Layers",
    "QueryBuilder",
    "build_query",
    "columns_read",
    "date_in_name",
    "final_columns",
    "plan_feed",
    "source_sql",
    "translate",
]
