"""A table of a page as a CSV file: fixed cells of a release, no person in it, every taking noted.

Lists of people are ``lists``'; here leaves only what the page shows anyway, under the same rules
for a cell that a spreadsheet would run and for the record of who took what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from orchestration.handoff.cells import harmless
from orchestration.lake import Lake
from orchestration.ledger import audit
from orchestration.settings import Settings

TAKEN = "table taken"


def take_table(
    settings: Settings,
    name: str,
    who: str,
    moment: datetime,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> bytes:
    """A table as CSV for somebody who takes it away, which is written down.

    Args:
        settings: The campaign and its home.
        name: Of the table, with the release it is of.
        who: Who takes it.
        moment: Now, aware.
        columns: The header.
        rows: The cells; none is a cell too small to be shown.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    cells = [[harmless(cell) for cell in row] for row in rows]
    writer.writerows(cells)
    audit.record(Lake(settings.home), moment.isoformat(), who, TAKEN, name, rows=len(cells))
    return stream.getvalue().encode("utf-8")
