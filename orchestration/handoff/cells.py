"""A list as a CSV file that a spreadsheet can open without doing what a cell says."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

# A spreadsheet runs what begins so (OWASP, CSV injection); a quote before it makes it text.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
OWNER_ONLY = 0o600


def harmless(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula; ``+1515…`` stays a number.

    A telephone number in E.164 begins with a plus and has digits only, which no spreadsheet
    takes for more than a number.
    """
    text = "" if value is None else str(value)
    if text.startswith(_RUNS) and not (text[:1] == "+" and text[1:].isdigit()):
        return "'" + text
    return text


def write_csv(
    path: Path, columns: Sequence[str], batches: Iterable[Sequence[Sequence[Any]]]
) -> int:
    """Write rows with a header, readable by the owner alone, whole or not at all.

    Returns:
        The number of rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{os.getpid()}.aside")
    rows = 0
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            for batch in batches:
                writer.writerows([harmless(cell) for cell in row] for row in batch)
                rows += len(batch)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return rows
