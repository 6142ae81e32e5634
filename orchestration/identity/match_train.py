"""Training for two lists alone, without anybody's answers.

u is counted or sampled; m comes from Splink's expectation maximisation over several blocks that
hold different fields equal. Scoring with what was learnt is ``match_model``.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from orchestration.identity.comparisons import Comparison
from orchestration.identity.match_evidence import LESSONS, MOST_DIFFERING, TIED
from orchestration.identity.match_read import Task
from orchestration.identity.workspace import one, rows

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

LEFT, RIGHT = "a", "b"
LEAST_PAIRS, MOST_PAIRS = 200, 400_000
LESSONS_TAKEN = 4
SAMPLE = 800
# So many pairs weighs what is assumed of u beside what is counted: it decides only in tiny lists.
ASSUMED = 2000


def open_linker(
    con: duckdb.DuckDBPyConnection, settings: dict[str, Any], left: str, right: str
) -> Linker:
    """A Splink linker over one or two tables with ``idx`` and the fields."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    api = DuckDBAPI(connection=con)
    sides = [api.register(left, dataset_display_name=LEFT)]
    if settings["link_type"] == "link_only":
        sides.append(api.register(right, dataset_display_name=RIGHT))
    given = SettingsCreator.from_path_or_dict(settings)
    return Linker(sides if len(sides) > 1 else sides[0], given, log_level="ERROR")


def saved_settings(linker: Linker) -> dict[str, Any]:
    """What a linker has learnt, as settings that another can be opened with."""
    saved = dict(linker.misc.save_model_to_json())
    saved.pop("sql_dialect", None)
    return saved


def estimate_u(
    con: duckdb.DuckDBPyConnection,
    task: Task,
    chosen: list[Comparison],
    settings: dict[str, Any],
) -> dict[str, Any]:
    """u: sampled by Splink on a sample of ours, and counted for what is too rare to sample."""
    for side, name in ((task.left, "chance_a"), (task.right, "chance_b")):
        con.execute(
            f"create or replace temp table {name} as select * from {side} "
            f"order by md5(idx::varchar || '{name}'), idx limit {SAMPLE}"
        )
    linker = open_linker(con, settings, "chance_a", "chance_b")
    linker.training.estimate_u_using_random_sampling(
        max_pairs=float(SAMPLE) ** 2 * 10, min_count_per_level=None, num_chunks=1
    )
    sampled = rows(con, "select (select count(*) from chance_a) * (select count(*) from chance_b)")
    trained = saved_settings(linker)
    for comparison, given in zip(chosen, trained["comparisons"], strict=True):
        counted = {name: _agreeing(con, task, value) for name, value in comparison.exact.items()}
        levels = given["comparison_levels"][1:]
        for known, level in zip(comparison.levels[:-1], levels, strict=False):
            agreeing, of = counted.get(known.name) or (_number(level) * sampled, sampled)
            level["u_probability"] = (agreeing + ASSUMED * known.u) / (of + ASSUMED)
        rest = 1 - sum(level["u_probability"] for level in levels[:-1])
        levels[-1]["u_probability"] = max(rest, 0.01)
    return trained


def _number(level: dict[str, Any]) -> float:
    found = level.get("u_probability")
    return float(found) if isinstance(found, int | float) else 0.0


def _agreeing(con: duckdb.DuckDBPyConnection, task: Task, value: str) -> tuple[float, float]:
    """Pairs that are equal in a value, and pairs that have it on both sides."""
    found = one(
        con,
        f"""
        with l as (select {value} as v, count(*) as n from {task.left} group by 1),
        r as (select {value} as v, count(*) as n from {task.right} group by 1)
        select coalesce((select sum(l.n * r.n) from l join r using (v)), 0),
            coalesce((select sum(n) from l where v is not null), 0)
                * coalesce((select sum(n) from r where v is not null), 0)
        """,
    )
    agreeing, pairs = float(found[0]), float(found[1])
    if task.within:
        # A row agrees with itself, which says nothing of chance.
        agreeing, pairs = agreeing - pairs**0.5, pairs - pairs**0.5
    return max(agreeing, 0.0), max(pairs, 0.0)


