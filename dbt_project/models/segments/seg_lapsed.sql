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

-- The last caucus, and the last primary but one, before today.
years as (
    select
        cast(4 * floor(year(as_of - interval 36 day) / 4) as integer) as last_caucus_year,
        cast(2 * floor(year(as_of - interval 160 day) / 2) as integer) - 2 as recent_primary_year
    from context
),

votes as (
    select
        voters.person_id,
        years.last_caucus_year,
        years.recent_primary_year,
        {{ has_vote("voters.vote_history", "'C' || years.last_caucus_year") }} as has_last_caucus,
        {{ last_vote_before("voters.vote_history", "C", "years.last_caucus_year") }} as last_caucus,
        {{ last_vote_before("voters.vote_history", "P", "9999") }} as last_primary
    from voters
    cross join years
),

final as (
    select
        pool.person_id,
        case when votes.last_caucus is not null then 'caucus' else 'primary' end as kind,
        case
            when votes.last_caucus is not null
                then 'Came to the caucus of ' || votes.last_caucus || ', not to that of ' || votes.last_caucus_year
            else 'Last voted in the primary of ' || votes.last_primary || ', and in no caucus'
        end as reason,
        pool.value,
        pool.channels,
        pool.best_time_seen,
        pool.county_fips,
        pool.precinct_id
    from pool
    inner join votes on pool.person_id = votes.person_id
    where
        not votes.has_last_caucus
        and (votes.last_caucus is not null or votes.last_primary < votes.recent_primary_year)
    order by pool.value desc, pool.person_id asc
)

select * from final
