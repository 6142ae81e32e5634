"""The guard of the fast tiers, in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"
SLOW = "def test_slow():\n    while True:\n        pass\n"


def run_copy(folder: Path, tier: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run one test file of one tier in a copy of the house that has nothing else."""
    (folder / "tests" / tier).mkdir(parents=True)
    shutil.copy(CONFTEST, folder / "tests" / "conftest.py")
    (folder / "tests" / tier / "test_it.py").write_text(code)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_a_slow_test_in_a_fast_tier_is_stopped(tmp_path: Path) -> None:
    done = run_copy(tmp_path, "unit", SLOW)
    assert done.returncode == 1
    assert "of processor time in a fast tier" in done.stdout


def test_a_tier_without_a_limit_is_left_alone(tmp_path: Path) -> None:
    spent = "import time\n\ndef test_it():\n    while time.process_time() < 3:\n        pass\n"
    assert run_copy(tmp_path, "pipeline", spent).returncode == 0
