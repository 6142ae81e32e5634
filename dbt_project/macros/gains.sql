{#- Expected votes that an attempt adds: the chance to reach, times what a contact adds to the chance
    to attend, times the chance of support. -#}
{%- macro votes_gained(contact_rate, odds_ratio, p_attends, p_supports) -%}
{{ contact_rate }} * {{ p_supports }} * (
    {{ p_attends }} * {{ odds_ratio }}
    / (1 - {{ p_attends }} + {{ p_attends }} * {{ odds_ratio }})
    - {{ p_attends }}
)
{%- endmacro %}
