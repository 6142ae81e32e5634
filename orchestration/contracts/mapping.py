"""From a supplier's columns to ours: a plan becomes one query over the file's text.

Only text is made here; no data is touched. Files and repeated keys are bound in ``binding.py``;
how a cell is read is ``normalise``; the identity columns are ``people.py``.

Names inside the query: ``__row`` the record number, ``i_`` the clean text of an input, ``v_`` and
``s<n>_`` steps between, ``t_`` the typed value, ``w_`` and ``x_`` a wide column as text and typed.
No name of the file leaves layer one, so whatever a supplier calls a column does no harm.
"""

from __future__ import annotations

import json

from orchestration.contracts.data_time import add_data_time
from orchestration.contracts.entities import ENTITIES, INPUTS, Column, entity_columns
from orchestration.contracts.layers import Layers
from orchestration.contracts.normalise import codes
from orchestration.contracts.normalise.parsers import OUTCOMES, Situation, Step, steps_for
from orchestration.contracts.normalise.text import clean, identifier, literal
from orchestration.contracts.parts import ColumnMapping, Value, WideMapping
from orchestration.contracts.people import identity_layers
from orchestration.contracts.plan import FeedPlan
from orchestration.contracts.row_faults import Fault, add_faults, add_unreadable
from orchestration.contracts.votes import add_votes

ROW = "__row"
DERIVED = frozenset({"full_name", "household_key"})
"""Columns that others say already; they need no part in the hash of a row."""
_WIDE_KINDS = {"BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp"}


class QueryBuilder:
    """Builds the layers of one plan; use :func:`build_query`."""

    def __init__(self, plan: FeedPlan, received: str, file: str) -> None:
        self.plan, self.feed = plan, plan.feed
        self.entity = ENTITIES[plan.feed.entity]
        self.received, self.file = received, file
        self.layers = Layers()
        self.mapped: dict[str, ColumnMapping] = dict(plan.feed.columns)

    def build(self) -> tuple[Layers, tuple[Fault, ...]]:
        """All layers, and the faults that a row's ``problem`` numbers from 1."""
        self.layers.add(1, ROW, ROW)
        self._rest()
        for name, column in self.mapped.items():
            if column.is_history:
                add_votes(self.layers, name, column, self.plan.columns)
            else:
                self.layers.add(1, f"i_{name}", self._input(column))
        for name, wide in self.feed.wide.items():
            self._wide(name, wide)
        done = identity_layers(self) if self.entity.is_personal else set()
        for name, column in self.mapped.items():
            if column.is_history or name in done:
                continue
            if name == "record_id" or self.is_column(name):
                self.typed_as(name)
        add_data_time(self.layers, self.plan, self.received, self.file)
        return self.layers, self._finish()

    def is_column(self, name: str) -> bool:
        """Whether a mapped name is a column of the entity, and not only an input to some."""
        return any(column.name == name for column in self.entity.columns)

    def kind(self, name: str) -> str:
        """How a mapped column is read."""
        return self.mapped[name].parse or INPUTS[self.entity.name][name]

    def typed_as(self, name: str, into: str | None = None) -> int:
        """Read input ``i_<name>`` into ``t_<name>`` (or another); gives the layer that holds it."""
        column, target = self.mapped[name], self.entity.column(name)
        into = into or f"t_{name}"
        kind = self.kind(name)
        if kind == "votes":
            self.layers.add(2, into, f"i_{name}")
            return 2
        steps: tuple[Step, ...] = (str,)
        if column.values is not None:
            steps = (_values_step(column.values),)
        elif column.const is None:
            situation = Situation(column.formats, self.plan.contract.zone, self.received)
            steps = steps_for(kind, situation)
        layer = self.layers.chain(2, f"v_{name}", f"i_{name}", steps)
        self.layers.add(layer + 1, into, self._bounded(target, f"v_{name}", column))
        return layer + 1

    def _input(self, column: ColumnMapping) -> str:
        if column.sql is not None:
            return clean(f"cast(({column.sql}) as varchar)")
        if column.const is not None:
            return literal(value_text(column.const))
        refs = [identifier(self.plan.own(read)) for read in column.from_]
        return refs[0] if len(refs) == 1 else f"coalesce({', '.join(refs)})"

    def _bounded(self, target: Column, ref: str, column: ColumnMapping) -> str:
        """The value in its type, prefixed; null or the default outside what the entity allows."""
        if column.authority:
            ref = f"{literal(column.authority + ':')} || {ref}"
        if column.of:
            ref = f"{literal(f'{self.plan.contract.source}/{column.of}:')} || {ref}"
        value = ref if target.type == "VARCHAR" else f"try_cast({ref} as {target.type})"
        checks = []
        if not set(target.allowed) >= self._outcomes(column, target):
            checks.append(f"{ref} in ({', '.join(literal(a) for a in target.allowed)})")
        checks += [f"{value} >= {target.low}"] if target.low else []
        checks += [f"{value} <= {target.high}"] if target.high else []
        if checks:
            value = f"case when {' and '.join(checks)} then {value} end"
        if column.default is not None:
            default = f"try_cast({literal(value_text(column.default))} as {target.type})"
            value = f"coalesce({value}, {default})"
        return value

    def _outcomes(self, column: ColumnMapping, target: Column) -> set[str | None]:
        """Every value that a code list can give, where that is known; looking again is for nothing.

        An entity's column without a list of its own takes anything.
        """
        if not target.allowed:
            return set()
        if column.values is not None:
            return {value_text(v) for v in column.values.values() if v is not None}
        return set(OUTCOMES.get(self.kind(target.name), (None,)))

    def _wide(self, name: str, wide: WideMapping) -> None:
        text = self.layers.add(1, f"w_{name}", identifier(self.plan.own(wide.from_)))
        steps: tuple[Step, ...] = (codes.number,)
        if wide.values is not None:
            steps = (_values_step(wide.values),)
        elif wide.type == "VARCHAR":
            steps = (str,)
        elif wide.type in _WIDE_KINDS:
            steps = steps_for(_WIDE_KINDS[wide.type], Situation((), self.plan.contract.zone))
        self.layers.chain(2, f"x_{name}", text, steps)

    def _rest(self) -> None:
        """Add what was not mapped as JSON: whole, or its pairs where a row lacks some of it."""
        names = [identifier(name) for name in self.plan.kept]
        if not names:
            self.layers.add(1, "rest_whole", "null::varchar")
            self.layers.add(1, "rest_pairs", "null::varchar")
            return
        pairs = ", ".join(
            f"case when {own} is not null then {literal(_key(name))} || "
            f"cast(to_json({own}) as varchar) end"
            for name, own in zip(self.plan.kept, names, strict=True)
        )
        # one call for the row takes half the time of one a cell
        has_all = " and ".join(f"{own} is not null" for own in names)
        packed = ", ".join(f"{own} := {own}" for own in names)
        whole = f"cast(to_json(struct_pack({packed})) as varchar)"
        self.layers.add(1, "rest_whole", f"case when {has_all} then {whole} end")
        told = f"nullif(concat_ws(',', {pairs}), '')"
        self.layers.add(1, "rest_pairs", f"case when not ({has_all}) then {told} end")

    def _finish(self) -> tuple[Fault, ...]:
        last = self.layers.deepest + 1
        filled = {c.name for c in self.entity.columns if self.layers.has(f"t_{c.name}")}
        for column in self.entity.columns:
            if not self.layers.has(f"t_{column.name}"):
                self.layers.add(last, f"t_{column.name}", f"cast(null as {column.type})")
        last += 1
        add_unreadable(self, last)
        faults = add_faults(self, last)
        told = [c.name for c in self.entity.columns if c.name not in DERIVED and c.name in filled]
        self.layers.add(last, "row_hash", row_hash([f"t_{name}" for name in told]))
        bare = "substring(rest_whole, 2, length(rest_whole) - 2)"
        self.layers.add(
            last + 1,
            "rest",
            "case when unreadable is not null "
            f"then '{{' || concat_ws(',', {bare}, rest_pairs, unreadable) || '}}' "
            "when rest_whole is not null then rest_whole else '{' || rest_pairs || '}' end",
        )
        return faults


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) + ":"


