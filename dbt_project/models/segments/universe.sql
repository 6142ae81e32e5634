with

offers as (
    select * from {{ ref("contact_offers") }}
),

spent as (
    select
        *,
        -- Who is held out costs nothing: nobody goes there.
        sum(case when is_held_out then 0 else minutes end) over (
            order by place
            rows unbounded preceding
        ) as minutes_so_far
    from offers
),

final as (
    select
        person_id,
        place,
        channel,
        best_time_seen,
        county_fips,
        precinct_id,
        is_held_out,
        p_attends,
        p_supports,
        contact_rate,
        odds_ratio,
        minutes,
        votes_gained,
        cast(60 * votes_gained / minutes as double) as votes_gained_per_hour,
        cast(minutes_so_far as double) / 60 as hours_so_far
    from spent
    where minutes_so_far <= minutes_there_are
    order by place
)

select * from final
