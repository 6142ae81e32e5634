"""Which lines of the reports count, what their amounts and dates are, and in which quarter.

The one place that knows what a committee's texts mean; reading layouts is ``read``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.settings import UserError

if TYPE_CHECKING:
    import duckdb

# Amounts as people and machines write them: 1234.5, 1,234.50, $5, -5, 5- and (5), but never a
# third decimal, which would have to be rounded. `null` where a text is no amount.
AMOUNT = r"""
create macro amount_of(text) as
    case
        when regexp_full_match(text, '-?\d{1,12}(\.\d{1,2})?') then try_cast(text as decimal(14, 2))
        when regexp_full_match(
            trim(text),
            '(-?\$?|\$-|\(\$?)(\d{1,3}(,\d{3})+|\d{1,12})?(\.\d{1,2}|\.)?(-|\))?'
        )
        and regexp_matches(text, '\d')
        and starts_with(trim(text), '(') = ends_with(trim(text), ')')
        and length(regexp_replace(text, '[^-(]', '', 'g')) <= 1
        then try_cast(
            if(regexp_matches(text, '[-(]'), '-', '') || regexp_replace(text, '[^0-9.]', '', 'g')
            as decimal(14, 2)
        )
    end
"""

_DATES = "['%Y%m%d', '%d-%b-%y', '%m/%d/%Y', '%Y-%m-%d']"

# Nearly every text is single-spaced already; looking costs a tenth of replacing.
SPACES = r"""
create macro single_spaced(text) as
    if(
        regexp_matches(text, '[\t\n\f\r]|  '), regexp_replace(text, '\s+', ' ', 'g'), text
    )
"""

# A transaction has one number within a filing; early versions have none, so its place stands in.
_TYPED = f"""
create table typed as
select
    * exclude (amount, date, transaction_id, memo_code, purpose, payee),
    coalesce(nullif(transaction_id, ''), 'line ' || row) as transaction_id,
    coalesce(upper(memo_code) = 'X', false) as is_memo,
    upper(single_spaced(trim(coalesce(purpose, '')))) as purpose,
    upper(single_spaced(trim(coalesce(payee, '')))) as payee,
    amount as amount_text,
    amount_of(amount) as amount,
    date as date_text,
    try_strptime(date, {_DATES})::date as date
from texts
"""

_MISTAKES = {
    "not regexp_full_match(coalesce(committee_id, ''), 'C\\d{8}')": (
        "the committee's id is none of the FEC's (C and eight digits); "
        "correct it or download the file again"
    ),
    "amount is null": (
        "the amount is none that can be read to the cent; "
        "write it like 1234.56 or download the file again"
    ),
    "date is null and nullif(date_text, '') is not null": (
        "the date is no date; download the file again"
    ),
}

# Table rows name a filing's lines, the filing itself its period: where both are here, it wins.
_REPORTS = """
create table reports as
select distinct on (filing_id, committee_id) *
from filings
order by filing_id, committee_id, coverage_from is null, file
"""

# An amendment is a whole new report: it replaces the filing that it names, the amendments of
# that filing before it, and what else was filed for the same period on the same form.
_SUPERSEDED = """
create table superseded as
select before.filing_id, before.committee_id, after.filing_id as by_filing
from reports as before
inner join reports as after
    on before.committee_id = after.committee_id
    and before.filing_id != after.filing_id
    and after.is_amendment
    and (
        after.amends = before.filing_id
        or (after.amends != '' and after.amends = before.amends)
        or (after.period != '' and after.period = before.period and after.form = before.form)
    )
    and (after.sequence, coalesce(try_cast(after.filing_id as bigint), 0))
        > (before.sequence, coalesce(try_cast(before.filing_id as bigint), 0))
"""

# Electronic filings first: a table cuts purposes at 40 characters.
_LINES = """
create table lines as
with unique_lines as (
    select distinct on (committee_id, filing_id, transaction_id, line, amount, date, is_memo) *
    from typed
    inner join (select filing_id, committee_id, file as full_file from reports)
        using (filing_id, committee_id)
    order by
        committee_id, filing_id, transaction_id, line, amount, date, is_memo,
        file != full_file, file, row
)

