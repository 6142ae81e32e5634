with

lines as (
    select * from {{ ref("spending_lines") }}
),

-- Memo items repeat what is counted elsewhere.
quarters as (
    select
        committee_id,
        quarter,
        category,
        max(committee_name) as committee_name,
        count(*) as lines,
        sum(amount) as amount
    from lines
    where not is_memo
    group by committee_id, quarter, category
),

final as (
    select
        concat_ws(':', committee_id, quarter, category) as spending_quarter_key,
        committee_id,
        committee_name,
        quarter,
        category,
        lines,
        cast(amount as decimal(16, 2)) as amount
    from quarters
    order by spending_quarter_key
)

select * from final
