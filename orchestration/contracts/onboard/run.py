"""Onboarding from files to a folder: sniff, decide, write, and land the sample as a proof."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from orchestration.contracts.entities import ENTITIES
from orchestration.contracts.onboard.feeds import propose_feeds
from orchestration.contracts.onboard.layouts import layout_table, listed_columns, named, with_layout
from orchestration.contracts.onboard.proposal import Proposal
from orchestration.contracts.onboard.samples import write_sample
from orchestration.contracts.onboard.sniff import Table, sniff
from orchestration.contracts.onboard.write import contract_text, is_untouched
from orchestration.settings import UserError

_SUFFIXES = {".csv", ".txt", ".tsv", ".zip", ".gz", ".zst", ".json", ".ndjson", ".jsonl", ".xlsx",
             ".parquet", ".fec", ".tab", ".dat", ".asc", ".psv"}  # fmt: skip


def onboard(
    files: Sequence[Path],
    *,
    today: date,
    name: str | None = None,
    entity: str | None = None,
    out: Path | None = None,
    ask: Callable[[str], str] | None = None,
) -> Proposal:
    """Propose a contract for files that nobody has seen, and write its folder.

    Args:
        files: Files of one supplier; those of one layout become one feed. A list of column names
            gives the names of a file without a header of that many columns.
        today: The day, which tells births from other dates and names the sample's folder.
        name: Of the source; default from the first file's name.
        entity: What the records are, when it is known.
        out: The folder in which the source's folder is written; nothing is written without it.
        ask: Asks a human about what is not sure.

    Raises:
        UserError: a file cannot be read, the name or the entity is none, or the folder holds a
            contract that somebody has edited.
    """
    if entity is not None and entity not in ENTITIES:
        raise UserError(f"--entity {entity!r} is none; use one of {', '.join(ENTITIES)}")
    source = _source_name(files, name)
    tables = _tables(files, today.year)
    feeds = tuple(
        feed
        for number, (given, table) in enumerate(tables)
        for feed in propose_feeds(given, table, entity if number == 0 else None, today.year)
    )
    feeds = tuple(
        replace(f, name=n) for f, n in zip(feeds, _apart([f.name for f in feeds]), strict=True)
    )
    proposal = Proposal(source, source.replace("_", " ").capitalize(), feeds, tuple(files))
    if ask is not None:
        from orchestration.contracts.onboard.review import review

        proposal = review(proposal, ask)
    return proposal if out is None else _written(proposal, out, tables, today)


def _apart(names: list[str]) -> list[str]:
    """Names of feeds, each its own."""
    found: list[str] = []
    for name in names:
        number = 2
        fresh = name
        while fresh in found:
            fresh, number = f"{name}_{number}", number + 1
        found.append(fresh)
    return found


def slug(text: str) -> str:
    """A name for folders and feeds: lower case, letters, digits and underscores."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"s_{plain}" if plain else "source"


def _source_name(files: Sequence[Path], name: str | None) -> str:
    if not files:
        raise UserError("name at least one file to onboard")
    if name is not None and not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise UserError(f"--name {name!r} is none; use lower case letters, digits and underscores")
    return name or slug(re.sub(r"[_. -]*\d{4,}", "", bare_stem(files[0])))[:40].rstrip("_")


def bare_stem(file: Path) -> str:
    """A file's name without the suffixes of its format and its packing."""
    stem = file.name
    while Path(stem).suffix.lower() in _SUFFIXES:
        stem = Path(stem).stem
    return stem


def _tables(files: Sequence[Path], this_year: int) -> list[tuple[Path, Table]]:
    """Each kind of file once, with the first file of that kind."""
    sniffed = [(file, sniff(file)) for file in files]
    lists = [(file, found) for file, table in sniffed if (found := listed_columns(table))]
    listed = {file for file, _ in lists}
    records = [
        (
            file,
            (_named_by(table, lists) or with_layout(table, this_year)) if table.inferred else table,
        )
        for file, table in sniffed
        if file not in listed
    ]
    if not records:
        return [(file, layout_table(names)) for file, names in lists]
    kinds: dict[tuple[object, ...], tuple[Path, Table]] = {}
    for file, table in records:
        key = (table.columns, table.reading.format, table.reading.records)
        kinds.setdefault(key, (file, table))
    return list(kinds.values())


def _named_by(table: Table, lists: list[tuple[Path, tuple[str, ...]]]) -> Table | None:
    for file, names in lists:
        if len(names) == len(table.columns):
            return replace(
                named(table, names, f"its columns are named by {file.name}"), inferred=False
            )
    return None


def _written(
    proposal: Proposal, out: Path, tables: Sequence[tuple[Path, Table]], today: date
) -> Proposal:
    folder = out / proposal.name
    contract = folder / "source.yaml"
    if contract.exists() and not is_untouched(contract.read_text(encoding="utf-8")):
        raise UserError(
            f"{contract} was edited by hand; choose another --name or --out, or move it away"
        )
    folder.mkdir(parents=True, exist_ok=True)
    contract.write_text(contract_text(proposal), encoding="utf-8")
    samples = []
    for given, table in tables:
        feed = next(f for f in proposal.feeds if f.table is table)
        samples.append(write_sample(feed, given, folder / "sample" / today.isoformat()))
    landed = sum(_landed(contract, sample) for sample in samples)
    return replace(proposal, folder=folder, sample_landed=landed)


def _landed(contract: Path, sample: Path) -> int:
    """Land a sample by the contract just written: the proof that both hold together."""
    import duckdb

    from orchestration.contracts import (
        Arrival,
        bind,
        check_shape,
        load_contract,
        open_raw,
        plan_feed,
    )

    written = load_contract(contract)
    feeds = written.feeds_for(sample.name)
    total = 0
    with duckdb.connect(":memory:") as con, tempfile.TemporaryDirectory() as spool:
        for feed in feeds:
            with open_raw(con, sample, feed.reading, Path(spool)) as raw:
                check_shape(written, feed, raw)
                arrival = Arrival(date.fromisoformat(sample.parent.name), sample.name)
                mapped = bind(con, plan_feed(written, feed, raw.columns), raw, arrival)
                row = con.execute(f"select count(*) from ({mapped.landed_sql})").fetchone()
                total += int(row[0]) if row else 0
    return total
