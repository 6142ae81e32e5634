with

links as (
    select * from {{ source("identity", "links") }}
),

records as (
    select * from {{ ref("int_link_records") }}
),

roll as (
    select * from {{ ref("stg_voters") }}
),

voters as (
    select * from {{ ref("voters") }}
),

survivorship as (
    select * from {{ ref("survivorship") }}
),

terms as (
    select * from {{ source("context", "terms") }}
),

linked_records as (
    select
        links.person_id,
        records.entity,
        records.source,
        records.feed,
        records.data_time,
        records.first_name,
        records.middle_name,
        records.last_name,
        records.suffix,
        records.gender,
        records.birth_date,
        coalesce(records.birth_year, year(records.birth_date)) as birth_year,
        coalesce(records.phone, records.phone_2) as phone,
        records.email,
        records.house_number,
        records.street,
        records.unit,
        records.city,
        records.state,
        records.zip5,
        records.county_fips
    from records
    inner join links on records.record_key = links.record_key
    -- A record without a voter is its person's own; a doubtful link adds nothing to a voter.
    where links.voter_key is null or links.probability >= {{ var("link_floor") }}
),

people as (
    select
        person_id,
        count(distinct source) as n_record_sources,
        bool_or(entity != 'trait') as is_contact,
        max(county_fips) as record_county_fips
    from linked_records
    group by person_id
),

-- Whoever is on the roll alone has nothing to be chosen between, and is most of the people.
roll_records as (
    select
        voters.person_id,
        'voter' as entity,
        roll.source,
        roll.feed,
        roll.data_time,
        voters.first_name,
        voters.middle_name,
        voters.last_name,
        voters.suffix,
        voters.gender,
        voters.birth_date,
        voters.birth_year,
        coalesce(voters.phone, voters.phone_2) as phone,
        voters.email,
        voters.house_number,
        voters.street,
        voters.unit,
        voters.city,
        voters.state,
        voters.zip5,
        voters.county_fips
    from voters
    inner join people on voters.person_id = people.person_id
    inner join roll on voters.voter_key = roll.record_key
),

told as (
    select * from linked_records
    union all
    select * from roll_records
),

-- What may not be used to reach somebody is no way to reach them, however well it is known.
candidates as (
    select
        told.* replace (
            case when terms.may_call or terms.may_text then told.phone end as phone,
            case when terms.may_email then told.email end as email
        ),
        coalesce(terms.may_visit, false) as may_visit,
        coalesce(terms.may_mail, false) as may_mail,
        coalesce(terms.may_call, false) as may_call,
        coalesce(terms.may_text, false) as may_text
    from told
    left join terms
        on
            told.source = terms.source
            and told.feed = terms.feed
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
