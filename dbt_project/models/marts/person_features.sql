with

context as (
    select * from {{ source("context", "context") }}
),

persons as (
    select * from {{ ref("persons") }}
),

voters as (
    select * from {{ ref("voters") }}
),

households as (
    select * from {{ ref("households") }}
),

engagements as (
    select * from {{ ref("engagements") }}
),

traits as (
    select * from {{ ref("traits") }}
),

margins as (
    select * from {{ ref("registration_margins") }}
),

counties as (
    select * from {{ ref("counties") }}
),

day as (
    select as_of from context
),

roll as (
    select
        person_id,
        birth_date,
        gender,
        registration_date,
        party,
        vote_history,
        county_fips,
        precinct_id
    from voters
),

{{ attendance_features() }},

acts as (
    select
        engagements.person_id,
        count(*) as n_engagements,
        count(*) filter (where engagements.kind = 'signup') as n_signups,
        count(*) filter (where engagements.kind = 'donation') as n_donations,
        cast(coalesce(sum(engagements.amount), 0) as double) as donated_amount,
        count(*) filter (where engagements.kind = 'volunteer') as n_volunteer_forms,
        count(*) filter (where engagements.kind = 'rsvp') as n_rsvps,
        count(*) filter (where engagements.kind = 'attended') as n_attended,
        count(*) filter (where engagements.kind = 'social') as n_social,
        count(*) filter (where engagements.kind in ('call', 'door', 'text', 'email')) as n_contacts_made,
        bool_or(engagements.kind = 'pledge' and engagements.result = 'pledged') as has_pledge,
        max(engagements.occurred_at) as last_at
    from engagements
    cross join day
    -- What a file dates after the day is not known on the day.
    where cast(engagements.occurred_at as date) <= day.as_of
    group by engagements.person_id
),

trait_values as (
    select
        person_id,
        {{ newest_vendor_values() }}
    from traits
    where probability >= {{ var("link_floor") }} or probability is null
    group by person_id
),

last_count as (
    select max(margins.as_of) as as_of
    from margins
    inner join day on margins.as_of <= day.as_of
),

county_parties as (
    select
        margins.county_fips,
        round(
            100.0 * sum(margins.registered) filter (where margins.party = 'REP') / sum(margins.registered), 2
        ) as county_republican_pct
    from margins
    inner join last_count on margins.as_of = last_count.as_of
    group by margins.county_fips
),

final as (
    select
        persons.person_id,
        persons.kind,
        persons.household_key,
        persons.county_fips,
        persons.precinct_id,
        context.as_of,
        coalesce(attendance_features.age, persons.age_on_contest) as age,
        coalesce(attendance_features.gender, persons.gender) as gender,
        {{ attendance_values(without=["age", "gender"]) }},
        voters.voter_status,
        voters.income_band,
        voters.education,
        households.n_voters as household_voters,
        households.n_republicans as household_republicans,
        persons.n_sources,
        coalesce(acts.n_engagements, 0) as n_engagements,
        coalesce(acts.n_signups, 0) as n_signups,
        coalesce(acts.n_donations, 0) as n_donations,
        coalesce(acts.donated_amount, 0) as donated_amount,
        coalesce(acts.n_volunteer_forms, 0) as n_volunteer_forms,
        coalesce(acts.n_rsvps, 0) as n_rsvps,
        coalesce(acts.n_attended, 0) as n_attended,
        coalesce(acts.n_social, 0) as n_social,
        coalesce(acts.n_contacts_made, 0) as n_contacts_made,
        coalesce(acts.has_pledge, false) as has_pledge,
        {{ days_between("cast(acts.last_at as date)", "context.as_of") }} as days_since_engagement,
        {{ vendor_values("trait_values") }},
        county_parties.county_republican_pct
    from persons
    cross join context
    left join attendance_features on persons.person_id = attendance_features.person_id
    left join voters on persons.person_id = voters.person_id
    left join households on persons.household_key = households.household_key
    left join acts on persons.person_id = acts.person_id
    left join trait_values on persons.person_id = trait_values.person_id
    left join county_parties on persons.county_fips = county_parties.county_fips
    where
        persons.is_eligible
        -- Whom a vendor alone has heard of is not known to exist.
        and (persons.kind = 'voter' or persons.is_contact)
    order by persons.person_id
)

select * from final
