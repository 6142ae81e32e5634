"""The layouts in which reports arrive, and how each is told from the others by its first bytes.

What a layout's columns are belongs here. How rows become lines of one shape is ``read``'s.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orchestration.contracts.readers.filings import encoding_of
from orchestration.settings import UserError

Name = Literal["filing", "presidential", "operating"]

PRESIDENTIAL = (
    "cmte_id,cand_id,cand_nm,recipient_nm,disb_amt,disb_dt,recipient_city,recipient_st,"
    "recipient_zip,disb_desc,memo_cd,memo_text,form_tp,file_num,tran_id,election_tp"
).split(",")

# The bulk file of operating expenditures: bars, no header, one empty field behind the last bar.
OPERATING = (
    "cmte_id|amndt_ind|rpt_yr|rpt_tp|image_num|line_num|form_tp_cd|sched_tp_cd|name|city|state|"
    "zip_code|transaction_dt|transaction_amt|transaction_pgi|purpose|category|category_desc|"
    "memo_cd|memo_text|entity_tp|sub_id|file_num|tran_id|back_ref_tran_id"
).split("|")

_START = 1 << 14


@dataclass(frozen=True)
class Layout:
    """How one file is written.

    Attributes:
        name: ``filing`` (an electronic filing), ``presidential`` (the disbursements of a
            presidential committee as the FEC offers them) or ``operating`` (the bulk file).
        columns: Names of a table's fields, in their order; empty for a filing.
        encoding: UTF-8, or Latin-1 where the file is no UTF-8.
    """

    name: Name
    columns: tuple[str, ...]
    encoding: Literal["utf-8", "latin-1"]


def layout_of(path: Path) -> Layout:
    """Tell the layout of a file.

    Raises:
        UserError: the file is missing, empty, or in no layout that we know.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        start = stream.read(_START)
    if not start.strip():
        raise UserError(f"{path} is empty; ask for it again")
    first, _, rest = start.partition("\n")
    if first.startswith(("HDR", '"HDR"', "/*")):
        return Layout("filing", (), encoding)
    if first.strip().lower().startswith("cmte_id"):
        return Layout("presidential", _presidential(path, first, rest), encoding)
    if first.count("|") in (len(OPERATING) - 1, len(OPERATING)):
        extra = ("behind",) if first.count("|") == len(OPERATING) else ()
        return Layout("operating", (*OPERATING, *extra), encoding)
    raise UserError(
        f"{path}, line 1: neither an electronic filing, nor a presidential disbursement CSV, nor "
        "the bulk file of operating expenditures; download it again in one of these layouts"
    )


def _presidential(path: Path, header: str, rest: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in next(csv.reader([header.rstrip("\r")]))]
    while names and not names[-1]:
        names.pop()
    lacking = [name for name in PRESIDENTIAL if name not in names]
    if lacking:
        raise UserError(
            f"{path}, line 1: column {lacking[0]!r} is missing or its delimiter is no comma; "
            "download the file again as comma-separated values"
        )
    # Rows end with a comma that the header has not: one field more than there are names.
    fields = len(next(csv.reader(rest.splitlines()[:1]), names))
    return (*names, *(f"behind_{n}" for n in range(fields - len(names))))


def _encoding(path: Path) -> Literal["utf-8", "latin-1"]:
    try:
        return encoding_of(path)
    except FileNotFoundError:
        raise UserError(f"{path} does not exist; name a file that does") from None
    except OSError as mistake:
        reason = mistake.strerror or "unknown reason"
        raise UserError(f"{path} cannot be read ({reason}); mend it") from None
