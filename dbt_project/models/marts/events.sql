with

events as (
    select * from {{ ref("stg_events") }}
),

engagements as (
    select * from {{ ref("engagements") }}
),

guests as (
    select
        event_id,
        count(*) as n_registered,
        count(*) filter (where kind = 'attended') as n_attended,
        count(distinct person_id) as n_persons
    from engagements
    where event_id is not null
    group by event_id
),

final as (
    select
        events.event_id,
        events.name,
        events.starts_at,
        events.city,
        events.state,
        events.zip5,
        events.capacity,
        events.status,
        coalesce(guests.n_registered, 0) as n_registered,
        coalesce(guests.n_attended, 0) as n_attended,
        coalesce(guests.n_persons, 0) as n_persons
    from events
    left join guests on events.event_id = guests.event_id
    order by events.event_id
)

select * from final
