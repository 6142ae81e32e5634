"""Scores over many seeds and worlds: small homes, one after another, with intervals over seeds.

``python -m benchmarks.scores_worlds --seeds 20 --worlds all`` is the full table. Seeds start at
201: what was chosen in the scores was chosen on others. ``--keep FOLDER`` keeps the homes and
each one's figures, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import scores
from orchestration.demo.outcome import WORLDS
from orchestration.settings import PROJECT_ROOT

FIRST_SEED = 201
VOTERS = 40_000
RESULTS = PROJECT_ROOT / "benchmarks" / "results" / "scores_worlds.json"
DRAWS = 2_000
TENTHS = 5
# Fewer seeds than this say nothing about how seeds differ.
FEWEST = 5
GROUPS = ("caucused_before", "generals_only", "never_voted", "no_voter_record")
# What a row of the table must lie between; None is open.
RATIO, SLOPE, SKILL, GAIN = (0.85, 1.15), (0.9, 1.1), (0.0, None), (1.25, None)

Limits = tuple[float | None, float | None]
Rows = dict[str, tuple[float | None, Limits | None]]


def main() -> None:
    """Measure worlds and seeds, print a table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many of each world")
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="the first seed")
    parser.add_argument("--worlds", default="all", help="all, or names with commas between")
    parser.add_argument("--voters", type=int, default=VOTERS)
    parser.add_argument("--keep", type=Path, help="keep homes and figures in this folder")
    options = parser.parse_args()
    worlds = WORLDS if options.worlds == "all" else tuple(options.worlds.split(","))
    seeds = range(options.first, options.first + options.seeds)
    report = benchmark(worlds, seeds, options.voters, options.keep)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))


def benchmark(
    worlds: Sequence[str] = WORLDS,
    seeds: Sequence[int] = range(FIRST_SEED, FIRST_SEED + 1),
    voters: int = VOTERS,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Each world's figures over the seeds, and every home's own.

    Args:
        worlds: See ``demo.outcome``.
        seeds: Of the invented campaigns.
        voters: Of each.
        keep: Where homes stay; default a temporary folder, each removed once measured.
    """
    # What lands and links takes seconds to import; the table needs none of it.
    from benchmarks.scores_home import parsed, score_home

    homes: dict[str, list[dict[str, Any]]] = {world: [] for world in worlds}
    project = parsed()
    with _folder(keep) as folder:
        for seed in seeds:
            for world in worlds:
                home = folder / f"{world}_{seed}_{voters // 1000}k"
                known = home.with_suffix(".json")
                if not known.exists():
                    score_home(home, voters, seed, world, project)
                    known.write_text(json.dumps(scores.benchmark(home)))
                    if keep is None:
                        shutil.rmtree(home)
                homes[world].append({"seed": seed, **json.loads(known.read_text())})
    summary = {world: summarised([_rows(home) for home in found]) for world, found in homes.items()}
    return {"voters": voters, "seeds": list(seeds), "worlds": summary, "homes": homes}


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="tminus-worlds-") as folder:
        yield Path(folder)


def _rows(home: Mapping[str, Any]) -> Rows:
    """The rows of the table for one home: the figure, and what it must lie between."""
    rows: Rows = {}
    for part in ("attendance", "support_among_those_who_attend"):
        found, name = home[part], part.split("_")[0]
        rows[f"{name} AUC, ours"] = (found["ours"]["auc"], None)
        rows[f"{name} AUC, conventional"] = (found["conventional"]["auc"], None)
        rows[f"{name} AUC, plain rule"] = (found["plain_rule_auc"], None)
        rows[f"{name} AUC, ceiling"] = (home["ceiling_auc"][part], None)
    level = home["attendance"]["at_the_level_that_turned_out"]
    rows["attendance slope"] = (level["all"]["slope"], SLOPE)
    for place in range(TENTHS):
        rows[f"attendance o/e, tenth {place + 1}"] = (level["tenths"][place], RATIO)
    for group in GROUPS:
        shown = level["groups"].get(group, {})
        rows[f"attendance o/e, {group}"] = (shown.get("observed_over_expected"), RATIO)
    for group in GROUPS:
        shown = level["groups"].get(group, {})
        rows[f"attendance Brier skill, {group}"] = (shown.get("brier_skill"), SKILL)
    liked = home["support_among_those_who_attend"]
    rows["support slope"] = (liked["ours"]["slope"], SLOPE)
    rows["support o/e"] = (liked["ours"]["observed_over_expected"], RATIO)
    rows["support Brier skill"] = (liked["ours"]["brier_skill"], SKILL)
    for size, found in home["attending_supporters_never_on_a_caucus_list"].items():
        if size.endswith("%"):
            rows[f"lift at {size}"] = (found["ratio"], GAIN)
    return rows


def summarised(homes: Sequence[Rows]) -> list[dict[str, Any]]:
    """Each row's mean over the homes, its 95 % interval over seeds, and whether it holds.

    The interval is a bootstrap of the seeds; of fewer than ``FEWEST`` there is none. A row holds
    when its mean lies between its limits, a lift besides when the interval's lower end is above 1.
    """
    out = []
    for name, (_, limits) in homes[0].items():
        values = [rows[name][0] for rows in homes]
        known = np.array([v for v in values if v is not None], dtype=np.float64)
        mean = float(known.mean()) if len(known) else None
        interval = _interval(known) if len(known) >= FEWEST else None
        out.append(
            {
                "figure": name,
                "mean": None if mean is None else round(mean, 4),
                "interval": interval,
                "limits": limits,
                "holds": None if limits is None else _holds(mean, limits, interval),
                "seeds": len(known),
            }
        )
    return out


def _interval(values: np.typing.NDArray[np.float64]) -> list[float]:
    rng = np.random.default_rng(2016)
    means = rng.choice(values, (DRAWS, len(values))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return [round(float(low), 4), round(float(high), 4)]


def _holds(mean: float | None, limits: Limits, interval: list[float] | None) -> bool:
    low, high = limits
    if mean is None or (low is not None and mean < low) or (high is not None and mean > high):
        return False
    return not (limits == GAIN and interval and interval[0] <= 1.0)


def table(report: Mapping[str, Any]) -> str:
    """The report for people: a row a figure, a column a world; ``!`` where a limit is missed."""
    worlds = list(report["worlds"])
    head = f"{'':<38}" + "".join(f"{world:>26}" for world in worlds)
    count = f"{report['voters']:,} voters, seeds {report['seeds'][0]} to {report['seeds'][-1]}"
    lines = [count, head]
    lines += [
        f"{rows[0]['figure']:<38}" + "".join(f"{_cell(row):>26}" for row in rows)
        for rows in zip(*report["worlds"].values(), strict=True)
    ]
    return "\n".join(lines)


def _cell(row: Mapping[str, Any]) -> str:
    if row["mean"] is None:
        return "-"
    missed = "! " if row["holds"] is False else ""
    spread = f" [{row['interval'][0]:.2f}, {row['interval'][1]:.2f}]" if row["interval"] else ""
    return f"{missed}{row['mean']:.3f}{spread}"


if __name__ == "__main__":
    main()
