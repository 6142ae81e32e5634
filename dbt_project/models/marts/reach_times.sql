with

canvasses as (
    select * from {{ ref("canvasses") }}
),

engagements as (
    select * from {{ ref("engagements") }}
),

context as (
    select * from {{ source("context", "context") }}
),

-- Only when somebody answered: an attempt that reached nobody says little of when to come again.
reached as (
    select
        person_id,
        occurred_at
    from canvasses
    where contact_quality in ('talked', 'brief')
    union all
    select
        person_id,
        occurred_at
    from engagements
    where
        kind in ('call', 'door')
        and result in ('answered', 'meaningful_interaction')
),

clocked as (
    select
        reached.person_id,
        {{ local_time("reached.occurred_at", "context.zone") }} as local_at
    from reached
    cross join context
    where
        reached.person_id is not null
        and cast(reached.occurred_at as date) <= context.as_of
),

parts as (
    select
        person_id,
        local_at,
        case
            when {{ is_weekend("local_at") }} then 'weekend'
            when hour(local_at) >= 17 then 'weekday evening'
            else 'weekday daytime'
        end as part
    from clocked
    -- A day without an hour reads as midnight; nobody works at night.
    where hour(local_at) between 8 and 21
),

counted as (
    select
        person_id,
        part,
        count(*) as n_reached,
        max(local_at) as last_at
    from parts
    group by person_id, part
),

ranked as (
    select
        person_id,
        part as best_time_seen,
        cast(sum(n_reached) over (partition by person_id) as bigint) as n_reached,
        max(last_at) over (partition by person_id) as last_reached_at,
        row_number() over (
            partition by person_id
            order by n_reached desc, last_at desc, part asc
        ) as place
    from counted
),

final as (
    select
        person_id,
        best_time_seen,
        n_reached,
        last_reached_at
    from ranked
    where place = 1
    order by person_id
)

select * from final
