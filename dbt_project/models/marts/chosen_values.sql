with

survivorship as (
    select * from {{ ref("survivorship") }}
),

{{ told_values() }},

people as (
    select
        person_id,
        count(distinct source) as n_record_sources,
        bool_or(entity != 'trait') as is_contact,
        max(county_fips) as record_county_fips
    from linked_records
    group by person_id
),

{{ survivors("name", ["first_name", "middle_name", "last_name", "suffix"], "last_name") }},

{{ survivors("gender", ["gender"], "gender") }},

{{ survivors("birth", ["birth_date", "birth_year"], "birth_year") }},

{{ survivors("phone", ["phone"], "phone", ["may_call", "may_text"]) }},

{{ survivors("email", ["email"], "email") }},

{{ survivors(
    "address",
    ["house_number", "street", "unit", "city", "state", "zip5"],
    "zip5",
    ["may_visit", "may_mail"]
) }},

final as (
    select
        people.person_id,
        people.n_record_sources,
        people.is_contact,
        people.record_county_fips,
        name_chosen.first_name,
        name_chosen.middle_name,
        name_chosen.last_name,
        name_chosen.suffix,
        name_chosen.name_source,
        gender_chosen.gender,
        gender_chosen.gender_source,
        birth_chosen.birth_date,
        birth_chosen.birth_year,
        birth_chosen.birth_source,
        phone_chosen.phone,
        phone_chosen.phone_source,
        phone_chosen.may_call,
        phone_chosen.may_text,
        email_chosen.email,
        email_chosen.email_source,
        address_chosen.house_number,
        address_chosen.street,
        address_chosen.unit,
        address_chosen.city,
        address_chosen.state,
        address_chosen.zip5,
        address_chosen.address_source,
        address_chosen.may_visit,
        address_chosen.may_mail
    from people
    left join name_chosen on people.person_id = name_chosen.person_id
    left join gender_chosen on people.person_id = gender_chosen.person_id
    left join birth_chosen on people.person_id = birth_chosen.person_id
    left join phone_chosen on people.person_id = phone_chosen.person_id
    left join email_chosen on people.person_id = email_chosen.person_id
    left join address_chosen on people.person_id = address_chosen.person_id
    order by people.person_id
)

select * from final
