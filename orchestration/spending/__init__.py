"""Spending: what committees report to the Federal Election Commission, to the cent.

Reading reports, deciding which of them count, sorting their lines into categories and adding
them up belong here. Landing filings as a source of the campaign's own lake is ``landing``'s;
tables over landed lines are ``warehouse``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.spending.show import tables

__all__ = ["report", "tables"]


def report(paths: Sequence[Path]) -> dict[str, Any]:
    """Read reports of any committees and quarters together and add them up.

    A line that stands in two files counts once, an amendment replaces what it amends, memo
    items are counted apart and never added. Amounts are texts of exact decimals.

    Raises:
        UserError: a file is none that we know, is damaged, or contradicts another.
    """
    import duckdb

    from orchestration.spending.categories import RULES, classify, load_rules
    from orchestration.spending.read import read_reports
    from orchestration.spending.totals import add_up

    with duckdb.connect(":memory:") as con:
        notes = read_reports(con, paths)
        rules = load_rules(RULES)
        classify(con, rules)
        return asdict(add_up(con, rules, notes))
