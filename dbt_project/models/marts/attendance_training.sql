with

context as (
    select * from {{ source("context", "context") }}
),

voters as (
    select * from {{ ref("voters") }}
),

counties as (
    select * from {{ ref("counties") }}
),

-- The eve of the contest year before: the last day on which nobody had attended yet.
day as (
    select
        cast(make_date(year(contest_date) - 5, 12, 31) as date) as as_of,
        eligible_birth_date - interval 4 year as eligible_birth_date,
        year(contest_date) - 4 as caucus_year
    from context
),

roll as (
    select
        voters.person_id,
        voters.household_key,
        voters.birth_date,
        voters.gender,
        voters.registration_date,
        -- A record changed since then may have another party now; what it was is not known.
        case when voters.last_updated_date <= day.as_of then voters.party end as party,
        voters.vote_history,
        voters.county_fips,
        voters.precinct_id,
        day.eligible_birth_date,
        day.as_of,
        day.caucus_year
    from voters
    cross join day
    where voters.registration_date <= day.as_of
),

{{ attendance_features() }},

final as (
    select
        roll.person_id,
        roll.household_key,
        roll.county_fips,
        roll.precinct_id,
        roll.as_of,
        {{ attendance_values() }},
        {{ has_vote("roll.vote_history", "'C' || roll.caucus_year") }} as attended_2012
    from roll
    inner join attendance_features on roll.person_id = attendance_features.person_id
    where coalesce(roll.birth_date <= roll.eligible_birth_date, true)
    order by roll.person_id
)

select * from final
