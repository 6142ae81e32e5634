with

sites as (
    select * from {{ ref("stg_sites") }}
),

final as (
    select
        precinct_id,
        county_fips,
        site_name,
        address_line,
        city,
        zip5,
        starts_at,
        data_time
    from sites
    order by precinct_id
)

select * from final
