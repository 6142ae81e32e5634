"""The forecast against what then happened, in invented countdowns, beside two plain rules.

``python -m benchmarks.forecast`` replays a few hundred countdowns of ``forecast_world.py``
morning by morning. P90 should cover nine in ten; the Brier score of P(on time) is set beside
"green unless something is late today" and a linear burn-up, raw and calibrated with hindsight.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.forecast_world import (
    CONTEST,
    FAMILIES,
    START,
    WORK,
    ZONE,
    TrueGoal,
    World,
    make_world,
    seen_on,
)
from orchestration.readiness.forecast import forecast
from orchestration.readiness.forecast_draws import hours
from orchestration.readiness.forecast_model import (
    AssetOutlook,
    Crew,
    Goal,
    HumanStep,
    Outlook,
    SourceOutlook,
)
from orchestration.readiness.forecast_report import GoalForecast
from orchestration.readiness.forecast_rounds import Choices, first_missing, needed_round, wait_for

REPLAYS = 210
DAYS_LEFT = (28, 21, 16, 12, 10, 8, 7, 6, 5, 4, 3, 2)
FUTURES = 1_000
SURE_ENOUGH = 0.5  # below it the forecast has warned


@dataclass(frozen=True)
class Seen:
    """One deliverable on one morning: what was said and what came of it."""

    replay: int
    family: str
    goal: str
    days_to_deadline: float
    p_on_time: float
    in_p50: bool
    in_p90: bool
    p90_bounded: bool
    by_status: float
    by_burn_up: float
    on_time: bool
    foreseeable: bool


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replays", type=int, default=REPLAYS)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = benchmark(None, asked.replays, asked.first_seed)
    print(json.dumps(figures, indent=1) if asked.json else table(figures))


def benchmark(
    home: Path | None = None, replays: int = REPLAYS, first_seed: int = 0
) -> dict[str, Any]:
    """All figures: coverage, Brier scores, warnings, by family, and the time of one forecast.

    ``home`` is what every benchmark is given; the countdowns are invented without one.
    """
    seen = [s for seed in range(first_seed, first_seed + replays) for s in replay(seed)]
    return {
        "replays": replays,
        "all": _figures(seen),
        "families": {f: _figures([s for s in seen if s.family == f]) for f in FAMILIES},
        "by_days_left": {
            name: _figures([s for s in seen if low <= s.days_to_deadline < high])
            for name, low, high in (("0-3", 0, 3), ("3-7", 3, 7), ("7-14", 7, 14), ("14+", 14, 99))
        },
        "reliability": _reliability(seen),
        "warnings": _warnings(seen),
        "seconds_10000_futures_60_tasks": _speed(),
    }


def replay(seed: int) -> list[Seen]:
    """Live one countdown and ask for a forecast on each of its mornings."""
    world = make_world(seed)
    found = []
    for left in DAYS_LEFT:
        day = CONTEST.day - timedelta(days=left)
        now = datetime(day.year, day.month, day.day, 6, tzinfo=ZONE)
        outlook = seen_on(world, now)
        said = forecast(outlook, futures=FUTURES, seed=seed, remedies=False)
        for true, goal in zip(world.goals, said.deliverables, strict=True):
            if goal.state == "open":
                found.append(_seen(seed, world, outlook, true, goal))
    return found


def _seen(seed: int, world: World, outlook: Outlook, true: TrueGoal, said: GoalForecast) -> Seen:
    due = true.goal.deadline
    return Seen(
        replay=seed,
        family=world.family,
        goal=true.goal.name,
        days_to_deadline=hours(outlook.now, due) / 24,
        p_on_time=said.p_on_time,
        in_p50=said.p50 is None or true.finish <= said.p50,
        in_p90=said.p90 is None or true.finish <= said.p90,
        p90_bounded=said.p90 is not None,
        by_status=_status_rule(outlook, true.goal),
        by_burn_up=_burn_up_rule(world, outlook, true),
        on_time=true.finish <= due,
        foreseeable=_foreseeable(world, true),
    )


def _status_rule(outlook: Outlook, goal: Goal) -> float:
    """Green unless something that the deliverable waits for is late today."""
    for source in outlook.sources:
        missing = first_missing(source, outlook.now)
        wait = wait_for(source, goal.data_until, outlook, Choices())
        if wait.planned and missing and missing + timedelta(days=1) < outlook.now:
            return 0.0
    return 1.0


def _burn_up_rule(world: World, outlook: Outlook, true: TrueGoal) -> float:
    """Tasks done so far against time gone by, drawn on as a straight line."""
    wanted = [
        s for s in outlook.sources if needed_round(s, true.goal.data_until, outlook) is not None
    ]
    left = {step.name: step.hours for step in outlook.steps}
    shares = [1 - left[step.name] / step.hours for step in true.steps]
    shares += [0.0] * len(wanted) + [1.0] * (len(outlook.sources) - len(wanted))
    done = sum(shares) / len(shares)
    if done <= 0:
        return 0.0
    finish = START + (outlook.now - START) / done
    return float(finish <= true.goal.deadline)


def _foreseeable(world: World, true: TrueGoal) -> bool:
    """Whether the cause of a miss was declared or could be seen five days before.

    Declared: the planned work alone does not fit between the data cut and the deadline. Seen:
    the source that held it up was overdue five days before the deadline and needed.
    """
    five = true.goal.deadline - timedelta(days=5)
    outlook = seen_on(world, five)
    if true.blame is not None:
        source = next(s for s in outlook.sources if s.name == true.blame)
        missing = first_missing(source, five)
        if missing is not None and missing < five:
            return True
    return _too_much_planned(world, outlook, true)


def _too_much_planned(world: World, outlook: Outlook, true: TrueGoal) -> bool:
    begin, end = hours(START, outlook.now), hours(START, true.goal.deadline)
    cut = max(begin, hours(START, true.goal.data_until))
    for step in outlook.steps:
        if step.name not in true.goal.needs:
            continue
        crew = outlook.crews[step.crew]
        work = step.hours / (crew.people * crew.hours_per_day / WORK.hours)
        start = cut if step.after else begin
        if world.calendar.finish(np.array([start]), np.array([work]))[0] > end:
            return True
    return False


def _figures(seen: Sequence[Seen]) -> dict[str, Any]:
    if not seen:
        return {"forecasts": 0}
    truth = np.array([s.on_time for s in seen], dtype=float)
    said = np.array([s.p_on_time for s in seen])
    status = np.array([s.by_status for s in seen])
    burn_up = np.array([s.by_burn_up for s in seen])
    bounded = [s for s in seen if s.p90_bounded]
    return {
        "forecasts": len(seen),
        "on_time": _share(truth),
        "p50_covers": _share([s.in_p50 for s in seen]),
        "p90_covers": _share([s.in_p90 for s in seen]),
        # Without the forecasts that say "perhaps never", which cover whatever happens.
        "p90_covers_bounded": _share([s.in_p90 for s in bounded]),
        "p90_unbounded": round(1 - len(bounded) / len(seen), 4),
        "mean_p": _share(said),
        "brier": _brier(said, truth),
        "brier_status": _brier(status, truth),
        "brier_burn_up": _brier(burn_up, truth),
        "brier_status_hindsight": _brier(_calibrated(status, truth), truth),
        "brier_burn_up_hindsight": _brier(_calibrated(burn_up, truth), truth),
        "brier_base_rate": _brier(np.full(len(truth), truth.mean()), truth),
    }


def _calibrated(rule: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The rule's two answers replaced by how often each then held: as good as it can be."""
    return np.where(rule > 0, truth[rule > 0].mean() if (rule > 0).any() else 0.0,
                    truth[rule == 0].mean() if (rule == 0).any() else 0.0)  # fmt: skip


