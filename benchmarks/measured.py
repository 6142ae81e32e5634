"""One function in a process of its own, so that its seconds and its memory are its own."""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT_ROOT


def run_measured(module: str, function: str, *paths: Path) -> dict[str, Any]:
    """Call a function of a benchmark with paths, in a new process.

    Returns:
        ``seconds`` elapsed, ``cpu_seconds`` of all threads, ``peak_memory_gb`` of the process with
        what it imports, and ``said``, what the function returned (as JSON holds it).
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measured", module, function, *map(str, paths)],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def main(module: str, function: str, *paths: str) -> None:
    """The other end of ``run_measured``."""
    measured = getattr(importlib.import_module(module), function)
    started, spent = time.perf_counter(), time.process_time()
    said = measured(*map(Path, paths))
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - started, 2),
                "cpu_seconds": round(time.process_time() - spent, 2),
                "peak_memory_gb": round(
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2
                ),
                "said": said,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
