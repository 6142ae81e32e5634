with

landed as (
    select
        {{ record_columns() }},
        landed.event_id,
        landed.name,
        landed.starts_at,
        landed.city,
        landed.state,
        landed.zip5,
        landed.capacity,
        landed.status
    from {{ source("landing", "event") }} as landed
    where
        {{ counts_today("event") }}
),

final as (
    select * from landed
)

select * from final
