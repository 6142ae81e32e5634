with

landed as (
    select
        {{ record_columns() }},
        {{ identity_columns("landed") }},
        landed.kind,
        landed.channel,
        landed.occurred_at,
        landed.note
    from {{ source("landing", "suppression") }} as landed
    where
        {{ counts_today("suppression") }}
),

{{ placed_in_counties() }},

final as (
    select * from placed
)

select * from final
