with

traits as (
    select * from {{ ref("stg_traits") }}
),

links as (
    select * from {{ source("identity", "links") }}
),

wide as (
    select * from {{ source("wide", "trait") }} -- noqa: AM04
    union all by name
    -- No row: only so that every known column is there, whichever vendors deliver.
    select
        cast(null as varchar) as record_key,
        cast(null as varchar) as delivery,
        {{ no_vendor_values() }}
    where false
),

final as (
    select
        traits.record_key,
        links.person_id,
        links.probability,
        traits.source,
        traits.data_time,
        {{ vendor_values("wide") }}
    from traits
    left join links on traits.record_key = links.record_key
    left join wide
        on
            traits.record_key = wide.record_key
            and traits.delivery = wide.delivery
    order by traits.record_key
)

select * from final
