"""What a forecast says in sentences: will we be ready, what is in the way, what to do next.

The futures are drawn in ``forecast``; here they are only put into words, the same for the app, the
brief and the alerts. A release of before there was a forecast has none, and then nothing of it is
shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from orchestration.readiness import phrases

if TYPE_CHECKING:
    from orchestration.readiness.standing import SourceRow

MOST_DEEDS = 3
DOUBTFUL = 0.6  # below it a deliverable is rather late than not; the terminal's colours agree


@dataclass(frozen=True)
class Headline:
    """The sentences that matter: will we be ready, what is in the way, and how sources stand."""

    lead: str
    details: tuple[str, ...]
    tone: str


@dataclass(frozen=True)
class Goal:
    """One deliverable; ``slack_hours`` below zero is time that is missing."""

    title: str
    state: str
    deadline: datetime
    deadline_text: str
    p_on_time: float
    p_complete: float
    p90: datetime | None
    slack_hours: float | None


@dataclass(frozen=True)
class Awaited:
    """A delivery that some deliverable waits for."""

    name: str
    title: str
    planned: datetime
    latest_useful: datetime | None
    p_never: float
    criticality: float

    @property
    def is_too_late(self) -> bool:
        """Planned for later than it is of use."""
        return self.latest_useful is not None and self.planned > self.latest_useful


@dataclass(frozen=True)
class Remedy:
    """Something that could be done, and what it does to the chance that all is on time."""

    what_if: str
    title: str
    p_ready: float | None
    cost: float


@dataclass(frozen=True)
class Outlook:
    """The forecast of the release's morning.

    Attributes:
        path: What is in the way, in the order of the flow, in words.
        first: The delivery on the path that holds up most futures; ``None`` when the path is
            people's work alone.
        plan: The cheapest set of remedies that reaches the target, or gets nearest to it.
    """

    made_at: datetime
    over: bool
    target: float
    futures: int
    p_ready: float | None
    goals: tuple[Goal, ...]
    awaited: tuple[Awaited, ...]
    path: tuple[str, ...]
    first: Awaited | None
    remedies: tuple[Remedy, ...]
    plan: tuple[Remedy, ...]
    plan_reaches: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Deed:
    """One thing to do next: what, and why it is worth doing."""

    what: str
    why: str


def read(
    forecast: Mapping[str, Any] | None, zone: tzinfo | None, tasks: Mapping[str, str] | None = None
) -> Outlook | None:
    """The forecast in words, moments in the contest's zone.

    Args:
        forecast: As ``forecast_report.as_json`` writes it; nothing of before there was one.
        zone: Of the contest.
        tasks: Titles of people's tasks by name, where they are known.

    Raises:
        KeyError, ValueError: the forecast is of another shape; the release cannot be read.
    """
    if not forecast:
        return None
    awaited = tuple(
        _awaited(entry, zone) for entry in forecast["sources"] if entry["planned"] is not None
    )
    # Of before tasks had a forecast of their own there is none of them.
    named = (*forecast["sources"], *forecast.get("tasks", ()))
    titles = {entry["name"]: entry["title"] for entry in named} | dict(tasks or {})
    cuts = {cut["what_if"]: _remedy(cut) for cut in forecast["cuts"]}
    plan = forecast["plan"]
    chosen = _plan(plan, cuts) if plan else ()
    on_path = {name.removeprefix("delivery/") for name in forecast["critical_path"]}
    waiting = [entry for entry in awaited if entry.name in on_path]
    return Outlook(
        made_at=_moment(forecast["now"], zone),
        over=forecast["over"],
        target=forecast["target"],
        futures=forecast["futures"],
        p_ready=forecast["p_ready"],
        goals=tuple(_goal(entry, zone) for entry in forecast["deliverables"]),
        awaited=tuple(sorted(awaited, key=lambda entry: -entry.criticality)),
        path=tuple(_step(name, titles) for name in forecast["critical_path"]),
        first=max(waiting, key=lambda entry: entry.criticality, default=None),
        remedies=tuple(cuts.values()),
        plan=chosen,
        plan_reaches=bool(plan and plan["reaches_target"]),
        notes=tuple(forecast["notes"]),
    )


def headline(seen: Outlook | None, sources: tuple[SourceRow, ...]) -> Headline:
    """Say it in one breath: the chance, what is in the way, and how the sources stand.

    Example:
        ``Ready in time: 48%, about even.`` and ``Event site is in the way: it must arrive by Mon 25
        Jan, 17:36, and is planned for Tue 26 Jan, 12:00.``
    """
    standing = _standing(sources)
    if seen is None or seen.over or seen.p_ready is None:
        return standing
    chance = phrases.chance(seen.p_ready)
    lead = f"Ready in time: {chance}, {phrases.likelihood(seen.p_ready, seen.target)}."
    below = " ".join([standing.lead, *standing.details])
    tone = goal_state("open", seen.p_ready, seen.target).tone
    if standing.tone == "bad" and tone == "good":
        tone = "warn"
    details = [sentence for sentence in (in_the_way(seen), below) if sentence]
    return Headline(lead, tuple(details), tone)


def in_the_way(seen: Outlook) -> str:
    """The one sentence on the critical path; empty when nothing is in the way."""
    if seen.first is not None and seen.first.latest_useful is not None:
        first = seen.first
        by = phrases.moment(seen.first.latest_useful)
        planned = (
            f", and is planned for {phrases.moment(first.planned)}" if first.is_too_late else ""
        )
        return f"{first.title} is in the way: it must arrive by {by}{planned}."
    return f"{seen.path[0]} is in the way." if seen.path else ""


def deeds(seen: Outlook | None, sources: tuple[SourceRow, ...]) -> tuple[Deed, ...]:
    """At most three things to do next.

    Whoever is late is called first, then whoever is planned too late, one call each; then come
    the cheapest plan's remedies. What is already called about is not listed twice.
    """
    calls = [*_calls(sources)]
    if seen is None or seen.over:
        return tuple(calls[:MOST_DEEDS])
    called = {s.name for s in sources if phrases.state_words(s.state).tone == "bad"}
    owners = {s.name: s.owner for s in sources}
    calls += [
        _hasten(entry, owners)
        for entry in seen.awaited
        if _matters(entry) and entry.name not in called
    ][:1]
    helpful = [*seen.plan, *(r for r in seen.remedies if r not in seen.plan)]
    kinds: set[str] = set()
    helps = []
    for remedy in helpful:
        kind = remedy.what_if.split("=")[0]
        if kind not in kinds and _gain(remedy, seen) > 0:
            kinds.add(kind)
            helps.append(_help(remedy, seen))
    kept = calls[: MOST_DEEDS - min(1, len(helps))]
    return (*kept, *helps)[:MOST_DEEDS]


def goal_state(state: str, chance: float, target: float) -> phrases.StateWords:
    """A deliverable's state by sign and word."""
    if state == "done":
        return phrases.StateWords("✓", "done", "good", 4)
    if state == "missed":
        return phrases.StateWords("✕", "missed", "bad", 0)
    if chance >= target:
        return phrases.StateWords("✓", "likely", "good", 3)
    if chance >= DOUBTFUL:
        return phrases.StateWords("!", "in doubt", "warn", 2)
    return phrases.StateWords("✕", "at stake", "bad", 1)


