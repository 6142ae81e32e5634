"""A page of docs per source, written from its contract alone, so it can say nothing else.

Pages are made when somebody asks for them and are never committed. What a contract may say
belongs to ``contracts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.contracts import ENTITIES, Contract, Feed
from orchestration.contracts.parts import ColumnMapping
from orchestration.lake import write_text

_LIMITS = {
    "min_rows": "at least {} rows in force",
    "max_drop_pct": "a full file has at most {} % fewer rows than the one before",
    "max_quarantine_pct": "at most {} % of a delivery's rows go to quarantine",
    "max_null_rise_pct": "no column has {} points more nulls than in the delivery before",
    "max_category_shift_pct": "no column of codes shifts by more than {} points",
}
_LATE = {
    "block": "nothing is released without it",
    "carry_forward": "the last delivery counts on",
    "drop": "its data is left out",
}


def write_pages(contracts: Mapping[str, Contract], folder: Path) -> list[Path]:
    """Write ``<source>.md`` for each contract, and an index of them."""
    pages = {f"{name}.md": page(contract) for name, contract in contracts.items()}
    rows = [
        (f"[{c.title}]({name}.md)", c.owner, _words(c.licence), c.delivery.needed_by or "")
        for name, c in contracts.items()
    ]
    head = ("source", "owner", "licence", "needed by")
    pages["index.md"] = "# Sources\n\n" + _table(head, rows)
    for name, text in pages.items():
        write_text(folder / name, text)
    return [folder / name for name in pages]


def page(contract: Contract) -> str:
    """One source as Markdown: what arrives, under which terms, and what its columns mean."""
    parts = [
        f"# {contract.title}",
        (
            f"Source `{contract.source}`, looked after by the {contract.owner}. "
            f"Contract version `{contract.version}`."
        ),
        "## Terms\n\n" + _list(_terms(contract)),
        "## Delivery\n\n" + _list(_delivery(contract)),
    ]
    if contract.obligations:
        owed = [f"{_words(o.kind)}: when {o.event}: {o.duty}" for o in contract.obligations]
        parts.append("## What the campaign owes\n\n" + _list(owed))
    parts += [_feed(contract, feed) for feed in contract.feeds]
    return "\n\n".join(parts) + "\n"


def _terms(contract: Contract) -> list[str]:
    terms = contract.terms
    return [
        f"licence: {_words(contract.licence)}",
        f"price: {'undisclosed' if terms.price is None else f'{terms.price:,.2f}'}",
        f"until: {terms.until or 'no end stated'}",
        f"permitted uses: {', '.join(terms.uses) or 'none stated'}",
    ]


def _delivery(contract: Contract) -> list[str]:
    delivery = contract.delivery
    told = [
        f"mode: {delivery.mode}",
        f"comes every {delivery.cadence}" if delivery.cadence else "comes once",
        f"needed by {delivery.needed_by}" if delivery.needed_by else "no deadline",
        f"if late: {_LATE[delivery.if_late]}",
        f"times without an offset are in {contract.zone}",
    ]
    if delivery.promised:
        told.append("promised for " + ", ".join(map(str, delivery.promised)))
    return told


def _feed(contract: Contract, feed: Feed) -> str:
    checks = contract.limits_of(feed).model_dump(exclude_none=True)
    facts = [
        (
            f"files `{feed.files}` ({feed.format}) become `{feed.entity}`: "
            f"{ENTITIES[feed.entity].meaning}"
        ),
        f"mode {contract.mode_of(feed)}" + (f", by the key `{feed.key}`" if feed.key else ""),
        (
            f"licence {_words(contract.licence_of(feed))}, uses "
            f"{', '.join(contract.uses_of(feed)) or 'none stated'}"
        ),
        *(f"check: {_LIMITS[name].format(f'{value:g}')}" for name, value in checks.items()),
        (
            f"columns not listed here: {'kept as they came, in `rest`' * (feed.rest == 'keep')}"
            f"{'left out' * (feed.rest == 'drop')}"
        ),
    ]
    head = ("our column", "meaning", "from", "notes")
    rows = [
        (f"`{name}`", _meaning(feed, name), _origin(column), _notes(contract, feed, name))
        for name, column in feed.columns.items()
    ]
    text = f"## Feed `{feed.name}`\n\n{_list(facts)}\n\n{_table(head, rows)}"
    if feed.wide:
        wide = [
            (f"`{name}`", f"`{w.from_}`", w.type, _words(contract.licence_of(feed, name)))
            for name, w in feed.wide.items()
        ]
        text += "\n\nKept wide beside the records:\n\n"
        text += _table(("column", "from", "type", "licence"), wide)
    if feed.refuse:
        refused = ", ".join(f"`{name}` ({trait})" for name, trait in feed.refuse.items())
        text += f"\n\nNever taken in: {refused}."
    return text


def _meaning(feed: Feed, name: str) -> str:
    entity = ENTITIES[feed.entity]
    if name == "record_id" or any(c.name == name for c in entity.columns):
        column = entity.column(name)
        return column.meaning + (f" ({column.unit})" if column.unit else "")
    return "a part of the address"


def _origin(column: ColumnMapping) -> str:
    if column.sql is not None:
        return f"`{column.sql}`"
    if column.const is not None:
        return f"always `{column.const}`"
    if column.votes:
        return "the elections' columns"
    return " or ".join(f"`{name}`" for name in column.from_)


def _notes(contract: Contract, feed: Feed, name: str) -> str:
    column = feed.columns[name]
    notes = [word for word in ("required", "unique") if getattr(column, word)]
    if column.authority:
        notes.append(f"issued by {column.authority}")
    if column.formats:
        notes.append("read as " + " or ".join(f"`{f}`" for f in column.formats))
    if column.values is not None:
        notes.append("codes " + ", ".join(f"`{k}` {v}" for k, v in column.values.items()))
    if column.licence:
        notes.append(f"licence {_words(column.licence)}")
    if column.uses is not None:
        notes.append(f"uses {', '.join(contract.uses_of(feed, name)) or 'none'}")
    return "; ".join(notes)


def _words(code: str) -> str:
    return code.replace("_", " ")


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
