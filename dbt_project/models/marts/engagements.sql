with

engagements as (
    select * from {{ ref("stg_engagements") }}
),

contacts as (
    select * from {{ ref("stg_contacts") }}
),

context as (
    select * from {{ source("context", "context") }}
),

links as (
    select * from {{ source("identity", "links") }}
),

final as (
    select
        engagements.record_key,
        links.person_id,
        engagements.contact_key,
        engagements.source,
        engagements.kind,
        engagements.occurred_at,
        engagements.amount,
        engagements.event_id,
        engagements.result,
        engagements.text,
        -- The organisers' log comes daily and their people weekly, so a log may be ahead.
        contacts.record_key is null
        and {{ days_between("cast(engagements.occurred_at as date)", "context.as_of") }}
        <= {{ var("contact_wait_days") }}
            as awaits_contact
    from engagements
    cross join context
    left join contacts on engagements.contact_key = contacts.record_key
    left join links on engagements.contact_key = links.record_key
    order by engagements.record_key
)

select * from final