def _standing(sources: tuple[SourceRow, ...]) -> Headline:
    """How many sources are on time, and what to do something about first."""
    if not sources:
        return Headline("No source is set up yet.", (), "warn")
    open_ones = [s for s in sources if s.state != "on_time"]
    every = phrases.plural(len(sources), "source")
    if not open_ones:
        return Headline(f"All {every} are on time.", (), "good")
    on_time = len(sources) - len(open_ones)
    lead = f"{on_time} of {every} {'is' if on_time == 1 else 'are'} on time."
    first, rest = open_ones[0], open_ones[1:]
    since = f" since {phrases.moment(first.late_since)}" if first.late_since else ""
    state = phrases.state_words(first.state)
    detail = f"{first.title} is {state.word}{since}: {first.reason}.{_others(rest)}"
    return Headline(lead, (detail,), state.tone)


def _others(rest: list[SourceRow]) -> str:
    bad = sum(phrases.state_words(s.state).tone == "bad" for s in rest)
    named = [
        f"{number} {'more is' if number == 1 else 'more are'} {word}"
        for number, word in ((bad, "late"), (len(rest) - bad, "at risk"))
        if number
    ]
    return f" {' and '.join(named)}." if named else ""


def _calls(sources: tuple[SourceRow, ...]) -> list[Deed]:
    """One call a source that is not on time, in the order of the table of sources."""
    return [
        Deed(
            f"{'Call' if phrases.state_words(s.state).tone == 'bad' else 'Remind'} the {s.owner} "
            f"about {s.title}",
            f"it is {phrases.state_words(s.state).word}: {s.reason}",
        )
        for s in sources
        if s.state != "on_time"
    ]


