with

requests as (
    select * from {{ ref("stg_suppressions") }}
),

voters as (
    select * from {{ ref("voters") }}
),

records as (
    select * from {{ ref("int_link_records") }}
),

links as (
    select * from {{ source("identity", "links") }}
),

known as (
    select
        person_id,
        first_name,
        last_name,
        phone,
        phone_2,
        email,
        house_number,
        street,
        zip5
    from voters
    union all
    select
        links.person_id,
        records.first_name,
        records.last_name,
        records.phone,
        records.phone_2,
        records.email,
        records.house_number,
        records.street,
        records.zip5
    from records
    inner join links on records.record_key = links.record_key
),

-- One join for each way to be found, each on equality, so that none compares everybody with all.
found as (
    select
        requests.record_key,
        known.person_id,
        'phone' as matched_on,
        known.first_name,
        known.last_name
    from requests
    inner join known on requests.phone = known.phone
    union all
    select
        requests.record_key,
        known.person_id,
        'phone' as matched_on,
        known.first_name,
        known.last_name
    from requests
    inner join known on requests.phone = known.phone_2
    union all
    select
        requests.record_key,
        known.person_id,
        'email' as matched_on,
        known.first_name,
        known.last_name
    from requests
    inner join known on requests.email = known.email
    union all
    select
        requests.record_key,
        known.person_id,
        'address' as matched_on,
        known.first_name,
        known.last_name
    from requests
    inner join known
        on
            requests.last_name = known.last_name
            and requests.first_name = known.first_name
            and requests.house_number = known.house_number
            and requests.street = known.street
            and requests.zip5 = known.zip5
),

judged as (
    select
        requests.record_key,
        found.person_id,
        -- A phone is a household's: a request with another's name is not this person's.
        bool_or(
            requests.last_name is null
            or (
                requests.last_name = found.last_name
                and left(requests.first_name, 1) = left(found.first_name, 1)
            )
        ) as is_same_person,
        bool_or(requests.last_name is null and requests.first_name is null) as is_nameless,
        bool_or(found.matched_on = 'phone') as is_by_phone,
        bool_or(found.matched_on = 'email') as is_by_email,
        min(found.matched_on) as matched_on
    from requests
    inner join found on requests.record_key = found.record_key
    group by requests.record_key, found.person_id
),

reach as (
    select
        requests.record_key,
        judged.person_id,
        requests.source,
        requests.kind,
        requests.channel,
        requests.occurred_at,
        requests.received_date,
        judged.matched_on,
        coalesce(judged.is_same_person, false) as is_same_person,
        coalesce(judged.is_same_person and not judged.is_nameless, false) as is_named,
        coalesce(judged.is_by_phone, false) as is_by_phone,
        coalesce(judged.is_by_email, false) as is_by_email,
        requests.kind in ('deletion', 'deceased')
        or (requests.kind = 'opt_out' and requests.channel = 'all') as is_for_all,
        requests.kind in ('do_not_call', 'wrong_number') as is_for_the_number
    from requests
    left join judged on requests.record_key = judged.record_key
),

final as (
    select
        record_key || '|' || coalesce(person_id, 'nobody') as suppression_key,
        record_key,
        person_id,
        source,
        kind,
        channel,
        occurred_at,
        received_date,
        matched_on,
        is_same_person,
        kind = 'deletion' and is_same_person as is_deletion,
        -- Nobody is dead because a request without a name carries the phone of the house.
        kind = 'deceased' and is_named as is_deceased,
        is_same_person and (is_for_all or channel = 'door') as blocks_door,
        is_same_person and (is_for_all or channel = 'mail') as blocks_mail,
        -- Whoever is named, the value itself is not used again.
        (is_same_person or is_by_phone)
        and (is_for_all or is_for_the_number or channel = 'phone') as blocks_phone,
        (is_same_person or is_by_phone)
        and (is_for_all or is_for_the_number or channel in ('phone', 'text')) as blocks_text,
        (is_same_person or is_by_email) and (is_for_all or channel = 'email') as blocks_email
    from reach
    order by suppression_key
)

select * from final
