{#
    Two CTEs that choose one value of a field for each person: `<field>_claims` and
    `<field>_chosen`.

    Every candidate record claims a value. A claim is as strong as the most trusted record that
    makes it, plus 10 for each further source that says the same; then the newest counts, then
    the value itself, so that the choice never depends on the order of rows. Columns that belong
    together (house number and street) are chosen together.

    Wants CTEs `candidates` (person_id, entity, source, data_time, the columns) and
    `survivorship` (field, entity, trust). Each of `uses` is a permission of candidates; a value
    may be used so when any record that says it may.
#}
{% macro survivors(field, columns, needs, uses=[]) -%}
{{ field }}_claims as (
    select
        candidates.person_id,
        {{ columns | join(", ") }},
        max(survivorship.trust) + 10 * (count(distinct candidates.source) - 1) as strength,
        max(candidates.data_time) as newest,
        -- The claim is told to be of its most trusted source, the first by name on a tie.
        min_by(
            candidates.source,
            lpad(cast(100 - survivorship.trust as varchar), 3, '0') || candidates.source
        ) as {{ field }}_source
        {%- for use in uses %},
        bool_or(candidates.{{ use }}) as {{ use }}
        {%- endfor %}
    from candidates
    inner join survivorship
        on
            candidates.entity = survivorship.entity
            and survivorship.field = '{{ field }}'
    where {{ needs }} is not null
    group by candidates.person_id, {{ columns | join(", ") }}
),

{{ field }}_ranked as (
    select
        person_id,
        {{ columns | join(", ") }},
        {{ field }}_source,
        {%- for use in uses %}
        {{ use }},
        {%- endfor %}
        row_number() over (
            partition by person_id
            order by strength desc, newest desc, {{ columns | join(" asc, ") }} asc
        ) as place
    from {{ field }}_claims
),

{{ field }}_chosen as (
    select * from {{ field }}_ranked
    where place = 1
)
{%- endmacro %}
