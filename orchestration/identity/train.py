"""Training the linkage model; predicting with it is in ``predict`` and never trains.

u (agreement by chance) is sampled, and counted exactly where chance agreement is too rare to
sample. m (agreement of true pairs) comes from Splink's expectation maximisation over two
blocks in which a household's members do not meet each other: equal birth dates, equal names.
Blocks by address or phone would teach the model that spouses are one human.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.identity import comparisons, model_store
from orchestration.identity.comparisons import COMPARISONS, RARITY_COLUMNS, Comparison
from orchestration.identity.model_store import Model
from orchestration.identity.predict import hand_over, open_linker
from orchestration.identity.workspace import one, rows
from orchestration.lake import text_hash

if TYPE_CHECKING:
    import duckdb
    from splink import Linker


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; part of its card.

    Attributes:
        seed: Chooses the samples.
        sample_rows: Rows of each side in the sample for u.
        pairs: About how many pairs each block may give to maximisation.
        least_pairs: Fewer pairs than this in a block teach nothing; assumed values stay.
        expected_share: Share of records taken to be on the file, for the prior.
    """

    seed: int = 20160201
    sample_rows: int = 500
    pairs: int = 80_000
    least_pairs: int = 300
    expected_share: float = 0.5


LEAST_M, LEAST_U = 1e-3, 1e-9
# Five of the pairs that a sample of 500 rows a side gives; fewer are noise.
LEAST_SAMPLED_U = 5 / 500**2
BLOCKS = {
    "birth_ok": ("birth_date",),
    "names_ok": ("first_name", "last_name"),
}


def train(con: duckdb.DuckDBPyConnection, recipe: Recipe | None = None) -> Model:
    """Train on ``id_records`` and ``id_voters``; equal input gives an equal model."""
    recipe = recipe or Recipe()
    voters = rows(con, "select count(*) from id_voters")
    records = rows(con, "select count(*) from id_records")
    frequencies = {column: _frequencies(con, column) for column in RARITY_COLUMNS}
    settings = comparisons.settings(recipe.expected_share / max(voters, 2))
    untrained = Model("untrained", "", settings, {}, frequencies)
    model_store.register_frequencies(con, untrained)
    settings = _estimate_u(con, settings, recipe)
    settings, used = _estimate_m(con, settings, recipe)
    chance = {c.name: _counted_chance(con, c) for c in COMPARISONS if c.exact}
    settings["comparisons"] = [
        _finished(comparison, given, chance.get(comparison.name, {}), voters)
        for comparison, given in zip(COMPARISONS, settings["comparisons"], strict=True)
    ]
    settings = _as_predicted(settings, recipe.expected_share / max(voters, 2))
    training = {
        "unlinkables": _unlinkables(con, settings, recipe),
        "voters": voters,
        "records": records,
        "pairs": used,
        "seed": recipe.seed,
        "data": _data_hash(con),
    }
    return model_store.build(settings, training, frequencies)


def _frequencies(con: duckdb.DuckDBPyConnection, column: str) -> dict[str, float]:
    found = con.execute(f"""
        select {column}, round(count(*) / sum(count(*)) over (), 9)
        from id_voters where {column} is not null group by 1 order by 1
    """).fetchall()
    return dict(found)


def _sample(con: duckdb.DuckDBPyConnection, side: str, size: int, seed: int, where: str) -> str:
    return f"select * from id_{side} where {where} order by hash(idx, {seed}), idx limit {size}"


def _estimate_u(
    con: duckdb.DuckDBPyConnection, settings: dict[str, Any], recipe: Recipe
) -> dict[str, Any]:
    for side, name in (("records", "train_left"), ("voters", "train_right")):
        where = "first_name is not null"
        hand_over(con, _sample(con, side, recipe.sample_rows, recipe.seed, where), name)
    if not rows(
        con, "select least((select count(*) from train_left), (select count(*) from train_right))"
    ):
        return settings
    linker = open_linker(con, settings, "train_left", "train_right")
    # The sample is all there is in these tables, so nothing random is left to Splink.
    linker.training.estimate_u_using_random_sampling(
        max_pairs=float(recipe.sample_rows) ** 2 * 10, min_count_per_level=None, num_chunks=1
    )
    return _saved(linker)


def _estimate_m(
    con: duckdb.DuckDBPyConnection, settings: dict[str, Any], recipe: Recipe
) -> tuple[dict[str, Any], dict[str, int]]:
    """Maximise over each block; a block with too few pairs leaves the assumed values."""
    used: dict[str, int] = {}
    for flag, columns in BLOCKS.items():
        pairs = _training_sides(con, flag, columns, recipe)
        used[flag] = pairs
        if pairs < recipe.least_pairs:
            continue
        linker = open_linker(con, settings, "train_left", "train_right")
        rule = " and ".join(f"l.{c} = r.{c}" for c in columns)
        with _one_thread(con):
            linker.training.estimate_parameters_using_expectation_maximisation(
                f"{rule} and l.{flag} = r.{flag}", estimate_without_term_frequencies=True
            )
        settings = _merged(settings, _saved(linker), columns)
    return settings, used


