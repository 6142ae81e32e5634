with

disbursements as (
    select * from {{ ref("stg_disbursements") }}
),

final as (
    select
        record_key,
        committee_id,
        committee_name,
        filing_id,
        form,
        line,
        transaction_id,
        payee,
        amount,
        disbursed_date,
        purpose,
        is_memo,
        memo_text,
        city,
        state,
        zip5,
        election,
        coverage_start,
        coverage_end
    from disbursements
    order by record_key
)

select * from final
