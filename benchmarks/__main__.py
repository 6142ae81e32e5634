"""``make bench``: every table of the project, on one invented campaign, in one run."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import road, scores_worlds
from orchestration.settings import PROJECT_ROOT

RESULTS = PROJECT_ROOT / "benchmarks" / "results"
# Each measures a finished home; what needs another world makes its own.
ON_A_HOME = (
    "identity", "identity_late", "match", "scores", "forecast", "readiness", "landing", "spending",
)  # fmt: skip


def main() -> None:
    """Run all benchmarks, or the one that is named with arguments of its own.

    All print their tables and keep the figures as JSON.
    """
    if sys.argv[1:2] and not sys.argv[1].startswith("-"):
        one = importlib.import_module(f"benchmarks.{sys.argv[1]}")
        sys.argv = [f"benchmarks {sys.argv[1]}", *sys.argv[2:]]
        one.main()
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="20,000 voters instead of 100,000")
    options = parser.parse_args()
    voters = 20_000 if options.quick else 100_000
    machine = _machine()
    print(f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['python']}\n")
    report: dict[str, Any] = {"machine": machine}
    with tempfile.TemporaryDirectory(prefix="tminus-bench-") as folder:
        home = Path(folder) / "home"
        report["road"] = road.benchmark(home, voters)
        print(f"== road ==\n{road.table(report['road'])}\n", flush=True)
        for name in ON_A_HOME:
            module = importlib.import_module(f"benchmarks.{name}")
            report[name] = module.benchmark(home)
            print(f"== {name} ==\n{module.table(report[name])}\n", flush=True)
    report["scores_worlds"] = scores_worlds.benchmark()
    print(f"== scores_worlds ==\n{scores_worlds.table(report['scores_worlds'])}\n", flush=True)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{'quick' if options.quick else 'full'}.json"
    kept.write_text(json.dumps(report, indent=1, default=str) + "\n")
    print(f"The figures are in {kept.relative_to(PROJECT_ROOT)}.")


def _machine() -> dict[str, Any]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