@contextmanager
def _one_thread(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Sums over floats then come out equal in every run, to the last digit.

    What is sampled for u is only counted, and counts are exact on any number of threads.
    """
    threads = rows(con, "select current_setting('threads')")
    con.execute("set threads = 1")
    try:
        yield
    finally:
        con.execute(f"set threads = {threads}")


def _training_sides(
    con: duckdb.DuckDBPyConnection, flag: str, columns: tuple[str, ...], recipe: Recipe
) -> int:
    """Make both training tables for one block: whole small blocks, in hash order, to the budget."""
    key = ", ".join(columns)
    present = " and ".join(f"{c} is not null" for c in columns)
    con.execute(f"""
        create or replace temp table train_keys as
        select {key}, count(*) n from id_records where {present} group by all;
        create or replace temp table train_blocks as
        select {key} from (
            select *, sum(n) over (order by h, {key} rows unbounded preceding) as total
            from (
                select {key}, l.n * r.n as n, hash({key}, {recipe.seed}) as h
                from train_keys l
                join (
                    select {key}, count(*) n from id_voters semi join train_keys using ({key})
                    group by all
                ) r using ({key})
                where l.n <= 500 and r.n <= 500
            )
        ) where total <= {recipe.pairs}
    """)
    for side, name in (("records", "train_left"), ("voters", "train_right")):
        source = f"select * from id_{side} semi join train_blocks using ({key})"
        hand_over(con, source, name, extra=f"true as {flag},", order="unique_id")
    return rows(con, f"select count(*) from train_left l join train_right r using ({key})")


def _saved(linker: Linker) -> dict[str, Any]:
    saved = dict(linker.misc.save_model_to_json())
    saved.pop("sql_dialect", None)
    return saved


def _merged(
    before: dict[str, Any], after: dict[str, Any], blocked: tuple[str, ...]
) -> dict[str, Any]:
    """Keep what this block could teach: not the comparisons that it holds equal."""
    held = {"birth", "birth_year"} if "birth_date" in blocked else {"first_name", "last_name"}
    kept = [
        old if old["output_column_name"] in held else new
        for old, new in zip(before["comparisons"], after["comparisons"], strict=True)
    ]
    return after | {"comparisons": kept}


def _counted_chance(con: duckdb.DuckDBPyConnection, comparison: Comparison) -> dict[str, float]:
    """Chance agreement of rare values: pairs counted that agree though their first names do not."""
    total = rows(con, "select (select count(*) from id_records) * (select count(*) from id_voters)")
    chance = {}
    for level, value in comparison.exact.items():
        con.execute(f"""
            create or replace temp table chance_left as
            select value, first_token, count(*) as n
            from (select {value} as value, first_token from id_records)
            where value is not null group by all;
            create or replace temp table chance_right as
            select value, first_token, count(*) as n
            from (select {value} as value, first_token from id_voters)
            semi join chance_left using (value)
            group by all
        """)
        agreeing = rows(
            con,
            """
            select coalesce((
                select sum(l.n * r.n) from
                    (select value, sum(n) n from chance_left group by value) l
                    join (select value, sum(n) n from chance_right group by value) r using (value)
            ), 0) - coalesce((
                select sum(l.n * r.n) from chance_left l
                join chance_right r using (value, first_token)
            ), 0)
            """,
        )
        chance[level] = max(agreeing, 0.5) / max(total, 1)
    return chance


def _finished(
    comparison: Comparison, given: dict[str, Any], chance: dict[str, float], voters: int
) -> dict[str, Any]:
    """One comparison with every m and u present, in bounds and rounded."""
    levels = [dict(level) for level in given["comparison_levels"]]
    if all(_number(level.get("u_probability"), 0.0) < LEAST_SAMPLED_U for level in levels[1:]):
        # No pair of the sample could be compared, as where no supplier gives only years. What the
        # others are assumed to take leaves the rest to the last, or disagreement would be evidence.
        levels[-1]["u_probability"] = 1 - sum(level.u for level in comparison.levels[:-1])
    for level, known in zip(levels[1:], comparison.levels, strict=True):
        m = _number(level.get("m_probability"), known.m)
        u = _number(level.get("u_probability"), 0.0)
        u = chance.get(known.name, u if u >= LEAST_SAMPLED_U else known.u)
        if "one person's" in known.name:
            # What one person carries, another carries only by mistake.
            u = 0.02 / max(voters, 2)
        level["m_probability"] = _rounded(min(max(m, LEAST_M), 0.999))
        level["u_probability"] = _rounded(min(max(u, LEAST_U), 0.999))
    return given | {"comparison_levels": levels}


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")


def _as_predicted(settings: dict[str, Any], prior: float) -> dict[str, Any]:
    return settings | {
        "probability_two_random_records_match": _rounded(prior),
        "linker_uid": "identity",
    }


def _unlinkables(
    con: duckdb.DuckDBPyConnection, settings: dict[str, Any], recipe: Recipe
) -> list[tuple[float, float, float]]:
    """Which share of the records says too little to be linked even with itself.

    Returns:
        Match weight, chance, and the share of a sample of records that reach no more.
    """
    sample = _sample(con, "records", recipe.sample_rows, recipe.seed, "first_name is not null")
    hand_over(con, sample, "train_left")
    hand_over(con, "select * from id_voters where false", "train_right")
    if not rows(con, "select count(*) from train_left"):
        return []
    linker = open_linker(con, settings, "train_left", "train_right")
    found: Any = linker.evaluation.unlinkables_chart().raw_records
    return [
        (round(r["match_weight"], 2), round(r["match_probability"], 5), round(r["cum_prop"], 5))
        for r in found
    ]


def _data_hash(con: duckdb.DuckDBPyConnection) -> str:
    found = one(
        con,
        """
        select count(*), bit_xor(hash(record_key)), sum(hash(record_key))
        from (select record_key from id_voters union all select record_key from id_records)
        """,
    )
    return text_hash(*map(str, found))
