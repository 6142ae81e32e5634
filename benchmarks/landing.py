"""Landing one large delimited file, beside a bare DuckDB COPY of the same file in the same run.

``python -m benchmarks.landing HOME`` measures a small file; ``--full`` the ten and twenty million
rows that a state's list has. Each measurement is a process of its own, so its memory is its own;
the copies come before and after the landing, for a machine's pace changes in minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.landing_file import write_contract, write_file
from benchmarks.measured import run_measured

SMALL = 300_000
FULL = (10_000_000, 20_000_000)


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path, help="a folder for the files; it is emptied again")
    parser.add_argument("--rows", type=int, default=SMALL)
    parser.add_argument("--full", action="store_true", help="10 and 20 million rows; many GB")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sizes = FULL if options.full else (options.rows,)
    report = benchmark(options.home.absolute(), sizes)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, sizes: tuple[int, ...] = (SMALL,)) -> dict[str, Any]:
    """Land a file of each size in a home below ``home``; nothing of it is kept."""
    return {"sizes": [_measure(home / f"landing-bench-{rows}", rows) for rows in sizes]}


def _measure(home: Path, rows: int) -> dict[str, Any]:
    file = home / "inbox" / "state" / "2016-01-20" / "voters.csv"
    target, sources = home / "copied.parquet", home / "sources"
    try:
        write_contract(sources)
        write_file(home, file, rows)
        before = run_measured("benchmarks.landing", "bare_copy", home, file, target)
        landed = run_measured("benchmarks.landing", "land_all", home, sources)
        after = run_measured("benchmarks.landing", "bare_copy", home, file, target)
        again = run_measured("benchmarks.landing", "land_all", home, sources)
        copied = min(before, after, key=lambda run: run["seconds"])
        return {
            "rows": rows,
            "file_gb": round(file.stat().st_size / 1e9, 2),
            "copy": copied,
            "land": landed,
            "again": again,
            "speed_of_copy": round(copied["seconds"] / landed["seconds"], 3),
            "cpu_of_copy": round(copied["cpu_seconds"] / landed["cpu_seconds"], 3),
        }
    finally:
        shutil.rmtree(home, ignore_errors=True)


def bare_copy(home: Path, file: Path, target: Path) -> int:
    """The peer: DuckDB's own copy of the file to zstd Parquet, its columns typed as text."""
    from orchestration.lake import connect

    with file.open(encoding="utf-8") as stream:
        names = stream.readline().strip().split(",")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    with connect(home) as con:
        row = con.execute(
            f"copy (from read_csv('{file}', auto_detect=false, header=true, columns={{{columns}}}, "
            f"delim=',', quote='\"', escape='\"', ignore_errors=true)) to '{target}' "
            "(format parquet, compression zstd)"
        ).fetchone()
    target.unlink()
    return int(row[0]) if row else 0


def land_all(home: Path, sources: Path) -> list[dict[str, Any]]:
    """Land what waits in the home's inbox, and judge it, as ``tminus land`` and a run do."""
    from datetime import datetime, timezone

    from orchestration.landing.land import land
    from orchestration.landing.verdicts import judge_sources
    from orchestration.settings import load_settings
    from orchestration.sources.registry import load_contracts

    settings = load_settings(home).model_copy(update={"sources": sources})
    moment = datetime(2016, 1, 21, 12, tzinfo=timezone.utc)
    records = land(settings, moment)
    judged = judge_sources(settings, load_contracts(sources), moment)
    assert all(finding.passed for found in judged.values() for finding in found)
    return [
        {
            "state": r.state,
            "read": r.read,
            "landed": r.landed,
            "quarantined": r.quarantined,
            "reason": r.reason,
        }
        for r in records
    ]


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = ["rows         file   bare COPY      landing         of COPY's speed   again   landed"]
    for size in report["sizes"]:
        copy, land, again = size["copy"], size["land"], size["again"]
        (said,) = land["said"]
        lines.append(
            f"{size['rows']:>10,} {size['file_gb']:>4} GB  "
            f"{copy['seconds']:>6} s {copy['peak_memory_gb']:>4} GB "
            f"{land['seconds']:>6} s {land['peak_memory_gb']:>4} GB  "
            f"{size['speed_of_copy']:>6.0%} ({size['cpu_of_copy']:.0%} by CPU)  "
            f"{again['seconds']:>5} s  {said['landed']:,} + {said['quarantined']:,} in quarantine"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
