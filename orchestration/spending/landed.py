"""Spending of a home: landed lines of reports through the same rules as the command line.

What is landed as a source becomes the tables from which the marts are made. A report that
contradicts another must not keep a campaign from its lists: then there are no lines, and a note
says why.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.lake import Lake, code_version, connect, sql_path, write_parquet
from orchestration.settings import UserError
from orchestration.spending.categories import RULES, classify, load_rules
from orchestration.spending.count import count_lines
from orchestration.spending.read import TABLES

if TYPE_CHECKING:
    import duckdb

# What `terms.parquet` is for contracts, this is for spending: made before the marts are.
FILES = ("lines", "filings", "notes")

_COUNTING = """
create table counting as
select landed.*
from read_parquet(
    {landed}, hive_partitioning = true, hive_types_autocast = false, union_by_name = true
) as landed
semi join read_parquet({in_force}) as in_force
    on in_force.entity = 'disbursement'
    and in_force.source = landed.source
    and in_force.feed = landed.feed
    and in_force.delivery = landed.delivery
anti join read_parquet({superseded}) as superseded
    on superseded.record_key = landed.record_key
    and superseded.delivery = landed.delivery
where regexp_full_match(landed.committee_id, 'C\\d{{8}}') and landed.amount is not null
"""

# One name for all of a delivery; a filing (`filings`) sorts before a table and so wins.
_FILE = "source || '/' || feed || '/' || delivery"
_AS_READ = f"""
insert into texts by name
select
    {_FILE} as file,
    row_number as row,
    coalesce(filing_id, '') as filing_id,
    committee_id,
    committee_name,
    coalesce(line, '') as line,
    transaction_id,
    payee,
    purpose,
    amount::varchar as amount,
    strftime(disbursed_date, '%Y-%m-%d') as date,
    if(is_memo, 'X', '') as memo_code
from counting;

insert into filings by name
select
    coalesce(filing_id, '') as filing_id,
    {_FILE} as file,
    committee_id,
    any_value(committee_name) as committee_name,
    coalesce(nullif(regexp_extract(any_value(form), '^(F3P|F3X|F3)', 1), ''), any_value(form), '')
        as form,
    coalesce(bool_or(regexp_matches(form, '^F3[PX]?A$')), false) as is_amendment,
    coalesce(bool_or(regexp_matches(form, '^F3[PX]?T$')), false) as is_termination,
    coalesce(any_value(amends), '') as amends,
    coalesce(any_value(amendment_number), 0) as sequence,
    coalesce(
        strftime(any_value(coverage_start), '%Y%m%d')
        || strftime(any_value(coverage_end), '%Y%m%d'),
        any_value(report_period),
        ''
    ) as period,
    any_value(coverage_start) as coverage_from,
    any_value(coverage_end) as coverage_through
from counting
group by all;

insert into stated by name
select distinct
    filing_id,
    'SB' as schedule,
    upper(line[3:]) as line,
    stated_amount::varchar as amount
from counting
where stated_amount is not null;
"""

_LINES = """
select
    concat_ws(
        ':', committee_id, filing_id, line, transaction_id,
        row_number() over (
            partition by committee_id, filing_id, line, transaction_id
            order by amount, date, is_memo, payee, purpose
        )
    ) as spending_key,
    committee_id,
    committee_name,
    filing_id,
    line,
    transaction_id,
    payee,
    vendor,
    purpose,
    category,
    rule,
    amount,
    is_memo,
    date as paid_date,
    counted_on as counted_date,
    quarter,
    is_outside_period
from sorted_lines
order by spending_key
"""

_FILINGS = """
with itemized as (
    select committee_id, filing_id, sum(amount) as itemized
    from sorted_lines
    semi join stated on stated.filing_id = sorted_lines.filing_id
        and stated.line = upper(sorted_lines.line[3:])
    where not is_memo
    group by all
),

said as (
    select filing_id, sum(amount_of(amount)) as stated from stated group by filing_id
)

select
    reports.filing_id,
    reports.committee_id,
    reports.committee_name,
    reports.form,
    reports.is_amendment,
    reports.is_termination,
    reports.coverage_from as coverage_start_date,
    reports.coverage_through as coverage_end_date,
    (
        select max(by_filing) from superseded
        where superseded.filing_id = reports.filing_id
            and superseded.committee_id = reports.committee_id
    ) as replaced_by,
    said.stated::decimal(16, 2) as stated_amount,
    itemized.itemized::decimal(16, 2) as itemized_amount,
    (said.stated - coalesce(itemized.itemized, 0))::decimal(16, 2) as difference_amount
from reports
left join said using (filing_id)
left join itemized using (committee_id, filing_id)
order by reports.filing_id, reports.committee_id
"""


def write_spending(home: Path) -> None:
    """Write ``spending/{lines,filings,notes}.parquet`` from the deliveries in force.

    They are written whole in any case: without a report they have no rows.
    """
    lake = Lake(home)
    rules = load_rules(RULES)
    with connect(home) as con:
        con.execute(_COUNTING.format(**_places(lake)))
        notes = _count(con)
        classify(con, rules)
        write_parquet(con, _LINES, spending_path(lake, "lines"))
        write_parquet(con, _FILINGS, spending_path(lake, "filings"))
        con.execute("create table notes (place integer, note varchar, is_mistake boolean)")
        for place, (note, is_mistake) in enumerate(notes, start=1):
            con.execute("insert into notes values (?, ?, ?)", [place, note, is_mistake])
        write_parquet(con, "from notes order by place", spending_path(lake, "notes"))


def spending_path(lake: Lake, name: str) -> Path:
    """Where one of ``FILES`` lies."""
    return lake.root / "spending" / f"{name}.parquet"


def spending_version() -> str:
    """A name for the rules and the code that sorts by them; marts are remade when it changes."""
    return code_version(Path(__file__).parent)


def _count(con: duckdb.DuckDBPyConnection) -> list[tuple[str, bool]]:
    con.execute(TABLES)
    con.execute(_AS_READ)
    try:
        return [(note, False) for note in count_lines(con)]
    except UserError as mistake:
        tables = ("texts", "filings", "stated", "others", "typed", "reports", "superseded", "lines")
        con.execute("".join(f"drop table if exists {name};" for name in tables))
        con.execute("drop macro if exists amount_of; drop macro if exists single_spaced")
        con.execute(TABLES)
        count_lines(con)
        return [(f"No spending is shown, for {mistake}.", True)]


def _places(lake: Lake) -> dict[str, str]:
    return {
        "landed": sql_path(lake.landing("disbursement") / "*" / "*" / "*.parquet"),
        "in_force": sql_path(lake.context / "in_force.parquet"),
        "superseded": sql_path(lake.context / "superseded_keys.parquet"),
    }
