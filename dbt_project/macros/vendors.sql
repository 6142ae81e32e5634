{#
    The columns of vendors' wide files that models read by name, with their types; a vendor that
    lacks one leaves it null. More columns of a file stay in `lake/wide`, by record_key.
    None is a refused trait: the contracts take none in.
#}
{% macro vendor_columns() %}
    {{ return({
        "years_at_address": "integer", "home_owner": "varchar", "income_code": "varchar",
        "education_code": "integer", "marital": "varchar", "kids": "boolean", "cars": "integer",
        "pet": "varchar", "hunting_magazines": "boolean", "news_magazines": "boolean",
        "gun_interest": "boolean", "outdoor_interest": "boolean", "country_music": "boolean",
        "interest_politics": "varchar", "interest_outdoors": "varchar",
        "interest_finance": "varchar", "interest_tv_news": "varchar",
        "modeled_partisan": "double", "modeled_turnout": "double",
    }) }}
{% endmacro %}


{% macro vendor_values(table) -%}
    {%- for name in vendor_columns() -%}
    {{ table }}.{{ name }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{% macro no_vendor_values() -%}
    {%- for name, type in vendor_columns().items() -%}
    cast(null as {{ type }}) as {{ name }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# Of several vendors' records of one person, the newest that says anything on a column. #}
{% macro newest_vendor_values() -%}
    {%- for name in vendor_columns() -%}
    max_by({{ name }}, cast(data_time as varchar) || record_key)
        filter (where {{ name }} is not null) as {{ name }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
