with

pool as (
    select * from {{ ref("segment_pool") }}
),

final as (
    select
        person_id,
        case when n_caucuses > 0 then 'caucused_before' else 'pledged' end as kind,
        case
            when n_caucuses > 0 and has_pledge then 'Came to the last caucus and has pledged'
            when n_caucuses > 0 then 'Came to the last caucus and is likelier than most to support'
            else 'Has pledged to come and support'
        end as reason,
        value,
        channels,
        best_time_seen,
        county_fips,
        precinct_id
    from pool
    where
        has_pledge
        or (n_caucuses > 0 and p_supports > usual_support)
    order by value desc, person_id asc
)

select * from final
