"""The post: writes down what is due to be told, and brings each message to each channel once.

A message is written before it is sent and a try right after it, under a lock; so a restart goes on
where it stood. Only a kill between a server's answer and the note of it sends a message twice. A
channel that fails is tried again after growing pauses and then left, which is told once in the log
and in the next digest. Nothing here raises because a channel failed.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orchestration.countdown.tminus import day_label
from orchestration.lake import Lake, text_hash
from orchestration.ledger import alerts as told
from orchestration.ledger.alerts import AttemptRecord, MessageRecord
from orchestration.readiness.alerts import Standing, news, standings, text, title
from orchestration.readiness.alerts_channels import Log, Undelivered, channels
from orchestration.readiness.brief import Brief, brief
from orchestration.readiness.brief_text import as_text
from orchestration.readiness.kept import judged
from orchestration.settings import Settings, writable_home

PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
STALE = timedelta(hours=12)  # a message that no channel took by then says nothing any more


@dataclass(frozen=True)
class Told:
    """What one look came to: titles of messages thought of, and messages sent and not sent."""

    written: tuple[str, ...] = ()
    sent: int = 0
    failed: int = 0
    busy: bool = False


def tell(
    settings: Settings,
    moment: datetime,
    wall: datetime,
    log: Log,
    noted: Sequence[Standing] = (),
    judge: bool = True,
) -> Told:
    """Tell what is due.

    Args:
        settings: The campaign and its home.
        moment: The home's time, by which things are judged.
        wall: The computer's time, by which pauses pass: a home's clock may stand still.
        log: Takes a line of the log.
        noted: Subjects that the report does not know, such as the last run.
        judge: Whether to look for news; else only what was written before is brought.
    """
    writable_home(settings.home)
    with _alone(settings) as mine:
        if not mine:
            return Told(busy=True)
        written = _write_due(settings, moment, wall, noted) if judge else ()
        return _bring(settings, wall, log, written)


def _write_due(
    settings: Settings, moment: datetime, wall: datetime, noted: Sequence[Standing]
) -> tuple[str, ...]:
    lake = Lake(settings.home)
    before = told.messages(lake)
    states = _states(before)
    report = judged(settings, moment)
    found = [*standings(report, states), *noted]
    now = {**states, **{one.subject: one.state for one in found}}
    due: list[MessageRecord] = []
    if not before:
        due.append(_message("start", moment, wall, "", "", now, settings))
    elif changed := news(found, states):
        head = f"{settings.campaign.contest.name}, {_label(settings, moment)}"
        due.append(
            _message("alert", moment, wall, title(changed), text(changed, head), now, settings)
        )
    if _digest_is_due(settings, moment, before):
        due.append(_digest(settings, moment, wall, now, report))
    told.write(lake, *due)
    return tuple(m.title for m in due if m.kind != "start")


def _states(before: Sequence[MessageRecord]) -> Mapping[str, str]:
    return before[-1].states if before else {}


def _digest_is_due(settings: Settings, moment: datetime, before: Sequence[MessageRecord]) -> bool:
    contest = settings.campaign.contest_plan()
    local = moment.astimezone(contest.start.tzinfo)
    day = contest.local_day(moment).isoformat()
    if local.time() < settings.campaign.alerts.digest_at or contest.days_left(moment) < 0:
        return False
    return not any(m.kind == "digest" and m.day == day for m in before)


def _digest(
    settings: Settings,
    moment: datetime,
    wall: datetime,
    now: Mapping[str, str],
    report: Mapping[str, Any],
) -> MessageRecord:
    from orchestration.readiness.brief_pdf import write_pdf

    said = brief(settings, moment, report)
    lake = Lake(settings.home)
    page = lake.readiness / "briefs" / f"{report['as_of']}.pdf"
    write_pdf(said, page)
    content = as_text(said) + "".join(f"\n{line}" for line in _left(lake))
    return _message(
        "digest", moment, wall, _digest_title(settings, said, moment), content, now, settings,
        str(page.relative_to(settings.home)),
    )  # fmt: skip


def _digest_title(settings: Settings, said: Brief, moment: datetime) -> str:
    return f"{_label(settings, moment)}: {said.headline.lead.rstrip('.')}"


def _left(lake: Lake) -> list[str]:
    """Channels that were given up since the last digest, each in a sentence."""
    before = told.messages(lake)
    digests = [m for m in before if m.kind == "digest"]
    since = digests[-1].written_at if digests else ""
    left: dict[str, list[AttemptRecord]] = {}
    for attempt in told.attempts(lake):
        if attempt.outcome == "left" and attempt.at > since:
            left.setdefault(attempt.channel, []).append(attempt)
    return [
        f"Not delivered by {channel}: {len(tries)} message(s); {tries[-1].reason}."
        for channel, tries in sorted(left.items())
    ]


def _message(
    kind: told.Kind,
    moment: datetime,
    wall: datetime,
    line: str,
    content: str,
    states: Mapping[str, str],
    settings: Settings,
    attachment: str = "",
) -> MessageRecord:
    day = settings.campaign.contest_plan().local_day(moment).isoformat()
    name = text_hash(kind, day, wall.isoformat(), content)
    return MessageRecord(
        name, kind, day, moment.isoformat(), wall.isoformat(), line, content, dict(states),
        attachment,
    )  # fmt: skip


def _label(settings: Settings, moment: datetime) -> str:
    contest = settings.campaign.contest_plan()
    return day_label(contest, contest.local_day(moment))


def _bring(settings: Settings, wall: datetime, log: Log, written: tuple[str, ...]) -> Told:
    """Every message that a channel has not taken and whose pause is over, oldest first."""
    lake = Lake(settings.home)
    tries: dict[tuple[str, str], list[AttemptRecord]] = {}
    for attempt in told.attempts(lake):
        tries.setdefault((attempt.message, attempt.channel), []).append(attempt)
    sent = failed = 0
    for message in told.messages(lake):
        if message.kind == "start":
            continue
        for name, channel in channels(settings, log).items():
            before = tries.get((message.id, name), [])
            if not _is_due(message, before, wall):
                continue
            try:
                channel(message)
                told.tried(lake, AttemptRecord(message.id, name, "sent", wall.isoformat()))
                sent += 1
            except Undelivered as fault:
                outcome = _failed(message.id, name, len(before), wall, str(fault))
                told.tried(lake, outcome)
                failed += 1
                if not before or outcome.outcome == "left":
                    log(_told_of(outcome))
    return Told(written, sent, failed)


def _is_due(message: MessageRecord, before: Sequence[AttemptRecord], wall: datetime) -> bool:
    if not before:
        # A channel that was set up today is not told of last week.
        return wall - datetime.fromisoformat(message.written_at) < STALE
    last = before[-1]
    if last.outcome != "failed":
        return False
    return wall >= datetime.fromisoformat(last.at) + PAUSES[len(before) - 1]


def _failed(message: str, channel: str, before: int, wall: datetime, reason: str) -> AttemptRecord:
    outcome: told.Outcome = "failed" if before < len(PAUSES) else "left"
    return AttemptRecord(message, channel, outcome, wall.isoformat(), reason)


def _told_of(attempt: AttemptRecord) -> str:
    then = "it is tried again" if attempt.outcome == "failed" else "it is left; mend the channel"
    return f"A message did not get through by {attempt.channel}: {attempt.reason}; {then}."


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether no other process tells for this home; the kernel frees the lock of a killed one."""
    with (settings.home / "alerts.lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
