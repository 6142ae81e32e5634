"""The whole road on the invented campaign: generation, both runs, memory, seconds by stage.

``python -m benchmarks.road HOME`` makes the home; it must not exist.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from orchestration.lake import Lake
from orchestration.ledger import steps
from orchestration.settings import PROJECT_ROOT


def main() -> None:
    """Measure one road and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--voters", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = benchmark(options.home.absolute(), options.voters)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, voters: int, seed: int = 2016) -> dict[str, Any]:
    """Seconds of ``demo``, ``run`` and a second ``run``, each a process as a user starts it.

    Returns:
        Seconds, the largest process's memory (GB) and elapsed seconds by stage.
    """
    demo, made = _tminus(home, "demo", "--voters", str(voters), "--seed", str(seed), "--json")
    run, first = _tminus(home, "run", "--json")
    again, second = _tminus(home, "run", "--json")
    return {
        "voters": voters,
        "contacts": made["contacts"],
        "demo_seconds": demo,
        "demo_voters_a_minute": round(60 * voters / made["seconds"]),
        "run_seconds": run,
        "second_run_seconds": again,
        "second_run_made": second["made"],
        "definitions_seconds": _definitions(home),
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20, 2),
        "stages": _stages(home),
        "failed_checks": first["failed_checks"],
    }


def _stages(home: Path) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for key, step in steps.latest(Lake(home)).items():
        stage = key.partition("/")[0]
        seconds[stage] = round(seconds.get(stage, 0.0) + step.seconds, 2)
    return seconds


def _tminus(home: Path, *words: str) -> tuple[float, dict[str, Any]]:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *words],
        env=os.environ | {"TMINUS_HOME": str(home)},
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return round(time.perf_counter() - started, 2), json.loads(done.stdout)


def _definitions(home: Path) -> float:
    """Seconds that the definitions take to load in a new process, once dbt is parsed."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import orchestration.definitions"],
        env=os.environ | {"TMINUS_HOME": str(home)},
        cwd=PROJECT_ROOT,
        check=True,
    )
    return round(time.perf_counter() - started, 2)


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in report["stages"].items())
    return "\n".join(
        [
            f"{report['voters']:,} voters, {report['contacts']:,} contacts",
            f"  demo {report['demo_seconds']} s",
            f"  that is {report['demo_voters_a_minute']:,} voters a minute",
            f"  run {report['run_seconds']} s",
            f"  again {report['second_run_seconds']} s, {report['second_run_made']} assets made",
            f"  definitions load in {report['definitions_seconds']} s",
            f"  peak memory {report['peak_memory_gb']} GB",
            f"  seconds by stage: {stages}",
            f"  checks that do not hold: {', '.join(report['failed_checks']) or 'none'}",
        ]
    )


if __name__ == "__main__":
    main()
