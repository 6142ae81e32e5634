with

persons as (
    select * from {{ ref("persons") }}
),

features as (
    select * from {{ ref("person_features") }}
),

reach_times as (
    select * from {{ ref("reach_times") }}
),

attendance as (
    select * from {{ source("scores", "attendance") }}
),

support as (
    select * from {{ source("scores", "support") }}
),

conventional as (
    select * from {{ source("scores", "conventional") }}
),

scored as (
    select
        persons.person_id,
        persons.kind as person_kind,
        persons.voter_key,
        persons.birth_date,
        persons.birth_year,
        persons.channels,
        reach_times.best_time_seen,
        persons.county_fips,
        persons.precinct_id,
        persons.household_key,
        features.party,
        features.n_caucuses,
        features.n_attended,
        features.has_pledge,
        attendance.probability as p_attends,
        support.probability as p_supports,
        conventional.probability as p_conventional
    from persons
    inner join features on persons.person_id = features.person_id
    inner join attendance on persons.person_id = attendance.person_id
    inner join support on persons.person_id = support.person_id
    left join conventional on persons.person_id = conventional.person_id
    left join reach_times on persons.person_id = reach_times.person_id
    where
        persons.is_eligible
        and not persons.is_deletion
),

-- Ranks, not cutoffs: a score's level moves with the turnout scenario, its order does not.
final as (
    select
        *,
        round(p_attends * p_supports, 6) as value,
        row_number() over (order by p_attends * p_supports desc, person_id asc) as value_rank,
        row_number() over (order by p_conventional desc nulls last, person_id asc) as conventional_rank,
        -- Rounded: the order in which threads add must not show in the file.
        round(sum(p_attends) over (), 2) as expected_attending,
        round(sum(p_attends * p_supports) over () / nullif(sum(p_attends) over (), 0), 6) as usual_support
    from scored
)

select * from final
