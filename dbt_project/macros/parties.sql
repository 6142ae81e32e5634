{# A party of registration as people say it. #}
{% macro party_in_words(party) -%}
    case {{ party }}
            when 'REP' then 'Republican'
            when 'DEM' then 'Democrat'
            when 'LIB' then 'Libertarian'
            when 'NOP' then 'No party'
            else 'Another or no known party'
        end
{%- endmacro %}
