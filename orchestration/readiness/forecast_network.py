"""How time flows through the task graph: forward to the finish, backward to the last moment.

Plain arrays, one value a future, in hours from now. Chance was decided in the draws and what
to do about it is decided in the remedies; here is only arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from orchestration.readiness.forecast_draws import Draws, Marks, hours
from orchestration.readiness.forecast_graph import Graph, goal_name
from orchestration.readiness.forecast_laws import Floats
from orchestration.readiness.forecast_model import (
    AssetOutlook,
    Goal,
    HumanStep,
    Outlook,
    SourceOutlook,
)
from orchestration.readiness.forecast_rounds import Choices, wait_for


@dataclass(frozen=True, eq=False)
class Network:
    """An outlook, its graph and the futures drawn for it."""

    outlook: Outlook
    graph: Graph
    draws: Draws

    @cached_property
    def sources(self) -> Mapping[str, SourceOutlook]:
        """Sources by name."""
        return {source.name: source for source in self.outlook.sources}

    @cached_property
    def assets(self) -> Mapping[str, AssetOutlook]:
        """Assets by key."""
        return {asset.key: asset for asset in self.outlook.assets}

    @cached_property
    def steps(self) -> Mapping[str, HumanStep]:
        """Human steps by name."""
        return {step.name: step for step in self.outlook.steps}

    def head(self, futures: int) -> Network:
        """The same with the first futures only: enough to compare remedies with each other."""
        d, cut = self.draws, slice(0, futures)
        small = Draws(
            futures=min(futures, d.futures),
            calendar=d.calendar,
            late={k: v[cut] for k, v in d.late.items()},
            never={k: v[cut] for k, v in d.never.items()},
            returns=[(begin, end[cut]) for begin, end in d.returns],
            making={k: v[cut] for k, v in d.making.items()},
            repair={k: v[cut] for k, v in d.repair.items()},
            overrun={k: v[cut] for k, v in d.overrun.items()},
            undeclared={k: v[cut] for k, v in d.undeclared.items()},
        )
        return replace(self, draws=small)


@dataclass(frozen=True, eq=False)
class Run:
    """One deliverable lived through in every future.

    Attributes:
        order: Its tasks, parents first, itself last.
        ready: When each task could begin.
        finish: When each was done.
        work: Working hours of the tasks that keep to working time.
        complete: Futures in which no source was left out or carried forward for it.
    """

    order: tuple[str, ...]
    ready: Mapping[str, Floats]
    finish: Mapping[str, Floats]
    work: Mapping[str, Floats]
    complete: Marks

    @property
    def done(self) -> Floats:
        """When the deliverable itself is done."""
        return self.finish[self.order[-1]]


def live(network: Network, goal: Goal, choices: Choices) -> Run:
    """Live every future of one deliverable."""
    futures = network.draws.futures
    order = network.graph.ancestors(goal_name(goal))
    ready: dict[str, Floats] = {}
    finish: dict[str, Floats] = {}
    work: dict[str, Floats] = {}
    complete = np.ones(futures, dtype=np.bool_)
    now = np.zeros(futures)
    for name in order:
        begin = now
        for parent in network.graph.parents[name]:
            begin = np.maximum(begin, finish[parent])
        ready[name] = begin
        kind, _, rest = name.partition("/")
        if kind == "delivery":
            finish[name], came = _delivery(network, goal, rest, choices)
            complete &= came
        elif name in network.assets:
            work[name] = network.draws.repair[name]
            made = begin + network.draws.making[name]
            finish[name] = _mended(network, made, work[name])
        else:
            work[name] = _work(network, goal, name, begin, choices)
            finish[name] = network.draws.calendar.finish(begin, work[name])
    return Run(order, ready, finish, work, complete)


def critical(network: Network, run: Run) -> dict[str, Marks]:
    """For each task the futures in which a delay of it delays the deliverable."""
    marks = {name: np.zeros(network.draws.futures, dtype=np.bool_) for name in run.order}
    marks[run.order[-1]][:] = True
    for name in reversed(run.order):
        begin = run.ready[name]
        for parent in network.graph.parents[name]:
            # What is there already delays nobody.
            holds = (run.finish[parent] >= begin) & (run.finish[parent] > 0)
            marks[parent] |= marks[name] & holds
    return marks


def latest_finish(network: Network, run: Run, goal: Goal) -> dict[str, Floats]:
    """The last moment at which each task may be done without the deliverable being late."""
    due = np.full(network.draws.futures, hours(network.outlook.now, goal.deadline))
    latest = {name: np.full(network.draws.futures, np.inf) for name in run.order}
    latest[run.order[-1]] = due
    for name in reversed(run.order):
        begin = latest[name]
        if name in run.work and run.work[name].any():
            begin = network.draws.calendar.latest_start(begin, run.work[name])
        if name in network.assets:
            begin = begin - network.draws.making[name]
        for parent in network.graph.parents[name]:
            latest[parent] = np.minimum(latest[parent], begin)
    return latest


def _delivery(network: Network, goal: Goal, name: str, choices: Choices) -> tuple[Floats, Marks]:
    """When the deliverable stops waiting for a source, and whether it then has it."""
    outlook, draws = network.outlook, network.draws
    source = network.sources[name]
    wait = wait_for(source, goal.data_until, outlook, choices)
    if wait.planned is None:
        left_out = name in choices.dropped or name in choices.carried
        return np.zeros(draws.futures), np.full(draws.futures, not left_out)
    if name in choices.arrives:
        at = max(hours(outlook.now, choices.arrives[name]), 0.0)
        came = np.full(draws.futures, at)
    else:
        came = draws.arrival(source, wait.planned, outlook.now)
    if wait.until is None:
        return came, np.isfinite(came)
    until = hours(outlook.now, wait.until)
    return np.minimum(came, until), np.asarray(came <= until, dtype=np.bool_)


def _mended(network: Network, made: Floats, repair: Floats) -> Floats:
    broken = np.flatnonzero(repair)
    if len(broken):
        made = made.copy()
        made[broken] = network.draws.calendar.finish(made[broken], repair[broken])
    return made


def _work(network: Network, goal: Goal, name: str, begin: Floats, choices: Choices) -> Floats:
    """Working hours on the clock that a step of people takes, in each future."""
    outlook, draws = network.outlook, network.draws
    kind, _, source = name.partition("/")
    if kind == "deliverable":
        return draws.undeclared[goal.name]
    if kind == "onboard":
        wait = wait_for(network.sources[source], goal.data_until, outlook, choices)
        until = hours(outlook.now, wait.until) if wait.until else np.inf
        comes = np.full(draws.futures, wait.planned is not None) & (begin < until)
        return np.asarray(comes * outlook.onboarding_hours, dtype=np.float64)
    step = network.steps[name]
    if step.hours <= 0:
        return np.zeros(draws.futures)
    crew = outlook.crews[step.crew]
    people = choices.people.get(step.crew, crew.people)
    rate = people * crew.hours_per_day / outlook.work.hours
    if rate <= 0:
        return np.full(draws.futures, np.inf)
    share = choices.universe if step.follows_universe else 1.0
    return draws.overrun[name] * (step.hours * share / rate)
