"""Spending as a person reads it: one table a committee, then what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestration.settings import UserError

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_VENDORS = 25


def tables(found: dict[str, Any], by: str = "category", console: Console | None = None) -> None:
    """Print what ``report`` found, by ``category``, ``vendor`` or ``quarter``.

    Raises:
        UserError: it cannot be shown by that.
    """
    from rich.console import Console

    if by not in ("category", "vendor", "quarter"):
        raise UserError(f"--by {by}: choose category, vendor or quarter")
    out = console or Console()
    for committee in found["committees"]:
        out.print(_table(committee, by))
        for sentence in _remarks(committee, by):
            out.print(f"  {sentence}", highlight=False, soft_wrap=True)
    for pair in found.get("vendors_to_review", ()) if by == "vendor" else ():
        out.print(
            f"May be one: {pair['vendor']} ({dollars(pair['total'])}) and {pair['looks_like']}; "
            "say so in rules.yaml under vendors or apart.",
            highlight=False,
            soft_wrap=True,
        )
    for note in found["notes"]:
        out.print(note, highlight=False, soft_wrap=True)


def _table(committee: dict[str, Any], by: str) -> Any:
    from rich.table import Table

    table = Table(title=f"{committee['name'] or 'committee'} ({committee['id']})")
    table.add_column(by)
    table.add_column("lines", justify="right")
    table.add_column("dollars", justify="right")
    for name, lines, amount in _rows(committee, by):
        table.add_row(name, f"{lines:,}", dollars(amount))
    table.add_section()
    table.add_row("total", f"{committee['lines']:,}", dollars(committee["total"]))
    table.add_row(
        "memo items, not added",
        f"{committee['memo_lines']:,}",
        dollars(committee["memo_total"]),
        style="dim",
    )
    return table


def _rows(committee: dict[str, Any], by: str) -> list[tuple[str, int, str]]:
    if by == "vendor":
        shown = committee["by_vendor"][:_SHOWN_VENDORS]
        return [(vendor["vendor"], vendor["lines"], vendor["total"]) for vendor in shown]
    lines = committee[f"lines_by_{by}"]
    return [
        (name.replace("_", " "), lines[name], amount)
        for name, amount in committee[f"by_{by}"].items()
    ]


def _remarks(committee: dict[str, Any], by: str) -> list[str]:
    remarks = []
    hidden = len(committee["by_vendor"]) - _SHOWN_VENDORS
    if by == "vendor" and hidden > 0:
        remarks.append(f"{hidden:,} smaller vendors are in --json.")
    for filing in committee["filings"]:
        remarks += [
            f"Filing {filing['id']}, line {line['line']}: stated {dollars(line['stated'])}, "
            f"itemised {dollars(line['itemized'])}, difference {dollars(line['difference'])}."
            for line in filing["summary"]
        ]
    if committee["unmatched"]:
        first = committee["unmatched"][0]
        remarks.append(
            "No rule knows some lines, which are in other; the largest are "
            f"{first['purpose'] or 'without a purpose'} ({dollars(first['total'])})."
        )
    return remarks


def dollars(amount: str) -> str:
    """A text of an exact decimal with thousands marked."""
    from decimal import Decimal

    return f"{Decimal(amount):,.2f}"
