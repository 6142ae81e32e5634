with

lines as (
    select * from {{ ref("spending_lines") }}
),

filings as (
    select * from {{ source("spending", "filings") }}
),

spent as (
    select
        committee_id,
        count(case when not is_memo then 1 end) as lines,
        sum(case when not is_memo then amount end) as amount,
        count(case when is_memo then 1 end) as memo_lines,
        sum(case when is_memo then amount end) as memo_amount,
        sum(case when not is_memo and category = 'data_and_lists' then amount end) as data_amount,
        sum(case when not is_memo and category = 'media' then amount end) as media_amount,
        min(case when not is_memo then counted_date end) as first_payment_date,
        max(case when not is_memo then counted_date end) as last_payment_date
    from lines
    group by committee_id
),

reported as (
    select
        committee_id,
        max(committee_name) as committee_name,
        count(*) as filings,
        max(coverage_end_date) as reported_until_date,
        max(is_termination) as has_terminated,
        sum(stated_amount) as stated_amount,
        sum(difference_amount) as difference_amount
    from filings
    where replaced_by is null
    group by committee_id
),

final as (
    select
        reported.committee_id,
        reported.committee_name,
        reported.filings,
        coalesce(spent.lines, 0) as lines,
        cast(coalesce(spent.amount, 0) as decimal(16, 2)) as amount,
        coalesce(spent.memo_lines, 0) as memo_lines,
        cast(coalesce(spent.memo_amount, 0) as decimal(16, 2)) as memo_amount,
        cast(coalesce(spent.data_amount, 0) as decimal(16, 2)) as data_amount,
        cast(coalesce(spent.media_amount, 0) as decimal(16, 2)) as media_amount,
        cast(
            round(spent.amount * 7 / (date_diff('day', spent.first_payment_date, spent.last_payment_date) + 1), 2)
            as decimal(16, 2)
        ) as amount_per_week,
        cast(reported.stated_amount as decimal(16, 2)) as stated_amount,
        cast(reported.difference_amount as decimal(16, 2)) as difference_amount,
        spent.first_payment_date,
        spent.last_payment_date,
        reported.reported_until_date,
        reported.has_terminated
    from reported
    left join spent on reported.committee_id = spent.committee_id
    order by reported.committee_id
)

select * from final
