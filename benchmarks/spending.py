"""A million lines of spending reports, read and sorted, beside DuckDB's bare sum of the same file.

``python -m benchmarks.spending FOLDER``. The lines are invented: 80,000 payees, each under several
spellings, and purposes of every category and of none. The same lines are measured twice, as the
FEC's table and as one electronic filing; each measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.measured import run_measured

LINES = 1_000_000
_PAYEES = 80_000
_FILLED = """
create table lines as
select
    'SB23.' || i as transaction_id,
    (case i % 3 when 0 then upper(payee) when 1 then payee || ', LLC' else payee || ' Inc.' end)
        as payee,
    purposes[(1 + hash(i, 1) % len(purposes))::bigint] as purpose,
    round(((hash(i, 2) % 2000000) / 100)::decimal(14, 2), 2) as amount,
    date '2015-10-01' + (hash(i, 3) % 92)::integer as date,
    if(hash(i, 4) % 9 = 0, 'X', '') as memo
from (
    select
        i,
        words[(1 + hash(i % {payees}, 5) % len(words))::bigint] || ' '
        || words[(1 + hash(i % {payees}, 6) % len(words))::bigint] || ' '
        || (i % {payees}) as payee,
        words, purposes
    from
        range({lines}) as _(i),
        (select
            ['Prairie', 'River', 'Hotel', 'Media', 'Print', 'Data', 'Air', 'Field', 'Sign', 'Hall',
             'Catering', 'Phone', 'Digital', 'Legal', 'Supply', 'Travel'] as words,
            ['TRAVEL: LODGING', 'LIST RENTAL', 'PAYROLL', 'WEB HOSTING', 'TELEMARKETING',
             'MEDIA PLACEMENT', 'POSTAGE', 'SITE RENTAL', 'LEGAL CONSULTING', 'HATS',
             'REFUND', 'SOFTWARE LICENSE', 'THINGS', ''] as purposes)
)
"""
_TABLE = """
copy (
    select
        'C00999991' as cmte_id, 'P1' as cand_id, 'Invented, Ann' as cand_nm,
        payee as recipient_nm, amount as disb_amt, upper(strftime(date, '%d-%b-%y')) as disb_dt,
        'DES MOINES' as recipient_city, 'IA' as recipient_st, '50309' as recipient_zip,
        purpose as disb_desc, memo as memo_cd, '' as memo_text, 'SB23' as form_tp,
        '700001' as file_num, transaction_id as tran_id, 'P2016' as election_tp
    from lines
) to '{file}' (format csv, header true)
"""


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a folder for the files; it is emptied again")
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = benchmark(options.folder.absolute(), options.lines)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, lines: int = LINES) -> dict[str, Any]:
    """Read and sort so many lines in both layouts; nothing of it is kept."""
    folder = home / "spending-bench"
    csv, fec = folder / "disbursements.csv", folder / "700001.fec"
    try:
        folder.mkdir(parents=True)
        write_files(csv, fec, lines)
        return {
            "lines": lines,
            "bare": run_measured("benchmarks.spending", "bare_sum", csv),
            "table": run_measured("benchmarks.spending", "sort_lines", csv),
            "filing": run_measured("benchmarks.spending", "sort_lines", fec),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_files(csv: Path, fec: Path, lines: int) -> None:
    """Write the same invented lines as the FEC's table and as one electronic filing."""
    import duckdb
    from fecfile.cache import getMapping
    from fecfile.fecparser import mappings

    page = {"filer_committee_id_number": "C00999991", "committee_name": "Invented for All"}
    page |= {"coverage_from_date": "20151001", "coverage_through_date": "20151231"}
    ours = {
        "form_type": "'SB23'",
        "filer_committee_id_number": "'C00999991'",
        "transaction_id_number": "transaction_id",
        "payee_organization_name": "payee",
        "expenditure_date": "strftime(date, '%Y%m%d')",
        "expenditure_amount": "amount",
        "expenditure_purpose_descrip": "purpose",
        "memo_code": "memo",
    }
    fields = [ours.get(name, "''") for name in getMapping(mappings, "SB23", "8.1")]
    cover = ["F3PN", *(page.get(name, "") for name in getMapping(mappings, "F3PN", "8.1")[1:])]
    with duckdb.connect() as con:
        con.execute(_FILLED.format(payees=_PAYEES, lines=lines))
        con.execute(_TABLE.format(file=csv))
        body = con.execute(f"select concat_ws(chr(28), {', '.join(fields)}) from lines")
        with fec.open("w", encoding="utf-8") as stream:
            stream.write("HDR\x1cFEC\x1c8.1\x1cInvented\x1c1\n" + "\x1c".join(cover) + "\n")
            while rows := body.fetchmany(50_000):
                stream.writelines(f"{row[0]}\n" for row in rows)


def bare_sum(file: Path) -> str:
    """The limit: DuckDB reads the table and adds it up, and knows nothing of what it means."""
    import duckdb

    with duckdb.connect() as con:
        found = con.execute(
            "select sum(disb_amt::decimal(14, 2)) from read_csv(?, all_varchar=true)", [str(file)]
        ).fetchone()
    return str(found[0]) if found else ""


def sort_lines(file: Path) -> dict[str, Any]:
    """What ``tminus spending FILE`` does: lines that count, categories, vendors, totals."""
    from orchestration.spending import report

    (committee,) = report([file])["committees"]
    return {
        "lines": committee["lines"] + committee["memo_lines"],
        "vendors": len(committee["by_vendor"]),
        "total": committee["total"],
    }


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [f"{report['lines']:,} lines     elapsed  processor   memory   found"]
    for name, said in (
        ("bare sum", report["bare"]),
        ("the FEC's table", report["table"]),
        ("an electronic filing", report["filing"]),
    ):
        found = said["said"]
        words = (
            found
            if isinstance(found, str)
            else f"{found['total']} in {found['lines']:,} lines, {found['vendors']:,} vendors"
        )
        lines.append(
            f"{name:<20} {said['seconds']:>6} s {said['cpu_seconds']:>7} s "
            f"{said['peak_memory_gb']:>6} GB   {words}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
