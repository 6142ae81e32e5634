with

context as (
    select * from {{ source("context", "context") }}
),

pool as (
    select * from {{ ref("segment_pool") }}
),

voters as (
    select * from {{ ref("voters") }}
),

-- The day of the last caucus and of the last general before today, by year: enough for an age.
days as (
    select
        -- Who may take part now and could not four years ago: to the day where it is known.
        eligible_birth_date - interval 4 year as last_eligible_birth_date,
        cast(4 * floor(year(as_of - interval 36 day) / 4) as integer) as last_caucus_year,
        cast(2 * floor(year(as_of - interval 312 day) / 2) as integer) as last_general_year
    from context
),

newcomers as (
    select
        pool.*,
        voters.registration_date,
        len(voters.vote_history) as n_votes,
        days.last_eligible_birth_date,
        days.last_caucus_year,
        days.last_general_year
    from pool
    cross join days
    left join voters on pool.person_id = voters.person_id
    where not {{ has_partisan_vote("voters.vote_history") }}
),

kinds as (
    select
        *,
        case
            when coalesce(birth_date > last_eligible_birth_date, birth_year + 18 > last_caucus_year)
                then 'too_young_before'
            when coalesce(n_votes, 0) > 0 then 'generals_only'
            when year(registration_date) > last_general_year then 'newly_registered'
            else 'never_voted'
        end as kind
    from newcomers
),

ranked as (
    select
        *,
        row_number() over (order by value desc, person_id asc) as place,
        sum(p_attends) over () as expected_newcomers
    from kinds
),

final as (
    select
        person_id,
        kind,
        case
            when person_kind = 'contact' then 'Not on the roll; can register at the door'
            when kind = 'too_young_before' then 'Was too young at the last caucus'
            when kind = 'generals_only' then 'Votes in generals, never in a caucus or primary'
            when kind = 'newly_registered' then 'Registered since the last general'
            else 'On the roll, and no vote on record'
        end as reason,
        value,
        channels,
        best_time_seen,
        county_fips,
        precinct_id
    from ranked
    where place <= ceil({{ var("first_time_reach") }} * expected_newcomers)
    order by value desc, person_id asc
)

select * from final
