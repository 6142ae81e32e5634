"""What can be done about it: what-ifs, the gain of each remedy, and the cheapest plan.

A remedy is a what-if that anybody could type; its gain is measured on the same futures as the
forecast, so it is the remedy's and not the dice's. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from orchestration.countdown.clock import parse_moment
from orchestration.readiness.forecast_draws import hours
from orchestration.readiness.forecast_model import Goal, Outlook
from orchestration.readiness.forecast_network import Network, live
from orchestration.readiness.forecast_rounds import Choices
from orchestration.settings import UserError

SMALL = 1_500  # futures that suffice to compare remedies: a chance is right to two points
WORTH_SAYING = 0.01
MOST_TOGETHER = 3
MOST_CONSIDERED = 8
MATTERS = 0.02  # share of futures in which a task is critical before a remedy for it is tried


@dataclass(frozen=True)
class Remedy:
    """One thing that could be decided.

    Attributes:
        what_if: How to ask for it: ``vendor_b=drop``.
        lever: What it moves; two remedies of one lever exclude each other.
        title: In plain words.
        cost: Points of pain, see ``campaign.yaml``.
    """

    what_if: str
    lever: str
    title: str
    cost: float


@dataclass(frozen=True)
class Gain:
    """What a remedy would bring: chance of everything on time, and of each deliverable."""

    remedy: Remedy
    ready: float
    gain: float
    gains: Mapping[str, float]


@dataclass(frozen=True)
class Plan:
    """The cheapest set of remedies that brings every deliverable to the target, if one does."""

    remedies: tuple[Remedy, ...]
    reaches: bool
    cost: float
    chances: Mapping[str, float]


def parse_what_if(text: str | None, outlook: Outlook) -> Choices:
    """Read ``vendor_b=drop,reviewers=4,party=2016-01-29,universe=0.7``.

    Raises:
        UserError: a key is no source, crew or ``universe``, or a value does not suit it.
    """
    choices = Choices()
    for part in (text or "").split(","):
        if part.strip():
            choices = choices.with_(_choice(part.strip(), outlook))
    return choices


def chances(
    network: Network, goals: Sequence[Goal], choices: Choices
) -> tuple[dict[str, float], float]:
    """Chance of each deliverable on time, and of all of them together."""
    together = np.ones(network.draws.futures, dtype=np.bool_)
    found = {}
    for goal in goals:
        due = hours(network.outlook.now, goal.deadline)
        on_time = live(network, goal, choices).done <= due
        found[goal.name] = float(on_time.mean())
        together &= on_time
    return found, float(together.mean())


def gains(
    network: Network, goals: Sequence[Goal], choices: Choices, weights: Mapping[str, float]
) -> list[Gain]:
    """What each remedy alone would bring, the best for its cost first.

    Args:
        network: The futures.
        goals: Deliverables still to come.
        choices: What is assumed to be decided already.
        weights: Criticality of each task, so that only what matters is tried.
    """
    small = network.head(SMALL)
    before, ready = chances(small, goals, choices)
    found = []
    for remedy in _remedies(network.outlook, choices, weights):
        decided = choices.with_(parse_what_if(remedy.what_if, network.outlook))
        after, both = chances(small, goals, decided)
        won = {name: round(after[name] - before[name], 4) for name in after}
        if max(won.values()) >= WORTH_SAYING:
            found.append(Gain(remedy, round(both, 4), round(both - ready, 4), won))
    return sorted(found, key=lambda g: (-_value(g) / g.remedy.cost, g.remedy.what_if))


def cheapest(
    network: Network, goals: Sequence[Goal], choices: Choices, found: Sequence[Gain]
) -> Plan:
    """The cheapest set of at most three remedies that brings every deliverable to the target.

    All sets of the most promising remedies are tried by rising cost; when none reaches the
    target, the set that lifts the worst deliverable most is named, and said not to suffice.
    """
    small = network.head(SMALL)
    target = network.outlook.target
    now, _ = chances(small, goals, choices)
    best = Plan((), _worst(now) >= target, 0.0, now)
    if best.reaches:
        return best
    for some in _sets([g.remedy for g in found[:MOST_CONSIDERED]]):
        text = ",".join(remedy.what_if for remedy in some)
        decided = choices.with_(parse_what_if(text, network.outlook))
        after, _ = chances(small, goals, decided)
        plan = Plan(some, _worst(after) >= target, sum(r.cost for r in some), after)
        if plan.reaches:
            return plan
        if _worst(after) > _worst(best.chances) + WORTH_SAYING:
            best = plan
    return best


def _sets(remedies: Sequence[Remedy]) -> list[tuple[Remedy, ...]]:
    sets = [
        some
        for size in range(1, MOST_TOGETHER + 1)
        for some in combinations(remedies, size)
        if len({remedy.lever for remedy in some}) == size
    ]
    return sorted(sets, key=lambda some: sum(remedy.cost for remedy in some))


def _worst(found: Mapping[str, float]) -> float:
    return min(found.values(), default=1.0)


def _value(gain: Gain) -> float:
    return max(gain.gain, 0.0) + sum(gain.gains.values()) / max(len(gain.gains), 1)


def _remedies(outlook: Outlook, choices: Choices, weights: Mapping[str, float]) -> Iterator[Remedy]:
    yield from _about_sources(outlook, choices, weights)
    matters = [s for s in outlook.steps if s.hours > 0 and weights.get(s.name, 0) > MATTERS]
    for crew in sorted({step.crew for step in matters}):
        have = choices.people.get(crew, outlook.crews[crew].people)
        for more in sorted({1, max(1, round(have))}):
            people = f"{crew}: {more} more, {have + more:g} in all"
            cost = outlook.costs.person * more
            yield Remedy(f"{crew}={have + more:g}", crew, people, cost)
    if any(step.follows_universe for step in matters):
        for share in (0.8, 0.6):
            title = f"reach {share:.0%} of the universe, those of most worth"
            cost = round(outlook.costs.universe * (1 - share) / 0.2, 2)
            yield Remedy(f"universe={share:g}", "universe", title, cost)


def _about_sources(
    outlook: Outlook, choices: Choices, weights: Mapping[str, float]
) -> Iterator[Remedy]:
    for source in outlook.sources:
        decided = source.name in choices.dropped | choices.carried
        if decided or weights.get(f"delivery/{source.name}", 0) <= MATTERS:
            continue
        if source.received:
            title = f"go on with the last good data of {source.title}"
            cost = outlook.costs.carry_forward
            yield Remedy(f"{source.name}=carry_forward", source.name, title, cost)
            # Leaving it out altogether would save no more time, and costs more.
            continue
        title = f"leave out {source.title}"
        yield Remedy(f"{source.name}=drop", source.name, title, outlook.costs.drop)


def _choice(part: str, outlook: Outlook) -> Choices:
    key, sign, value = (piece.strip() for piece in part.partition("="))
    sources = {source.name: source for source in outlook.sources}
    known = sorted([*sources, *outlook.crews, "universe"])
    if not sign or not value:
        raise UserError(f"--what-if {part!r}: write it like vendor_b=drop or reviewers=4")
    if key not in known:
        raise UserError(f"--what-if: there is no {key!r}; use one of {', '.join(known)}")
    if key == "universe":
        return Choices(universe=_number(part, value, 1.0))
    if key in outlook.crews:
        return Choices(people={key: _number(part, value, 100_000.0)})
    return _about_source(part, key, value, outlook)


def _about_source(part: str, key: str, value: str, outlook: Outlook) -> Choices:
    source = next(s for s in outlook.sources if s.name == key)
    if value == "drop":
        return Choices(dropped=frozenset({key}))
    if value == "carry_forward":
        if not source.received:
            raise UserError(
                f"--what-if {part!r}: {key} has delivered nothing that could be carried "
                f"forward; use {key}=drop"
            )
        return Choices(carried=frozenset({key}))
    try:
        moment = parse_moment(value, outlook.contest.zone)
    except ValueError:
        raise UserError(
            f"--what-if {part!r}: say drop, carry_forward or the day it comes, as 2016-01-29"
        ) from None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        # A delivery of a day may come until its end.
        moment = outlook.contest.end_of_day(moment.date())
    return Choices(arrives={key: moment})


def _number(part: str, value: str, most: float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise UserError(f"--what-if {part!r}: the value is a number from 0 to {most:g}")
    return number
