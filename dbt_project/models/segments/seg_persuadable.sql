with

pool as (
    select * from {{ ref("segment_pool") }}
),

canvasses as (
    select * from {{ ref("canvasses") }}
),

contacts as (
    select * from {{ ref("contacts") }}
),

context as (
    select * from {{ source("context", "context") }}
),

-- Support as said: 1 strong, 3 undecided, 5 against.
said as (
    select
        person_id,
        support,
        occurred_at as said_at,
        record_key
    from canvasses
    where support is not null
    union all
    select
        person_id,
        support,
        data_time as said_at,
        record_key
    from contacts
    where support is not null
),

last_word as (
    select
        said.person_id,
        said.support,
        cast(said.said_at as date) as said_date,
        row_number() over (
            partition by said.person_id
            order by said.said_at desc, said.record_key asc
        ) as place
    from said
    cross join context
    where cast(said.said_at as date) <= context.as_of
),

ranked as (
    select
        *,
        row_number() over (order by p_attends desc, person_id asc) as attends_rank
    from pool
),

judged as (
    select
        ranked.*,
        last_word.support,
        last_word.said_date
    from ranked
    left join last_word
        on
            ranked.person_id = last_word.person_id
            and last_word.place = 1
    where ranked.attends_rank <= {{ var("first_time_reach") }} * ranked.expected_attending
),

final as (
    select
        person_id,
        case when support = 3 then 'says_undecided' else 'could_go_either_way' end as kind,
        case
            when support = 3 then 'Likely to come; said on ' || cast(said_date as varchar) || ' to be undecided'
            else 'Likely to come; no word of theirs on support, which the scores leave open'
        end as reason,
        value,
        channels,
        best_time_seen,
        county_fips,
        precinct_id
    from judged
    where
        support = 3
        -- Neither for us nor lost: between half of the usual odds of support and even odds.
        or (support is null and p_supports between usual_support / 2 and 0.5)
    -- A contact moves most who come for sure and may go either way.
    order by p_attends * p_supports * (1 - p_supports) desc, person_id asc
)

select * from final
