with

pool as (
    select * from {{ ref("segment_pool") }}
),

roll_changes as (
    select * from {{ ref("roll_changes") }}
),

switches as (
    select
        *,
        row_number() over (
            partition by person_id
            order by new_date desc, change_key asc
        ) as place
    from roll_changes
    where
        change = 'party_switched'
        and person_id is not null
),

final as (
    select
        pool.person_id,
        case
            when switches.party_after = 'REP' then 'to_the_party'
            when switches.party_before = 'REP' then 'from_the_party'
            else 'between_others'
        end as kind,
        {{ party_in_words("switches.party_before") }}
        || ' on the file of ' || cast(switches.old_date as varchar)
        || ', ' || {{ party_in_words("switches.party_after") }}
        || ' on that of ' || cast(switches.new_date as varchar) as reason,
        pool.value,
        pool.channels,
        pool.best_time_seen,
        pool.county_fips,
        pool.precinct_id
    from pool
    inner join switches on pool.person_id = switches.person_id
    where switches.place = 1
    order by pool.value desc, pool.person_id asc
)

select * from final
