"""Who moved between two releases, and why: each of them looked at, once more with the old models.

Makes three tables in a connection: ``movers``, who entered or left a segment; ``looked``, those
and whoever else is looked at; ``people``, one row for each with the cause. What is told of them
is ``moves``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lake import Lake, sql_path

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Looked at one by one; where more moved, they stand for the rest.
MOST_PEOPLE = 100_000
SAMPLE = 20_000
# A chance that moved by this is told of one by one; a smaller move is what each day brings.
NOTED = 0.05
# A worth that moved by less than this share did not bring anybody across a line by itself.
HARDLY = 0.02
# They move with every day and tell nothing new.
CLOCKS = ("as_of", "age", "years_registered", "days_since_engagement")


# Whom to look at: who entered or left a segment, whose worth moved visibly, and a sample.
_LOOKED = """
create table looked as
with noted as (
    select coalesce(b.person_id, a.person_id) as person_id
    from {attends_before} as b
    full join {attends_after} as a using (person_id)
    where
        abs(b.probability - a.probability) >= {noted}
        or hash(coalesce(b.person_id, a.person_id)) % 1000000 < {share}
),

everybody as (
    select person_id from movers
    union
    select person_id from noted
)

select person_id from everybody order by hash(person_id) limit {most}
"""

_FEATURES = """
select features.* from {features} as features semi join looked using (person_id)
order by person_id
"""

_PEOPLE = """
create table people as
with facts_before as (
    select person_id, hash(f) as facts
    from (
        select * exclude ({clocks}) from {features_before} semi join looked using (person_id)
    ) as f
),

facts_after as (
    select person_id, hash(f) as facts
    from (
        select * exclude ({clocks}) from {features_after} semi join looked using (person_id)
    ) as f
),

known as (
    select
        looked.person_id,
        ab.probability as attends_before,
        aa.probability as attends_after,
        ab.probability * sb.probability as before,
        aa.probability * sa.probability as after,
        again.attends * again.supports as again,
        again.attends as attends_again,
        fb.facts is null or fa.facts is null as is_new_or_gone,
        fb.facts != fa.facts as has_new_facts
    from looked
    left join {attends_before} as ab using (person_id)
    left join {attends_after} as aa using (person_id)
    left join {supports_before} as sb using (person_id)
    left join {supports_after} as sa using (person_id)
    left join again using (person_id)
    left join facts_before as fb using (person_id)
    left join facts_after as fa using (person_id)
),

effects as (
    select
        *,
        coalesce(again, before) - before as by_data,
        after - coalesce(again, before) as by_model
    from known
)

select
    effects.*,
    movers.segment,
    movers.change,
    case
        when is_new_or_gone then 'data'
        when greatest(abs(by_data), abs(by_model)) >= {hardly} * greatest(before, after)
            then case when abs(by_data) >= abs(by_model) then 'data' else 'model' end
        when movers.segment in {rules} then 'rule'
        when has_new_facts then 'data'
        else 'place'
    end as because
from effects
left join movers using (person_id)
"""

TOLD = f"""
select
    person_id,
    segment,
    change,
    because,
    round(before, 6) as value_before,
    round(after, 6) as value_after,
    round(attends_before, 6) as attends_before,
    round(attends_after, 6) as attends_after
from people
where segment is not null or abs(attends_after - attends_before) >= {NOTED}
order by person_id, segment
"""


def find_causes(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    before: Path,
    after: Path,
    cards: Mapping[str, Any],
    new_rules: Sequence[str],
) -> list[str]:
    """Make the tables; the segments that both releases hold.

    Args:
        con: Where the tables are made.
        lake: Where the models of before lie.
        before: Folder of the release in force.
        after: Folder of the one being built.
        cards: The cards of before, by score.
        new_rules: Segments whose rule has changed.
    """
    names = _look(con, before, after)
    rows = con.sql(_FEATURES.format(features=rows_of(after, "marts/person_features")))
    _score_again(con, lake, cards, rows.to_arrow_table())
    con.execute(_PEOPLE.format(**_places(before, after), rules=_list(new_rules))).fetchall()
    return names


def rows_of(release: Path, name: str) -> str:
    """A table of a release, for a query."""
    return f"read_parquet({sql_path(release / f'{name}.parquet')})"


def _places(before: Path, after: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"clocks": ", ".join(_clocks(before, after)), "hardly": HARDLY}
    for when, release in (("before", before), ("after", after)):
        found[f"attends_{when}"] = rows_of(release, "scores/attendance")
        found[f"supports_{when}"] = rows_of(release, "scores/support")
        found[f"features_{when}"] = rows_of(release, "marts/person_features")
    return found


def _clocks(before: Path, after: Path) -> list[str]:
    import pyarrow.parquet as pq

    held = [pq.read_schema(r / "marts" / "person_features.parquet").names for r in (before, after)]
    common = [c for c in CLOCKS if all(c in names for names in held)]
    # A feature that came or went is a new model's doing, not news about anybody.
    return common or ["person_id"]


def _list(names: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names or ("",)) + ")"


def _look(con: duckdb.DuckDBPyConnection, before: Path, after: Path) -> list[str]:
    """Make the tables ``movers`` and ``looked``; the segments that both releases hold."""
    names = sorted(
        f.stem
        for f in (after / "segments").glob("seg_*.parquet")
        if (before / "segments" / f.name).exists()
    )
    parts = ["select null::varchar as person_id, null::varchar as segment, '' as change limit 0"]
    for name in names:
        old, new = (rows_of(r, f"segments/{name}") for r in (before, after))
        for one, other, change in ((new, old, "entered"), (old, new, "left")):
            parts.append(
                f"select person_id, '{name}' as segment, '{change}' as change "
                f"from {one} as mine anti join {other} as theirs using (person_id)"
            )
    unions = " union all ".join(f"({part})" for part in parts)
    con.execute(f"create table movers as {unions}").fetchall()
    places = _places(before, after)
    rows = con.sql(f"select count(*) from {places['attends_after']}").fetchall()[0][0]
    share = int(1_000_000 * min(1.0, SAMPLE / max(rows, 1)))
    con.execute(_LOOKED.format(**places, noted=NOTED, share=share, most=MOST_PEOPLE)).fetchall()
    return names


def _score_again(
    con: duckdb.DuckDBPyConnection, lake: Lake, cards: Mapping[str, Any], rows: pa.Table
) -> None:
    """Make the table ``again``: today's data by the models of before."""
    import pyarrow as pa

    from orchestration.scores.again import chances

    found = chances(lake, cards, rows) if rows.num_rows else None
    again = pa.table(
        {
            "person_id": rows.column("person_id") if found else pa.array([], pa.string()),
            "attends": found["attendance"] if found else pa.array([], pa.float64()),
            "supports": found["support"] if found else pa.array([], pa.float64()),
        }
    )
    con.register("again_rows", again)
    con.execute("create table again as from again_rows").fetchall()
