with

canvasses as (
    select * from {{ ref("canvasses") }}
),

engagements as (
    select * from {{ ref("engagements") }}
),

persons as (
    select * from {{ ref("persons") }}
),

asked as (
    select
        canvasses.record_key,
        canvasses.person_id,
        canvasses.method as kind,
        canvasses.occurred_at,
        cast(canvasses.support <= 2 as integer) as label,
        case
            when canvasses.method = 'survey' then coalesce(canvasses.weight, 1.0)
            -- How far the talk came says how far the mark on the list can be believed.
            when canvasses.contact_quality = 'talked' then 1.0
            when canvasses.contact_quality = 'brief' then 0.6
            else 0.2
        end as weight
    from canvasses
    where
        canvasses.support is not null
        and canvasses.person_id is not null
        and coalesce(canvasses.probability, 1) >= {{ var("link_floor") }}
),

pledged as (
    select
        record_key,
        person_id,
        'pledge' as kind,
        occurred_at,
        1 as label,
        1.0 as weight
    from engagements
    where
        kind = 'pledge'
        and result = 'pledged'
        and person_id is not null
),

answers as (
    select * from asked
    union all
    select * from pledged
),

-- Asked twice in one way, the last answer counts.
ranked as (
    select
        *,
        row_number() over (
            partition by person_id, kind
            order by occurred_at desc, record_key asc
        ) as place
    from answers
),

final as (
    select
        ranked.record_key as answer_key,
        ranked.person_id,
        persons.household_key,
        ranked.kind,
        ranked.occurred_at,
        ranked.label,
        ranked.weight
    from ranked
    inner join persons on ranked.person_id = persons.person_id
    where
        ranked.place = 1
        and persons.is_eligible
    order by ranked.record_key
)

select * from final
