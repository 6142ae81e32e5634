with

voters as (
    select * from {{ ref("stg_voters") }}
),

final as (
    select
        voters.record_key as voter_key,
        {{ identity_columns("voters") }},
        voters.party,
        voters.county_fips,
        voters.precinct_id,
        voters.household_key
    from voters
    -- Place first: linking blocks by place, so a reader skips what is far away.
    order by voters.county_fips, voters.precinct_id, voters.record_key
)

select * from final
