"""Scores, segments and universe of a whole state: seconds, memory, persons a second.

``python -m benchmarks.score_speed HOME`` takes a home whose marts are made, lays its people side
by side until there are two million voters (in a scratch home that is removed again), and makes
from them the features, the four scores with their cards, the segments and the universe. Each
stage is a process of its own, so its memory is its own. Labels grow with the people: that is
more to learn from than a campaign of that size would have.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, connect, sql_path

VOTERS = 2_000_000
# Keys that tell people apart, and so must differ from copy to copy; places and events do not.
KEYS = (
    "person_id voter_key record_key household_key contact_key state_id party_id change_key "
    "suppression_key answer_key"
).split()
COPIED = (
    "persons voters households contacts engagements canvasses suppressions traits roll_changes "
    "reach_times"
).split()
FEATURES = ("person_features", "attendance_training", "support_training")
_STAGE = """
import json, resource, sys, time
from pathlib import Path
from benchmarks import score_speed
home = Path(sys.argv[2])
started, spent = time.perf_counter(), time.process_time()
said = getattr(score_speed, sys.argv[1])(home)
print(json.dumps({
    "seconds": round(time.perf_counter() - started, 1),
    "cpu_seconds": round(time.process_time() - spent, 1),
    "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    **said,
}))
"""


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--voters", type=int, default=VOTERS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = benchmark(options.home.absolute(), options.voters)
    print(json.dumps(report) if options.json else table(report))


def benchmark(home: Path, voters: int = VOTERS) -> dict[str, Any]:
    """Every stage at this size, in the order of the road."""
    with tempfile.TemporaryDirectory(prefix="tminus-speed-", dir=home.parent) as folder:
        wide = Path(folder) / "home"
        copies = _lay_side_by_side(Lake(home), Lake(wide), voters)
        stages = {name: _measured(name, wide) for name in ("features", "scores", "segments")}
    both = [stages[name] for name in ("features", "scores")]
    return {
        "copies": copies,
        "voters": stages["features"]["voters"],
        "stages": stages,
        "features_and_scores_seconds": round(sum(s["seconds"] for s in both), 1),
        "peak_memory_gb": max(s["peak_memory_gb"] for s in stages.values()),
    }


def _lay_side_by_side(old: Lake, new: Lake, voters: int) -> int:
    """The marts of many equal campaigns as those of one; ids ascend as they did."""
    with connect(new.home) as con:
        counted = f"select count(*) from read_parquet({sql_path(old.marts / 'voters.parquet')})"
        there: int = con.sql(counted).fetchall()[0][0]
        copies = max(1, round(voters / there))
        new.marts.mkdir(parents=True)
        for name in COPIED:
            file = old.marts / f"{name}.parquet"
            held = [str(r[0]) for r in con.sql(f"describe from {sql_path(file)}").fetchall()]
            keys = [k for k in KEYS if k in held]
            changed = ", ".join(f"{k} || '_' || lpad(n::varchar, 4, '0') as {k}" for k in keys)
            con.execute(
                f"copy (select * replace ({changed}) "
                f"from {sql_path(file)}, range({copies}) as c(n) order by {keys[0]}) "
                f"to {sql_path(new.marts / file.name)} (format parquet, compression zstd)"
            ).fetchall()
    for file in old.marts.glob("*.parquet"):
        if file.stem not in (*COPIED, *FEATURES):
            os.link(file, new.marts / file.name)
    new.context.mkdir(parents=True)
    for file in old.context.glob("*.parquet"):
        os.link(file, new.context / file.name)
    return copies


def _measured(name: str, home: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _STAGE, name, str(home)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def features(home: Path) -> dict[str, Any]:
    """Features of today and of the last caucus, and the labels of support, by dbt."""
    report = _build(home, FEATURES)
    return {"models": report, "voters": _count(home, "marts/voters")}


def scores(home: Path) -> dict[str, Any]:
    """Training, calibration, cards and everybody's score."""
    from orchestration.scores.context import build_context
    from orchestration.scores.stage import make_scores
    from orchestration.settings import load_settings

    made = make_scores(build_context(load_settings(home), "2016-01-21"))
    return {
        "persons": max(w.rows for w in made.written.values()),
        "persons_a_second_and_core": {
            name: int(w.rows / max(w.seconds, 1e-6)) for name, w in made.written.items()
        },
        "outcomes": {name: o.state for name, o in made.outcomes.items()},
    }


def segments(home: Path) -> dict[str, Any]:
    """All segments, the universe and its curve, by dbt."""
    from orchestration.warehouse.project import load_project

    names = tuple(m.name for m in load_project().stage("segments"))
    return {"models": _build(home, names), "universe": _count(home, "segments/universe")}


def _build(home: Path, names: tuple[str, ...]) -> dict[str, float]:
    from orchestration.warehouse.engine import Engine
    from orchestration.warehouse.project import load_project

    project = load_project()
    chosen = [project.models[name] for name in names]
    report = Engine(home, os.environ.get("TMINUS_MEMORY", "4GB")).build(project, chosen, [])
    if report.problems:
        raise RuntimeError(report.problems[0])
    return {m.model: round(m.seconds, 1) for m in report.models}


def _count(home: Path, name: str) -> int:
    with connect(home) as con:
        file = Lake(home).root / f"{name}.parquet"
        return int(con.sql(f"select count(*) from {sql_path(file)}").fetchall()[0][0])


def table(report: dict[str, Any]) -> str:
    """The report as people read it."""
    lines = [f"{report['voters']:,} voters ({report['copies']} copies of the home's people)"]
    for name, stage in report["stages"].items():
        lines.append(
            f"{name:<10} {stage['seconds']:>7.1f} s {stage['cpu_seconds']:>7.1f} CPU s "
            f"{stage['peak_memory_gb']:>6.2f} GB"
        )
    rates = report["stages"]["scores"]["persons_a_second_and_core"]
    lines += [f"  {name:<14} {rate:>10,} persons a second and core" for name, rate in rates.items()]
    lines.append(
        f"features and scores {report['features_and_scores_seconds']:.1f} s (aim 90 s); segments "
        f"and universe {report['stages']['segments']['seconds']:.1f} s (aim 30 s); peak "
        f"{report['peak_memory_gb']:.2f} GB (aim 8 GB)"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
