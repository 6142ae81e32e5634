with

engagements as (
    select * from {{ ref("stg_engagements") }}
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
        engagements.text
    from engagements
    left join links on engagements.contact_key = links.record_key
    order by engagements.record_key
)

select * from final
