{#
    The features of attendance as of a day, for today and for any day before: one formula, so
    that a model trained on the last caucus reads the same thing today.

    Wants CTEs `counties` (the seed), `day` (one row: as_of) and `roll` (who was on the roll that day: person_id,
    birth_date, gender, registration_date, party when it is known to have been so that day,
    vote_history, county_fips, precinct_id). Makes the CTE `attendance_features`, one row a
    person of the roll.

    Nothing after the day can be seen: the windows are the last three generals, the last three
    primaries and the last caucus *before* it, on whatever day it stands. They are equally long
    at every day; that the file knows more about recent years must not look like zeal.
#}
{% macro attendance_features() -%}
election_windows as (
    select
        as_of,
        -- Generals are on 2 to 8 November of even years, primaries in June, caucuses by 5 February.
        cast(2 * floor(year(as_of - interval 312 day) / 2) as integer) as general_year,
        cast(2 * floor(year(as_of - interval 160 day) / 2) as integer) as primary_year,
        cast(4 * floor(year(as_of - interval 36 day) / 4) as integer) as caucus_year
    from day
),

votes_before as (
    select
        roll.person_id,
        roll.birth_date,
        roll.gender,
        roll.party,
        roll.registration_date,
        roll.county_fips,
        roll.precinct_id,
        windows.as_of,
        windows.general_year,
        windows.general_year % 4 = 0 as is_last_presidential,
        {{ has_vote("roll.vote_history", "'G' || windows.general_year") }} as has_general_1,
        {{ has_vote("roll.vote_history", "'G' || (windows.general_year - 2)") }} as has_general_2,
        {{ has_vote("roll.vote_history", "'G' || (windows.general_year - 4)") }} as has_general_3,
        {{ has_vote("roll.vote_history", "'P' || windows.primary_year") }} as has_primary_1,
        {{ has_vote("roll.vote_history", "'P' || (windows.primary_year - 2)") }} as has_primary_2,
        {{ has_vote("roll.vote_history", "'P' || (windows.primary_year - 4)") }} as has_primary_3,
        {{ has_vote("roll.vote_history", "'C' || windows.caucus_year") }} as has_caucus_1
    from roll
    cross join election_windows as windows
),

precinct_habits as (
    select
        precinct_id,
        round(100.0 * avg(cast(has_general_1 as integer)), 2) as precinct_general_pct,
        round(100.0 * avg(cast(has_primary_1 as integer)), 2) as precinct_primary_pct,
        round(100.0 * avg(cast(has_caucus_1 as integer)), 2) as precinct_caucus_pct
    from votes_before
    where precinct_id is not null
    group by precinct_id
),

county_habits as (
    select
        county_fips,
        round(100.0 * avg(cast(has_caucus_1 as integer)), 2) as county_caucus_pct
    from votes_before
    where county_fips is not null
    group by county_fips
),

attendance_features as (
    select
        votes_before.person_id,
        {{ full_years("votes_before.birth_date", "votes_before.as_of") }} as age,
        votes_before.gender,
        votes_before.party,
        round({{ days_between("votes_before.registration_date", "votes_before.as_of") }} / 365.25, 2)
            as years_registered,
        cast(has_general_1 as integer)
        + cast(has_general_2 as integer)
        + cast(has_general_3 as integer) as n_generals,
        cast(has_primary_1 as integer)
        + cast(has_primary_2 as integer)
        + cast(has_primary_3 as integer) as n_primaries,
        cast(has_caucus_1 as integer) as n_caucuses,
        has_general_1 as has_last_general,
        case when is_last_presidential then has_general_1 else has_general_2 end as has_last_presidential,
        has_primary_1 as has_last_primary,
        -- How many of the three generals came after the eighteenth birthday.
        cast(year(birth_date) + 18 <= general_year as integer)
        + cast(year(birth_date) + 18 <= general_year - 2 as integer)
        + cast(year(birth_date) + 18 <= general_year - 4 as integer) as n_generals_of_age,
        precinct_habits.precinct_general_pct,
        precinct_habits.precinct_primary_pct,
        precinct_habits.precinct_caucus_pct,
        county_habits.county_caucus_pct,
        counties.density as county_density
    from votes_before
    left join precinct_habits on votes_before.precinct_id = precinct_habits.precinct_id
    left join county_habits on votes_before.county_fips = county_habits.county_fips
    left join counties on votes_before.county_fips = counties.county_fips
)
{%- endmacro %}


{# Their names, in order: equal in `person_features` and `attendance_training`. #}
{% macro attendance_feature_names() %}
    {{ return([
        "age", "gender", "party", "years_registered", "n_generals", "n_primaries", "n_caucuses",
        "has_last_general", "has_last_presidential", "has_last_primary", "n_generals_of_age",
        "precinct_general_pct", "precinct_primary_pct", "precinct_caucus_pct",
        "county_caucus_pct", "county_density",
    ]) }}
{% endmacro %}


{% macro attendance_values(without=[]) -%}
    {%- for name in attendance_feature_names() if name not in without -%}
    attendance_features.{{ name }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
