"""Layouts of real suppliers, written as text in ``tests/layouts``, and files made from them.

A layout's first line says how the supplier writes; then stand its columns, each as
``HEADER:kind>ours`` with what the cells are and what they should become. ``ours+`` is one of
several columns that are read together, ``ours?`` may be left out, ``!trait`` is to be refused.
The kind is what it becomes when nothing else is said. Layouts in ``tuned`` were looked at while
onboarding was written, those in ``held_out`` only when they had been measured.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts.onboard import FeedProposal
from tests.onboard_files import Look, Right, Score, cell, score

FOLDER = Path(__file__).with_name("layouts")
_DELIMITERS = {"tab": "\t"}


@dataclass(frozen=True)
class Layout:
    """A supplier's file: its columns with the kinds of their cells, and what is right.

    Attributes:
        has_header: Without one, a human may be asked about everything.
        golden: What has to be found, by column of ours.
        may: What may be found besides.
        refused: Columns of traits that nothing may read.
        labels: Whether rows of labels stand between the header and the records.
    """

    name: str
    file: str
    delimiter: str
    look: Look
    entity: str
    has_header: bool
    labels: bool
    columns: tuple[tuple[str, str], ...]
    golden: dict[str, Right]
    may: dict[str, Right]
    refused: frozenset[str]

    def write(self, folder: Path, rows: int = 60) -> Path:
        """The file with invented people."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        if self.has_header:
            writer.writerow(name for name, _ in self.columns)
        if self.labels:
            writer.writerow(f"{name} - label" for name, _ in self.columns)
            writer.writerow(f'{{"ImportId":"{name}"}}' for name, _ in self.columns)
        for n in range(rows):
            writer.writerow(cell(kind, n, self.look) for _, kind in self.columns)
        file = folder / self.file
        file.write_text(out.getvalue(), encoding="utf-8")
        return file

    def score(self, feed: FeedProposal) -> Score:
        """The proposal against what is right; columns are told by their place."""
        place = {name: at for at, name in enumerate(feed.table.columns)}
        theirs = [name for name, _ in self.columns]
        named = feed.with_columns(
            tuple(
                _renamed(column, [theirs[place[s]] if s in place else s for s in column.sources])
                for column in feed.columns
            )
        )
        found = score(named, {**self.golden, **self.may})
        taken = {source for column in named.sure for source in column.sources}
        whole = {s for c in named.columns if c.name == "record_id" and c.review for s in c.sources}
        traits = tuple(f"reads {name}" for name in sorted(self.refused & (taken - whole)))
        fine = [
            name
            for name in self.may
            if (column := named.column(name)) and not column.review
            and not any(told.startswith(f"{name} ") for told in found.silent)
        ]  # fmt: skip
        return Score(
            found.right - len(fine),
            len(self.golden),
            tuple(name for name in found.marked if name in self.golden),
            tuple(name for name in found.missed if name in self.golden),
            (*found.silent, *traits),
        )


def _renamed(column, sources):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(column, sources=tuple(sources))


def layouts(folder: str) -> Iterator[Layout]:
    """All layouts of ``tuned`` or of ``held_out``."""
    for file in sorted((FOLDER / folder).glob("*.txt")):
        head, _, body = file.read_text(encoding="utf-8").partition("\n")
        yield _layout(file.stem, head, body)


def _layout(name: str, head: str, body: str) -> Layout:
    said = dict(re.findall(r"(\w+)=((?:(?! \w+=).)+)", head))
    columns: list[tuple[str, str]] = []
    right: dict[str, list[tuple[str, str]]] = {}
    refused: set[str] = set()
    for entry in body.replace("\n", " ").split(";"):
        told, _, ours = entry.strip().partition(">")
        header, _, kind = told.partition(":")
        targets = [target.strip() for target in ours.split(",") if target.strip()]
        if header:
            columns.append((header, kind or (targets[0].strip("+?") if targets else "word")))
        for target in targets:
            if target.startswith("!"):
                refused.add(header)
            else:
                right.setdefault(target.rstrip("+?"), []).append((header, target))
    golden: dict[str, Right] = {}
    may: dict[str, Right] = {}
    for field, found in right.items():
        names = [header for header, _ in found]
        pool = any("+" in target for _, target in found)
        into = may if any(target.endswith("?") for _, target in found) else golden
        into[field] = frozenset(names) if pool else tuple(names)
    if (
        said["entity"].startswith("vote")
        and "voter" not in said["entity"]
        and not golden.get("record_id")
    ):
        votes = [
            n
            for field in ("state_id", "election", "election_date")
            for n, _ in right.get(field, [])
        ]
        may["record_id"] = frozenset(votes)
    look = Look(said.get("date", "%m/%d/%Y"), said.get("state", "IA"), said.get("zip3", "503"))
    delimiter = said["delimiter"]
    return Layout(
        name, said["file"], _DELIMITERS.get(delimiter, delimiter), look,
        said["entity"].split()[0], said.get("header", "yes").split()[0] != "no",
        said.get("rows") == "labels", tuple(columns), golden, may, frozenset(refused),
    )  # fmt: skip
