{# Columns that every landed record has, and the two that its folder names. #}
{% macro record_columns() -%}
    landed.record_key,
        landed.record_id,
        landed.source,
        landed.feed,
        landed.delivery,
        landed.data_time,
        landed.received_date
{%- endmacro %}


{# Who a record is about, normalised at landing. #}
{% macro identity_names() %}
    {{ return([
        "full_name", "first_name", "middle_name", "last_name", "suffix", "gender", "birth_date",
        "birth_year", "phone", "phone_2", "email", "house_number", "street", "unit", "city",
        "state", "zip5", "county", "party_id", "state_id", "name_given", "phone_given",
        "email_given", "address_given",
    ]) }}
{% endmacro %}


{% macro identity_columns(table) -%}
    {%- for name in identity_names() -%}
    {{ table }}.{{ name }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#
    The condition that a landed record counts today: its delivery is in force and no later
    delivery told the same record again. Joins that only filter, so files out of force are
    never opened.
#}
{% macro counts_today(entity) -%}
    exists (
            select 1
            from {{ source("context", "in_force") }} as in_force
            where
                in_force.entity = '{{ entity }}'
                and in_force.source = landed.source
                and in_force.delivery = landed.delivery
                and in_force.feed = landed.feed
        )
        and not exists (
            select 1
            from {{ source("context", "superseded_keys") }} as superseded
            where
                superseded.record_key = landed.record_key
                and superseded.delivery = landed.delivery
        )
{%- endmacro %}
