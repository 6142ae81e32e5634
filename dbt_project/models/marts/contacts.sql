with

contacts as (
    select * from {{ ref("stg_contacts") }}
),

links as (
    select * from {{ source("identity", "links") }}
),

final as (
    select
        contacts.record_key,
        links.person_id,
        links.voter_key,
        links.probability,
        links.method as link_method,
        contacts.source,
        contacts.feed,
        contacts.first_name,
        contacts.middle_name,
        contacts.last_name,
        contacts.suffix,
        contacts.birth_date,
        contacts.phone,
        contacts.phone_2,
        contacts.email,
        contacts.house_number,
        contacts.street,
        contacts.unit,
        contacts.city,
        contacts.state,
        contacts.zip5,
        contacts.county_fips,
        contacts.handle,
        contacts.town,
        contacts.email_consent,
        contacts.sms_consent,
        contacts.phone_consent,
        contacts.party,
        contacts.support,
        contacts.tags,
        contacts.says_will_attend,
        contacts.is_first_caucus,
        contacts.is_volunteer,
        contacts.created_at,
        contacts.updated_at,
        contacts.data_time
    from contacts
    left join links on contacts.record_key = links.record_key
    order by contacts.record_key
)

select * from final
