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

{{ placed_in_counties() }},

final as (
    select * from placed
)

select * from final