select
    unique_lines.* exclude (amount_text, date_text, full_file),
    reports.coverage_from is not null
        and unique_lines.date not between reports.coverage_from and reports.coverage_through
        as is_outside_period,
    if(
        unique_lines.date is null or is_outside_period,
        reports.coverage_through,
        unique_lines.date
    ) as counted_on,
    coalesce(strftime(counted_on, '%Y') || '-Q' || quarter(counted_on), 'undated') as quarter
from unique_lines
inner join reports using (filing_id, committee_id)
anti join superseded using (filing_id, committee_id)
"""


def count_lines(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Make ``lines`` from ``texts`` and ``filings``: typed, each once, amended ones left out.

    Returns:
        What was left out or looks odd, in sentences.

    Raises:
        UserError: an amount, a date or a committee's id cannot be read, one filing number has
            two committees, or one transaction has two amounts in two files.
    """
    con.execute(AMOUNT)
    con.execute(SPACES)
    con.execute(_TYPED)
    _refuse_mistakes(con)
    _refuse_contradictions(con)
    con.execute(_REPORTS)
    con.execute(_SUPERSEDED)
    con.execute(_LINES)
    return (*_amended(con), *_oddities(con))


def _refuse_mistakes(con: duckdb.DuckDBPyConnection) -> None:
    for condition, sentence in _MISTAKES.items():
        found = con.execute(
            f"select file, row from typed where {condition} order by file, row limit 1"
        ).fetchone()
        if found:
            raise UserError(f"{found[0]}, line {found[1]}: {sentence}")
    unread = con.execute(
        "select file, line from stated inner join filings using (filing_id) "
        "where stated.amount != '' and amount_of(stated.amount) is null order by file, line limit 1"
    ).fetchone()
    other = con.execute(
        "select file, row from others where amount != '' and amount_of(amount) is null "
        "order by file, row limit 1"
    ).fetchone()
    if other:
        raise UserError(f"{other[0]}, line {other[1]}: {_MISTAKES['amount is null']}")
    if unread:
        raise UserError(
            f"{unread[0]}, line 2: line {unread[1]} of the summary page holds no amount; "
            "download the filing again"
        )


def _refuse_contradictions(con: duckdb.DuckDBPyConnection) -> None:
    shared = con.execute(
        "select filing_id, min(file), max(file) from filings group by filing_id "
        "having count(distinct committee_id) > 1 order by filing_id limit 1"
    ).fetchone()
    if shared:
        raise UserError(
            f"filing number {shared[0]} has two committees in {shared[1]} and {shared[2]}; "
            "name each file by the number under which the FEC holds it"
        )
    different = con.execute(
        """
        with by_file as (
            select filing_id, transaction_id, line, file, sum(amount) as amount
            from typed
            group by all
        )

        select filing_id, transaction_id, min(file), max(file)
        from by_file
        group by filing_id, transaction_id, line
        having count(distinct amount) > 1
        order by filing_id, transaction_id
        limit 1
        """
    ).fetchone()
    if different:
        raise UserError(
            f"transaction {different[1]} of filing {different[0]} has one amount in "
            f"{different[2]} and another in {different[3]}; leave out the wrong file"
        )


def _amended(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(
        """
        select filing_id, max(by_filing), count(distinct (transaction_id, line))
        from superseded
        left join typed using (filing_id, committee_id)
        group by filing_id
        order by filing_id
        """
    ).fetchall()
    return [
        f"Filing {before} was amended by {after}; its {lines:,} lines are not counted."
        for before, after, lines in found
    ]


def _oddities(con: duckdb.DuckDBPyConnection) -> list[str]:
    twice = con.execute(
        "select (select count(*) from typed anti join superseded using (filing_id, committee_id))"
        " - (select count(*) from lines)"
    ).fetchone()
    outside = con.execute(
        "select filing_id, count(*) from lines where is_outside_period and not is_memo "
        "group by filing_id order by filing_id"
    ).fetchall()
    notes = [
        f"Filing {filing}: {lines:,} lines are dated outside its period and counted in it."
        for filing, lines in outside
    ]
    if twice and twice[0]:
        notes.append(f"{twice[0]:,} lines stood in the files more than once and count once.")
    return notes
