with

persons as (
    select * from {{ source("identity", "persons") }}
),

links as (
    select * from {{ source("identity", "links") }}
),

context as (
    select * from {{ source("context", "context") }}
),

terms as (
    select * from {{ source("context", "terms") }}
),

roll as (
    select * from {{ ref("stg_voters") }}
),

voters as (
    select * from {{ ref("voters") }}
),

chosen as (
    select * from {{ ref("chosen_values") }}
),

contacts as (
    select * from {{ ref("contacts") }}
),

suppressions as (
    select * from {{ ref("suppressions") }}
),

chosen_facts as (
    select
        person_id,
        n_record_sources,
        is_contact,
        record_county_fips,
        first_name,
        middle_name,
        last_name,
        suffix,
        name_source,
        gender,
        gender_source,
        birth_date,
        birth_year,
        birth_source,
        phone,
        phone_source,
        may_call,
        may_text,
        email,
        email_source,
        house_number,
        street,
        unit,
        city,
        state,
        zip5,
        address_source,
        may_visit,
        may_mail
    from chosen
),

-- Whoever has no record but the roll's: its word stands.
roll_facts as (
    select
        voters.person_id,
        0 as n_record_sources,
        false as is_contact,
        cast(null as varchar) as record_county_fips,
        voters.first_name,
        voters.middle_name,
        voters.last_name,
        voters.suffix,
        roll.source as name_source,
        voters.gender,
        case when voters.gender is not null then roll.source end as gender_source,
        voters.birth_date,
        voters.birth_year,
        case when voters.birth_year is not null then roll.source end as birth_source,
        case when terms.may_call or terms.may_text then coalesce(voters.phone, voters.phone_2) end as phone,
        case
            when (terms.may_call or terms.may_text) and coalesce(voters.phone, voters.phone_2) is not null
                then roll.source
        end as phone_source,
        terms.may_call,
        terms.may_text,
        case when terms.may_email then voters.email end as email,
        case when terms.may_email and voters.email is not null then roll.source end as email_source,
        voters.house_number,
        voters.street,
        voters.unit,
        voters.city,
        voters.state,
        voters.zip5,
        case when voters.zip5 is not null then roll.source end as address_source,
        terms.may_visit,
        terms.may_mail
    from voters
    inner join roll on voters.voter_key = roll.record_key
    left join terms
        on
            roll.source = terms.source
            and roll.feed = terms.feed
    left join chosen on voters.person_id = chosen.person_id
    where chosen.person_id is null
),

facts as (
    select * from chosen_facts
    union all
    select * from roll_facts
),

-- The last word on each channel; said yes and no at one time, the no counts.
consents as (
    select
        person_id,
        max_by(email_consent, cast(data_time as varchar) || cast(not email_consent as varchar))
        filter (where email_consent is not null) as email_consent,
        max_by(sms_consent, cast(data_time as varchar) || cast(not sms_consent as varchar))
        filter (where sms_consent is not null) as sms_consent,
        max_by(phone_consent, cast(data_time as varchar) || cast(not phone_consent as varchar))
        filter (where phone_consent is not null) as phone_consent,
        bool_or(coalesce(is_volunteer, false)) as is_volunteer
    from contacts
    group by person_id
),

blocks as (
    select
        person_id,
        bool_or(is_deletion) as is_deletion,
        bool_or(is_deceased) as is_deceased,
        bool_or(blocks_door) as blocks_door,
        bool_or(blocks_mail) as blocks_mail,
        bool_or(blocks_phone) as blocks_phone,
        bool_or(blocks_text) as blocks_text,
        bool_or(blocks_email) as blocks_email
    from suppressions
    where person_id is not null
    group by person_id
),

fakes as (
    select distinct person_id
    from links
    where finding = 'fake'
),

states_on_roll as (
    select distinct state
    from voters
    where state is not null
),

zip_counties as (
    select
        zip5,
        county_fips,
        row_number() over (partition by zip5 order by count(*) desc, county_fips asc) as place
    from voters
    where zip5 is not null and county_fips is not null
    group by zip5, county_fips
),

