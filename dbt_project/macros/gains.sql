{#- Expected votes that an attempt adds: the chance to reach, times what a contact adds to the chance
    to attend, times the chance of support. -#}
{%- macro votes_gained(contact_rate, odds_ratio, p_attends, p_supports) -%}
{{ contact_rate }} * {{ p_supports }} * (
    {{ p_attends }} * {{ odds_ratio }}
    / (1 - {{ p_attends }} + {{ p_attends }} * {{ odds_ratio }})
    - {{ p_attends }}
)
{%- endmacro %}


{#- The same of a row of `contact_offers` joined to `attendance`, at one of the three turnouts. -#}
{%- macro votes_gained_at(turnout) -%}
cast({{ votes_gained(
    "contact_offers.contact_rate",
    "contact_offers.odds_ratio",
    "attendance.probability_" ~ turnout ~ "_turnout",
    "contact_offers.p_supports"
) }} as decimal(12, 8))
{%- endmacro %}
