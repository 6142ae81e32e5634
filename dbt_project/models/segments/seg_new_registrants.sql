with

pool as (
    select * from {{ ref("segment_pool") }}
),

roll_changes as (
    select * from {{ ref("roll_changes") }}
),

arrivals as (
    select
        person_id,
        old_date,
        new_date,
        registration_date,
        -- The state takes weeks to hand a registration on, so it may date from before the old file.
        {{ days_between("registration_date", "old_date") }} <= {{ var("registration_lag_days") }} as is_recent,
        row_number() over (
            partition by person_id
            order by new_date desc, change_key asc
        ) as place
    from roll_changes
    where change = 'new' and person_id is not null
),

final as (
    select
        pool.person_id,
        case when arrivals.is_recent then 'registered' else 'came_on_the_roll' end as kind,
        -- A roll leaves the day empty, or says 1900-01-01, for some: they are new on it all the same.
        coalesce(
            'Registered on ' || cast(arrivals.registration_date as varchar),
            'Registered on a day that the roll does not say'
        )
        || '; not on the file of ' || cast(arrivals.old_date as varchar)
        || ', on that of ' || cast(arrivals.new_date as varchar) as reason,
        pool.value,
        pool.channels,
        pool.best_time_seen,
        pool.county_fips,
        pool.precinct_id
    from pool
    inner join arrivals on pool.person_id = arrivals.person_id
    where arrivals.place = 1
    order by pool.value desc, pool.person_id asc
)

select * from final
