with

landed as (
    select
        {{ record_columns() }},
        landed.precinct_id,
        landed.county,
        landed.site_name,
        landed.address_line,
        landed.city,
        landed.zip5,
        landed.starts_at
    from {{ source("landing", "site") }} as landed
    where
        {{ counts_today("site") }}
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
