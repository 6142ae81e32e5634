"""Readiness of a home of two million voters: the status, and the judgement with its forecast.

``python -m benchmarks.readiness`` makes a home whose links, review queue and segments are as large
as such a campaign's, with six weeks of records in its ledger, and measures in one process each:
``tminus status --json`` from start to exit, and what the readiness asset does.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measured import run_measured
from orchestration.countdown import clock
from orchestration.countdown.tminus import parse_age
from orchestration.lake import Lake, connect, write_parquet
from orchestration.ledger import deliveries, steps
from orchestration.ledger.deliveries import DeliveryRecord, FeedOutcome
from orchestration.ledger.steps import StepRecord
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.sources.registry import load_contracts
from orchestration.warehouse.project import load_project

VOTERS = 2_000_000
RECORDS_PER_VOTER = 1.5
REVIEW = 40_000
DAYS = 42
CHUNK = 100_000


def benchmark(home: Path | None = None, voters: int = VOTERS) -> dict[str, Any]:
    """All figures; ``home`` is what every benchmark is given, this one makes its own."""
    with tempfile.TemporaryDirectory(prefix="tminus-readiness-") as folder:
        own = Path(folder) / "home"
        make_home(own, voters)
        return {
            "voters": voters,
            "records": int(voters * RECORDS_PER_VOTER),
            "status": _process(own, "status", "--json"),
            "judged": run_measured("benchmarks.readiness", "judge", own),
        }


def judge(home: Path) -> dict[str, Any]:
    """What the readiness asset does: the status and the forecast, remedies and all."""
    from orchestration.readiness.kept import judged

    settings = load_settings(home)
    moment = clock.now(home, settings.campaign.contest.zone)
    report = judged(settings, moment)
    return {"link_rate": report["link_rate"], "p_ready": report["forecast"]["p_ready"]}


def _process(home: Path, *verb: str) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *verb],
        cwd=PROJECT_ROOT,
        env=os.environ | {"TMINUS_HOME": str(home), "PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(seconds, 2), "cpu_seconds": round(spent, 2)}


def make_home(home: Path, voters: int) -> None:
    """Files as large as a state's and a ledger as long as a campaign's; nobody is in them."""
    settings = load_settings(home)
    lake = Lake(home)
    contest = settings.campaign.contest_plan()
    now = clock.set_home_clock(home, contest.end_of_day(contest.day - timedelta(days=5)))
    _tables(lake, voters)
    _deliveries(settings, now)
    models = load_project().models.values()
    assets = {m.key: m.upstream for m in models} | {
        "identity/links": ("staging/int_link_voters", "staging/int_link_records"),
        "scores/support": ("marts/person_features",),
    }
    for day in range(DAYS, 0, -1):
        made = (now - timedelta(days=day)).isoformat()
        steps.append(
            lake,
            *(
                StepRecord(
                    asset,
                    "code",
                    dict.fromkeys(parents, "data"),
                    "data",
                    "made",
                    made,
                    voters,
                    20.0,
                )
                for asset, parents in assets.items()
            ),
        )


def _tables(lake: Lake, voters: int) -> None:
    records = int(voters * RECORDS_PER_VOTER)
    with connect(lake.home) as con:
        write_parquet(
            con,
            "select 'a/b:' || range as record_key, "
            "['party', 'website', 'vendor_a', 'vendor_b'][range % 4 + 1] as source, "
            f"case when range % 3 > 0 then 'party/voterfile:' || (range % {voters}) end "
            f"as voter_key from range({records})",
            lake.identity / "links.parquet",
        )
        write_parquet(
            con,
            f"select 'a/b:' || range as record_key from range({REVIEW})",
            lake.identity / "review.parquet",
        )
        for name in ("seg_base", "seg_first_time", "seg_non_traditional"):
            write_parquet(
                con, f"select 'p_' || range as person_id from range({voters})", lake.segment(name)
            )
        write_parquet(con, "select range from range(1681)", lake.marts / "sites.parquet")


def _deliveries(settings: Settings, now: datetime) -> None:
    for name, contract in load_contracts(settings.sources).items():
        cadence = contract.delivery.cadence
        step = parse_age(cadence) if cadence else timedelta(days=DAYS)
        moment = now - timedelta(days=DAYS)
        while moment < now:
            day = moment.date().isoformat()
            outcomes = tuple(
                FeedOutcome(f.name, f.entity, "append", CHUNK, CHUNK, 0, f"{day}T03:00:00")
                for f in contract.feeds
            )
            file = f"{day}/{name}.csv"
            deliveries.append(
                Lake(settings.home),
                DeliveryRecord(name, f"{name}{day}", file, day, "landed", day, outcomes),
            )
            moment += step


def table(figures: dict[str, Any]) -> str:
    """The figures as people read them."""
    status, judged = figures["status"], figures["judged"]
    return (
        f"{figures['voters']:,} voters, {figures['records']:,} records\n"
        f"tminus status --json, start to exit: {status['seconds']:.2f} s "
        f"({status['cpu_seconds']:.2f} s of processor)\n"
        f"status and forecast, as the readiness asset judges: {judged['seconds']:.2f} s "
        f"({judged['cpu_seconds']:.2f} s), {judged['peak_memory_gb']:.2f} GB"
    )


if __name__ == "__main__":
    print(table(benchmark()))
