"""Aggregates of a release: counted once at publish time, so that no page counts people.

Cells under ten people are empty (``null``), for the pages' readers include people who may
see no person. All SQL of this stage stands here.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.lake import connect, sql_path, write_parquet

SMALLEST_CELL = 10

SEGMENTS = """
select
    segment,
    county_fips,
    case when people >= {smallest} then people end as people,
    case when people >= {smallest} then value end as value
from (
    select segment, county_fips, count(*) as people, round(sum(value), 1) as value
    from ({segments})
    group by all
)
order by segment, county_fips
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

FUNNEL = """
select 1 as step_order, 'contacts' as step, count(*) as people from {contacts}
union all
select 2, 'linked to a voter', count(*) filter (where voter_key is not null)
from {links} where entity = 'contact'
union all
select 3, 'persons', count(*) from {persons}
union all
select 4, 'may take part', count(*) filter (where is_eligible) from {persons}
union all
select 5, 'expected to attend', cast(round(sum(probability)) as bigint) from {attendance}
order by step_order
"""


def build(home: Path, release: Path) -> None:
    """Write the aggregates of the release that is being built in ``release``."""
    con = connect(home)
    out = release / "aggregates"
    try:
        segments = _segments(release)
        if segments:
            query = SEGMENTS.format(smallest=SMALLEST_CELL, segments=segments)
            write_parquet(con, query, out / "segment_by_county.parquet")
        links = _table(release, "identity/links")
        write_parquet(con, LINKS.format(links=links), out / "links_by_source.parquet")
        funnel = FUNNEL.format(
            links=links,
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
        for file in sorted((release / "segments").glob("*.parquet"))
    )


def _table(release: Path, name: str) -> str:
    return f"read_parquet({sql_path(release / f'{name}.parquet')})"
