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

{{ placed_in_counties("coalesce(left(landed.precinct_id, 5), counties.county_fips)") }},

final as (
    select * from placed
)

select * from final
