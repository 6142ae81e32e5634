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
        counties.county_fips
    from landed
    left join counties on landed.county = counties.county_name
)

select * from final
