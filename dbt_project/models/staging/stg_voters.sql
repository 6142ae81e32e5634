with

landed as (
    select
        {{ record_columns() }},
        {{ identity_columns("landed") }},
        landed.registration_date,
        landed.party,
        landed.voter_status,
        landed.precinct_id,
        landed.congressional_district,
        landed.state_senate,
        landed.state_house,
        landed.vote_history,
        landed.mailing_address,
        landed.is_withheld,
        landed.household_key,
        landed.last_updated_date,
        landed.income_band,
        landed.education
    from {{ source("landing", "voter") }} as landed
    where
        {{ counts_today("voter") }}
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
