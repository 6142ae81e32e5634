{#
    Two CTEs that place landed records in a county: `counties` and `placed`, which is `landed`
    with `county_fips`; by default the county that the record names.

    A county's name is used in many states, so it counts only where the record says no state or
    the county's own.
#}
{% macro placed_in_counties(county="counties.county_fips") -%}
counties as (
    select
        county_fips,
        state,
        -- Landed names have no punctuation; the state writes O'BRIEN.
        replace(county, '''', '') as county_name
    from {{ ref("counties") }}
),

placed as (
    select
        landed.*,
        {{ county }} as county_fips
    from landed
    left join counties
        on
            landed.county = counties.county_name
            and coalesce(landed.state, counties.state) = counties.state
)
{%- endmacro %}