def _warnings(seen: Sequence[Seen]) -> dict[str, Any]:
    """Days before the deadline from which on the forecast said "rather not", for each miss."""
    days: dict[str, list[float]] = {"foreseeable": [], "other": []}
    turned: list[float] = []
    false_alarms = kept = 0
    for key in sorted({(s.replay, s.goal) for s in seen}):
        mornings = [s for s in seen if (s.replay, s.goal) == key]
        if mornings[0].on_time:
            kept += 1
            false_alarms += any(m.p_on_time < SURE_ENOUGH for m in mornings[-3:])
            continue
        warned = 0.0
        for morning in reversed(mornings):
            if morning.p_on_time >= SURE_ENOUGH:
                break
            warned = morning.days_to_deadline
        days["foreseeable" if mornings[0].foreseeable else "other"].append(warned)
        if mornings[0].foreseeable and mornings[0].p_on_time >= SURE_ENOUGH:
            turned.append(warned)
    return {
        "misses_foreseeable": len(days["foreseeable"]),
        "median_days_foreseeable": round(median(days["foreseeable"] or [0]), 1),
        "never_warned_foreseeable": sum(d == 0 for d in days["foreseeable"]),
        # Apart: those that looked well on the first morning, so that the forecast had to turn.
        "misses_foreseeable_turned": len(turned),
        "median_days_foreseeable_turned": round(median(turned or [0]), 1),
        "misses_other": len(days["other"]),
        "median_days_other": round(median(days["other"] or [0]), 1),
        "never_warned_other": sum(d == 0 for d in days["other"]),
        "kept": kept,
        "false_alarms_last_three_mornings": false_alarms,
    }


