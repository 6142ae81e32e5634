with

landed as (
    select
        {{ record_columns() }},
        landed.contact_key,
        landed.kind,
        landed.occurred_at,
        landed.amount,
        landed.event_id,
        landed.result,
        landed.text
    from {{ source("landing", "engagement") }} as landed
    where
        {{ counts_today("engagement") }}
),

final as (
    select * from landed
)

select * from final
