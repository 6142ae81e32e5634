"""Aggregates of a release: counted once at publish time, so that no page counts people.

Counts by county, by source and along the funnel. What is counted by precinct, reason, channel
or overlap stands in ``segment_tables``, what arrived in ``arrivals``; which cells are too small
to be shown is decided in ``small_cells``.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.lake import connect, sql_path, write_parquet
from orchestration.release.small_cells import SMALLEST_CELL, hide

SEGMENTS = """
    select segment, county_fips, count(*) as people, round(sum(value), 1) as value
    from ({segments})
    group by all
"""

# Work by county and channel; a cell of few people is hidden with its hours and votes.
UNIVERSE = """
    select
        channel,
        county_fips,
        count(*) as people,
        round(cast(sum(minutes) as double) / 60, 1) as hours,
        round(cast(sum(votes_gained) as double), 3) as votes_gained
    from {universe}
    where not is_held_out
    group by all
"""

LINKS = """
select
    source,
    entity,
    count(*) as records,
    count(*) filter (where voter_key is not null) as linked,
    count(*) filter (where needs_review) as review,
    count(*) filter (where method = 'shared_id') as shared_id,
    count(*) filter (where method = 'deterministic') as deterministic,
    count(*) filter (where method = 'splink') as splink
from {links}
group by all
order by source, entity
"""

# Each step is a part of the one before, so that a loss is a loss.
FUNNEL = """
with reached as (
    select person_id, bool_or(voter_key is not null) as is_registered
    from {contacts}
    group by person_id
),

people as (
    select
        reached.is_registered,
        reached.is_registered and persons.is_eligible as may_take_part,
        coalesce(scores.probability, 0) as probability
    from reached
    inner join {persons} as persons using (person_id)
    left join {attendance} as scores using (person_id)
)

select 1 as step_order, 'in touch with us' as step, count(*) as people from people
union all
select 2, 'on the voter file', count(*) filter (where is_registered) from people
union all
select 3, 'may take part', count(*) filter (where may_take_part) from people
union all
select
    4,
    'expected to attend',
    cast(round(coalesce(sum(probability) filter (where may_take_part), 0)) as bigint)
from people
order by step_order
"""


def build(home: Path, release: Path) -> None:
    """Write the aggregates of the release that is being built in ``release``."""
    con = connect(home)
    out = release / "aggregates"
    try:
        segments = _segments(release)
        if segments:
            cells = SEGMENTS.format(segments=segments)
            query = hide(cells, ["segment"], "county_fips", ["people", "value"])
            write_parquet(con, query, out / "segment_by_county.parquet")
        _universe(con, release, out)
        links = _table(release, "identity/links")
        write_parquet(con, LINKS.format(links=links), out / "links_by_source.parquet")
        funnel = FUNNEL.format(
            contacts=_table(release, "marts/contacts"),
            persons=_table(release, "marts/persons"),
            attendance=_table(release, "scores/attendance"),
        )
        write_parquet(con, funnel, out / "funnel.parquet")
    finally:
        con.close()


def _segments(release: Path) -> str:
    return " union all ".join(
        f"select '{file.stem}' as segment, county_fips, value from read_parquet({sql_path(file)})"
        for file in sorted((release / "segments").glob("seg_*.parquet"))
    )


def _universe(con: duckdb.DuckDBPyConnection, release: Path, out: Path) -> None:
    folder = release / "segments"
    if not (folder / "universe.parquet").exists():
        return
    cells = UNIVERSE.format(universe=_table(release, "segments/universe"))
    query = hide(cells, ["channel"], "county_fips", ["people", "hours", "votes_gained"])
    write_parquet(con, query, out / "universe_by_county.parquet")
    curve = _table(release, "segments/universe_curve")
    # A size of few people would tell of them one by one.
    kept = f"select * from {curve} where n_people >= {SMALLEST_CELL} order by n_people"
    write_parquet(con, kept, out / "universe_curve.parquet")


def _table(release: Path, name: str) -> str:
    return f"read_parquet({sql_path(release / f'{name}.parquet')})"
