with

voters as (
    select * from {{ ref("voters") }}
),

final as (
    select
        household_key,
        min(county_fips) as county_fips,
        min(precinct_id) as precinct_id,
        count(*) as n_voters,
        count(*) filter (where voter_status = 'active') as n_active,
        count(*) filter (where party = 'REP') as n_republicans,
        count(*) filter (where party = 'DEM') as n_democrats
    from voters
    where household_key is not null
    group by household_key
    order by household_key
)

select * from final
