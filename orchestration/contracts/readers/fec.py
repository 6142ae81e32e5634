"""FEC filings: the lines of one schedule, with what the filing's head says beside each.

``fecfile`` knows the layouts of all versions; a version that it does not know, or a line that
does not fit its layout, refuses the whole filing, for money must add up.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.contracts.model import Reading
from orchestration.contracts.readers.spool import Part, Rejects, TextWriter
from orchestration.contracts.refusal import Refusal

if TYPE_CHECKING:
    import duckdb

_HEAD = ("filing_id", "committee_id", "committee_name", "form", "line",
         "coverage_from_date", "coverage_through_date", "date_signed")  # fmt: skip


def read(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    reading: Reading,
    place: Path,
    rejects: Rejects,
) -> Part:
    """Read a filing's itemised lines of one kind (``records``, default ``SB``) into a part."""
    head, items = _items(file, name, (reading.records or "SB").upper())
    filing = {**head, "filing_id": name.split(".")[0]}
    columns = tuple(dict.fromkeys([*_HEAD, *(key for item in items for key in item)]))
    writer = TextWriter(place / "text.parquet", columns)
    for item in items:
        record = {**item, **filing, "line": item.get("form_type")}
        writer.add([_text(record.get(column)) for column in columns])
    return Part(writer.close(), columns, writer.rows, "cp1252 or utf-8")


def _items(file: Path, name: str, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    import fecfile

    head: dict[str, Any] = {}
    items: list[dict[str, Any]] = []
    try:
        for piece in fecfile.iter_file(str(file), options={"as_strings": True}):
            if piece.data_type == "summary":
                head = _head(piece.data)
            elif str(piece.data.get("form_type", "")).upper().startswith(kind):
                items.append(piece.data)
    except Exception as mistake:  # noqa: BLE001 - fecfile raises what it likes on a damaged filing
        raise Refusal(
            f"{name} is no readable FEC filing ({type(mistake).__name__}); fetch it again from "
            "the FEC"
        ) from None
    if not head:
        raise Refusal(f"{name} holds no cover line of an FEC form; fetch it again from the FEC")
    return head, items


def _head(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "committee_id": data.get("filer_committee_id_number"),
        "committee_name": data.get("committee_name"),
        "form": data.get("form_type"),
        "coverage_from_date": data.get("coverage_from_date"),
        "coverage_through_date": data.get("coverage_through_date"),
        "date_signed": data.get("date_signed"),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
