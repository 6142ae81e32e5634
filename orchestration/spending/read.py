"""Reports of every layout into one table of text, ``texts``, and one of ``filings``.

How a file is opened and which of its fields is which belongs here. What a text means, and
which lines count, is decided in ``count`` for all layouts alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.contracts.readers.filings import Cover, Row, batches, open_filing
from orchestration.contracts.refusal import Refusal
from orchestration.lake import file_hash
from orchestration.settings import UserError
from orchestration.spending.count import count_lines
from orchestration.spending.layouts import Layout, layout_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

TEXTS = (
    "filing_id committee_id committee_name line transaction_id payee purpose amount date memo_code"
).split()

TABLES = f"""
create table texts (file varchar, row bigint, {", ".join(f"{name} varchar" for name in TEXTS)});
create table filings (
    filing_id varchar, file varchar, committee_id varchar, committee_name varchar, form varchar,
    is_amendment boolean, is_termination boolean, amends varchar, sequence integer,
    period varchar, coverage_from date, coverage_through date
);
create table stated (filing_id varchar, schedule varchar, line varchar, amount varchar);
create table others (
    file varchar, row bigint, filing_id varchar, schedule varchar, line varchar, amount varchar,
    memo_code varchar
);
"""

# Our name of a payment's field, and fecfile's.
_PAYMENT = {
    "line": "form_type",
    "committee_id": "filer_committee_id_number",
    "transaction_id": "transaction_id_number",
    "payee": "payee_organization_name",
    "payee_name": "payee_name",
    "last_name": "payee_last_name",
    "first_name": "payee_first_name",
    "purpose": "expenditure_purpose_descrip",
    "amount": "expenditure_amount",
    "date": "expenditure_date",
    "memo_code": "memo_code",
}
# Of what came in and what is owed only sums are wanted; a debt is no memo item.
_WANTED = {
    "SB": tuple(_PAYMENT.values()),
    "SA": ("form_type", "contribution_amount", "memo_code"),
    "SD": ("form_type", "balance_at_close_this_period", "memo_code"),
}
# Versions before 6 have one field for the payee's name.
PAYEE = """coalesce(
    nullif(trim(payee), ''),
    nullif(concat_ws(', ', nullif(trim(last_name), ''), nullif(trim(first_name), '')), ''),
    trim(payee_name)
)"""

# Each of ours, and which field of the layout it is.
_FIELDS = {
    "presidential": {
        "filing_id": "file_num",
        "committee_id": "cmte_id",
        "committee_name": "cand_nm",
        "line": "form_tp",
        "transaction_id": "tran_id",
        "payee": "recipient_nm",
        "purpose": "disb_desc",
        "amount": "disb_amt",
        "date": "disb_dt",
        "memo_code": "memo_cd",
    },
    "operating": {
        "filing_id": "file_num",
        "committee_id": "cmte_id",
        "committee_name": "''",
        "line": "'SB' || line_num",
        "transaction_id": "tran_id",
        "payee": "name",
        "purpose": "purpose",
        "amount": "transaction_amt",
        "date": "transaction_dt",
        "memo_code": "memo_cd",
    },
}
# What a table says of the filings that its lines stand in: form, whether it amends, period.
_OF_FILINGS = {
    "presidential": "'F3P', false, ''",
    "operating": "any_value(form_tp_cd), bool_or(amndt_ind = 'A'), any_value(rpt_yr || rpt_tp)",
}
_DIALECT = {
    "presidential": "delim=',', quote='\"', escape='\"', skip=1",
    "operating": "delim='|', quote='', escape='', skip=0",
}


def read_reports(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> tuple[str, ...]:
    """Read files into the tables ``filings``, ``stated`` and (what counts) ``lines``.

    Returns:
        What was left out or looks odd, in sentences.

    Raises:
        UserError: a file is none that we know, is damaged, or contradicts another.
    """
    if not paths:
        raise UserError("no file is named; give FEC filings (.fec) or disbursement files")
    con.execute(TABLES)
    notes: list[str] = []
    contents: dict[str, Path] = {}
    numbers: dict[str, Path] = {}
    for path in paths:
        layout = layout_of(path)
        same = contents.setdefault(file_hash(path), path)
        if same != path:
            notes.append(f"{path} is the same file as {same} and was read once.")
        elif layout.name == "filing":
            number = _load_filing(con, path, layout)
            if number in numbers:
                raise UserError(
                    f"{path} and {numbers[number]} both carry filing number {number} and differ; "
                    "name each file by the number under which the FEC holds it"
                )
            numbers[number] = path
        else:
            _load_table(con, path, layout)
    return (*notes, *count_lines(con))


def _load_filing(con: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> str:
    try:
        filing = open_filing(path, layout.encoding)
        _load_cover(con, path, filing.cover)
        for batch in batches(filing.rows(_WANTED)):
            for schedule, rows in batch.items():
                _LOADERS[schedule](con, path, filing.cover, rows)
    except Refusal as refused:
        raise UserError(refused.reason) from None
    return filing.cover.filing_id


def _load_cover(con: duckdb.DuckDBPyConnection, path: Path, cover: Cover) -> None:
    con.execute(
        "insert into filings select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "try_strptime(?, '%Y%m%d')::date, try_strptime(?, '%Y%m%d')::date",
        [
            cover.filing_id,
            str(path),
            cover.committee_id,
            cover.committee_name,
            cover.form,
            cover.is_amendment,
            cover.is_termination,
            cover.amends,
            cover.sequence,
            cover.coverage_from + cover.coverage_through,
            cover.coverage_from,
            cover.coverage_through,
        ],
    )
    for (schedule, line), amount in cover.stated.items():
        con.execute(
            "insert into stated values (?, ?, ?, ?)", [cover.filing_id, schedule, line, amount]
        )


def _load_payments(
    con: duckdb.DuckDBPyConnection, path: Path, cover: Cover, rows: list[Row]
) -> None:
    con.register("batch", _table(("row", *_PAYMENT), rows))
    con.execute(
        f"""
        insert into texts by name
        select
            trim(columns(* exclude (row, payee, payee_name, last_name, first_name))),
            row::bigint as row,
            {PAYEE} as payee,
            ? as file, ? as filing_id, ? as committee_name
        from batch
        """,
        [str(path), cover.filing_id, cover.committee_name],
    )
    con.unregister("batch")


def _load_receipts(
    con: duckdb.DuckDBPyConnection, path: Path, cover: Cover, rows: list[Row]
) -> None:
    _load_others(con, path, cover, "SA", rows)


def _load_debts(con: duckdb.DuckDBPyConnection, path: Path, cover: Cover, rows: list[Row]) -> None:
    _load_others(con, path, cover, "SD", rows)


def _load_others(
    con: duckdb.DuckDBPyConnection, path: Path, cover: Cover, schedule: str, rows: list[Row]
) -> None:
    con.register("batch", _table(("row", "line", "amount", "memo_code"), rows))
    con.execute(
        "insert into others by name select trim(columns(* exclude row)), row::bigint as row, "
        "? as file, ? as filing_id, ? as schedule from batch",
        [str(path), cover.filing_id, schedule],
    )
    con.unregister("batch")


_LOADERS = {"SA": _load_receipts, "SB": _load_payments, "SD": _load_debts}


def _table(names: Sequence[str], rows: list[Row]) -> pa.Table:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.Table.from_arrays(columns, names=list(names))


def _load_table(con: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> None:
    import duckdb

    first_line = 2 if layout.name == "presidential" else 1
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in layout.columns)
    try:
        con.execute(
            f"create or replace temp table delivered as "
            f"select *, row_number() over () - 1 + {first_line} as row "
            f"from read_csv(?, auto_detect=false, header=false, columns={{{columns}}}, "
            f"encoding='{layout.encoding}', {_DIALECT[layout.name]})",
            [str(path)],
        )
    except duckdb.InvalidInputException as mistake:
        found = re.search(r"Line: (\d+)", str(mistake))
        line = f", line {found[1]}" if found else ""
        raise UserError(
            f"{path}{line}: it is cut short or has another number of fields than the first line; "
            "download the file again"
        ) from None
    fields = _FIELDS[layout.name]
    chosen = ", ".join(f"trim({its}) as {ours}" for ours, its in fields.items())
    con.execute(
        f"insert into texts by name select ? as file, row, {chosen} from delivered", [str(path)]
    )
    con.execute(
        "insert into filings (filing_id, committee_id, file, committee_name, form, is_amendment, "
        "period, amends, sequence, is_termination) "
        f"select {fields['filing_id']}, {fields['committee_id']}, ?, "
        f"any_value({fields['committee_name']}), {_OF_FILINGS[layout.name]}, '', 0, false "
        "from delivered group by all",
        [str(path)],
    )
    con.execute("drop table delivered")
