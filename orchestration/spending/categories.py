"""Categories: what each line bought, by rules that a person can read, and which rule said so.

The rules stand in ``rules.yaml`` with a reason each. Adding up is ``totals``'s.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from orchestration.settings import read_yaml, validate_with_lines
from orchestration.spending.vendors import MACROS

if TYPE_CHECKING:
    import duckdb

RULES = Path(__file__).parent / "rules.yaml"
UNMATCHED = "other"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _pattern(text: str) -> str:
    # Python's engine knows all that RE2 knows of what rules need, and is here already.
    try:
        re.compile(text)
    except re.error as mistake:
        raise ValueError(f"a pattern is no regular expression ({mistake}); mend it") from None
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class Vendor(_Strict):
    """One vendor under several names, as a human has decided."""

    name: str
    payee: Pattern
    reason: str = Field(min_length=1)


class Apart(_Strict):
    """Two vendors whose names look alike and that a human knows to be two."""

    names: tuple[str, str]
    reason: str = Field(min_length=1)


class Rule(_Strict):
    """Lines whose payee and purpose fit belong to a category; a missing pattern fits all."""

    id: str
    category: str
    payee: Pattern | None = None
    purpose: Pattern | None = None
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _has_a_pattern(self) -> Rule:
        if self.payee is None and self.purpose is None:
            raise ValueError(f"rule {self.id!r} fits every line; give it a payee or a purpose")
        return self


class Rules(_Strict):
    """All of ``rules.yaml``; the order of rules matters, the first that fits wins."""

    version: int = Field(ge=1)
    categories: dict[str, str]
    vendors: tuple[Vendor, ...]
    apart: tuple[Apart, ...] = ()
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Rules:
        names = [rule.id for rule in self.rules]
        for rule in self.rules:
            if rule.category not in self.categories:
                raise ValueError(f"rule {rule.id!r}: no category is called {rule.category!r}")
            if names.count(rule.id) > 1:
                raise ValueError(f"two rules are called {rule.id!r}; rename one")
        return self


def load_rules(file: Path) -> Rules:
    """Read a rule file.

    Raises:
        UserError: it breaks its model; the sentence names file and line.
    """
    content, lines = read_yaml(file)
    return validate_with_lines(Rules, content, lines, file)


def classify(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make ``sorted_lines``: each line with its vendor, its category and the rule that caught it.

    Patterns are tried once for each pair of payee and purpose, of which a million lines have
    few. A line that no rule catches is ``other`` with no rule.
    """
    rule = "case " + " ".join(_branch(r.payee, r.purpose, r.id) for r in rules.rules) + " end"
    vendor = " ".join(_branch(v.payee, None, v.name) for v in rules.vendors)
    decided = f"case {vendor} end" if vendor else "null"
    categories = " ".join(f"when {_text(r.id)} then {_text(r.category)}" for r in rules.rules)
    con.execute(MACROS)
    con.execute(
        f"""
        create table sorted_lines as
        with payees as (
            select
                payee,
                {decided} as decided,
                plain_name(payee) as plain,
                vendor_key(plain) as key
            from (select distinct payee from lines)
        ),

        shown as (
            select key, first(plain order by payees desc, plain) as shown
            from (select key, plain, count(*) as payees from payees group by key, plain)
            group by key
        ),

        vendors as (
            select payee, coalesce(decided, shown) as vendor
            from payees
            inner join shown using (key)
        ),

        kinds as (
            select payee, purpose, {rule} as rule
            from (select distinct payee, purpose from lines)
        )

        select
            lines.*,
            kinds.rule,
            vendors.vendor,
            case kinds.rule {categories} else {_text(UNMATCHED)} end as category
        from lines
        inner join vendors using (payee)
        inner join kinds using (payee, purpose)
        """
    )


def _branch(payee: str | None, purpose: str | None, then: str) -> str:
    fits = [
        f"regexp_matches({column}, {_text(pattern)})"
        for column, pattern in (("payee", payee), ("purpose", purpose))
        if pattern is not None
    ]
    return f"when {' and '.join(fits)} then {_text(then)}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
