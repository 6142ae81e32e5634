"""The peer of the match service: a Splink script with the comparisons of its documentation.

It is told what each column is, and its threshold is the one at which the known answer makes its F1
best, which no campaign could choose; between two lists each record takes its best pair.
"""

from __future__ import annotations

import logging
from typing import Any

import duckdb

from benchmarks.match_worlds import World

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


def peer_f1(world: World) -> float:
    """The best F1 of plain Splink on a world, in pairs within a list, in records between two."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    con = duckdb.connect()
    con.execute("set threads = 2")
    api = DuckDBAPI(connection=con)
    tables = [_table(con, world, number) for number in range(len(world.lists))]
    within = len(tables) == 1
    settings = SettingsCreator(
        link_type="dedupe_only" if within else "link_only",
        unique_id_column_name="unique_id",
        comparisons=[_comparison(column, kind) for column, kind in world.peer.items()],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in world.blocks],
        additional_columns_to_retain=["human"],
    )
    sides = [api.register(name, dataset_display_name=name) for name in tables]
    linker = Linker(sides if len(sides) > 1 else sides[0], settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*world.blocks[0])], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    # Two lessons that hold different fields equal, as its documentation has it.
    for rule in (world.blocks[0], world.blocks[-1] if within else world.blocks[1]):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    scored = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
    con.execute(f"create temp table scored as select * from {scored.physical_name}")
    possible = _possible(con, tables)
    return max(_f1(con, cut, possible, within) for cut in THRESHOLDS)


def _table(con: duckdb.DuckDBPyConnection, world: World, number: int) -> str:
    """A list under the names that the peer's comparisons use: a year behind a name is cut off."""
    name = f"list_{number}"
    file = world.lists[number]
    con.execute(
        f"create table raw_{number} as select * from read_csv('{file}', all_varchar = true)"
    )
    columns = [c[0] for c in con.execute(f"describe raw_{number}").fetchall()]
    listed = []
    for column in columns:
        plain = column.rstrip("0123456789")
        typed = f'try_cast("{column}" as integer)' if plain in {"age", "yob"} else f'"{column}"'
        listed.append(f'{typed} as "{plain}"')
    con.execute(
        f"create table {name} as select row_number() over () as unique_id, {', '.join(listed)} "
        f"from raw_{number}"
    )
    return name


def _comparison(column: str, kind: str) -> Any:
    import splink.comparison_library as cl

    if kind == "name":
        return cl.NameComparison(column)
    if kind == "birth":
        return cl.DateOfBirthComparison(
            column, input_is_string=True, datetime_metrics=["month", "year"],
            datetime_thresholds=[1, 1],
        )  # fmt: skip
    if kind in {"year", "age"}:
        off = 25 if kind == "age" else 0
        gap = f'abs(("{column}_r" - "{column}_l") - {off})'
        return cl.CustomComparison(
            output_column_name=column,
            comparison_levels=[
                {"sql_condition": f'"{column}_l" is null or "{column}_r" is null',
                 "is_null_level": True, "label_for_charts": "null"},
                *({"sql_condition": f"{gap} <= {n}", "label_for_charts": f"{n} off"}
                  for n in (0, 1, 3)),
                {"sql_condition": "ELSE", "label_for_charts": "else"},
            ],
        )  # fmt: skip
    if kind == "code":
        return cl.LevenshteinAtThresholds(column, [1, 2])
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def _possible(con: duckdb.DuckDBPyConnection, tables: list[str]) -> int:
    if len(tables) == 1:
        query = (
            f"select sum(n * (n - 1) / 2) from (select count(*) n from {tables[0]} group by human)"
        )
    else:
        query = f"select count(*) from {tables[0]} semi join {tables[1]} using (human)"
    return int(con.execute(query).fetchall()[0][0])


def _f1(con: duckdb.DuckDBPyConnection, cut: float, possible: int, within: bool) -> float:
    best = "" if within else (
        "qualify row_number() over (partition by unique_id_l order by match_weight desc) = 1"
    )  # fmt: skip
    made, right = con.execute(
        f"select count(*), count(*) filter (human_l = human_r) from (select * from scored "
        f"where match_probability >= {cut} {best})"
    ).fetchall()[0]
    return 2 * right / (made + possible) if made + possible else 0.0
