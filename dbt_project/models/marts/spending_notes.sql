with

notes as (
    select * from {{ source("spending", "notes") }}
),

final as (
    select
        place,
        note,
        is_mistake
    from notes
    order by place
)

select * from final
