"""The scenarios: what goes otherwise than it went, one line each in ``SCENARIOS``.

A scenario changes the scratch home's deliveries before the first day, does something on the
morning of a day, or leaves a day unlived. Nothing in a stage knows that it is in one.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from orchestration.countdown.contest import Contest
from orchestration.lake import Lake
from orchestration.landing.land import withdraw
from orchestration.ledger import deliveries
from orchestration.settings import Settings, UserError

WEEKS_LATE = timedelta(weeks=2)
FLOOD = 40
Prepare = Callable[[Path, Contest], None]
Morning = Callable[[Settings, date], None]


@dataclass(frozen=True)
class Scenario:
    """Something that may happen to a campaign.

    Attributes:
        title: In plain words.
        sources: Whose deliveries are changed; they are landed anew.
        prepare: Changes the scratch home's inbox before the first day.
        on: Days before the contest on which ``morning`` happens or nobody is there.
        morning: What happens on that day before its run.
        is_down: Nothing runs on that day.
    """

    title: str
    sources: tuple[str, ...] = ()
    prepare: Prepare = lambda _inbox, _contest: None
    on: int | None = None
    morning: Morning = lambda _settings, _day: None
    is_down: bool = False

    def is_today(self, contest: Contest, day: date) -> bool:
        """Whether the day is the one on which it happens."""
        return self.on is not None and day == contest.day - timedelta(days=self.on)


def scenario(name: str | None) -> Scenario:
    """The scenario of a name; without one, the days as they were.

    Raises:
        UserError: there is none of that name.
    """
    if name is None:
        return AS_IT_WAS
    if name not in SCENARIOS:
        raise UserError(f"there is no scenario {name!r}; known are {', '.join(SCENARIOS)}")
    return SCENARIOS[name]


def _party_late(inbox: Path, _: Contest) -> None:
    # The last first, so that no day moves into the place of one that has yet to move.
    for folder in reversed(_days(inbox, "party")):
        later = date.fromisoformat(folder.name) + WEEKS_LATE
        folder.rename(folder.with_name(later.isoformat()))


def _never(inbox: Path, _: Contest) -> None:
    shutil.rmtree(inbox / "vendor_b", ignore_errors=True)


def _revoke(settings: Settings, day: date) -> None:
    lake, source = Lake(settings.home), "vendor_a"
    contest = settings.campaign.contest_plan()
    for record in {r.delivery: r for r in deliveries.read(lake) if r.source == source}.values():
        if record.state == "landed":
            moment = contest.end_of_day(day)
            withdraw(settings, moment, source, record.delivery, "the licence was revoked")
    for folder in _days(lake.inbox, source):
        if folder.name >= day.isoformat():
            shutil.rmtree(folder)


def _answers_turned_round(settings: Settings, day: date) -> None:
    """The canvass is sent again with its scale the wrong way round, as a new coder would."""
    inbox = Lake(settings.home).inbox
    for folder in _days(inbox, "field"):
        if folder.name >= day.isoformat():
            continue
        for file in sorted(folder.glob("canvass_*.csv")):
            rows = _rows(file)
            for row in rows:
                row["support"] = str(6 - int(row["support"])) if row["support"] else ""
            _write(inbox / "field" / day.isoformat() / file.name, rows)


def _flood(inbox: Path, contest: Contest) -> None:
    """On the last night forty times as many sign up as on other days."""
    day = (contest.day - timedelta(days=1)).isoformat()
    for file in sorted((inbox / "website" / day).glob("signups_*.csv")):
        rows = _rows(file)
        many = [_again(row, n) for n in range(FLOOD) for row in rows]
        _write(file, many)


def _again(row: dict[str, str], number: int) -> dict[str, str]:
    if not number:
        return row
    mail = row["Email"] and f"f{number}.{row['Email']}"
    return {**row, "signup_id": f"{row['signup_id']}F{number}", "Email": mail, "Mobile": ""}


AS_IT_WAS = Scenario("the days as they were")
SCENARIOS = {
    "party_late": Scenario("the party's file comes two weeks late", ("party",), _party_late),
    "never": Scenario("a vendor never delivers", ("vendor_b",), _never),
    "revoked": Scenario("a source is revoked", on=14, morning=_revoke),
    "bad_model": Scenario(
        "the canvass is sent again with its answers turned round", on=11,
        morning=_answers_turned_round,
    ),
    "daemon_down": Scenario("nothing runs for a day", on=9, is_down=True),
    "flood": Scenario("a flood of sign-ups on the last night", ("website",), _flood),
}  # fmt: skip


def _days(inbox: Path, source: str) -> list[Path]:
    folder = inbox / source
    return sorted(f for f in folder.iterdir() if f.is_dir()) if folder.is_dir() else []


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    if not rows:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def names() -> Iterator[tuple[str, str]]:
    """Every scenario with its title."""
    return ((name, one.title) for name, one in SCENARIOS.items())
