with

pool as (
    select * from {{ ref("segment_pool") }}
),

context as (
    select * from {{ source("context", "context") }}
),

engagements as (
    select * from {{ ref("engagements") }}
),

acts as (
    select
        engagements.person_id,
        count(distinct engagements.event_id) filter (where engagements.kind = 'attended') as n_events,
        max(cast(engagements.occurred_at as date)) filter (where engagements.kind = 'attended') as last_date,
        bool_or(engagements.kind in ('rsvp', 'donation', 'volunteer', 'pledge')) as did_more
    from engagements
    cross join context
    where
        cast(engagements.occurred_at as date) <= context.as_of
        and engagements.person_id is not null
    group by engagements.person_id
),

final as (
    select
        pool.person_id,
        case when acts.n_events > 1 then 'two_or_more' else 'came_and_more' end as kind,
        case
            when acts.n_events > 1
                then 'Came to ' || acts.n_events || ' of our events, the last on ' || cast(acts.last_date as varchar)
            else
                'Came to an event on ' || cast(acts.last_date as varchar)
                || ', and pledged, gave, volunteered or signed up for another'
        end as reason,
        pool.value,
        pool.channels,
        pool.best_time_seen,
        pool.county_fips,
        pool.precinct_id
    from pool
    inner join acts on pool.person_id = acts.person_id
    where
        acts.n_events > 1
        or (acts.n_events = 1 and acts.did_more)
    order by pool.value desc, pool.person_id asc
)

select * from final
