with

landed as (
    select
        {{ record_columns() }},
        {{ identity_columns("landed") }},
        landed.precinct_id,
        landed.method,
        landed.occurred_at,
        landed.canvasser,
        landed.list_id,
        landed.support,
        landed.contact_quality,
        landed.says_will_attend,
        landed.weight,
        landed.age
    from {{ source("landing", "canvass") }} as landed
    where
        {{ counts_today("canvass") }}
),

{{ placed_in_counties("coalesce(left(landed.precinct_id, 5), counties.county_fips)") }},

final as (
    select * from placed
)

select * from final
