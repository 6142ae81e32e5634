"""A home for measuring scores alone: landed, linked, and the marts that scores read.

Nothing else of the road is made: no tests, no segments, no release. What is measured on it is
in ``scores`` and ``scores_worlds``; the whole road is ``road``.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.countdown import clock
from orchestration.demo.generate import generate
from orchestration.identity.link import link_home
from orchestration.identity.places import Places, read_day
from orchestration.landing.land import compute_in_force, take_in_waiting
from orchestration.scores.context import build_context
from orchestration.scores.stage import make_scores
from orchestration.settings import Settings, load_settings
from orchestration.sources.registry import load_contracts
from orchestration.warehouse.engine import Engine
from orchestration.warehouse.project import Project, load_project
from orchestration.warehouse.terms import terms_of, write_terms

LINKED = ("int_link_voters", "int_link_records")
READ = ("person_features", "attendance_training", "support_training", "canvasses")


def score_home(home: Path, voters: int, seed: int, world: str, project: Project) -> None:
    """Make a home and its scores; steps that are done already are done again only for scores.

    Raises:
        RuntimeError: a model could not be made.
    """
    settings = load_settings(home)
    if not (home / "lake" / "marts" / f"{READ[0]}.parquet").exists():
        generate(home, voters=voters, seed=seed, world=world)
        _marts(settings, project)
    moment = clock.now(home, settings.campaign.contest.zone)
    day = settings.campaign.contest_plan().local_day(moment)
    make_scores(build_context(settings, day.isoformat()))


def _marts(settings: Settings, project: Project) -> None:
    home = settings.home
    contracts = load_contracts(settings.sources)
    moment = clock.now(home, settings.campaign.contest.zone)
    take_in_waiting(settings, contracts, moment)
    compute_in_force(settings, contracts, moment)
    write_terms(home, terms_of(contracts))
    _build(home, project, set(LINKED))
    link_home(Places(home), read_day(home))
    _build(home, project, _with_parents(project, READ) - set(LINKED))


def _build(home: Path, project: Project, names: set[str]) -> None:
    models = [m for m in project.models.values() if m.name in names]
    report = Engine(home).build(project, models, tests=())
    if report.problems:
        raise RuntimeError("; ".join(report.problems))


def _with_parents(project: Project, names: tuple[str, ...]) -> set[str]:
    """These models and every file that they are made from."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += project.models[name].files
    return found


def parsed() -> Project:
    """The parsed project, once for many homes."""
    return load_project()