def build_query(plan: FeedPlan, received: str, file: str) -> tuple[Layers, tuple[Fault, ...]]:
    """The layers of a plan for a delivery of one day, and the faults of ``problem``.

    Args:
        plan: From ``plan_feed``.
        received: SQL of the local day it came; no birth date lies after it.
        file: The file's name, which may state the age of its data.
    """
    return QueryBuilder(plan, received, file).build()


def source_sql(plan: FeedPlan, relation: str, blanks: str = "odd") -> str:
    """The file's columns that matter, clean, under their own names; the ground of layer one."""
    columns = "".join(
        f", {clean(identifier(name), blanks)} as {identifier(name)}"
        for name in (*plan.used, *plan.kept)
    )
    columns += "".join(f", cast(null as varchar) as {identifier(n)}" for n in plan.absent)
    query = f"select {ROW}{columns} from {relation}"
    if plan.feed.one_per:
        key = f"coalesce({identifier(plan.own(plan.feed.one_per))}, cast({ROW} as varchar))"
        latest = f"row_number() over (partition by {key} order by {ROW} desc) = 1"
        query = f"select * from ({query}) qualify {latest} order by {ROW}"
    return query


def final_columns(plan: FeedPlan) -> str:
    """The canonical select list over the last layer, in the entity's order and types."""
    computed = {
        "record_key": f"{literal(plan.key_prefix)} || t_record_id",
        "feed": literal(plan.feed.name),
        "row_number": ROW,
        "received_date": "__received",
        "row_hash": "row_hash",
        "rest": "rest",
    }
    return ", ".join(
        f"cast({computed.get(c.name, f't_{c.name}')} as {c.type}) as {c.name}"
        for c in entity_columns(plan.feed.entity)
    )


def row_hash(columns: list[str]) -> str:
    """A name for the values of these columns: 63 bits of DuckDB's own hash.

    It is compared between two tellings of one record only, where that is plenty; md5 takes three
    times as long. A test holds its value, for a DuckDB that hashes otherwise would show every
    record as changed: then ``normalise.versions`` says so, and what was landed lands again.
    """
    return f"cast(hash({', '.join(columns) or '0'}) >> 1 as bigint)"


def value_text(value: Value) -> str:
    """A contract's value as the text that stands for it in SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _values_step(listed: dict[str, Value]) -> Step:
    """A code list as a step; case does not count, unless two codes differ by nothing else."""
    exact = len({key.upper() for key in listed}) != len(listed)

    def step(ref: str) -> str:
        shown = ref if exact else f"upper({ref})"
        whens = " ".join(
            f"when {literal(key if exact else key.upper())} then "
            f"{'null' if value is None else literal(value_text(value))}"
            for key, value in listed.items()
        )
        return f"case {shown} {whens} end"

    return step