def estimate_m(
    con: duckdb.DuckDBPyConnection,
    task: Task,
    chosen: list[Comparison],
    settings: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, int]]:
    """m: the middle of what each lesson says; where none says anything, what is assumed."""
    said: dict[tuple[int, int], list[float]] = {}
    used: dict[str, int] = {}
    fields = set(task.fields) | ({"birth_year"} if "born" in task.fields else set())
    for lesson in LESSONS:
        if len(used) == LESSONS_TAKEN or not set(lesson) <= fields:
            continue
        if len(lesson) == 1 and lesson[0] in {"last_name", "first_name"} and used:
            continue
        pairs = _lesson_tables(con, task, lesson)
        if pairs < LEAST_PAIRS:
            continue
        held = {name for field in lesson for name in (field, *TIED.get(field, ()))}
        for place, number, m in _learnt(con, task, chosen, settings, lesson, held):
            said.setdefault((place, number), []).append(m)
        used[" and ".join(lesson)] = pairs
    for (place, number), values in said.items():
        settings["comparisons"][place]["comparison_levels"][number]["m_probability"] = median(
            values
        )
    return settings, used


def _lesson_tables(con: duckdb.DuckDBPyConnection, task: Task, lesson: tuple[str, ...]) -> int:
    """Whole blocks in hash order up to the budget, as the tables that teach."""
    key, present = ", ".join(lesson), " and ".join(f"{c} is not null" for c in lesson)
    pairs = "l.n * (l.n - 1) / 2" if task.within else "l.n * r.n"
    con.execute(f"""
        create or replace temp table lesson_blocks as
        select {key}, n from (
            select *, sum(n) over (order by h, {key} rows unbounded preceding) as total from (
                select {key}, {pairs} as n, md5(concat_ws('|', {key})) as h
                from (select {key}, count(*) n from {task.left} where {present} group by all) l
                join (select {key}, count(*) n from {task.right} where {present} group by all) r
                using ({key}) where l.n <= 1000 and r.n <= 1000
            ) where n > 0
        ) where total <= {MOST_PAIRS};
        create or replace temp table lesson_a as
            select t.* from {task.left} t semi join lesson_blocks using ({key});
        create or replace temp table lesson_b as
            select t.* from {task.right} t semi join lesson_blocks using ({key})
    """)
    return rows(con, "select sum(n)::bigint from lesson_blocks")


def _learnt(
    con: duckdb.DuckDBPyConnection,
    task: Task,
    chosen: list[Comparison],
    settings: dict[str, Any],
    lesson: tuple[str, ...],
    held: set[str],
) -> list[tuple[int, int, float]]:
    """(comparison, level, m) as one lesson says; nothing when it taught nothing usable."""
    from splink.internals.exceptions import SplinkException

    kind = {"link_type": "dedupe_only"} if task.within else {}
    linker = open_linker(con, settings | kind, "lesson_a", "lesson_b")
    rule = " and ".join(f"l.{c} = r.{c}" for c in lesson)
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=float(MOST_PAIRS) * 2
        )
    except SplinkException:
        return []
    learnt = []
    saved = saved_settings(linker)["comparisons"]
    if _is_of_households(chosen, saved, held):
        return []
    for place, (comparison, given) in enumerate(zip(chosen, saved, strict=True)):
        if comparison.name in held:
            continue
        levels = given["comparison_levels"][1:]
        ms = [level.get("m_probability") for level in levels]
        us = [level.get("u_probability") for level in levels]
        if isinstance(ms[0], float) and isinstance(us[0], float) and ms[0] > us[0]:
            learnt += [
                (place, number, float(m))
                for number, m in enumerate(ms, start=1)
                if isinstance(m, int | float)
            ]
    return learnt


def _is_of_households(
    chosen: list[Comparison], saved: list[dict[str, Any]], held: set[str]
) -> bool:
    for comparison, given in zip(chosen, saved, strict=True):
        differing = given["comparison_levels"][-1].get("m_probability")
        most = MOST_DIFFERING.get(comparison.name)
        known = most and comparison.name not in held and isinstance(differing, float)
        if known and differing > most:
            return True
    return False
