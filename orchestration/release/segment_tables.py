"""Segments counted for those who may see no person: precincts, overlap, reasons, channels.

Counts by county stand in ``aggregates``; which cells are too small to be shown is decided in
``small_cells``.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.lake import connect, sql_path, write_parquet
from orchestration.release.small_cells import SMALLEST_CELL, hide

# A county that is itself hidden shows none of its precincts.
PRECINCTS = """
    select
        cells.*,
        counties.people is null as is_county_hidden
    from (
        select segment, county_fips, precinct_id, count(*) as people, round(sum(value), 1) as value
        from people
        where precinct_id is not null
        group by all
    ) as cells
    left join counties using (segment, county_fips)
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
REASONS = "select segment, reason, count(*) as people from people group by all"

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
    # Precincts add up to their county's published count.
    "segment_by_precinct": hide(
        PRECINCTS,
        ["segment", "county_fips"],
        "precinct_id",
        ["people", "value"],
        also="is_county_hidden",
    ),
    "segment_overlap": OVERLAP.format(smallest=SMALLEST_CELL),
    "segment_reasons": hide(
        REASONS, ["segment"], "reason", order="segment, people desc nulls last, reason"
    ),
    "segment_channels": CHANNELS.format(smallest=SMALLEST_CELL),
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
            write_parquet(con, query, target)
    finally:
        con.close()
