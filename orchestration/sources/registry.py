"""The registry: which sources there are, found by looking at the folders.

Nothing is listed by hand, so a new folder is all that a new source takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.contracts import Contract, load_contract
from orchestration.settings import PROJECT_ROOT, UserError

CONTRACT = "source.yaml"
SAMPLE = "sample"
HERE = PROJECT_ROOT / "orchestration" / "sources"
# Asset keys, partition folders and SQL literals are made of it.
_NAME = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


@dataclass(frozen=True)
class Sample:
    """One sample file of a source, laid out as in the inbox: ``sample/<day>/<file>``.

    ``day`` is ``None`` for a file that lies in no day's folder.
    """

    path: Path
    day: date | None


def load_contracts(folder: Path = HERE) -> dict[str, Contract]:
    """Every source's contract by name, in alphabetical order.

    Raises:
        UserError: a contract is wrong, or a folder is not called as its contract says.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} does not exist; name the folder of the sources")
    return {path.name: _load(path) for path in source_folders(folder)}


def source_folders(folder: Path = HERE) -> list[Path]:
    """The folders that hold a contract."""
    return sorted(p.parent for p in folder.glob(f"*/{CONTRACT}"))


def _load(folder: Path) -> Contract:
    file = folder / CONTRACT
    if not _NAME.match(folder.name):
        raise UserError(
            f"{folder}: a source's folder is named in lower case letters, digits and "
            "underscores; rename it"
        )
    contract = load_contract(file)
    if contract.source != folder.name:
        raise UserError(
            f"{file}: source is {contract.source!r} but its folder is {folder.name!r}; "
            "give both one name"
        )
    return contract


def samples(source: str, folder: Path = HERE) -> list[Sample]:
    """The sample files of a source, by day and name; their people are invented."""
    root = folder / source / SAMPLE
    found = []
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        top = path.relative_to(root).parts[0]
        found.append(Sample(path, date.fromisoformat(top) if path.parent != root else None))
    return found
