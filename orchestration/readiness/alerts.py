"""What is news: a source, deliverable, check or release whose state is not the one told last.

Pure: a report and the told states in, messages out. When a digest is due and how a message comes to
its reader is ``alerts_post``'s and ``alerts_channels``'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.readiness import phrases
from orchestration.readiness.outlook import goal_state

MARGIN = 0.03  # a chance must pass a bound by so much, or it would be told at every tremble
MOST_IN_TITLE = 2
CONSEQUENCES = {
    "block": "no release goes out without it",
    "carry_forward": "until then releases go on with its last good data",
    "drop": "until then releases go out without it",
}
# States of which nobody needs to hear when they are seen for the first time.
CALM = ("on time", "likely", "done", "holds", "free", "works")


@dataclass(frozen=True)
class Standing:
    """How one subject stands.

    Attributes:
        subject: ``source/events``, ``deliverable/phone_lists``, ``check/marts/voters/unique``.
        state: In a word.
        why: One sentence without its full stop; names no person.
        todo: What to do about it; empty when nothing is to be done.
    """

    subject: str
    title: str
    state: str
    tone: str
    why: str
    todo: str = ""


@dataclass(frozen=True)
class News:
    """A subject whose state is not the one that was told last; ``was`` is empty when none was."""

    now: Standing
    was: str


def standings(report: Mapping[str, Any], told: Mapping[str, str]) -> list[Standing]:
    """Every subject of a report (see ``kept.judged``), in the order of weight."""
    return [
        *_release(report),
        *_sources(report),
        *_goals(report, told),
        *_checks(report, told),
    ]


def news(standing: Sequence[Standing], told: Mapping[str, str]) -> list[News]:
    """What changed since it was told, what became bad first; a calm newcomer is none."""
    found = [
        News(one, told.get(one.subject, ""))
        for one in standing
        if told.get(one.subject, "") != one.state and (one.subject in told or one.state not in CALM)
    ]
    order = ("bad", "warn", "good")
    return sorted(found, key=lambda item: order.index(item.now.tone))


def title(found: Sequence[News]) -> str:
    """The one line of an alert."""
    named = ", ".join(f"{n.now.title} {n.now.state}" for n in found[:MOST_IN_TITLE])
    rest = len(found) - MOST_IN_TITLE
    return f"{named} and {rest} more" if rest > 0 else named


def text(found: Sequence[News], head: str) -> str:
    """An alert's text: one paragraph a subject, with what to do."""
    return "\n".join([head, *(_paragraph(item) for item in found)])


SIGNS = {"bad": "✕", "warn": "!", "good": "✓"}


def _paragraph(item: News) -> str:
    now = item.now
    was = f", was {item.was}" if item.was else ""
    todo = f" To do: {now.todo}." if now.todo else ""
    return f"{SIGNS[now.tone]} {now.title}: {now.state}{was}. {_sentence(now.why)}{todo}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _release(report: Mapping[str, Any]) -> Iterator[Standing]:
    held = [c for c in report["failed_checks"] if c["blocking"]]
    if held:
        why = f"{phrases.plural(len(held), 'blocking check')} failed: {held[0]['detail']}"
        todo = "mend what the checks name and run again; the last good release stays live"
        yield Standing("release", "The release", "held back", "bad", why, todo)
    else:
        yield Standing("release", "The release", "free", "good", "no blocking check fails")


def _sources(report: Mapping[str, Any]) -> Iterator[Standing]:
    for source in report["sources"]:
        state = phrases.state_words(source["state"])
        todo = ""
        if state.tone == "bad":
            todo = f"call the {source['owner']}; {CONSEQUENCES[source['if_late']]}"
        elif state.tone == "warn":
            todo = f"remind the {source['owner']}"
        yield Standing(
            f"source/{source['name']}", source["title"], state.word, state.tone,
            source["reason"], todo,
        )  # fmt: skip


def _goals(report: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Standing]:
    forecast = report.get("forecast") or {}
    target = forecast.get("target", 0.9)
    plan = forecast.get("plan") or {}
    for goal in forecast.get("deliverables", ()):
        subject, chance = f"deliverable/{goal['name']}", goal["p_on_time"]
        near = [
            goal_state(goal["state"], chance + shift, target) for shift in (0.0, MARGIN, -MARGIN)
        ]
        state = next((s for s in near if s.word == told.get(subject)), near[0])
        todo = ""
        if state.tone != "good":
            todo = "; ".join(plan.get("titles", ())) or "see tminus forecast for what would help"
        why = f"{phrases.chance(chance)} on time, {phrases.slack(goal['slack_hours'])}"
        yield Standing(subject, goal["title"], state.word, state.tone, why, todo)


def _checks(report: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Standing]:
    """Checks that fail, and those that were told of and hold again."""
    failing = {f"check/{c['asset']}/{c['check']}": c for c in report["failed_checks"]}
    for subject, check in failing.items():
        tone = "bad" if check["blocking"] else "warn"
        # What a source's lateness does is told of the source.
        if check["check"] in ("on_time", "accepted") and check["asset"].startswith("source/"):
            continue
        todo = "look at it in Dagster or with tminus check"
        yield Standing(subject, _check_title(subject), "fails", tone, check["detail"], todo)
    for subject, state in told.items():
        if subject.startswith("check/") and subject not in failing and state == "fails":
            yield Standing(subject, _check_title(subject), "holds", "good", "it was mended")


def _check_title(subject: str) -> str:
    asset, _, check = subject.removeprefix("check/").rpartition("/")
    return f"Check {check.replace('_', ' ')} of {asset}"