def _matters(entry: Awaited) -> bool:
    return entry.is_too_late and entry.criticality > 0


def _hasten(entry: Awaited, owners: Mapping[str, str]) -> Deed:
    owner = owners.get(entry.name, "source's owner")
    assert entry.latest_useful is not None
    return Deed(
        f"Ask the {owner} for {entry.title} by {phrases.moment(entry.latest_useful)}",
        f"it is planned for {phrases.moment(entry.planned)} and holds up "
        f"{phrases.chance(entry.criticality)} of the futures",
    )


def _help(remedy: Remedy, seen: Outlook) -> Deed:
    assert remedy.p_ready is not None
    return Deed(
        _upper(remedy.title),
        f"all on time in {phrases.chance(remedy.p_ready)} of the futures instead of "
        f"{phrases.chance(seen.p_ready or 0)}",
    )


def _gain(remedy: Remedy, seen: Outlook) -> float:
    return (remedy.p_ready or 0) - (seen.p_ready or 0)


def _plan(plan: Mapping[str, Any], cuts: Mapping[str, Remedy]) -> tuple[Remedy, ...]:
    names = [name for name in plan["what_if"].split(",") if name]
    return tuple(
        cuts.get(name, Remedy(name, title, None, 0.0))
        for name, title in zip(names, plan["titles"], strict=True)
    )


def _remedy(cut: Mapping[str, Any]) -> Remedy:
    return Remedy(cut["what_if"], cut["title"], cut["p_ready"], cut["cost"])


def _goal(entry: Mapping[str, Any], zone: tzinfo | None) -> Goal:
    return Goal(
        title=entry["title"],
        state=entry["state"],
        deadline=_moment(entry["deadline"], zone),
        deadline_text=entry["deadline_text"],
        p_on_time=entry["p_on_time"],
        p_complete=entry["p_complete"],
        p90=_moment(entry["p90"], zone) if entry["p90"] else None,
        slack_hours=entry["slack_hours"],
    )


def _awaited(entry: Mapping[str, Any], zone: tzinfo | None) -> Awaited:
    useful = entry["latest_useful"]
    return Awaited(
        name=entry["name"],
        title=entry["title"],
        planned=_moment(entry["planned"], zone),
        latest_useful=_moment(useful, zone) if useful else None,
        p_never=entry["p_never"],
        criticality=entry["criticality"],
    )


def _step(name: str, titles: Mapping[str, str]) -> str:
    kind, _, rest = name.partition("/")
    if kind in ("delivery", "source") and rest in titles:
        return titles[rest]
    if not rest and kind in titles:
        return titles[kind]
    return _upper((rest or kind).replace("_", " "))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moment(text: str, zone: tzinfo | None) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)
