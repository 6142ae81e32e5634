"""`tminus check --samples`: what is laid out, and what fails there; .ci/run runs it whole."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration import checking
from orchestration.checking import check_samples
from orchestration.countdown import clock
from orchestration.ledger.checks import CheckRecord
from orchestration.runner import CheckReport, RunReport
from orchestration.settings import Settings, UserError, load_settings
from orchestration.sources.registry import load_contracts, samples

ASSET = "source/website"


def record(check: str, passed: bool = False, blocking: bool = True) -> CheckRecord:
    return CheckRecord(ASSET, check, passed, blocking, "why", "2016-01-21")


class Runner:
    """Stands for the runner: remembers the home that it was given, and says what it was told to."""

    def __init__(self, *found: CheckRecord, **reasons: str) -> None:
        self.found, self.reasons = found, reasons
        self.files: set[tuple[str, str]] = set()
        self.home = Path()
        self.moment = self.now = datetime.fromisoformat("2000-01-01T00:00:00Z")
        self.stated: str | None = ""

    def run(self, settings: Settings, moment: datetime, *_: Any) -> RunReport:
        inbox = settings.home / "inbox"
        self.files = {(f.parts[-3], f.name) for f in inbox.rglob("*") if f.is_file()}
        self.home, self.moment = settings.home, moment
        self.now = clock.now(settings.home, settings.campaign.contest.zone)
        self.stated = os.environ.get("TMINUS_NOW")
        return RunReport(None, 1.0, "2016-01-21", {}, self.reasons, [], 0)

    def check(self, *_: Any) -> CheckReport:
        return CheckReport(self.found, {}, 1.0)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch, home: Path) -> Any:
    def with_runner(runner: Runner) -> CheckReport:
        monkeypatch.setattr(checking, "build_road", lambda *_, **__: None)
        monkeypatch.setattr(checking, "run", runner.run)
        monkeypatch.setattr(checking, "check", runner.check)
        return check_samples(load_settings(home))

    return with_runner


def test_every_sample_lies_in_the_inbox_the_morning_after_the_newest(
    look: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMINUS_NOW", "2020-01-01")
    runner = Runner(record("min_rows", passed=True))
    assert look(runner).passed
    settings = load_settings(home)
    known = {n: samples(n, settings.sources) for n in load_contracts(settings.sources)}
    assert runner.files == {(name, s.path.name) for name, every in known.items() for s in every}
    newest = max(s.day for every in known.values() for s in every if s.day)
    assert runner.moment == runner.now
    assert (runner.moment.date() - newest).days == 1
    assert runner.stated is None
    assert not runner.home.exists()
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("found", "passed"),
    [
        # A contract that lets releases go on without it still must read its own sample.
        (record("accepted", blocking=False), False),
        # Its age says nothing.
        (record("on_time"), True),
        (record("reconciles"), False),
        (record("min_rows", blocking=False), True),
    ],
)
def test_what_fails_on_samples(look: Any, found: CheckRecord, passed: bool) -> None:
    assert look(Runner(found)).passed is passed


def test_a_stage_that_breaks_on_the_samples_is_told(look: Any) -> None:
    report = look(Runner(marts="a column is missing"))
    assert (report.passed, report.errors) == (False, {"marts": "a column is missing"})


def test_sources_without_samples_are_the_users_mistake(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMINUS_SOURCES", str(tmp_path))
    with pytest.raises(UserError, match="no source under"):
        check_samples(load_settings(home))
