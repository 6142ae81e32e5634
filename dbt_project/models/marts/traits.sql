{#
    The columns that models of ours read by name, with their types; a vendor that lacks one
    leaves it null. More columns of a vendor's file stay in `lake/wide`, by record_key.
#}
{%- set known = {
    "years_at_address": "integer", "home_owner": "varchar", "income_code": "varchar",
    "education_code": "integer", "marital": "varchar", "kids": "boolean", "cars": "integer",
    "pet": "varchar", "hunting_magazines": "boolean", "news_magazines": "boolean",
    "gun_interest": "boolean", "outdoor_interest": "boolean", "country_music": "boolean",
    "interest_politics": "varchar", "interest_outdoors": "varchar",
    "interest_finance": "varchar", "interest_tv_news": "varchar",
    "modeled_partisan": "double", "modeled_turnout": "double",
} -%}
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
        cast(null as varchar) as delivery
        {%- for name, type in known.items() %},
        cast(null as {{ type }}) as {{ name }}
        {%- endfor %}
    where false
),

final as (
    select
        traits.record_key,
        links.person_id,
        links.probability,
        traits.source,
        traits.data_time
        {%- for name in known %},
        wide.{{ name }}
        {%- endfor %}
    from traits
    left join links on traits.record_key = links.record_key
    left join wide
        on
            traits.record_key = wide.record_key
            and traits.delivery = wide.delivery
    order by traits.record_key
)

select * from final
