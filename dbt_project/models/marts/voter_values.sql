with

{{ told_values() }},

chosen as (
    select * from {{ ref("chosen_values") }}
),

said as (
    {% for field, value in disputed_values().items() -%}
    select
        person_id,
        '{{ field }}' as field,
        {{ value }} as value,
        source,
        data_time
    from candidates
    where {{ value }} is not null
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

kept as (
    {% for field, value in disputed_values().items() -%}
    select
        person_id,
        '{{ field }}' as field,
        {{ value }} as value
    from chosen
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

claims as (
    select
        person_id,
        field,
        value,
        list_sort(list_distinct(list(source))) as sources,
        max(data_time) as newest_at,
        count(*) over (partition by person_id, field) as n_values
    from said
    group by person_id, field, value
),

final as (
    select
        claims.person_id || '|' || claims.field || '|' || claims.value as value_key,
        claims.person_id,
        claims.field,
        claims.value,
        claims.sources,
        claims.newest_at,
        coalesce(kept.value = claims.value, false) as is_chosen
    from claims
    left join kept
        on
            claims.person_id = kept.person_id
            and claims.field = kept.field
    where claims.n_values > 1
    order by claims.person_id, claims.field, claims.value
)

select * from final
