{#
    The CTE `candidates`: every record that may have a say in a person's values, the roll's
    among them where there is another. Makes the CTE `linked_records` on the way.
#}
{% macro told_values() -%}
links as (
    select * from {{ source("identity", "links") }}
),

records as (
    select * from {{ ref("int_link_records") }}
),

roll as (
    select * from {{ ref("stg_voters") }}
),

voters as (
    select * from {{ ref("voters") }}
),

terms as (
    select * from {{ source("context", "terms") }}
),

linked_records as (
    select
        links.person_id,
        records.entity,
        records.source,
        records.feed,
        records.data_time,
        records.first_name,
        records.middle_name,
        records.last_name,
        records.suffix,
        records.gender,
        records.birth_date,
        coalesce(records.birth_year, year(records.birth_date)) as birth_year,
        coalesce(records.phone, records.phone_2) as phone,
        records.email,
        records.house_number,
        records.street,
        records.unit,
        records.city,
        records.state,
        records.zip5,
        records.county_fips
    from records
    inner join links on records.record_key = links.record_key
    -- A record without a voter is its person's own; a doubtful link adds nothing to a voter.
    where links.voter_key is null or links.probability >= {{ var("link_floor") }}
),

people_with_records as (
    select distinct person_id
    from linked_records
),

-- Whoever is on the roll alone has nothing to be chosen between, and is most of the people.
roll_records as (
    select
        voters.person_id,
        'voter' as entity,
        roll.source,
        roll.feed,
        roll.data_time,
        voters.first_name,
        voters.middle_name,
        voters.last_name,
        voters.suffix,
        voters.gender,
        voters.birth_date,
        voters.birth_year,
        coalesce(voters.phone, voters.phone_2) as phone,
        voters.email,
        voters.house_number,
        voters.street,
        voters.unit,
        voters.city,
        voters.state,
        voters.zip5,
        voters.county_fips
    from voters
    inner join people_with_records as people on voters.person_id = people.person_id
    inner join roll on voters.voter_key = roll.record_key
),

told as (
    select * from linked_records
    union all
    select * from roll_records
),

-- A confidential address is not told by another source either; the roll's own stays behind its mark.
confidential as (
    select person_id
    from voters
    where is_withheld
),

-- What may not be used to reach somebody is no way to reach them, however well it is known.
candidates as (
    select
        told.* replace (
            {% for part in ["house_number", "street", "unit", "city", "zip5"] -%}
            case when confidential.person_id is null or told.entity = 'voter' then told.{{ part }} end as {{ part }},
            {% endfor -%}
            case when terms.may_call or terms.may_text then told.phone end as phone,
            case when terms.may_email then told.email end as email
        ),
        coalesce(terms.may_visit, false) as may_visit,
        coalesce(terms.may_mail, false) as may_mail,
        coalesce(terms.may_call, false) as may_call,
        coalesce(terms.may_text, false) as may_text
    from told
    left join terms
        on
            told.source = terms.source
            and told.feed = terms.feed
    left join confidential on told.person_id = confidential.person_id
)
{%- endmacro %}


{# Fields on which sources may disagree, each as one text; a missing part contradicts nothing. #}
{% macro disputed_values() %}
    {{ return({
        "first_name": "first_name",
        "last_name": "last_name",
        "gender": "gender",
        "birth_date": "cast(birth_date as varchar)",
        "phone": "phone",
        "email": "email",
        "address": "house_number || ' ' || street || ', ' || zip5",
    }) }}
{% endmacro %}
