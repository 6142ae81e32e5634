"""The task graph: deliveries, assets, people's steps and deliverables in one order.

What depends on what comes in as plain data; what was never made is put in by stage, so that a
home without history has a graph too. How time flows through it is in ``forecast_network.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from orchestration.readiness.forecast_model import AssetOutlook, Goal, Outlook, SourceOutlook
from orchestration.settings import UserError

STAGES = (
    "source", "landing", "staging", "identity", "marts", "scores", "segments", "readiness",
    "release",
)  # fmt: skip


@dataclass(frozen=True)
class Graph:
    """Every task with what it waits for, in an order in which all parents come first.

    Names: ``delivery/<source>``, ``onboard/<source>``, asset keys, names of steps and goals.
    """

    parents: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]

    def ancestors(self, goal: str) -> tuple[str, ...]:
        """The goal and everything that it waits for, in order."""
        needed = {goal}
        for name in reversed(self.order):
            if name in needed:
                needed.update(self.parents[name])
        return tuple(name for name in self.order if name in needed)


def completed(outlook: Outlook) -> Outlook:
    """The outlook with every asset that its goals need, made or not.

    A source that never landed gets its place before the landing assets it feeds; a stage of
    which nothing was ever made gets one asset that waits for the stages before it.
    """
    known = {asset.key: asset for asset in outlook.assets}
    for source in outlook.sources:
        _with_source(known, source)
    wanted = sorted(
        {name for name in _wanted(outlook) if "/" in name and name not in known},
        key=lambda name: STAGES.index(_stage(name)),
    )
    last = max((STAGES.index(_stage(name)) for name in wanted), default=-1)
    for stage in STAGES[2 : last + 1]:
        missing = [name for name in wanted if _stage(name) == stage]
        if not missing and not any(_stage(key) == stage for key in known):
            missing = [f"{stage}/{stage}"] if stage != "readiness" else []
        below = _sinks(known, stage)
        known.update({name: AssetOutlook(name, below) for name in missing})
    return replace(outlook, assets=tuple(known.values()))


def build_graph(outlook: Outlook) -> Graph:
    """Order all tasks of a completed outlook.

    Raises:
        UserError: a step or deliverable names what there is not, or tasks wait for each other.
    """
    keys = {asset.key for asset in outlook.assets}
    sources = {source.name for source in outlook.sources}
    parents: dict[str, tuple[str, ...]] = {}
    for source in outlook.sources:
        parents[f"delivery/{source.name}"] = ()
        entry = f"delivery/{source.name}"
        if not source.received:
            parents[f"onboard/{source.name}"] = (entry,)
            entry = f"onboard/{source.name}"
        parents[f"source/{source.name}"] = (entry,)
    for asset in outlook.assets:
        known = tuple(p for p in asset.parents if p in keys)
        parents[asset.key] = parents.get(asset.key, ()) + known
    names = keys | {step.name for step in outlook.steps}
    for step in outlook.steps:
        parents[step.name] = _resolve(f"tasks.{step.name}.after", step.after, names, sources)
    for goal in outlook.goals:
        where = f"deliverables.{goal.name}.needs"
        parents[goal_name(goal)] = _resolve(where, goal.needs, names, sources)
    return Graph(parents, _ordered(parents))


def goal_name(goal: Goal) -> str:
    """The name of a goal in the graph; a step may be called like the deliverable it makes."""
    return f"deliverable/{goal.name}"


def _ordered(parents: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(parents).static_order())
    except CycleError as mistake:
        circle = " -> ".join(str(name) for name in mistake.args[1])
        raise UserError(
            f"tasks wait for each other ({circle}); take one of them out of its after"
        ) from None


def _resolve(
    where: str, named: Iterable[str], names: set[str], sources: set[str]
) -> tuple[str, ...]:
    found = []
    for name in named:
        if name in names:
            found.append(name)
        elif name in sources:
            found.append(f"source/{name}")
        else:
            raise UserError(
                f"campaign.yaml, {where}: there is no task, source or asset {name!r}; "
                "correct its spelling"
            )
    return tuple(found)


def _with_source(known: dict[str, AssetOutlook], source: SourceOutlook) -> None:
    entry = f"source/{source.name}"
    known.setdefault(entry, AssetOutlook(entry, ()))
    for key in source.feeds_assets:
        asset = known.get(key, AssetOutlook(key, ()))
        if entry not in asset.parents:
            asset = replace(asset, parents=(*asset.parents, entry))
        known[key] = asset


def _wanted(outlook: Outlook) -> Iterable[str]:
    for goal in outlook.goals:
        yield from (name for name in goal.needs if _stage_known(name))
    for step in outlook.steps:
        yield from (name for name in step.after if _stage_known(name))


def _stage(key: str) -> str:
    return key.split("/")[0]


def _stage_known(name: str) -> bool:
    return "/" in name and _stage(name) in STAGES


def _sinks(known: Mapping[str, AssetOutlook], stage: str) -> tuple[str, ...]:
    """Assets of earlier stages that nothing of an earlier stage waits for."""
    rank = STAGES.index(stage)
    below: Sequence[AssetOutlook] = [
        asset
        for asset in known.values()
        if _stage(asset.key) in STAGES and STAGES.index(_stage(asset.key)) < rank
    ]
    used = {parent for asset in below for parent in asset.parents}
    return tuple(asset.key for asset in below if asset.key not in used)
