"""A tier begins while everything that `make up` starts is running; nobody restarts anything."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.countdown import clock

ROOT = Path(__file__).resolve().parents[2]
EVENING_BEFORE = datetime.fromisoformat("2016-01-10T20:00:00-06:00")
AFTER = datetime.fromisoformat("2016-01-11T00:00:01-06:00")
Shown = tuple[dict[str, int], str]  # hours allowed by asset, the schedule's cron line
DEADLINE = 240  # seconds; a sensor looks every 30, and the machine may be busy
QUERY = """{
  assetNodes { assetKey { path } internalFreshnessPolicy {
    ... on TimeWindowFreshnessPolicy { failWindowSeconds } } }
  schedulesOrError(repositorySelector: {
    repositoryName: "__repository__", repositoryLocationName: "tminus"}) {
    ... on Schedules { results { name cronSchedule } } }
}"""


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def webserver(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`make up` on an empty home whose clock stands at the evening before a tier."""
    clock.set_home_clock(home, EVENING_BEFORE)
    ports = {name: free_port() for name in ("UI_PORT", "CODE_PORT", "APP_PORT")}
    # The environment is there, whatever the ages of the files that it was made from.
    command = ["make", "-o", ".venv/.ready", "up", *(f"{n}={p}" for n, p in ports.items())]
    unset = ("DAGSTER_HOME", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {k: v for k, v in os.environ.items() if k not in unset}
    log = home.parent / "up.log"
    with log.open("w") as out:
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | {"TMINUS_HOME": str(home)},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield running, f"http://127.0.0.1:{ports['UI_PORT']}/graphql"
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(60)


def ask(address: str) -> dict[str, Any] | None:
    body = json.dumps({"query": QUERY}).encode()
    head = {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, head)) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
            return data
    except (urllib.error.URLError, ConnectionError):
        return None


def shown(address: str) -> Shown | None:
    """The policies' hours and the schedule's cron line, once the webserver shows them."""
    data = ask(address)
    if not data or not data["assetNodes"] or "results" not in data["schedulesOrError"]:
        return None
    policies = {
        "/".join(node["assetKey"]["path"]): node["internalFreshnessPolicy"]["failWindowSeconds"]
        // 3600
        for node in data["assetNodes"]
        if node["internalFreshnessPolicy"]
    }
    lines = {s["name"]: s["cronSchedule"] for s in data["schedulesOrError"]["results"]}
    return policies, lines["countdown"]


def once(running: subprocess.Popen[bytes], holds: Callable[[], Shown | None], what: str) -> Shown:
    """What the webserver shows, as soon as it shows what is waited for."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if found := holds():
            return found
        # The pause between two looks ends at once when `make up` does.
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"make up ended with status {running.wait(1)}")
    pytest.fail(f"{what} did not show within {DEADLINE} s")


def test_the_policies_follow_the_tier_by_themselves(
    webserver: tuple[subprocess.Popen[bytes], str], home: Path
) -> None:
    running, address = webserver

    def allowed(hours: int) -> Shown | None:
        now = shown(address)
        return now if now and now[0].get("source/website") == hours else None

    before, rare = once(running, lambda: allowed(7 * 24), "the first tier")
    clock.set_home_clock(home, AFTER)
    after, dense = once(running, lambda: allowed(3 * 24), "the second tier")
    assert before.keys() == after.keys()
    assert after["marts/persons"] == after["release/release"] == 3 * 24
    assert (rare, dense) == ("0 6 * * *", "0 6,18 * * *")
