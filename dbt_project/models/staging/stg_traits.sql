with

landed as (
    select
        {{ record_columns() }},
        {{ identity_columns("landed") }}
    from {{ source("landing", "trait") }} as landed
    where
        {{ counts_today("trait") }}
),

{{ placed_in_counties() }},

final as (
    select * from placed
)

select * from final
