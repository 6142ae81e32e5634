"""Scoring pairs with a trained model, through Splink; nothing is trained or decided here.

Pairs come from ``blocking``, and only the rows that stand in a pair are handed over, so the cost
follows the pairs and not the voter file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestration.identity.comparisons import COMPARISONS, LINK_COLUMNS, RARITY_COLUMNS
from orchestration.identity.model_store import Model, register_frequencies
from orchestration.identity.workspace import rows

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

# Splink joins pairs to rows by "<table>-__-<id>"; the tables are named so that records sort
# before voters, as its link-only order expects.
LEFT, RIGHT = "records", "voters"
SEPARATOR = "-__-"
# Pairs below this match weight (a chance of 3 %) could win nothing, not even a review.
LEAST_WEIGHT = -5.0


def hand_over(
    con: duckdb.DuckDBPyConnection, source: str, name: str, extra: str = "", order: str = ""
) -> None:
    """Make table ``name`` of one side as Splink reads it, with the rarity of its names.

    Args:
        con: The connection of the run.
        source: A query giving ``idx`` and the linkage columns.
        name: Table to make.
        extra: Further select expressions, each followed by a comma.
        order: Column to sort by, where the order of rows can matter.
    """
    columns = ", ".join(f"s.{column}" for column in LINK_COLUMNS)
    rarity = ", ".join(f"known_{c}.tf_{c}" for c in RARITY_COLUMNS)
    joins = " ".join(f"left join known_{c} using ({c})" for c in RARITY_COLUMNS)
    con.execute(f"""
        create or replace temp table {name} as
        select s.idx as unique_id, {extra} {columns}, {rarity} from ({source}) s {joins}
        {f"order by {order}" if order else ""}
    """)


def open_linker(
    con: duckdb.DuckDBPyConnection, settings: dict[str, Any], left: str, right: str
) -> Linker:
    """A Splink linker over two tables made by :func:`hand_over`."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    api = DuckDBAPI(connection=con)
    sides = [
        api.register(left, dataset_display_name=LEFT),
        api.register(right, dataset_display_name=RIGHT),
    ]
    # Its progress messages would stand in the middle of the run's own display, and the settings are
    # ours: validating them costs more than reading a small list.
    linker = Linker(
        sides,
        SettingsCreator.from_path_or_dict(settings),
        log_level="ERROR",
        validate_settings=False,
    )
    for column in RARITY_COLUMNS:
        known = api.register(f"known_{column}", dataset_display_name=f"rarity_of_{column}")
        linker.table_management.register_term_frequency_lookup(known, column)
    return linker


def score_pairs(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    left: str,
    right: str,
    into: str,
    least_weight: float = LEAST_WEIGHT,
) -> int:
    """Score every row of ``pairs`` into table ``into``; hopeless pairs are left out.

    ``into`` has ``rid, vid, rule, match_weight`` and, for each comparison, ``g_<name>`` (the
    level) and ``w_<name>`` (its weight with rarity), which is all that assignment and
    explanation need.

    Returns:
        Pairs kept.
    """
    register_frequencies(con, model)
    for side, pair_side, name in ((left, "rid", "link_left"), (right, "vid", "link_right")):
        in_pairs = f"semi join (select {pair_side} as idx from pairs) using (idx)"
        hand_over(con, f"select * from {side} {in_pairs}", name)
    con.execute(f"""
        create or replace temp table blocked_pairs as
        select rule::varchar as match_key, '{LEFT}{SEPARATOR}' || rid as join_key_l,
            '{RIGHT}{SEPARATOR}' || vid as join_key_r
        from pairs
    """)
    linker = open_linker(con, model.settings, "link_left", "link_right")
    blocked = linker._db_api.register("blocked_pairs", dataset_display_name="pairs_given")
    linker.table_management.register_blocked_pairs_for_predict(blocked)
    scored = linker.inference.predict(threshold_match_weight=least_weight, warning_mode="never")
    levels = ", ".join(f"gamma_{c.name} as g_{c.name}" for c in COMPARISONS)
    weights = ", ".join(f"round({_weight(c.name)}, 4) as w_{c.name}" for c in COMPARISONS)
    con.execute(f"""
        create or replace temp table {into} as
        select unique_id_l::integer as rid, unique_id_r::integer as vid,
            match_key::utinyint as rule, round(match_weight, 4) as match_weight,
            {levels}, {weights}, false as by_face
        from {scored.physical_name} order by rid, vid
    """)
    linker._db_api.delete_tables_created_by_splink_from_db()
    con.execute("drop table blocked_pairs; drop table link_left; drop table link_right")
    return rows(con, f"select count(*) from {into}")


def _weight(comparison: str) -> str:
    rarity = f" + mw_tf_adj_{comparison}" if comparison in RARITY_COLUMNS else ""
    return f"mw_{comparison}{rarity}"
