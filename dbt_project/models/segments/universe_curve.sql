{%- set turnouts = ["low", "middle", "high"] %}

with

contact_offers as (
    select * from {{ ref("contact_offers") }}
),

attendance as (
    select * from {{ source("scores", "attendance") }}
),

-- Whom to contact is chosen at the turnout in force; what it gains is told at each.
offers as (
    select
        contact_offers.*,
        {{ votes_gained_at("low") }} as votes_gained_low,
        {{ votes_gained_at("middle") }} as votes_gained_middle,
        {{ votes_gained_at("high") }} as votes_gained_high
    from contact_offers
    inner join attendance on contact_offers.person_id = attendance.person_id
),

universe as (
    select * from {{ ref("universe") }}
),

capacity as (
    select count(*) as n_people
    from universe
),

budget as (
    select max(minutes_there_are) as minutes_there_are
    from offers
),

everybody as (
    select count(*) as n_people
    from offers
),

twenty as (
    select unnest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]) as step
),

-- Steps are narrow at first, where the two rules differ most.
sizes as (
    select cast(ceil(everybody.n_people * twenty.step * twenty.step / 400.0) as bigint) as n_people
    from everybody
    cross join twenty
    union
    select n_people
    from capacity
),

ours as (
    select
        place,
        sum(votes_gained) over (order by place rows unbounded preceding) as votes_gained,
        {%- for turnout in turnouts %}
        sum(votes_gained_{{ turnout }}) over (
            order by place
            rows unbounded preceding
        ) as votes_gained_{{ turnout }},
        {%- endfor %}
        sum(minutes) over (order by place rows unbounded preceding) as minutes,
        sum(cast(value as decimal(12, 6))) over (order by place rows unbounded preceding) as votes
    from offers
),

plain as (
    select
        plain_place,
        sum(votes_gained) over (order by plain_place rows unbounded preceding) as votes_gained,
        {%- for turnout in turnouts %}
        sum(votes_gained_{{ turnout }}) over (
            order by plain_place
            rows unbounded preceding
        ) as votes_gained_{{ turnout }},
        {%- endfor %}
        sum(minutes) over (order by plain_place rows unbounded preceding) as minutes,
        sum(cast(value as decimal(12, 6))) over (order by plain_place rows unbounded preceding) as votes
    from offers
),

final as (
    select
        sizes.n_people,
        sizes.n_people = capacity.n_people as is_capacity,
        cast(ours.minutes as double) / 60 as hours,
        cast(ours.votes_gained as double) as votes_gained,
        cast(ours.votes as double) as expected_votes,
        cast(plain.minutes as double) / 60 as plain_hours,
        cast(plain.votes_gained as double) as plain_votes_gained,
        cast(plain.votes as double) as plain_expected_votes,
        {%- for turnout in turnouts %}
        cast(ours.votes_gained_{{ turnout }} as double) as votes_gained_{{ turnout }},
        cast(plain.votes_gained_{{ turnout }} as double) as plain_votes_gained_{{ turnout }},
        {%- endfor %}
        cast(budget.minutes_there_are as double) / 60 as hours_there_are
    from sizes
    cross join capacity
    cross join budget
    inner join ours on sizes.n_people = ours.place
    inner join plain on sizes.n_people = plain.plain_place
    order by sizes.n_people
)

select * from final
