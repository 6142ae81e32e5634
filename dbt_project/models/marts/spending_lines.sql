with

lines as (
    select * from {{ source("spending", "lines") }}
),

final as (
    select
        spending_key,
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
        paid_date,
        counted_date,
        quarter,
        is_outside_period
    from lines
    order by spending_key
)

select * from final
