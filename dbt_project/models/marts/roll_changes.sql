with

changes as (
    select * from {{ source("changes", "roll") }}
),

full_files as (
    select * from {{ source("context", "full_files") }}
),

landed as (
    select
        record_key,
        delivery,
        party,
        registration_date
    from {{ source("landing", "voter") }}
),

voters as (
    select * from {{ ref("voters") }}
),

-- Between two files that are known today; what changed beside address and party says little.
counting as (
    select
        changes.record_key,
        changes.change,
        full_files.old_delivery,
        full_files.new_delivery,
        full_files.old_date,
        full_files.new_date
    from changes
    inner join full_files
        on
            changes.source = full_files.source
            and changes.feed = full_files.feed
            and changes.old_delivery = full_files.old_delivery
            and changes.new_delivery = full_files.new_delivery
    where
        changes.change != 'changed'
        and full_files.entity = 'voter'
),

final as (
    select
        counting.record_key || '|' || counting.change || '|' || counting.new_delivery as change_key,
        voters.person_id,
        counting.record_key as voter_key,
        counting.change,
        counting.old_date,
        counting.new_date,
        old_row.party as party_before,
        new_row.party as party_after,
        new_row.registration_date
    from counting
    left join voters on counting.record_key = voters.voter_key
    left join landed as old_row
        on
            counting.record_key = old_row.record_key
            and counting.old_delivery = old_row.delivery
    left join landed as new_row
        on
            counting.record_key = new_row.record_key
            and counting.new_delivery = new_row.delivery
    order by change_key
)

select * from final
