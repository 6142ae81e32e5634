with

lines as (
    select * from {{ ref("spending_lines") }}
),

latest as (
    select
        committee_id,
        min(quarter) as first_quarter,
        max(quarter) as last_quarter
    from lines
    where not is_memo and counted_date is not null
    group by committee_id
),

by_category as (
    select
        committee_id,
        vendor,
        category,
        sum(amount) as amount,
        row_number() over (
            partition by committee_id, vendor
            order by abs(sum(amount)) desc, category
        ) as place
    from lines
    where not is_memo
    group by committee_id, vendor, category
),

totals as (
    select
        committee_id,
        vendor,
        max(committee_name) as committee_name,
        count(*) as lines,
        sum(amount) as amount,
        min(counted_date) as first_payment_date,
        max(counted_date) as last_payment_date,
        min(quarter) as first_quarter,
        max(quarter) as last_quarter
    from lines
    where not is_memo
    group by committee_id, vendor
),

final as (
    select
        concat_ws(':', totals.committee_id, totals.vendor) as vendor_key,
        totals.committee_id,
        totals.committee_name,
        totals.vendor,
        by_category.category,
        totals.lines,
        cast(totals.amount as decimal(16, 2)) as amount,
        totals.first_payment_date,
        totals.last_payment_date,
        totals.first_quarter,
        totals.last_quarter,
        -- Said only where there is a quarter before or after to be absent from.
        totals.first_quarter = latest.last_quarter
        and latest.first_quarter < latest.last_quarter as has_appeared,
        totals.last_quarter < latest.last_quarter as has_stopped
    from totals
    inner join by_category
        on
            totals.committee_id = by_category.committee_id
            and totals.vendor = by_category.vendor
            and by_category.place = 1
    left join latest on totals.committee_id = latest.committee_id
    order by vendor_key
)

select * from final
