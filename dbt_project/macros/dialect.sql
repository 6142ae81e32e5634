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


{# Whether a list of words holds one. #}
{% macro in_list(words, word) -%}
    {{ return(adapter.dispatch("in_list", "tminus")(words, word)) }}
{%- endmacro %}

{% macro default__in_list(words, word) -%}
    coalesce(list_contains({{ words }}, {{ word }}), false)
{%- endmacro %}


{# Year of the last vote of a kind (C, G, P) before a year; lists of votes are sorted. #}
{% macro last_vote_before(history, kind, year) -%}
    {{ return(adapter.dispatch("last_vote_before", "tminus")(history, kind, year)) }}
{%- endmacro %}

{% macro default__last_vote_before(history, kind, year) -%}
    cast(right(
        list_max(list_filter({{ history }}, lambda vote: vote >= '{{ kind }}' and vote < '{{ kind }}' || {{ year }})), 4
    ) as integer)
{%- endmacro %}


{# A moment of UTC as clocks show it in a zone. #}
{% macro local_time(moment, zone) -%}
    {{ return(adapter.dispatch("local_time", "tminus")(moment, zone)) }}
{%- endmacro %}

{% macro default__local_time(moment, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ moment }}))
{%- endmacro %}


{# Whether a moment lies on a Saturday or Sunday. #}
{% macro is_weekend(moment) -%}
    {{ return(adapter.dispatch("is_weekend", "tminus")(moment)) }}
{%- endmacro %}

{% macro default__is_weekend(moment) -%}
    dayofweek({{ moment }}) in (0, 6)
{%- endmacro %}
