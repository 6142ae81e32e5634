with

voters as (
    select * from {{ ref("stg_voters") }}
),

persons as (
    select * from {{ source("identity", "persons") }}
),

final as (
    select
        persons.person_id,
        voters.record_key as voter_key,
        voters.state_id,
        voters.party_id,
        voters.first_name,
        voters.middle_name,
        voters.last_name,
        voters.suffix,
        voters.gender,
        voters.birth_date,
        voters.birth_year,
        voters.phone,
        voters.phone_2,
        voters.email,
        voters.house_number,
        voters.street,
        voters.unit,
        voters.city,
        voters.state,
        voters.zip5,
        voters.mailing_address,
        voters.is_withheld,
        voters.county_fips,
        voters.precinct_id,
        voters.congressional_district,
        voters.state_senate,
        voters.state_house,
        voters.household_key,
        voters.registration_date,
        voters.last_updated_date,
        voters.party,
        voters.voter_status,
        voters.vote_history,
        voters.income_band,
        voters.education
    from voters
    left join persons on voters.record_key = persons.voter_key
    order by voters.county_fips, voters.precinct_id, voters.record_key
)

select * from final
