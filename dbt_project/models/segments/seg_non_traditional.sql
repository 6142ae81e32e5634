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
            when person_kind = 'contact' then 'Likely to come and to support; on no roll, so on no usual list'
            when party = 'REP' then 'Likely to come and to support; the usual model ranks this Republican too low'
            else 'Likely to come and to support; the usual model (party, primaries, age, place) does not call them'
        end as reason,
        value,
        channels,
        best_time_seen,
        county_fips,
        precinct_id
    from pool
    where
        -- As many as are expected to come: inside by our scores, outside by the conventional model.
        value_rank <= expected_attending
        and conventional_rank > expected_attending
        and p_supports > usual_support
    order by value desc, person_id asc
)

select * from final
