"""A late delivery against the standing links, and against linking everything again, in one run.

``python -m benchmarks.identity_late HOME`` needs a home whose staging is made; with ``--voters``
it makes one there. The records of the newest data time arrive late; what they come to must be what
linking everything comes to, else the figures would be of something else.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.identity_home import stage_home
from orchestration.identity.link import LinkReport, link_home
from orchestration.identity.places import Places, read_day
from orchestration.lake import connect, file_hash, sql_path, write_parquet

LATE = 5_000


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--voters", type=int, help="make a home of so many voters there first")
    parser.add_argument("--contacts", type=int, help="...and of so many records; default all")
    parser.add_argument("--late", type=int, default=LATE)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = options.home.absolute()
    if options.voters:
        stage_home(home, options.voters, options.contacts)
    report = benchmark(home, options.late)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, late: int = LATE) -> dict[str, Any]:
    """Seconds of a late delivery of so many records, and of linking all of them again.

    The home's own links stay as they are: all is done in a scratch home over the same voters.
    """
    day = read_day(home)
    with TemporaryDirectory(dir=home) as folder:
        places = _without_the_latest(home, Path(folder) / "late", late)
        _, standing_took, _ = _measured(lambda: link_home(places, day))
        shutil.copyfile(Places(home).records, places.records)
        twin = Path(folder) / "twin"
        shutil.copytree(places.home, twin, symlinks=True)
        touched, took, cpu = _measured(lambda: link_home(places, day))
        _, full_took, full_cpu = _measured(lambda: link_home(Places(twin), day, full=True))
        equal = _content(places) == _content(Places(twin))
    return {
        "voters": touched.voters,
        "records": touched.records,
        "late": late,
        "how": touched.how,
        "touched": touched.touched,
        "seconds": took,
        "cpu_seconds": cpu,
        "full_seconds": full_took,
        "full_cpu_seconds": full_cpu,
        "first_seconds": standing_took,
        "equal": equal,
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }  # fmt: skip


def _without_the_latest(home: Path, scratch: Path, late: int) -> Places:
    places, given = Places(scratch), Places(home)
    places.voters.parent.mkdir(parents=True)
    places.voters.symlink_to(given.voters)
    with connect(home) as con:
        write_parquet(
            con,
            f"select * from (from read_parquet({sql_path(given.records)}) "
            f"order by data_time desc nulls last, record_key offset {late}) order by record_key",
            places.records,
        )
    return places


def _measured(work: Callable[[], LinkReport]) -> tuple[LinkReport, float, float]:
    started, cpu = time.perf_counter(), time.process_time()
    report = work()
    return (
        report,
        round(time.perf_counter() - started, 2),
        round(time.process_time() - cpu, 2),
    )


def _content(places: Places) -> list[str]:
    return [file_hash(f) for f in (places.links, places.persons, places.review, places.changes)]


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    r = report
    rows = [
        ("a late delivery", r["seconds"], r["cpu_seconds"]),
        ("everything again", r["full_seconds"], r["full_cpu_seconds"]),
    ]
    lines = [f"{r['late']:,} late records of {r['records']:,} against {r['voters']:,} voters"]
    lines += [f"  {name:<18} {took:>7.2f} s   {cpu:>7.2f} s of CPU" for name, took, cpu in rows]
    same = "the same, byte for byte" if r["equal"] else "DIFFERENT"
    lines += [f"  links, persons, review and changes: {same}", f"  {r['how']}"]
    return "\n".join([*lines, f"  peak memory {r['peak_memory_gb']} GB"])


if __name__ == "__main__":
    main()
