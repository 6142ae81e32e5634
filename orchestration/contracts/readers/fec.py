"""FEC filings as a table: the lines of one schedule, with what the filing says beside each.

A filing that has no such line is a table without rows. A line that does not fit its layout
refuses the whole filing, for money must add up. How a filing is opened is ``filings``'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.model import Reading
from orchestration.contracts.readers.filings import Cover, encoding_of, newest_layout, open_filing
from orchestration.contracts.readers.spool import Part, Rejects, TextWriter

if TYPE_CHECKING:
    import duckdb

# Early versions have one field for the payee's name and none for a line's number.
_EARLY = ("payee_name",)
_COVER = (
    "filing_id", "committee_id", "committee_name", "form", "amends", "amendment_number",
    "coverage_from_date", "coverage_through_date", "date_signed",
)  # fmt: skip
_OWN = ("line_number", "line", "stated_amount")


def read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read a filing's lines of one schedule (``records``, default ``SB``) into a part.

    Columns: all that the schedule has in this version and in the newest one, those of the
    cover, the line's place in the file, and what the summary page states for its line.

    Raises:
        Refusal: the file is no filing, is damaged, or of a version that nobody knows.
    """
    schedule = (reading.records or "SB").upper()[:2]
    filing = open_filing(file, encoding_of(file), name)
    fields = tuple(dict.fromkeys([*filing.layout(schedule), *newest_layout(schedule), *_EARLY]))
    columns = tuple(dict.fromkeys([*fields, *_COVER, *_OWN]))
    cover = _values(filing.cover)
    stated = {line: text for (of, line), text in filing.cover.stated.items() if of == schedule}
    kind = fields.index("form_type")
    writer = TextWriter(place / "text.parquet", columns)
    for _, (number, *values) in filing.rows({schedule: fields}):
        line = values[kind].strip().upper()
        record = [*values, *cover, number, line, stated.get(line[2:], "")]
        writer.add([text or None for text in record])
    return Part(writer.close(), columns, writer.rows, "latin-1 or utf-8")


def _values(cover: Cover) -> list[str]:
    return [
        cover.filing_id,
        cover.committee_id,
        cover.committee_name,
        cover.form_type,
        cover.amends,
        str(cover.sequence),
        cover.coverage_from,
        cover.coverage_through,
        cover.date_signed,
    ]
