"""Reports as committees file them, made up, of every layout; for the tests of spending."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from fecfile.cache import getMapping
from fecfile.fecparser import mappings

from orchestration.settings import UserError
from orchestration.spending import report
from orchestration.spending.layouts import PRESIDENTIAL

COMMITTEE = "C00999991"
Line = dict[str, str]
Write = Callable[..., Path]


def line(number: str, amount: str, **more: str) -> Line:
    """One line of Schedule B in fecfile's names."""
    return {
        "transaction_id_number": number,
        "expenditure_amount": amount,
        "expenditure_date": "20151020",
        "expenditure_purpose_descrip": "Travel",
        "payee_organization_name": "Invented Travel Inc.",
        **more,
    }


@pytest.fixture
def filing(tmp_path: Path) -> Write:
    """Writes an electronic filing of any version; the layout is fecfile's."""

    def row(form: str, version: str, values: Line) -> str:
        names = getMapping(mappings, form, version)
        fields = [values.get(name, "") for name in names]
        fields[0] = form
        if version[0] in "35":
            return ",".join(f'"{field}"' for field in fields)
        return "\x1c".join(fields)

    def write(
        name: str,
        lines: list[Line],
        *,
        form: str = "F3PN",
        schedule: str = "SB23",
        version: str = "8.1",
        header: Line | None = None,
        others: Sequence[tuple[str, Line]] = (),
        **page: str,
    ) -> Path:
        period = {"coverage_from_date": "20151001", "coverage_through_date": "20151231"}
        who = {"filer_committee_id_number": COMMITTEE, "committee_name": "Invented for All"}
        start = {"ef_type": "FEC", "fec_version": version, **(header or {})}
        rows = [row("HDR", version, start), row(form, version, {**who, **period, **page})]
        rows += [row(schedule, version, {**who, **values}) for values in lines]
        rows += [row(kind, version, {**who, **values}) for kind, values in others]
        path = tmp_path / name
        path.write_text("\n".join(rows) + "\n", encoding="latin-1")
        return path

    return write


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Writes a presidential disbursement CSV as the FEC does: rows end with a comma."""

    def write(name: str, rows: list[Line]) -> Path:
        path = tmp_path / name
        with path.open("w", newline="") as stream:
            stream.write(",".join(PRESIDENTIAL) + "\n")
            for row in rows:
                fields = {
                    "cmte_id": COMMITTEE,
                    "disb_dt": "20-OCT-15",
                    "form_tp": "SB23",
                    "file_num": "700001",
                    **row,
                }
                values = [fields.get(field, "") for field in PRESIDENTIAL]
                csv.writer(stream, lineterminator="\n").writerow([*values, ""])
        return path

    return write


def one(*paths: Path) -> dict[str, Any]:
    """The only committee that these files are of."""
    (committee,) = report(paths)["committees"]
    found: dict[str, Any] = committee
    return found


def refusal(*paths: Path) -> str:
    """The sentence with which these files are refused."""
    with pytest.raises(UserError) as mistake:
        report(paths)
    return str(mistake.value)
