with

pool as (
    select * from {{ ref("segment_pool") }}
),

final as (
    select
        person_id,
        case
            when person_kind = 'contact' then 'not_on_roll'
            when party = 'REP' then 'republican'
            when party = 'DEM' then 'democrat'
            else 'no_party'
        end as kind,
        case
            when person_kind = 'contact' then 'Likely to come and to support; not on the roll, so no usual list has them'
            when party = 'REP' then 'Likely to come and to support; a registered Republican whom party, past primaries, age and place alone rank too low to call'
            else 'Likely to come and to support; party, past primaries, age and place alone rank them too low to call'
        end as reason,
        value,
        channels,
        county_fips,
        precinct_id
    from pool
    where
        -- As many as are expected to come: inside by our model, outside by the conventional one.
        attends_rank <= expected_attending
        and conventional_rank > expected_attending
        and p_supports > usual_support
    order by value desc, person_id
)

select * from final
