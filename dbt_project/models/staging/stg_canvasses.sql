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

counties as (
    select
        county_fips,
        -- Landed names have no punctuation; the state writes O'BRIEN.
        replace(county, '''', '') as county_name
    from {{ ref("counties") }}
),

final as (
    select
        landed.*,
        coalesce(left(landed.precinct_id, 5), counties.county_fips) as county_fips
    from landed
    left join counties on landed.county = counties.county_name
)

select * from final
