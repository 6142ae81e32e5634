"""Segments counted for those who may see no person: precincts, overlap, reasons, channels.

Counts by county stand in ``aggregates``. Every count under ten is empty, and where one empty
cell of a whole could be had by subtraction the smallest shown one is emptied with it.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.lake import connect, sql_path, write_parquet
from orchestration.release.aggregates import SMALLEST_CELL

# A county's count is published too, and the segment's size, so precincts are hidden within
# both: in a county one hidden precinct takes another with it, and a county that is itself
# hidden shows none of its precincts.
PRECINCTS = """
with cells as (
    select segment, county_fips, precinct_id, count(*) as people, round(sum(value), 1) as value
    from people
    where precinct_id is not null
    group by all
),

ranked as (
    select
        cells.*,
        cells.people < {smallest} as is_small,
        count(*) filter (where cells.people < {smallest}) over county as n_small,
        row_number() over (
            partition by cells.segment, cells.county_fips, cells.people >= {smallest}
            order by cells.people, cells.precinct_id
        ) as place,
        counties.people is null as is_county_hidden
    from cells
    left join counties using (segment, county_fips)
    window county as (partition by cells.segment, cells.county_fips)
),

judged as (
    select
        *,
        not is_small and not is_county_hidden and not (n_small = 1 and place = 1) as is_shown
    from ranked
)

select
    segment,
    county_fips,
    precinct_id,
    case when is_shown then people end as people,
    case when is_shown then value end as value
from judged
order by segment, county_fips, precinct_id
"""

OVERLAP = """
select
    one.segment,
    two.segment as other,
    case when count(*) >= {smallest} then count(*) end as people
from people as one
inner join people as two using (person_id)
where one.segment <> two.segment
group by all
order by one.segment, other
"""

# People have one reason each, so reasons add up to the segment's size; of channels a person
# may have several or none.
REASONS = """
with cells as (
    select segment, reason, count(*) as people from people group by all
),

ranked as (
    select
        *,
        people < {smallest} as is_small,
        count(*) filter (where people < {smallest}) over (partition by segment) as n_small,
        row_number() over (
            partition by segment, people >= {smallest} order by people, reason
        ) as place
    from cells
)

select
    segment,
    reason,
    case when not is_small and not (n_small = 1 and place = 1) then people end as people
from ranked
order by segment, people desc nulls last, reason
"""

CHANNELS = """
with reached as (
    select segment, unnest(case when len(channels) > 0 then channels else ['none'] end) as channel
    from people
)

select
    segment,
    channel,
    case when count(*) >= {smallest} then count(*) end as people
from reached
group by all
order by segment, people desc nulls last, channel
"""

TABLES = {
    "segment_by_precinct": PRECINCTS,
    "segment_overlap": OVERLAP,
    "segment_reasons": REASONS,
    "segment_channels": CHANNELS,
}


def build(home: Path, release: Path) -> None:
    """Write the tables of the release being built; counts by county must stand there already."""
    files = sorted((release / "segments").glob("seg_*.parquet"))
    counties = release / "aggregates" / "segment_by_county.parquet"
    if not files:
        return
    con = connect(home)
    try:
        people = " union all by name ".join(
            f"select '{file.stem}' as segment, * from read_parquet({sql_path(file)})"
            for file in files
        )
        con.execute(
            "create view people as select segment, person_id, reason, value, channels, "
            f"county_fips, precinct_id from ({people})"
        ).fetchall()
        con.execute(
            f"create view counties as select * from read_parquet({sql_path(counties)})"
        ).fetchall()
        for name, query in TABLES.items():
            target = release / "aggregates" / f"{name}.parquet"
            write_parquet(con, query.format(smallest=SMALLEST_CELL), target)
    finally:
        con.close()
