with

landed as (
    select
        {{ record_columns() }},
        {{ identity_columns("landed") }},
        landed.created_at,
        landed.updated_at,
        landed.handle,
        landed.town,
        landed.email_consent,
        landed.sms_consent,
        landed.phone_consent,
        landed.party,
        landed.support,
        landed.tags,
        landed.says_will_attend,
        landed.is_first_caucus,
        landed.is_volunteer
    from {{ source("landing", "contact") }} as landed
    where
        {{ counts_today("contact") }}
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