known as (
    select
        persons.person_id,
        persons.kind,
        persons.voter_key,
        persons.records as n_records,
        facts.n_record_sources + cast(persons.voter_key is not null as integer) as n_sources,
        coalesce(facts.is_contact, false) as is_contact,
        facts.first_name,
        facts.middle_name,
        facts.last_name,
        facts.suffix,
        facts.name_source,
        facts.gender,
        facts.gender_source,
        facts.birth_date,
        facts.birth_year,
        facts.birth_source,
        facts.phone,
        facts.phone_source,
        coalesce(facts.may_call, false) as may_call,
        coalesce(facts.may_text, false) as may_text,
        coalesce(facts.may_visit, false) as may_visit,
        coalesce(facts.may_mail, false) as may_mail,
        facts.email,
        facts.email_source,
        -- A confidential address is used for nothing; its precinct is public.
        case when not coalesce(voters.is_withheld, false) then facts.house_number end as house_number,
        case when not coalesce(voters.is_withheld, false) then facts.street end as street,
        case when not coalesce(voters.is_withheld, false) then facts.unit end as unit,
        facts.city,
        facts.state,
        facts.zip5,
        facts.address_source,
        coalesce(voters.county_fips, zip_counties.county_fips, facts.record_county_fips) as county_fips,
        voters.precinct_id,
        voters.household_key,
        voters.party,
        consents.email_consent,
        consents.sms_consent,
        consents.phone_consent,
        coalesce(consents.is_volunteer, false) as is_volunteer,
        coalesce(blocks.is_deletion, false) as is_deletion,
        coalesce(blocks.is_deceased, false) as is_deceased,
        coalesce(blocks.blocks_door, false) as blocks_door,
        coalesce(blocks.blocks_mail, false) as blocks_mail,
        coalesce(blocks.blocks_phone, false) as blocks_phone,
        coalesce(blocks.blocks_text, false) as blocks_text,
        coalesce(blocks.blocks_email, false) as blocks_email,
        fakes.person_id is not null as is_fake,
        facts.state is null or states_on_roll.state is not null as is_of_state,
        context.contest_date,
        context.eligible_birth_date
    from persons
    cross join context
    left join facts on persons.person_id = facts.person_id
    left join voters on persons.person_id = voters.person_id
    left join consents on persons.person_id = consents.person_id
    left join blocks on persons.person_id = blocks.person_id
    left join fakes on persons.person_id = fakes.person_id
    left join states_on_roll on facts.state = states_on_roll.state
    left join zip_counties
        on
            facts.zip5 = zip_counties.zip5
            and zip_counties.place = 1
),

judged as (
    select
        *,
        case
            when birth_date is not null then {{ full_years("birth_date", "contest_date") }}
            else year(contest_date) - birth_year
        end as age_on_contest,
        -- Party is no part of it: who comes can register and change party at the door. Where only
        -- the year is known, or nothing, nobody is kept from being asked.
        (is_of_state or kind = 'voter')
        and not is_fake
        and not is_deceased
        and coalesce(birth_date <= eligible_birth_date, birth_year <= year(eligible_birth_date), true)
            as is_eligible,
        is_deletion or is_deceased or is_fake as is_untouchable
    from known
),

final as (
    select
        person_id,
        kind,
        voter_key,
        n_records,
        n_sources,
        is_contact,
        first_name,
        middle_name,
        last_name,
        suffix,
        name_source,
        gender,
        gender_source,
        birth_date,
        birth_year,
        birth_source,
        age_on_contest,
        is_eligible,
        party,
        phone,
        phone_source,
        email,
        email_source,
        house_number,
        street,
        unit,
        city,
        state,
        zip5,
        address_source,
        county_fips,
        precinct_id,
        household_key,
        is_volunteer,
        email_consent,
        sms_consent,
        phone_consent,
        is_deletion,
        is_deceased,
        {{ list_of([
            "case when may_visit and street is not null and not blocks_door and not is_untouchable then 'door' end",
            "case when may_call and phone is not null and coalesce(phone_consent, true)
                and not blocks_phone and not is_untouchable then 'phone' end",
            "case when may_text and phone is not null and coalesce(sms_consent, false)
                and not blocks_text and not is_untouchable then 'text' end",
            "case when may_mail and street is not null and not blocks_mail and not is_untouchable then 'mail' end",
            "case when email is not null and coalesce(email_consent, true)
                and not blocks_email and not is_untouchable then 'email' end",
        ]) }} as channels
    from judged
    order by person_id
)

select * from final
