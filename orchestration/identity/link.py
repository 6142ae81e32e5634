"""One linking: reads what is staged, runs the stages in the order of evidence, writes the results.

The order is: humans, shared ids, exact keys, Splink, groups of the voterless, person ids. What
each stage does is in its own module; here stands only their order and what is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.identity import (
    assign,
    blocking,
    changes,
    cluster,
    decisions,
    deterministic,
    faces,
    findings,
    model_gate,
    model_store,
    persons,
    predict,
    prepare,
    shared_ids,
    workspace,
)
from orchestration.identity.assign import Thresholds
from orchestration.identity.blocking import BlockReport
from orchestration.identity.model_store import Model
from orchestration.identity.places import Day, Places
from orchestration.identity.train import Recipe, train
from orchestration.lake import connect, write_parquet

if TYPE_CHECKING:
    import duckdb

# What each source's record would add if it were linked, for the order of the review queue:
# a person who came to us is worth more than a row that was bought.
WORTH = {"contact": 1.0, "canvass": 0.8, "trait": 0.2}


@dataclass(frozen=True)
class LinkReport:
    """What one linking came to; counts only, no person.

    Attributes:
        linked: Records linked, by method.
        model_version: The model that scored.
        trained: Whether a model was trained for this run and went live.
        model_refusals: Why a newly trained model did not, or what is odd about a first one.
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
    blocks: Sequence[BlockReport] = field(default_factory=tuple)
    model_refusals: tuple[str, ...] = ()

    @property
    def link_rate(self) -> float:
        """Share of records that have a voter."""
        return sum(self.linked.values()) / self.records if self.records else 0.0


def link_home(
    places: Places,
    day: Day,
    recipe: Recipe | None = None,
    thresholds: Thresholds | None = None,
    memory_limit: str | None = None,
    retrain: bool = False,
) -> LinkReport:
    """Link everything that is staged in one home and write the four files and the report of blocks.

    Equal input, decisions and model give equal bytes, in whatever order the rows stand.

    Args:
        places: The home's files.
        day: The day it works for; later decisions do not count.
        recipe: How to train, when a model has to be trained.
        thresholds: When a chance is enough to link or to ask.
        memory_limit: DuckDB's.
        retrain: Train even though a usable model is in force.
    """
    with connect(places.home, memory_limit) as con:
        con.execute("set preserve_insertion_order = false")
        prepared = prepare.prepare(con, places.voters, places.records)
        workspace.create(con)
        held = decisions.constraints(decisions.read(places.decisions, day.now))
        linked = {
            "human": decisions.apply(con, held),
            "shared_id": shared_ids.apply(con),
            "deterministic": deterministic.apply(con),
        }
        model, trained, refused = _model(con, places, recipe, retrain, held)
        blocks, linked["splink"] = _by_model(con, model, thresholds)
        groups = cluster.apply(con, model)
        findings.create_view(con, day)
        found = persons.apply(con, places.links)
        _new_links(con, model)
        reviews = _write_review(con, places)
        changed = changes.append(con, places.changes, places.links, day)
        _write_blocks(con, places, blocks)
        write_parquet(con, "from new_persons order by person_id", places.persons)
        # Last, because the next run reads it as what was published before.
        write_parquet(con, "from new_links order by record_key", places.links)
        linked["human"] = workspace.rows(
            con, "select count(*) from new_links where method = 'human' and voter_key is not null"
        )
    return LinkReport(
        voters=prepared.voters,
        records=prepared.records,
        linked=linked,
        review=reviews,
        groups=groups,
        persons=found,
        changes=changed,
        repeated_voters=prepared.repeated_voters,
        shared_contacts=prepared.shared_contacts,
        model_version=model.version,
        trained=trained,
        blocks=blocks,
        model_refusals=refused,
    )


def _model(
    con: duckdb.DuckDBPyConnection,
    places: Places,
    recipe: Recipe | None,
    retrain: bool,
    held: decisions.Constraints,
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


def _by_model(
    con: duckdb.DuckDBPyConnection, model: Model, thresholds: Thresholds | None
) -> tuple[list[BlockReport], int]:
    """Score what is left and has enough to be scored on: a first name and something of its own."""
    con.execute("""
        create or replace temp table linkable as
        select * from open_records
        where first_name is not null
            and coalesce(birth_date::varchar, birth_year::varchar, street, phone, email) is not null
    """)
    blocks = blocking.make_pairs(con, "linkable", "id_voters")
    predict.score_pairs(con, model, "linkable", "id_voters", "scored")
    assign.apply(con, thresholds)
    # What the first links teach about voters finds more; a third time finds next to nothing.
    faces.apply(con, model)
    return blocks, assign.apply(con, thresholds)


def _new_links(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    con.execute(f"""
        create or replace temp table group_sizes as
        select rid, count(*) over (partition by cluster) as n from clusters;
        create or replace temp table new_links as
        select r.record_key, r.source, r.feed, r.entity,
            v.voter_key, p.person_id,
            d.probability, d.match_weight,
            case when d.rid is not null then d.method
                when g.n > 1 then 'cluster' else 'none' end as method,
            d.rule, d.runner_up,
            u.rid is not null as needs_review,
            f.finding,
            '{model.version}' as model_version
        from id_records r
        join record_persons p on r.idx = p.rid
        left join decided d on r.idx = d.rid
        left join voter_persons v on d.vid = v.vid
        left join group_sizes g on r.idx = g.rid
        left join unsure u on r.idx = u.rid
        left join findings f on r.idx = f.rid
    """)


def _write_review(con: duckdb.DuckDBPyConnection, places: Places) -> int:
    worth = " ".join(f"when '{entity}' then {value}" for entity, value in WORTH.items())
    return write_parquet(
        con,
        f"""
        select r.record_key, v.record_key as voter_key, u.probability,
            o.record_key as runner_up_voter_key, u.runner_up, u.reason,
            round(u.probability * case r.entity {worth} else 0.5 end, 6) as worth
        from unsure u
        join id_records r on u.rid = r.idx
        join id_voters v on u.vid = v.idx
        left join id_voters o on u.runner_up_vid = o.idx
        order by worth desc, r.record_key
        """,
        places.review,
    )


def _write_blocks(
    con: duckdb.DuckDBPyConnection, places: Places, blocks: Sequence[BlockReport]
) -> None:
    con.execute(
        "create or replace temp table block_report (rule varchar, pairs bigint, "
        "skipped_blocks bigint, skipped_pairs bigint, skipped_records bigint)"
    )
    con.executemany(
        "insert into block_report values (?, ?, ?, ?, ?)",
        [(b.rule, b.pairs, b.skipped_blocks, b.skipped_pairs, b.skipped_records) for b in blocks],
    )
    write_parquet(con, "from block_report order by rule", places.blocks)
