"""One linking of a home: reads what is staged, links all of it or what is touched, publishes.

The order of evidence is in ``linking``, what is made of it in ``publish``. Here stands what a run
believes of the one before, which model it uses, and in which order files are written, so that a
run killed anywhere can be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from orchestration.identity import (
    changes,
    decisions,
    faces,
    findings,
    gone,
    linking,
    model_gate,
    model_store,
    one_to_one,
    persons,
    prepare,
    publish,
    standing,
    touched,
)
from orchestration.identity.assign import Thresholds
from orchestration.identity.blocking import BlockReport
from orchestration.identity.decisions import Constraints
from orchestration.identity.linking import Linked
from orchestration.identity.model_store import Model
from orchestration.identity.places import Day, Places
from orchestration.identity.train import Recipe, train
from orchestration.lake import connect, write_parquet

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class LinkReport:
    """What one linking came to; counts only, no person.

    Attributes:
        linked: Records linked, by method.
        model_version: The model that scored.
        trained: Whether a model was trained for this run and went live.
        model_refusals: Why a newly trained model did not, or what is odd about a first one.
        touched: Records linked in this run; the rest stands as the run before left it.
        full_because: Why all of them were linked; empty when only what was touched was.
    """

    voters: int
    records: int
    linked: dict[str, int]
    review: int
    groups: int
    persons: int
    changes: int
    repeated_voters: int
    shared_contacts: int
    model_version: str
    trained: bool
    touched: int
    full_because: str
    blocks: Sequence[BlockReport] = field(default_factory=tuple)
    model_refusals: tuple[str, ...] = ()

    @property
    def link_rate(self) -> float:
        """Share of records that have a voter."""
        return sum(self.linked.values()) / self.records if self.records else 0.0

    @property
    def is_incremental(self) -> bool:
        """Whether only what was touched was linked."""
        return not self.full_because

    @property
    def how(self) -> str:
        """How much was linked and why, in one sentence."""
        if self.is_incremental:
            return (
                f"incremental: {self.touched:,} of {self.records:,} records are new, changed or "
                "touched by those; the rest stands"
            )
        return f"full: {self.full_because}"


@dataclass(frozen=True)
class _Run:
    """How one run linked: with which model, how much of it, and why."""

    linked: Linked
    model: Model
    trained: bool
    refused: tuple[str, ...]
    full_because: str


def link_home(
    places: Places,
    day: Day,
    recipe: Recipe | None = None,
    thresholds: Thresholds | None = None,
    memory_limit: str | None = None,
    retrain: bool = False,
    full: bool = False,
    feeds: Collection[tuple[str, str]] = (),
) -> LinkReport:
    """Link everything that is staged in one home and write the four files and the report of blocks.

    Equal input, decisions and model give equal bytes, in whatever order the rows stand, and
    whether all records are linked or only those that a late delivery touches.

    Args:
        places: The home's files.
        day: The day it works for; later decisions do not count.
        recipe: How to train, when a model has to be trained.
        thresholds: When a chance is enough to link or to ask.
        memory_limit: DuckDB's.
        retrain: Train even though a usable model is in force.
        full: Link every record, whatever the run before left.
        feeds: ``(source, feed)`` of which each row is another person, by their contract.
    """
    limits = thresholds or Thresholds()
    with connect(places.home, memory_limit) as con:
        con.execute("set preserve_insertion_order = false")
        prepared = prepare.prepare_records(
            con,
            places.voters,
            places.records,
            side=places.voter_side,
            replaced=gone.replaced(places),
        )
        held = decisions.constraints(decisions.read(places.decisions, day.now))
        decisions.load(con, held)
        faces.find_crowded(con)
        one_to_one.load(con, feeds)
        touched.sign(con)
        because = "it was asked for" if full or retrain else ""
        naming = partial(standing.fingerprint, side=prepared.side, limits=limits, one_to_one=feeds)
        train_or_load = partial(_model, con, places, recipe, retrain, held)
        run = _link(con, places, limits, because, naming, train_or_load)
        findings.create_view(con, day)
        found = persons.apply(con, places.links)
        made = publish.links(con, run.model)
        reviews = publish.write_review(con, places)
        changed = changes.append(con, places.changes, places.links, day)
        blocks = run.linked.blocks[standing.VOTERS]
        publish.write_blocks(con, places, blocks)
        write_parquet(con, "from new_persons order by person_id", places.persons)
        # After the rest, because the next run reads it as what was published before.
        write_parquet(con, "from new_links order by record_key", places.links)
        standing.save(con, places, naming(run.model.version), run.linked.blocks)
    return LinkReport(
        voters=prepared.voters,
        records=prepared.records,
        linked=made,
        review=reviews,
        groups=run.linked.groups,
        persons=found,
        changes=changed,
        repeated_voters=prepared.repeated_voters,
        shared_contacts=prepared.shared_contacts,
        model_version=run.model.version,
        trained=run.trained,
        touched=run.linked.touched,
        full_because=run.full_because,
        blocks=blocks,
        model_refusals=run.refused,
    )


def _link(
    con: duckdb.DuckDBPyConnection,
    places: Places,
    limits: Thresholds,
    because: str,
    naming: Callable[[str], str],
    model: Callable[[], tuple[Model, bool, tuple[str, ...]]],
) -> _Run:
    """Link what is touched where the run before can be built on, and everything elsewhere.

    Args:
        con: The connection of the run.
        places: The home's files.
        limits: Thresholds.
        because: Why everything must be linked, when that is decided.
        naming: The fingerprint of this run with a version of the model.
        model: Gives the model to link everything with; see :func:`_model`.
    """
    if not because:
        done = _link_touched(con, places, limits, naming)
        if isinstance(done, _Run):
            return done
        because = done
    prepare.take_voters(con)
    before = model_store.load(places.models)
    found, trained, refused = model()
    linked = linking.link_all(con, found, limits)
    # What a new model made of the records is looked at before anybody sees it.
    is_newer = trained and before is not None and places.links.exists()
    outcome = model_gate.outcome_refusals(con, places) if is_newer else ()
    if outcome and before is not None:
        model_store.point_to(places.models, before.version)
        linked = linking.link_all(con, before, limits)
        return _Run(linked, before, False, outcome, because)
    return _Run(linked, found, trained, refused, because)


def _link_touched(
    con: duckdb.DuckDBPyConnection,
    places: Places,
    limits: Thresholds,
    naming: Callable[[str], str],
) -> _Run | str:
    model = model_store.load(places.models)
    if model is None:
        return "there is no model for these comparisons yet"
    before = standing.load(places, naming(model.version))
    if isinstance(before, str):
        return before
    linked = linking.link_touched(con, model, limits, before, linking.MOST_TOUCHED)
    return linked if isinstance(linked, str) else _Run(linked, model, False, (), "")


def _model(
    con: duckdb.DuckDBPyConnection,
    places: Places,
    recipe: Recipe | None,
    retrain: bool,
    held: Constraints,
) -> tuple[Model, bool, tuple[str, ...]]:
    """The model to link with, whether it is new, and why a newly trained one stays away.

    A refused model is kept on disk for whoever wants to see it. The first model of a home goes
    live whatever is said of it, for there is no other.
    """
    in_force = model_store.load(places.models)
    if in_force is not None and not retrain:
        return in_force, False, ()
    new = train(con, recipe)
    model_store.save(places.models, new)
    refused = model_gate.refusals(con, new, in_force, held)
    if refused and in_force is not None:
        return in_force, False, refused
    model_store.point_to(places.models, new.version)
    return new, True, refused
