"""Checking what is not the home as it stands: the sources' samples, or a release.

Each is laid out in a scratch home and every asset check is run there, through the same definitions;
the home itself is only read. What a check looks at is its stage's; running them is ``runner``'s.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.countdown import clock
from orchestration.lake import Lake
from orchestration.landing.land import compute_in_force
from orchestration.ledger.checks import CheckRecord
from orchestration.release.read import MANIFEST, damage, list_releases
from orchestration.replay.scratch import own_clock
from orchestration.runner import CheckReport, Progress, build_road, check, run
from orchestration.settings import Settings, UserError
from orchestration.sources.registry import Sample, load_contracts, samples

BREAKFAST = time(6)
# What grows or is written anew in the scratch home must not be the home's own file.
COPIED = ("ledger", "context", "readiness")


def check_samples(settings: Settings, progress: Progress = lambda *_: None) -> CheckReport:
    """Take every source's sample from landing to release in a scratch home, and check all of it.

    A refused sample fails whatever its contract says of lateness, and the age of a sample, which
    says nothing, only warns.

    Raises:
        UserError: a contract is wrong, or no source has a sample.
    """
    found = {name: samples(name, settings.sources) for name in load_contracts(settings.sources)}
    days = [s.day for every in found.values() for s in every if s.day]
    if not days:
        raise UserError(f"no source under {settings.sources} has a sample in a day's folder")
    with tempfile.TemporaryDirectory(prefix="tminus-samples-") as folder, own_clock():
        scratch = settings.model_copy(update={"home": Path(folder)})
        for source, every in found.items():
            _lay_out(Lake(scratch.home).inbox / source, every, max(days))
        zone = ZoneInfo(settings.campaign.contest.zone)
        morning = datetime.combine(max(days) + timedelta(days=1), BREAKFAST, zone)
        clock.set_home_clock(scratch.home, morning)
        road = build_road(scratch, keep=False)
        made = run(scratch, morning, progress, road)
        report = check(scratch, morning, road)
    return CheckReport(
        tuple(_of_a_sample(c) for c in report.checks),
        {**made.reasons, **report.errors},
        round(made.seconds + report.seconds, 2),
    )


def check_release(settings: Settings, release: str) -> CheckReport:
    """Run every asset check on what a release holds, as of the moment it was made.

    What a release does not carry, such as the landed deliveries, is the home's of that day.

    Raises:
        UserError: there is no such release.
    """
    known = list_releases(settings.home)
    if release not in known:
        named = ", ".join(known[-3:]) or "none"
        raise UserError(f"there is no release {release!r}; the last ones are: {named}")
    folder = Lake(settings.home).releases / release
    if broken := damage(folder):
        return CheckReport((), {"release": broken}, 0.0)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    moment = datetime.fromisoformat(manifest["made_at"])
    with _laid_out(settings, folder) as scratch, own_clock():
        clock.set_home_clock(scratch.home, moment)
        compute_in_force(scratch, load_contracts(scratch.sources), moment)
        return check(scratch, moment, build_road(scratch, keep=False))


def _lay_out(inbox: Path, found: list[Sample], day: date) -> None:
    for sample in found:
        target = inbox / (sample.day or day).isoformat() / sample.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample.path, target)


def _of_a_sample(record: CheckRecord) -> CheckRecord:
    if record.check == "accepted":
        return replace(record, blocking=True)
    return replace(record, blocking=False) if record.check == "on_time" else record


@contextmanager
def _laid_out(settings: Settings, release: Path) -> Iterator[Settings]:
    """A scratch home of hard links to the home's lake, in which the release's files stand."""
    target = settings.home / "checks" / release.name
    shutil.rmtree(target, ignore_errors=True)
    lake, scratch = Lake(settings.home), Lake(target)
    try:
        for folder in sorted(f for f in lake.root.iterdir() if f.is_dir()):
            how = shutil.copy2 if folder.name in COPIED else _link
            shutil.copytree(folder, scratch.root / folder.name, copy_function=how)
        for file in (f for f in release.rglob("*") if f.is_file()):
            place = scratch.root / file.relative_to(release)
            # Summaries and the app's tables are no assets.
            if place.parent.is_dir() and place.parent != scratch.root:
                place.unlink(missing_ok=True)
                _link(str(file), str(place))
        yield settings.model_copy(update={"home": target})
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
