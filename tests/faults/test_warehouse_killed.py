"""A build killed between writing and renaming leaves the old file, and the next one mends all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestration.lake import Lake, file_hash
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.engine import Engine
from orchestration.warehouse.project import load_project
from tests.warehouse_home import make_home

# The process ends as by SIGKILL at its first rename: nothing is flushed, nothing tidied.
KILLED = """
import os, sys
from pathlib import Path
from orchestration.warehouse.engine import Engine
from orchestration.warehouse import publish
from orchestration.warehouse.project import load_project
os.replace = lambda *_: os._exit(137)
project = load_project()
Engine(Path(sys.argv[1])).build(project, [project.models["int_link_voters"]])
"""


def test_a_killed_build_leaves_the_old_file_and_is_run_again(home: Path) -> None:
    project = load_project()
    model = project.models["int_link_voters"]
    make_home(home, people=20)
    Engine(home).build(project, [model])
    file = Lake(home).root / "staging" / "int_link_voters.parquet"
    before = file_hash(file)
    make_home(home, people=40)
    command = [sys.executable, "-c", KILLED, str(home)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, check=False)
    assert done.returncode == 137, done.stderr.decode()
    assert file_hash(file) == before
    assert [f.name for f in file.parent.glob("*.parquet")] == [file.name]
    Engine(home).build(project, [model])
    assert file_hash(file) != before
    assert list(file.parent.iterdir()) == [file]
