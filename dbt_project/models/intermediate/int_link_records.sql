with

contacts as (
    select * from {{ ref("stg_contacts") }}
),

traits as (
    select * from {{ ref("stg_traits") }}
),

canvasses as (
    select * from {{ ref("stg_canvasses") }}
),

records as (
    select
        contacts.record_key,
        contacts.source,
        contacts.feed,
        'contact' as entity,
        {{ identity_columns("contacts") }},
        contacts.town,
        contacts.county_fips,
        contacts.data_time
    from contacts
    union all
    select
        traits.record_key,
        traits.source,
        traits.feed,
        'trait' as entity,
        {{ identity_columns("traits") }},
        cast(null as varchar) as town,
        traits.county_fips,
        traits.data_time
    from traits
    union all
    select
        canvasses.record_key,
        canvasses.source,
        canvasses.feed,
        'canvass' as entity,
        {{ identity_columns("canvasses") }},
        cast(null as varchar) as town,
        canvasses.county_fips,
        canvasses.data_time
    from canvasses
),

final as (
    select * from records
    order by record_key
)

select * from final
