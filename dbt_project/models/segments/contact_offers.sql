with

pool as (
    select * from {{ ref("segment_pool") }}
),

channels as (
    select * from {{ source("context", "channels") }}
),

plan as (
    select * from {{ source("context", "contact_plan") }}
),

context as (
    select * from {{ source("context", "context") }}
),

counties as (
    select * from {{ ref("counties") }}
),

voters as (
    select * from {{ ref("voters") }}
),

roll as (
    select count(*) as n_voters
    from voters
),

-- The campaign's hours are for the whole roll; a file that holds a part of it gets its part.
budget as (
    select
        cast(
            60 * plan.hours_per_week
            * greatest({{ days_between("context.as_of", "context.contest_date") }}, 0) / 7
            * least(1.0, roll.n_voters / plan.registered) as decimal(18, 2)
        ) as minutes_there_are
    from plan
    cross join context
    cross join roll
),

-- What an attempt brings: the chance to reach, times what it adds to the chance to attend, times
-- the chance of support.
attempts as (
    select
        pool.person_id,
        channels.channel,
        channels.minutes_per_attempt,
        channels.contact_rate,
        channels.odds_ratio,
        coalesce(pool.household_key, pool.person_id) as household,
        coalesce(pool.precinct_id, pool.county_fips) as walk,
        pool.county_fips,
        {{ votes_gained(
            "channels.contact_rate",
            "channels.odds_ratio",
            "pool.p_attends",
            "pool.p_supports"
        ) }} as votes_gained
    from pool
    cross join channels
    where
        {{ in_list("pool.channels", "channels.channel") }}
        and (channels.channel != 'door' or pool.county_fips is not null)
),

-- One knock a household, for the one of them whom it moves most.
answered as (
    select
        *,
        row_number() over (
            partition by household, channel
            order by votes_gained desc, person_id asc
        ) as place_in_household
    from attempts
),

open_attempts as (
    select * from answered
    where channel != 'door' or place_in_household = 1
),

-- How far doors lie apart depends on how many are knocked, so the choice is made twice: first as
-- if all were next to each other, then with the way between those chosen.
first_choice as (
    select
        person_id,
        channel,
        walk,
        minutes_per_attempt,
        votes_gained,
        row_number() over (
            partition by person_id
            order by votes_gained / minutes_per_attempt desc, channel asc
        ) as place
    from open_attempts
),

first_ranked as (
    select
        channel,
        walk,
        sum(minutes_per_attempt) over (
            order by votes_gained / minutes_per_attempt desc, person_id asc
            rows unbounded preceding
        ) as minutes_so_far
    from first_choice
    where place = 1
),

doors as (
    select
        first_ranked.walk,
        count(*) as n_doors
    from first_ranked
    cross join budget
    where
        first_ranked.channel = 'door'
        and first_ranked.minutes_so_far <= budget.minutes_there_are
    group by first_ranked.walk
),

-- The shortest round of n doors strewn over an area is about 0.7124 times the root of n times the
-- area (Beardwood, Halton & Hammersley 1959). Precincts of a county are taken as equally large.
priced as (
    select
        open_attempts.*,
        case
            when open_attempts.channel = 'door'
                then open_attempts.minutes_per_attempt + cast(
                    60 / plan.drive_mph * 0.7124
                    * sqrt(
                        counties.population / counties.density / counties.precincts
                        / greatest(coalesce(doors.n_doors, 0), 1)
                    ) as decimal(8, 2)
                )
            else open_attempts.minutes_per_attempt
        end as minutes
    from open_attempts
    cross join plan
    left join counties on open_attempts.county_fips = counties.county_fips
    left join doors on open_attempts.walk = doors.walk
),

best as (
    select
        *,
        row_number() over (
            partition by person_id
            order by votes_gained / minutes desc, channel asc
        ) as choice
    from priced
    where minutes is not null
),

offers as (
    select
        pool.person_id,
        best.channel,
        pool.county_fips,
        pool.precinct_id,
        pool.household_key,
        pool.best_time_seen,
        pool.p_attends,
        pool.p_supports,
        pool.value,
        best.contact_rate,
        best.odds_ratio,
        cast(best.minutes as decimal(8, 2)) as minutes,
        cast(best.votes_gained as decimal(12, 8)) as votes_gained,
        left(md5('holdout|' || best.household), 4) < plan.holdout_below as is_held_out,
        -- The plain rule calls the party's people, those who caucused first, and then anybody.
        cast(coalesce(pool.party = plan.party, false) as integer) + 2 * pool.n_caucuses as plain_class,
        budget.minutes_there_are
    from best
    inner join pool on best.person_id = pool.person_id
    cross join plan
    cross join budget
    where best.choice = 1
),

final as (
    select
        *,
        row_number() over (order by votes_gained / minutes desc, person_id asc) as place,
        row_number() over (order by plain_class desc, md5(person_id) asc, person_id asc) as plain_place
    from offers
    order by place
)

select * from final
