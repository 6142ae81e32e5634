"""Linking against the truth, with a plain Splink script and recordlinkage as peers, in one run.

``python -m benchmarks identity --voters 1000000`` makes a home of 200,000 contacts and measures on
it; ``--home`` takes one whose staging is made. Each side runs in a process of its own, libraries
loaded before its clock starts. Precision, recall and F1 with intervals: overall, for records that
say enough, by source, stage, age and party.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.identity_home import scratch_of, small_home, stage_home
from orchestration.identity import known
from orchestration.identity.evaluate import evaluate
from orchestration.identity.places import Places, read_day
from orchestration.lake import connect, sql_path
from orchestration.settings import PROJECT_ROOT

if TYPE_CHECKING:
    import duckdb

RICH = """
    first_name is not null and (birth_date is not null)::integer + (street is not null)::integer
    + (phone is not null)::integer + (email is not null)::integer >= 2
"""
CONTACTS = 200_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(prog="identity", description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="with staging made; default a temporary one")
    parser.add_argument("--voters", type=int, default=100_000)
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--without-peers", action="store_true")
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="tminus-identity-") as folder:
        home = (options.home or Path(folder) / "home").absolute()
        stage_home(home, options.voters, options.contacts)
        report = benchmark(home, peers=not options.without_peers)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, peers: bool = True) -> dict[str, Any]:
    """Every linking of one home: seconds, memory and quality of each.

    The home's own links stay as they are: ours are made in a scratch home over the same staging.
    recordlinkage keeps all pairs in memory, so it and ours link a small part of the home apart.
    """
    with TemporaryDirectory(dir=home) as scratch:
        report = _measure(home, Path(scratch), ("plain_splink",) if peers else ())
    if peers:
        with TemporaryDirectory(dir=home) as folder:
            small = small_home(home, Path(folder))
            with TemporaryDirectory(dir=small) as scratch:
                report["small"] = _measure(small, Path(scratch), ("recordlinkage",), groups=False)
    return report


def _measure(
    home: Path, scratch: Path, peers: tuple[str, ...], groups: bool = True
) -> dict[str, Any]:
    places = scratch_of(home, scratch)
    ours = _child("ours", scratch)
    again = _child("again", scratch)
    with connect(home) as con:
        _judge(con, places)
        report: dict[str, Any] = {
            "records": _count(con, "select count(*) from records"),
            "voters": _count(con, "select count(*) from voters"),
            "ours": ours | {"again": again, "quality": _quality(con, places, groups)},
        }
        for name in peers:
            made = scratch / f"{name}.parquet"
            taken = _child(name, scratch, made)
            linked = f"select record_key, voter_key from read_parquet({sql_path(made)})"
            report[name] = taken | {"quality": _overall(con, linked)}
    return report


def _child(what: str, home: Path, into: Path | None = None) -> dict[str, Any]:
    """Run one side in a process of its own: its seconds, CPU seconds and peak memory."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.identity_side", what, str(home), str(into or "")],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def _judge(con: duckdb.DuckDBPyConnection, places: Places) -> None:
    """Views of both inputs, and ``known``: the right voter of every record that truth knows."""
    answers = known.invented(places)
    if answers is None:
        raise FileNotFoundError(f"{places.home} holds no truth to measure against")
    con.execute(f"""
        create view voters as from read_parquet({sql_path(places.voters)});
        create view records as from read_parquet({sql_path(places.records)});
        create table known as {answers.known}
    """)


def _quality(con: duckdb.DuckDBPyConnection, places: Places, groups: bool) -> list[dict[str, Any]]:
    linked = f"select record_key, voter_key from read_parquet({sql_path(places.links)})"
    overall = _overall(con, linked)
    found = known.measure(con, places, read_day(places.home)) if groups else None
    return [*overall, *(found.rows()[1:] if found else [])]


def _overall(con: duckdb.DuckDBPyConnection, links: str) -> list[dict[str, Any]]:
    """All records, those that say enough, and those of them that carry no id."""
    joined = (
        f"select l.*, r.* exclude (record_key) from ({links}) l join records r using (record_key)"
    )
    groups = {
        "all": "true",
        "a name and two more": RICH,
        "the same, without any id": f"{RICH} and party_id is null and state_id is null",
    }
    answers = "select record_key, voter_key from known"
    return [
        known.row(evaluate(con, f"select * from ({joined}) where {which}", answers)[0])
        | {"group": name}
        for name, which in groups.items()
    ]


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [f"{report['records']:,} records against {report['voters']:,} voters"]
    for name in ("ours", "plain_splink", "recordlinkage"):
        if name in report:
            lines += ["", *_side(name, report[name])]
    if "small" in report:
        lines += ["", "A part of it, at most", table(report["small"])]
    return "\n".join(lines)


def _side(name: str, own: dict[str, Any]) -> list[str]:
    again = f"; with a trained model {_cost(own['again'])}" if "again" in own else ""
    return [
        f"{name.replace('_', ' ')}: {_cost(own)}{again}",
        *(
            f"  {q['group']:<26} linked {q['linked']:>9,} of {q['possible']:>9,}   "
            f"P {_share(q, 'precision')}   R {_share(q, 'recall')}   F1 {_share(q, 'f1')}"
            for q in own["quality"]
        ),
    ]


def _cost(own: dict[str, Any]) -> str:
    return f"{own['seconds']} s, {own['cpu_seconds']} s of CPU, {own['peak_memory_gb']} GB"


def _share(row: dict[str, Any], name: str) -> str:
    return f"{row[name]:.4f} [{row[f'{name}_low']:.4f}, {row[f'{name}_high']:.4f}]"


if __name__ == "__main__":
    main()
