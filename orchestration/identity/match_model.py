"""A model for two lists alone: trained on them without anybody's answers, then used to score.

Learning is ``match_train``; which pairs are compared and on what is ``match_evidence``; what a
chance decides is ``match_decide``, which learns the share of true pairs too.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.identity import blocking
from orchestration.identity.blocking import BlockLimits, BlockReport
from orchestration.identity.comparisons import Comparison
from orchestration.identity.match_evidence import (
    APART,
    CONTRARY,
    DOUBTFUL,
    OWN,
    comparisons_for,
    rules_for,
)
from orchestration.identity.match_read import Task
from orchestration.identity.match_train import LEFT, RIGHT, estimate_m, estimate_u, open_linker
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb

LEAST_M, LEAST_U = 5e-4, 1e-9
# Shorter lists cannot tell which names are rare.
RARITY_ROWS = 200


@dataclass(frozen=True)
class Scoring:
    """What scoring came to.

    Attributes:
        comparisons: What was compared, in the order of the columns ``g_<name>``.
        lessons: Pairs of each block that taught.
        blocks: Pairs by rule.
    """

    comparisons: tuple[Comparison, ...]
    lessons: dict[str, int]
    blocks: tuple[BlockReport, ...]


def score(con: duckdb.DuckDBPyConnection, task: Task, least_weight: float = -6.0) -> Scoring:
    """Train and make ``match_scored(rid, vid, bits, g_...)``, bits being evidence alone.

    The prior is left to ``match_decide``, which learns it from all scored pairs together.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    limits = BlockLimits(
        voters_per_block=400, pairs_per_block=60_000, pairs_per_record=12, least_pairs=300_000
    )
    rules = rules_for(task.fields, task.extras)
    blocks = blocking.make_pairs(con, task.left, task.right, limits, rules)
    chosen = comparisons_for(task.fields)
    size = (
        rows(con, f"select count(*) from {task.left}"),
        rows(con, f"select count(*) from {task.right}"),
    )
    if not all(size) or not chosen or not rows(con, "select count(*) from pairs"):
        return _nothing(con, chosen, blocks)
    settings = _settings(chosen, 1 / max(size), min(size) >= RARITY_ROWS)
    settings = estimate_u(con, task, chosen, settings)
    settings, lessons = estimate_m(con, task, chosen, settings)
    settings = _in_bounds(chosen, settings)
    _predict(con, task, chosen, settings, least_weight)
    return Scoring(tuple(chosen), lessons, tuple(blocks))


def _nothing(
    con: duckdb.DuckDBPyConnection, chosen: list[Comparison], blocks: list[BlockReport]
) -> Scoring:
    levels = "".join(f", 0 as g_{c.name}" for c in chosen)
    con.execute(
        "create or replace temp table match_scored as "
        "select 0 as rid, 0 as vid, 0.0::double as bits, false as is_kin, "
        f"false as is_contrary, false as is_apart{levels} where false"
    )
    return Scoring(tuple(chosen), {}, tuple(blocks))


def _without_rarity(comparison: dict[str, Any], rarity: bool) -> dict[str, Any]:
    """A comparison's settings; in a short list every value is frequent, so rarity says nothing."""
    for level in comparison["comparison_levels"] if not rarity else ():
        level.pop("tf_adjustment_column", None)
        level.pop("tf_minimum_u_value", None)
    return comparison


def _settings(chosen: list[Comparison], prior: float, rarity: bool) -> dict[str, Any]:
    return {
        "link_type": "link_only",
        "unique_id_column_name": "idx",
        "source_dataset_column_name": "source_dataset",
        "probability_two_random_records_match": min(prior, 0.5),
        "comparisons": [_without_rarity(c.settings(), rarity) for c in chosen],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "em_convergence": 0.0005,
        "max_iterations": 25,
    }


def _kin(chosen: list[Comparison]) -> str:
    """SQL: a scored pair in which nothing speaks for one human rather than one household."""
    own = _at(chosen, OWN)
    return f"not ({' or '.join(own)})" if own else "false"


def _contrary(chosen: list[Comparison]) -> str:
    """SQL: a scored pair in which a first name or a birth speaks for another of the household."""
    born = _at(chosen, {"born": OWN["born"]})
    doubtful = [f"({name} and not {born[0]})" if born else name for name in _at(chosen, DOUBTFUL)]
    return " or ".join([*_at(chosen, CONTRARY), *doubtful, *_nameless(chosen)]) or "false"


def _nameless(chosen: list[Comparison]) -> list[str]:
    """SQL: a pair without first names in which anything else of one's own differs: spouses."""
    names = {c.name for c in chosen}
    own = [f"gamma_{name} = 0" for name in ("gender", "middle_name", "last_name") if name in names]
    if "first_name" not in names or not own:
        return []
    return [f"(gamma_first_name = -1 and ({' or '.join(own)}))"]


def _apart(chosen: list[Comparison]) -> str:
    """SQL: a scored pair that is two humans whatever else agrees."""
    born = _at(chosen, {"born": ("equal",)})
    told = [f"({name} and not {born[0]})" if born else name for name in _at(chosen, APART)]
    return " or ".join(told) or "false"


def _at(chosen: list[Comparison], levels: dict[str, tuple[str, ...]]) -> list[str]:
    return [
        f"gamma_{c.name} in ({', '.join(str(c.gamma(level)) for level in levels[c.name])})"
        for c in chosen
        if c.name in levels
    ]


def _in_bounds(chosen: list[Comparison], settings: dict[str, Any]) -> dict[str, Any]:
    for comparison, given in zip(chosen, settings["comparisons"], strict=True):
        for known, level in zip(comparison.levels, given["comparison_levels"][1:], strict=True):
            m, u = level.get("m_probability"), level.get("u_probability")
            m = float(m) if isinstance(m, int | float) else known.m
            u = float(u) if isinstance(u, int | float) and u > 0 else known.u
            level["m_probability"] = min(max(m, LEAST_M), 0.999)
            level["u_probability"] = min(max(u, LEAST_U), 0.999)
    return settings


def _predict(
    con: duckdb.DuckDBPyConnection,
    task: Task,
    chosen: list[Comparison],
    settings: dict[str, Any],
    least_weight: float,
) -> None:
    settings = settings | {"probability_two_random_records_match": 0.5, "link_type": "link_only"}
    con.execute(f"""
        create or replace temp table match_pairs as
        select rule::varchar as match_key, '{LEFT}-__-' || rid as join_key_l,
            '{RIGHT}-__-' || vid as join_key_r
        from pairs
    """)
    linker = open_linker(con, settings, task.left, task.right)
    given = linker._db_api.register("match_pairs", dataset_display_name="pairs_given")
    linker.table_management.register_blocked_pairs_for_predict(given)
    scored = linker.inference.predict(threshold_match_weight=least_weight, warning_mode="never")
    levels = ", ".join(f"gamma_{c.name} as g_{c.name}" for c in chosen)
    con.execute(f"""
        create or replace temp table match_scored as
        select idx_l::integer as rid, idx_r::integer as vid, round(match_weight, 4) as bits,
            {_kin(chosen)} as is_kin, {_contrary(chosen)} as is_contrary,
            {_apart(chosen)} as is_apart, {levels}
        from {scored.physical_name} order by rid, vid
    """)
    linker._db_api.delete_tables_created_by_splink_from_db()
