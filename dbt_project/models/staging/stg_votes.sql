with

landed as (
    select
        {{ record_columns() }},
        landed.state_id,
        landed.party_id,
        landed.election,
        landed.election_date,
        landed.method,
        landed.party
    from {{ source("landing", "vote") }} as landed
    where
        {{ counts_today("vote") }}
),

final as (
    select * from landed
)

select * from final
