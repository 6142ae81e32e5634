with

canvasses as (
    select * from {{ ref("stg_canvasses") }}
),

links as (
    select * from {{ source("identity", "links") }}
),

final as (
    select
        canvasses.record_key,
        links.person_id,
        links.voter_key,
        links.probability,
        canvasses.source,
        canvasses.feed,
        canvasses.method,
        canvasses.occurred_at,
        canvasses.canvasser,
        canvasses.list_id,
        canvasses.precinct_id,
        canvasses.county_fips,
        canvasses.support,
        canvasses.contact_quality,
        canvasses.says_will_attend,
        canvasses.weight,
        canvasses.age,
        canvasses.gender
    from canvasses
    left join links on canvasses.record_key = links.record_key
    order by canvasses.record_key
)

select * from final
