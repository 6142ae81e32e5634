{# The few places where DuckDB and Spark differ; a Spark twin is `spark__<name>`. #}

{% macro full_years(earlier, later) -%}
    {{ return(adapter.dispatch("full_years", "tminus")(earlier, later)) }}
{%- endmacro %}

{% macro default__full_years(earlier, later) -%}
    date_sub('year', {{ earlier }}, {{ later }})
{%- endmacro %}


{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch("days_between", "tminus")(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro %}


{# Whether a list of votes holds a code. #}
{% macro has_vote(history, code) -%}
    {{ return(adapter.dispatch("has_vote", "tminus")(history, code)) }}
{%- endmacro %}

{% macro default__has_vote(history, code) -%}
    coalesce(list_contains({{ history }}, {{ code }}), false)
{%- endmacro %}


{# A list of the words that are not null, in their order; empty when all are. #}
{% macro list_of(words) -%}
    {{ return(adapter.dispatch("list_of", "tminus")(words)) }}
{%- endmacro %}

{% macro default__list_of(words) -%}
    coalesce(string_split(nullif(concat_ws(',', {{ words | join(", ") }}), ''), ','), [])
{%- endmacro %}


{# Whether a list of votes holds a caucus or a primary, of whatever year. #}
{% macro has_partisan_vote(history) -%}
    {{ return(adapter.dispatch("has_partisan_vote", "tminus")(history)) }}
{%- endmacro %}

{% macro default__has_partisan_vote(history) -%}
    coalesce(regexp_matches(array_to_string({{ history }}, ','), '(^|,)[CP]'), false)
{%- endmacro %}
