with

landed as (
    select
        {{ record_columns() }},
        landed.committee_id,
        landed.committee_name,
        landed.filing_id,
        landed.form,
        landed.line,
        landed.transaction_id,
        landed.payee,
        landed.amount,
        landed.disbursed_date,
        landed.purpose,
        landed.is_memo,
        landed.memo_text,
        landed.city,
        landed.state,
        landed.zip5,
        landed.election,
        landed.coverage_start,
        landed.coverage_end,
        landed.report_period,
        landed.amends,
        landed.amendment_number,
        landed.stated_amount
    from {{ source("landing", "disbursement") }} as landed
    where
        {{ counts_today("disbursement") }}
),

final as (
    select * from landed
)

select * from final