def _reliability(seen: Sequence[Seen]) -> list[dict[str, float]]:
    """By fifths of P(on time): what was said in the mean, and how often it came true."""
    found = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        some = [
            s for s in seen if low <= s.p_on_time < low + 0.2 or (low == 0.8 and s.p_on_time == 1)
        ]
        said, held = _share([s.p_on_time for s in some]), _share([s.on_time for s in some])
        found.append({"said": said, "held": held, "forecasts": len(some)})
    return found


def _speed() -> float:
    """Seconds of the fastest of five forecasts: 10,000 futures, 60 tasks, two deliverables."""
    outlook = seen_on(make_world(0), START)
    sources = outlook.sources[:4]
    chain: list[AssetOutlook] = []
    for number in range(60 - len(sources) - 6):
        parents = (chain[-1].key,) if chain else sources[0].feeds_assets
        chain.append(AssetOutlook(f"marts/m{number}", parents, ((20_000.0, 2.0),)))
    steps = tuple(HumanStep(f"step_{n}", "Step", "crew", 10.0, (chain[-1].key,)) for n in range(6))
    goals = tuple(
        Goal(f"g{n}", "Goal", CONTEST.end_of_day(CONTEST.day - timedelta(days=n)), f"T-{n}d",
             CONTEST.end_of_day(CONTEST.day - timedelta(days=n + 2)),
             tuple(step.name for step in steps))
        for n in (1, 3)
    )  # fmt: skip
    made: tuple[SourceOutlook, ...] = sources
    asked = Outlook(START, CONTEST, outlook.tiers, WORK, made, tuple(chain),
                    {"crew": Crew(2, 6)}, steps, goals)  # fmt: skip
    took = []
    for _ in range(5):
        started = time.perf_counter()
        forecast(asked, futures=10_000, remedies=False)
        took.append(time.perf_counter() - started)
    return round(min(took), 3)


def _share(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


def _brier(said: np.ndarray, truth: np.ndarray) -> float:
    return round(float(((said - truth) ** 2).mean()), 4)


def table(figures: dict[str, Any]) -> str:
    """The figures as people read them."""
    columns = ("forecasts", "on_time", "mean_p", "p50_covers", "p90_covers",
               "p90_covers_bounded", "p90_unbounded",
               "brier", "brier_status", "brier_burn_up", "brier_status_hindsight",
               "brier_burn_up_hindsight", "brier_base_rate")  # fmt: skip
    heads = ("n", "on time", "mean P", "P50 cov", "P90 cov", "bounded", "no P90", "Brier", "status",
             "burn-up", "status*", "burn-up*", "base")  # fmt: skip
    lines = [f"{figures['replays']} replays; * with hindsight: the rule's own rates put in",
             f"{'':<13}" + "".join(f"{head:>10}" for head in heads)]  # fmt: skip
    rows = {"all": figures["all"], **figures["families"], **figures["by_days_left"]}
    for name, row in rows.items():
        cells = "".join(f"{row.get(c, 0):>10.3f}" if c != "forecasts" else f"{row[c]:>10}"
                        for c in columns)  # fmt: skip
        lines.append(f"{name:<13}{cells}")
    lines += [
        f"said {row['said']:.2f}, held {row['held']:.2f} ({row['forecasts']} forecasts)"
        for row in figures["reliability"]
    ]
    lines += [f"{key}: {value}" for key, value in figures["warnings"].items()]
    seconds = figures["seconds_10000_futures_60_tasks"]
    lines.append(f"10,000 futures over 60 tasks: {seconds:.3f} s")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
